/** One incident as a card over the page. Everything on it is text. */

import { element } from "./dom.mjs";
import { integer, moment, sequence } from "./format.mjs";
import { createLatest } from "./latest.mjs";

/** The card in the element `dialog`; `open(id)` asks for an incident and shows it. Escape and the button close it. */
export function createCaseCard({ page }, dialog) {
  const { words } = page;
  let card = null;

  function draw() {
    if (card === null) return;
    const { t } = words;
    const lines = linesOf(card, words).map(([title, value]) =>
      element("div", {}, element("dt", {}, title), element("dd", {}, value)),
    );
    const close = element("button", { type: "button", id: "case-close", onclick: () => dialog.close() }, t("close"));
    dialog.setAttribute("aria-labelledby", "case-title");
    dialog.replaceChildren(
      element("header", {}, element("h2", { id: "case-title" }, words.titled(card, "kind_name")), close),
      element("p", { class: "case-text" }, card.text),
      element("dl", { class: "lines" }, ...lines),
    );
  }

  return {
    draw,
    open(id) {
      // Asked anew each time: what was changed meanwhile must be seen, and the reading be known.
      createLatest(page).ask(`/api/incidents/${encodeURIComponent(id)}`, {}, (answer) => {
        card = answer;
        draw();
        if (!dialog.open) dialog.showModal();
      });
    },
  };
}

/** What the card says besides kind and text, as pairs of title and text. */
export function linesOf(card, { t, language }) {
  const { grid_no, grid_name, handled_grid_no, handled_grid_name, source_import: file } = card;
  const radius = card.radius_m === null ? "" : t("officer.card.radius", { metres: integer(card.radius_m, language) });
  const lines = [
    [t("officer.card.occurred"), moment(card.occurred_at)],
    [t("officer.card.where"), card.path.map(({ name }) => name).join(" › ")],
    [t("officer.card.grid"), gridText(grid_no, grid_name, t)],
    [t("officer.card.handled"), gridText(handled_grid_no, handled_grid_name, t)],
    [t("officer.card.located"), `${t(`officer.level.${card.level}`)}${radius}`],
    [t("officer.card.source"), sourceText(card.source, t)],
    [t("officer.card.reported"), moment(card.reported_at)],
  ];
  if (card.ref !== null) lines.push([t("officer.card.ref"), card.ref]);
  if (file !== null) lines.push([t("officer.card.import"), `${file.source_name} · ${moment(file.at)}`]);
  return lines;
}

function gridText(number, name, t) {
  if (sequence(number) === "000") return t("officer.card.no_grid");
  return name === null ? number : `${name} · ${number}`;
}

// Sources that the program itself gives have words; others are names of files and stand as they are.
function sourceText(source, t) {
  const key = `officer.source.${source}`;
  const text = t(key);
  return text === key ? source : text;
}

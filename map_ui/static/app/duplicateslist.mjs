/** The pairs that may be the same, by village: how many are left, how they are narrowed, and each as a line. */

import { element } from "./dom.mjs";
import { integer, moment } from "./format.mjs";

const STATUSES = ["open", "merged", "distinct"];
const REGISTERS = ["house", "person"];
const VILLAGE_DIGITS = 12;

/**
 * The head in `box`: what is left, and the choices. `onChange(patch)` when one was made, `onFind()`, `onHelp()`,
 * `onUndo()` where a decision made here can be taken back, else null.
 */
export function drawHead(box, { page, counts, choice, onChange, onFind, onHelp, onUndo }) {
  const { words } = page;
  const { t } = words;
  const title = t(`duplicates.left.${choice.status}`, { n: integer(counts.total, words.language) });
  const back = { type: "button", id: "undo-last", "aria-keyshortcuts": "u", onclick: onUndo };
  const undo = onUndo === null ? [] : [element("button", back, t("duplicates.undo_last")), " "];
  const find = element("button", { type: "button", id: "find-pairs", onclick: onFind }, t("duplicates.find"));
  const help = element("button", { type: "button", id: "pairs-help", "aria-keyshortcuts": "?", onclick: onHelp }, t("review.keys"));
  const villages = counts.items.map(({ code, name, n }) => [code, t("review.region_left", { name: name ?? code, n })]);
  box.replaceChildren(
    element("header", {}, element("h2", { class: "review-left", "aria-live": "polite" }, title), element("span", {}, ...undo, find, " ", help)),
    element("p", { class: "note" }, t("duplicates.about")),
    element(
      "div",
      { class: "fields" },
      select("status", t("duplicates.show"), STATUSES.map((status) => [status, t(`duplicates.show.${status}`)])),
      select("region", t("review.village"), [["", t("review.all")], ...villages]),
      select("register", t("review.register"), [["", t("review.all")], ...REGISTERS.map((name) => [name, t(`duplicates.register.${name}`)])]),
    ),
  );

  function select(name, label, options) {
    const list = options.map(([value, text]) => element("option", { value, selected: value === choice[name] }, text));
    const onchange = (event) => onChange({ [name]: event.target.value });
    const box = element("select", { id: `pairs-${name}`, onchange }, ...list);
    return element("label", { class: "choice" }, element("span", {}, label), box);
  }
}

/** The pairs in `box`, those of one village under its name; `onChoose(index)`, `onMore()`. */
export function drawList(box, { page, items, counts, choice, hasMore, chosen, onChoose, onMore }) {
  const { t } = page.words;
  if (items.length === 0) {
    const key = choice.status === "open" && choice.region === "" && choice.register === "" ? "none" : "none_such";
    box.replaceChildren(element("p", { class: "empty" }, t(`duplicates.${key}`)));
    return;
  }
  const names = new Map(counts.items.map(({ code, name }) => [code, name]));
  const villageOf = ({ grid_no }) => grid_no.slice(0, VILLAGE_DIGITS);
  const rows = items.flatMap((offer, at) => {
    const village = villageOf(offer);
    const isFirst = at === 0 || villageOf(items[at - 1]) !== village;
    const head = element("li", { class: "review-region" }, names.get(village) ?? village);
    return isFirst ? [head, row(offer, at)] : [row(offer, at)];
  });
  const more = element("button", { type: "button", id: "pairs-more", onclick: onMore }, t("review.more"));
  box.replaceChildren(element("ol", {}, ...rows), ...(hasMore ? [more] : []));
  const current = box.querySelector("[aria-current]");
  if (current !== null) keepInView(current, box.firstChild);

  function row(offer, at) {
    const attributes = {
      type: "button",
      class: "review-row",
      "data-id": offer.id,
      "aria-current": at === chosen ? "true" : null,
      onclick: () => onChoose(at),
    };
    const why = offer.why.map((kind) => t(`duplicates.why.${kind}`)).join(t("review.and"));
    const said = offer.status === "open" ? why : t(`duplicates.status.${offer.status}`, { at: moment(offer.decided_at) });
    const note = element("span", { class: "note" }, `${t(`duplicates.register.${offer.register}`)} · ${said}`);
    return element("li", {}, element("button", attributes, element("span", {}, titleOf(offer)), note));
  }
}

/** What a pair is called in the list: the names where they are persons, and the address of the one kept. */
export function titleOf({ kept, other }) {
  if (kept.name === null) return kept.address;
  const isAlike = other === null || other.name === kept.name;
  return `${isAlike ? kept.name : `${kept.name} / ${other.name}`} · ${kept.address}`;
}

// Only the list scrolls: scrollIntoView would move the page under the hand of whoever reads the card.
function keepInView(row, list) {
  const { top, bottom } = row.getBoundingClientRect();
  const frame = list.getBoundingClientRect();
  if (top < frame.top + row.offsetHeight) list.scrollTop += top - frame.top - row.offsetHeight;
  else if (bottom > frame.bottom) list.scrollTop += bottom - frame.bottom;
}

/** What waits, by place: how many are left, how the queue is narrowed, and its entries as lines. */

import { element } from "./dom.mjs";
import { integer, moment } from "./format.mjs";

const REGISTERS = ["building", "house", "facility", "organisation", "incident", "place"];
const REASONS = ["ambiguous", "outside_stated", "number_unknown", "street_unknown", "hamlet_unknown", "estate_unknown"];

/** Why a place is doubted, in words; what in the text it is about follows, but no bare code. A new kind stands as it is. */
export function reasonText({ kind, text }, { t }) {
  const key = `review.reason.${kind}`;
  const words = t(key);
  const isSaid = text !== "" && !/^\d{2,15}$/.test(text);
  return `${words === key ? kind : words}${isSaid ? t("review.about", { text }) : ""}`;
}

/** The head in `box`: what is left, and the choices; `onChange(patch)` when one was made. */
export function drawHead(box, { page, counts, choice, onChange, onHelp }) {
  const { words } = page;
  const { t } = words;
  const isOpen = choice.state === "open";
  const title = t(isOpen ? "review.left" : "review.decided", { n: integer(counts.total, words.language) });
  const other = isOpen ? "decided" : "open";
  const states = element(
    "button",
    { type: "button", id: "review-state", onclick: () => onChange({ state: other, region: "" }) },
    t(isOpen ? "review.show_decided" : "review.show_open"),
  );
  const help = element("button", { type: "button", id: "review-help", "aria-keyshortcuts": "?", onclick: onHelp }, t("review.keys"));
  const villages = counts.items.map(({ code, name, n }) => [code, t("review.region_left", { name: name ?? code, n })]);
  box.replaceChildren(
    element("header", {}, element("h2", { class: "review-left", "aria-live": "polite" }, title), element("span", {}, states, " ", help)),
    element(
      "div",
      { class: "fields" },
      select("region", t("review.village"), [["", t("review.all")], ...villages]),
      select("register", t("review.register"), [["", t("review.all")], ...REGISTERS.map((name) => [name, t(`review.register.${name}`)])]),
      select("reason", t("review.reason"), [["", t("review.all")], ...REASONS.map((kind) => [kind, t(`review.reason.${kind}`)])]),
    ),
  );

  function select(name, label, options) {
    const list = options.map(([value, text]) => element("option", { value, selected: value === choice[name] }, text));
    const onchange = (event) => onChange({ [name]: event.target.value });
    return element(
      "label",
      { class: "choice" },
      element("span", {}, label),
      element("select", { id: `review-${name}`, onchange }, ...list),
    );
  }
}

/** The entries in `box`, those of one region under its name; `onChoose(index)`, `onMore()`. */
export function drawList(box, { page, items, hasMore, chosen, onChoose, onMore }) {
  const { words } = page;
  if (items.length === 0) {
    box.replaceChildren(element("p", { class: "empty" }, words.t("review.none")));
    return;
  }
  const rows = items.flatMap((item, at) => {
    const isFirst = at === 0 || items[at - 1].region !== item.region;
    return isFirst ? [regionRow(item), row(item, at)] : [row(item, at)];
  });
  const more = element("button", { type: "button", id: "review-more", onclick: onMore }, words.t("review.more"));
  box.replaceChildren(element("ol", {}, ...rows), ...(hasMore ? [more] : []));
  const current = box.querySelector("[aria-current]");
  if (current !== null) keepInView(current, box.firstChild);

  function regionRow({ region, region_name: name }) {
    return element("li", { class: "review-region" }, name ?? region);
  }

  function row(item, at) {
    const why = item.reasons.map((reason) => reasonText(reason, words)).join(words.t("review.and"));
    const said = item.status === "open" ? why : `${words.t(`review.status.${item.status}`)} ${moment(item.decided_at)}`;
    const attributes = {
      type: "button",
      class: "review-row",
      "data-id": item.id,
      "aria-current": at === chosen ? "true" : null,
      onclick: () => onChoose(at),
    };
    const note = element("span", { class: "note" }, `${words.t(`review.register.${item.register}`)} · ${said}`);
    return element("li", {}, element("button", attributes, element("span", {}, item.text), note));
  }
}

// Only the list scrolls: scrollIntoView would move the page under the hand of whoever looks at the map.
function keepInView(row, list) {
  const { top, bottom } = row.getBoundingClientRect();
  const frame = list.getBoundingClientRect();
  if (top < frame.top + row.offsetHeight) list.scrollTop += top - frame.top - row.offsetHeight;
  else if (bottom > frame.bottom) list.scrollTop += bottom - frame.bottom;
}

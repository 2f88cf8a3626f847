/** One pair that may be the same: why it is held to be, both rows side by side, and what can be done. Everything is text. */

import { element } from "./dom.mjs";
import { compare } from "./duplicatescompare.mjs";
import { integer, moment } from "./format.mjs";

const NOTHING = "—";

/** Draws `offer` in `box`, nothing for null. `acts` are `keep(side)`, `keepApart()` and `undo()`. */
export function drawCard(box, { page, offer, acts }) {
  box.hidden = offer === null;
  if (offer === null) {
    box.replaceChildren();
    return;
  }
  const { words } = page;
  const { t } = words;
  const isOpen = offer.status === "open";
  const why = offer.why.map((kind) => element("li", {}, t(`duplicates.why.${kind}`)));
  box.replaceChildren(
    element("h2", { id: "pair-title" }, t(`duplicates.pair.${offer.register}`)),
    element("ul", { class: "review-reasons" }, ...why),
    ...(isOpen ? [] : [element("p", {}, t(`duplicates.status.${offer.status}`, { at: moment(offer.decided_at) }))]),
    // Before the table: below it the button would be out of sight.
    element("p", { class: "review-actions" }, isOpen ? apart() : undo()),
    element("div", { class: "table", tabindex: "0", role: "region", "aria-labelledby": "pair-title" }, table()),
    ...(isOpen ? [element("p", { class: "note" }, t(`duplicates.hint.${offer.register}`))] : []),
  );

  function table() {
    const sides = offer.other === null ? ["kept"] : ["kept", "other"];
    const heads = sides.map((side) => element("th", { scope: "col" }, headOf(side)));
    const head = element("tr", {}, element("td", {}), ...heads);
    const rows = compare(offer).map((line) => row(line, sides));
    return element("table", { class: "plain pair" }, element("thead", {}, head), element("tbody", {}, ...rows));
  }

  function headOf(side) {
    if (!isOpen) return t(offer.other === null ? "duplicates.merged.row" : `duplicates.${side}`);
    const key = side === "kept" ? "1" : "2";
    const attributes = { type: "button", id: `keep-${side}`, "aria-keyshortcuts": key, onclick: () => acts.keep(side) };
    const name = element("span", {}, t(`duplicates.${side}`));
    return element("div", { class: "pair-head" }, name, element("button", attributes, t("duplicates.keep"), " ", sign(key)));
  }

  function row(line, sides) {
    const label = element("th", { scope: "row" }, t(`duplicates.field.${line.field}`));
    if (line.differs) label.append(" ", element("span", { class: "tag warning" }, t("duplicates.differs")));
    const sealed = line.same === undefined ? null : t(`duplicates.sealed.${line.same ?? "unknown"}`);
    const cells =
      sealed === null
        ? sides.map((side) => element("td", {}, textOf(line.field, line[side])))
        : [element("td", { colspan: sides.length, class: "note" }, sealed)];
    return element("tr", { class: line.differs ? "differs" : null, "data-field": line.field }, label, ...cells);
  }

  function textOf(field, value) {
    if (value === null) return NOTHING;
    if (field === "sex" || field === "residence") return t(`field.${field}.${value}`);
    if (field === "level") return t(`officer.level.${value}`);
    if (field === "members") return integer(value, words.language);
    if (field === "created_at") return moment(value);
    return String(value);
  }

  function apart() {
    const attributes = { type: "button", id: "keep-apart", "aria-keyshortcuts": "n", onclick: acts.keepApart };
    return element("button", attributes, t("duplicates.apart"), " ", sign("n"));
  }

  function undo() {
    const attributes = { type: "button", id: "undo-decision", "aria-keyshortcuts": "u", onclick: acts.undo };
    return element("button", attributes, t("duplicates.undo"), " ", sign("u"));
  }
}

function sign(key) {
  return element("kbd", { "aria-hidden": "true" }, key);
}

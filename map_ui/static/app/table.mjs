/** A table that can be sorted by its headings and whose rows can be chosen with mouse or keyboard. */

import { element } from "./dom.mjs";

/** The rows by a column's `value`, ascending or descending; unknown values last; equal ones keep their order. */
export function sortRows(rows, value, descending) {
  const sign = descending ? -1 : 1;
  const isUnknown = (x) => x === null || x === undefined || Number.isNaN(x);
  return [...rows].sort((a, b) => {
    const [x, y] = [value(a), value(b)];
    if (isUnknown(x) || isUnknown(y)) return Number(isUnknown(x)) - Number(isUnknown(y));
    return typeof x === "string" ? sign * x.localeCompare(y, "zh-CN") : sign * (x - y);
  });
}

/**
 * A table in `container`. `show({caption, columns, rows, keyOf, selected, onChoose, empty, notes})` fills it; columns
 * are `{key, title, value(row), text(row), isNumber}`, and `state(row)` where the cell has a `data-state`; the first column's text is the row's button, its `note(row)`
 * stands below; `notes` are lines under the table. Without `onChoose` rows are not chosen.
 */
export class Table {
  #container;
  #view = null;
  #sorting;

  /** `sorting` is the order to begin with: `{key, descending}` of a column; left out: that of the rows. */
  constructor(container, sorting = { key: null, descending: false }) {
    this.#container = container;
    this.#sorting = sorting;
  }

  /** Fills the table; the row that had the focus keeps it. */
  show(view) {
    const focused = this.#container.contains(document.activeElement) ? document.activeElement.closest("tr") : null;
    this.#view = view;
    this.#draw();
    const rows = [...this.#container.querySelectorAll("tbody tr")];
    if (focused?.dataset.code !== undefined) {
      rows.find(({ dataset }) => dataset.code === focused.dataset.code)?.querySelector("button")?.focus();
    }
  }

  #draw() {
    const { caption, columns, rows, notes } = this.#view;
    const { key, descending } = this.#sorting;
    const column = columns.find((one) => one.key === key);
    const sorted = column === undefined ? rows : sortRows(rows, column.value, descending);
    const body = sorted.length > 0 ? sorted.map((row) => this.#row(row)) : [this.#empty()];
    const head = element("tr", {}, ...columns.map((one) => this.#heading(one)));
    const parts = [element("caption", {}, caption), element("thead", {}, head), element("tbody", {}, ...body)];
    const lines = notes.map((note) => element("p", { class: "note" }, note));
    this.#container.replaceChildren(element("table", {}, ...parts), ...lines);
  }

  #heading({ key, title, isNumber }) {
    const { key: sorted, descending } = this.#sorting;
    const order = key !== sorted ? "none" : descending ? "descending" : "ascending";
    const onclick = () => {
      // Of numbers the largest are looked for first.
      this.#sorting = { key, descending: key === sorted ? !descending : isNumber };
      this.#draw();
      this.#container.querySelector(`[data-key="${key}"]`).focus();
    };
    const button = element("button", { type: "button", "data-key": key, onclick }, title);
    return element("th", { scope: "col", "aria-sort": order, class: isNumber ? "number" : null }, button);
  }

  #row(row) {
    const { columns, keyOf, selected, onChoose } = this.#view;
    const key = keyOf(row);
    const [first, ...others] = columns;
    const isChoice = onChoose !== undefined;
    const name = isChoice ? element("button", { type: "button", class: "link" }, first.text(row)) : first.text(row);
    const onclick = isChoice ? () => onChoose(row) : null;
    return element(
      "tr",
      { "data-code": key, "aria-current": key === selected ? "true" : null, onclick },
      element("th", { scope: "row" }, name, element("span", { class: "note" }, first.note(row))),
      ...others.map(({ text, isNumber, state }) => {
        const attributes = { class: isNumber ? "number" : null, "data-state": state?.(row) };
        return element("td", attributes, text(row));
      }),
    );
  }

  #empty() {
    const { columns, empty } = this.#view;
    return element("tr", {}, element("td", { colspan: columns.length, class: "empty" }, empty));
  }
}

/** Which header of a list is which of our columns: proposed by the server, confirmed or changed by a person. */

import { element } from "./dom.mjs";

/** The headers as chosen, by our column; "" for none. */
export const chosenHeaders = ({ columns }) =>
  Object.fromEntries(columns.map(({ name, header }) => [name, header ?? ""]));

/**
 * What the import must be told, as COLUMN=HEADER: the guesses that stay, and what was changed. What the server finds by
 * itself is left out, so that a usual file needs none.
 */
export function fieldsOf({ columns }, chosen) {
  return columns
    .filter(({ name, header, guessed }) => chosen[name] !== (header ?? "") || (guessed && chosen[name] !== ""))
    .map(({ name }) => `${name}=${chosen[name]}`);
}

/** Whether a person must look at the proposal before the file is tried. */
export const asksForACheck = ({ columns, faults }) =>
  columns.some(({ guessed }) => guessed) || faults.some(({ severity }) => severity === "fault");

/**
 * Keeps the proposal for a file and draws it. `look(order)` asks the server, `forget()` drops what was found, `draw()`
 * gives the part of the form, `fields()` what the import is told, `sheet()` the sheet chosen. `onChange()` to redraw.
 */
export function createImportMap({ api, words, notices, activity }, { onChange }) {
  const { t } = words;
  let proposal = null;
  let chosen = {};
  let sheet = "";
  let asked = 0;

  async function look({ kind, query, file }) {
    const end = activity.begin();
    const turn = ++asked;
    proposal = null;
    try {
      const { name, encoding } = query;
      const found = await api.upload(`/api/imports/${kind}/proposal`, { name, encoding, sheet }, file, () => {});
      // Another file was chosen while this one was looked at.
      if (turn !== asked) return;
      proposal = found;
      chosen = chosenHeaders(found);
      notices.clear();
      onChange();
    } catch (error) {
      if (turn === asked) notices.show(error);
    } finally {
      end();
    }
  }

  function select({ name, title }) {
    const onchange = ({ target }) => {
      chosen[name] = target.value;
    };
    const options = ["", ...proposal.headers].map((header) =>
      element("option", { value: header }, header === "" ? t("imports.map.none") : header),
    );
    const control = element("select", { id: `map-${name}`, "aria-label": title, onchange }, ...options);
    control.value = chosen[name];
    return control;
  }

  function row(column) {
    const { title, required, guessed, samples } = column;
    const marks = [required ? t("imports.column.required") : null, guessed ? t("imports.map.guess") : null];
    const told = marks.filter((mark) => mark !== null).map((mark) => element("strong", {}, ` ${mark}`));
    return element(
      "tr",
      {},
      element("th", { scope: "row" }, title, ...told),
      element("td", {}, select(column)),
      element("td", {}, samples.join(" · ")),
    );
  }

  function table() {
    const heads = ["column", "header", "sample"].map((key) =>
      element("th", { scope: "col" }, t(`imports.map.${key}`)),
    );
    return element(
      "div",
      { class: "table", tabindex: "0", role: "region", "aria-label": t("imports.map") },
      element(
        "table",
        { class: "plain" },
        element("thead", {}, element("tr", {}, ...heads)),
        element("tbody", {}, ...proposal.columns.map(row)),
      ),
    );
  }

  function sheetField(look) {
    if (proposal.sheets.length < 2) return null;
    const onchange = ({ target }) => {
      sheet = target.value;
      look();
    };
    const options = proposal.sheets.map((name) => element("option", { value: name }, name));
    const control = element("select", { id: "import-sheet", onchange }, ...options);
    control.value = proposal.sheet;
    return element("div", { class: "field" }, element("label", { for: "import-sheet" }, t("imports.sheet")), control);
  }

  function draw(again) {
    if (proposal === null) return [];
    const dropped = proposal.dropped.map(({ header, why }) => element("li", {}, why ?? t("imports.map.unused", { header })));
    const faults = proposal.faults.map(({ message }) => element("li", {}, message));
    const found = proposal.columns.filter(({ header }) => header !== null).length;
    const mustCheck = asksForACheck(proposal);
    const summary = mustCheck ? t("imports.map.check") : t("imports.map.good", { n: found });
    const details = element(
      "details",
      { id: "import-map" },
      element("summary", {}, summary),
      faults.length > 0 ? element("ul", { class: "note" }, ...faults) : null,
      table(),
      dropped.length > 0 ? element("ul", { class: "note" }, ...dropped) : null,
    );
    details.open = mustCheck;
    return [sheetField(again), details].filter((part) => part !== null);
  }

  return {
    look,
    draw,
    forget() {
      asked += 1;
      proposal = null;
      sheet = "";
    },
    fields: () => (proposal === null ? [] : fieldsOf(proposal, chosen)),
    sheet: () => sheet,
  };
}

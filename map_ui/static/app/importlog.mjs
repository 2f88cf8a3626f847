/** What was imported: newest first, each to be taken back after a question. */

import { whileBusy } from "./activity.mjs";
import { element } from "./dom.mjs";
import { integer, moment } from "./format.mjs";
import { countName } from "./importjob.mjs";

const PAGE = 20;

/** Draws into `box`; `load()` asks for the newest imports anew. */
export function createImportLog(box, { api, words, notices, activity }) {
  const { t } = words;
  let items = [];
  let next = null;

  const busy = (act) => whileBusy({ activity, notices }, act);

  const load = () =>
    busy(async () => {
      ({ items, next } = await api.get("/api/imports", { limit: PAGE }));
      draw();
    });

  const more = () =>
    busy(async () => {
      const page = await api.get("/api/imports", { limit: PAGE, after: next });
      items = [...items, ...page.items];
      next = page.next;
      draw();
    });

  function undo(entry) {
    askFirst(entry, () =>
      busy(async () => {
        const { counts } = await api.send("POST", `/api/imports/${entry.id}/undo`);
        const lines = Object.entries(counts).map(([name, n]) => `${countName(name, t)} ${integer(n, words.language)}`);
        notices.say(t("imports.undo.done", { name: entry.source_name }), lines);
        await load();
      }),
    );
  }

  function askFirst(entry, act) {
    const close = (isSure) => {
      dialog.close();
      dialog.remove();
      if (isSure) act();
    };
    const title = element("h2", { id: "undo-title" }, t("imports.undo.title"));
    const dialog = element(
      "dialog",
      { id: "undo-dialog", "aria-labelledby": "undo-title" },
      title,
      element("p", {}, t("imports.undo.ask", { name: entry.source_name, n: integer(entry.rows, words.language) })),
      element("p", { class: "note" }, t("imports.undo.note")),
      element(
        "div",
        { class: "actions" },
        element("button", { type: "button", id: "undo-no", onclick: () => close(false) }, t("imports.undo.no")),
        element("button", { type: "button", id: "undo-yes", class: "primary", onclick: () => close(true) }, t("imports.undo.yes")),
      ),
    );
    dialog.addEventListener("cancel", () => dialog.remove());
    document.body.append(dialog);
    dialog.showModal();
  }

  function row(entry) {
    const { id, kind, source_name, at, by, counts, fault_count, undone_at, undone_by } = entry;
    const told = Object.entries(counts).map(([name, n]) => `${countName(name, t)} ${integer(n, words.language)}`);
    const state =
      undone_at === null
        ? element("button", { type: "button", onclick: () => undo(entry), "aria-label": t("imports.undo.label", { name: source_name }) }, t("imports.undo"))
        : t("imports.undone", { at: moment(undone_at), by: undone_by ?? t("imports.by.operator") });
    return element(
      "tr",
      { "data-id": id, class: undone_at === null ? null : "undone" },
      element("th", { scope: "row" }, source_name, element("span", { class: "note" }, kindName(kind, t))),
      element("td", {}, moment(at)),
      element("td", {}, by ?? t("imports.by.operator")),
      element("td", { class: "wrapping" }, told.join(t("list.separator"))),
      element("td", { class: "number" }, integer(fault_count, words.language)),
      element("td", {}, state),
    );
  }

  function draw() {
    const heads = [t("imports.log.file"), t("imports.log.at"), t("imports.log.by"), t("imports.log.rows"), t("imports.log.faults"), t("imports.log.undo")];
    const head = element("tr", {}, ...heads.map((text) => element("th", { scope: "col" }, text)));
    const table = element("table", { class: "plain" }, element("thead", {}, head), element("tbody", {}, ...items.map(row)));
    const onward = next === null ? null : element("button", { type: "button", id: "log-more", onclick: more }, t("imports.log.more"));
    const filled = element("div", { class: "table", tabindex: "0", role: "region", "aria-label": t("imports.log") }, table);
    const none = element("p", { class: "note" }, t("imports.log.none"));
    const parts = [element("h2", {}, t("imports.log")), items.length > 0 ? filled : none, onward];
    box.replaceChildren(...parts.filter((part) => part !== null));
  }

  return { draw, load };
}

function kindName(kind, t) {
  const key = `imports.kind.${kind}`;
  const text = t(key);
  return text === key ? kind : text;
}

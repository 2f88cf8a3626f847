/** The kinds of incidents to count: several may be chosen, each with its number. */

import { element } from "./dom.mjs";
import { countText } from "./format.mjs";
import { askedPlace, createLatest } from "./latest.mjs";
import { keepFocus } from "./layerpanel.mjs";

/** The kinds in a comma list, as the API takes them; null is all. */
export function kindsOf(kind) {
  return kind === null ? [] : kind.split(",");
}

/** The comma list after one kind was added or taken out, in the order of `codes`; null when none is left. */
export function toggled(kind, code, codes) {
  const chosen = new Set(kindsOf(kind));
  if (!chosen.delete(code)) chosen.add(code);
  return codes.filter((one) => chosen.has(one)).join(",") || null;
}

/** The part of the page in `box`: shows `kinds` of the state, and sets `kind` there. */
export function createKindPanel({ page }, box) {
  const { state, words } = page;
  const latest = createLatest(page);
  let counts = new Map();
  let place = null;

  function load() {
    const { from, to } = state.get();
    const asked = askedPlace(place, state.get());
    if (asked === null) return;
    latest.ask("/api/counts/kinds", { ...asked, from, to }, ({ items }) => {
      counts = new Map(items.map((row) => [row.kind, row]));
      draw();
    });
  }

  function draw() {
    const { kind, kinds } = state.get();
    const chosen = kindsOf(kind);
    const codes = kinds.map(({ code }) => code);
    const choices = kinds.map((row) =>
      element(
        "label",
        { class: "kind" },
        element("input", {
          type: "checkbox",
          id: `kind-${row.code}`,
          checked: chosen.includes(row.code),
          onchange: () => state.set({ kind: toggled(state.get().kind, row.code, codes) }),
        }),
        element("span", {}, words.titled(row, "name")),
        element("span", { class: "kind-number" }, countText(counts.get(row.code), words)),
      ),
    );
    const clear = () => state.set({ kind: null });
    const all = element(
      "button",
      { type: "button", id: "kind-all", "aria-pressed": String(kind === null), onclick: clear },
      words.t("filter.all_kinds"),
    );
    const title = element("legend", {}, words.t("filter.kind"));
    keepFocus(box, () => box.replaceChildren(element("fieldset", {}, title, all, ...choices)));
  }

  state.on(["grid"], load);
  return {
    draw,
    show(shown) {
      place = shown;
      load();
    },
  };
}

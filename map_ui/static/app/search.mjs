/** Finding a village by a part of its name or the beginning of its code. */

import { element } from "./dom.mjs";

const WAIT_MS = 200;
const LONGEST = 12;

/** A combobox in `box`; `onChoose(code)` is called for the village chosen. */
export class VillageSearch {
  #page;
  #onChoose;
  #input;
  #list;
  #found = [];
  #active = -1;
  #timer = 0;
  #turn = 0;

  constructor(page, { box, onChoose }) {
    this.#page = page;
    this.#onChoose = onChoose;
    this.#input = element("input", {
      type: "search",
      id: "find",
      role: "combobox",
      autocomplete: "off",
      maxlength: "60",
      "aria-controls": "find-list",
      "aria-expanded": "false",
      "aria-autocomplete": "list",
      oninput: () => this.#ask(),
      onkeydown: (event) => this.#press(event),
      onblur: () => this.#close(),
    });
    this.#list = element("ul", { id: "find-list", role: "listbox", hidden: true });
    box.replaceChildren(this.#input, this.#list);
  }

  draw() {
    const { t } = this.#page.words;
    this.#input.setAttribute("aria-label", t("planner.find"));
    this.#input.setAttribute("placeholder", t("planner.find.hint"));
    this.#list.setAttribute("aria-label", t("planner.find"));
    if (!this.#list.hidden) this.#drawList();
  }

  #ask() {
    const { activity } = this.#page;
    clearTimeout(this.#timer);
    this.#turn += 1;
    const turn = this.#turn;
    const end = activity.begin();
    this.#timer = setTimeout(() => this.#load(turn), WAIT_MS);
    // The page is at rest again when this question was answered, or another one has taken its place.
    setTimeout(end, WAIT_MS + 10);
  }

  async #load(turn) {
    const { activity, api, notices } = this.#page;
    const q = this.#input.value.trim();
    if (q === "") {
      this.#close();
      return;
    }
    const end = activity.begin();
    try {
      const { items } = await api.get("/api/regions", { q, level: 5, limit: LONGEST });
      if (turn !== this.#turn) return;
      this.#found = items;
      this.#active = items.length > 0 ? 0 : -1;
      this.#drawList();
    } catch (error) {
      notices.show(error);
    } finally {
      end();
    }
  }

  #drawList() {
    const { t } = this.#page.words;
    const options = this.#found.map((village, at) => this.#option(village, at));
    const none = element("li", { class: "empty", role: "option", "aria-disabled": "true" }, t("planner.find.none"));
    this.#list.replaceChildren(...(options.length > 0 ? options : [none]));
    this.#list.hidden = false;
    this.#input.setAttribute("aria-expanded", "true");
    this.#mark();
  }

  #option(village, at) {
    const { words } = this.#page;
    const status = words.t(village.plan_status === null ? "planner.no_plan" : `plan.${village.plan_status}`);
    const households = words.t("planner.households", { n: village.households });
    // The press, not the click: it comes before the field loses the focus and closes the list.
    const onmousedown = (event) => {
      event.preventDefault();
      this.#choose(at);
    };
    return element(
      "li",
      { role: "option", id: `find-${at}`, "data-code": village.code, onmousedown },
      element("span", {}, `${village.parent_name ?? ""} \u203a ${village.name}`),
      element("span", { class: "note" }, `${village.code} \u00b7 ${households} \u00b7 ${status}`),
    );
  }

  #mark() {
    [...this.#list.children].forEach((option, at) => option.setAttribute("aria-selected", String(at === this.#active)));
    if (this.#active < 0) this.#input.removeAttribute("aria-activedescendant");
    else this.#input.setAttribute("aria-activedescendant", `find-${this.#active}`);
    this.#list.children[this.#active]?.scrollIntoView({ block: "nearest" });
  }

  #press(event) {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    const n = this.#found.length;
    if (step !== undefined && !this.#list.hidden && n > 0) this.#active = (this.#active + step + n) % n;
    else if (event.key === "Enter" && !this.#list.hidden && this.#active >= 0) this.#choose(this.#active);
    else if (event.key === "Escape") this.#close();
    else return;
    event.preventDefault();
    this.#mark();
  }

  #choose(at) {
    const { code } = this.#found[at];
    this.#input.value = "";
    this.#close();
    this.#onChoose(code);
  }

  #close() {
    clearTimeout(this.#timer);
    this.#turn += 1;
    this.#found = [];
    this.#active = -1;
    this.#list.hidden = true;
    this.#list.replaceChildren();
    this.#input.setAttribute("aria-expanded", "false");
    this.#mark();
  }
}

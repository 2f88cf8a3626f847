/** The houses as a list by distance: what the map shows, in words. */

import { element } from "./dom.mjs";
import { metres } from "./format.mjs";
import { keepFocus } from "./layerpanel.mjs";
import { STATES, byDistance, stateSign } from "./states.mjs";

const PAGE = 30;

/** A distance as it is said: whole metres, from a kilometre on tenths of it. */
export function spoken(distance_m) {
  return metres(distance_m < 1000 ? Math.round(distance_m) : Math.round(distance_m / 100) * 100);
}

/** The list in `box`; `onHouse(id)` when a row is chosen. */
export class HouseList {
  #box;
  #words;
  #onHouse;
  #filter = "all";
  #shown = PAGE;
  #houses = [];
  #building = null;

  constructor(box, words, onHouse) {
    this.#box = box;
    this.#words = words;
    this.#onHouse = onHouse;
  }

  /** Shows `houses` (rows of the layer, `distance_m` null where unknown). */
  show(houses) {
    this.#houses = houses;
    this.draw();
  }

  /** Shows only the houses of a building (ids), whatever their state; null: all again. */
  showBuilding(ids) {
    this.#building = ids;
    this.#filter = "all";
    this.draw();
  }

  draw() {
    const { t } = this.#words;
    const chosen = this.#houses.filter((house) => this.#isChosen(house));
    const rows = chosen.sort(byDistance).slice(0, this.#shown);
    const rest = chosen.length - rows.length;
    // Without one's own position no house has a distance.
    const order = chosen.some(({ distance_m }) => distance_m !== null) ? "field.list.count" : "field.list.count_unplaced";
    keepFocus(this.#box, () =>
      this.#box.replaceChildren(
        element("h2", {}, t("field.list")),
        this.#filters(),
        element("p", { class: "note", role: "status" }, t(order, { n: chosen.length })),
        element("ul", { class: "houses" }, ...rows.map((house) => this.#row(house))),
        ...(rest > 0 ? [this.#more(rest)] : []),
      ),
    );
  }

  #isChosen({ id, visit_state }) {
    if (this.#building !== null) return this.#building.includes(id);
    return this.#filter === "all" || visit_state === this.#filter;
  }

  #filters() {
    const { t } = this.#words;
    const count = (state) => this.#houses.filter(({ visit_state }) => visit_state === state).length;
    const choices = [["all", t("field.filter.all"), this.#houses.length]];
    for (const state of STATES) choices.push([state, t(`field.state.${state}`), count(state)]);
    const buttons = choices.map(([value, text, n]) => {
      const onclick = () => {
        this.#building = null;
        this.#filter = value;
        this.#shown = PAGE;
        this.draw();
      };
      const pressed = String(this.#building === null && this.#filter === value);
      const attributes = { type: "button", id: `state-${value}`, "aria-pressed": pressed, onclick };
      return element("button", attributes, value === "all" ? null : stateSign(value), `${text} ${n}`);
    });
    if (this.#building !== null) {
      const onclick = () => this.showBuilding(null);
      const text = t("field.filter.building", { n: this.#building.length });
      const attributes = { type: "button", id: "state-building", "aria-pressed": "true", onclick };
      buttons.unshift(element("button", attributes, text));
    }
    return element("div", { class: "chips", role: "group", "aria-label": t("field.filter") }, ...buttons);
  }

  #row(house) {
    const { t } = this.#words;
    const unknown = house.lon === null ? t("field.no_place") : "";
    const far = house.distance_m === null ? unknown : spoken(house.distance_m);
    const last = house.last_visit_at === null ? t("field.never_visited") : t("field.last_visit", { day: day(house) });
    const stands = ` ${t(`field.state.${house.visit_state}`)} · ${last}`;
    return element(
      "li",
      {},
      element(
        "button",
        { type: "button", id: `house-${house.id}`, class: "house-row", onclick: () => this.#onHouse(house.id) },
        element("span", { class: "far" }, far),
        element("strong", {}, house.address),
        element("span", { class: "note" }, stateSign(house.visit_state), stands),
      ),
    );
  }

  #more(rest) {
    const onclick = () => {
      this.#shown += PAGE;
      this.draw();
    };
    const attributes = { type: "button", id: "more", class: "wide", onclick };
    return element("button", attributes, this.#words.t("field.more", { n: rest }));
  }
}

// The moment comes with the offset of China: its first ten characters are the day there.
function day({ last_visit_at }) {
  return last_visit_at.slice(0, 10);
}

/** A house's card: address, people masked, visits; and the form by which a visit is recorded. */

import { element } from "./dom.mjs";
import { VisitForm } from "./visitform.mjs";
import { stateSign } from "./states.mjs";

/** The card in `box`; `onClose()` when it is closed, `onStored(houseId, state)` when a visit was stored. */
export class HouseCard {
  #box;
  #page;
  #onClose;
  #onStored;
  #card = null;
  #forms = new Map();
  #turn = 0;

  constructor(box, page, { onClose, onStored }) {
    this.#box = box;
    this.#page = page;
    this.#onClose = onClose;
    this.#onStored = onStored;
    box.addEventListener("keydown", ({ key }) => key === "Escape" && this.close());
  }

  /** The id of the house that is open, or null. */
  get openId() {
    return this.#card?.id ?? null;
  }

  /** Asks for the card of a house and shows it. */
  async open(id) {
    const { api, activity, notices } = this.#page;
    const end = activity.begin();
    this.#turn += 1;
    const turn = this.#turn;
    try {
      const card = await api.get(`/api/houses/${id}`);
      if (turn !== this.#turn) return;
      this.#card = card;
      this.#box.hidden = false;
      this.draw();
      this.#box.scrollTop = 0;
      this.#box.querySelector("h2").focus({ preventScroll: true });
    } catch (error) {
      notices.show(error);
    } finally {
      end();
    }
  }

  close() {
    if (this.#card === null) return;
    const { id } = this.#card;
    this.#turn += 1;
    this.#card = null;
    this.#box.hidden = true;
    this.#box.replaceChildren();
    this.#onClose(id);
  }

  draw() {
    if (this.#card === null) return;
    const { t } = this.#page.words;
    const { address, village_name, state, households, visits } = this.#card;
    const leave = { type: "button", class: "quiet", id: "close-house", onclick: () => this.close() };
    const close = element("button", leave, t("close"));
    const where = [village_name, this.#dwelling()].filter((text) => text !== "").join(" · ");
    const stands = ` ${t(`field.state.${state.visit_state}`)}`;
    this.#box.replaceChildren(
      element("header", {}, element("h2", { tabindex: "-1" }, address), close),
      element("p", { class: "note" }, where),
      element("p", { class: "state" }, stateSign(state.visit_state), stands, this.#due()),
      ...this.#people(households),
      this.#form().node(),
      ...this.#past(visits),
    );
  }

  #dwelling() {
    const { t } = this.#page.words;
    const known = ["building_no", "unit", "floor", "room"].filter((part) => this.#card[part]);
    return known.map((part) => t(`field.${part}`, { n: this.#card[part] })).join(" ");
  }

  #due() {
    const { next_due_on } = this.#card.state;
    return next_due_on === null ? null : ` · ${this.#page.words.t("field.due_on", { day: next_due_on })}`;
  }

  #people(households) {
    const { t } = this.#page.words;
    if (households.length === 0) return [element("p", {}, t("field.nobody"))];
    return households.map(({ persons, phone_known }, index) => {
      const title = t("field.household", { n: index + 1, persons: persons.length });
      const phone = t(phone_known ? "field.phone_known" : "field.phone_unknown");
      const rows = persons.map((person) => {
        return element("li", {}, element("strong", {}, person.name), ` ${this.#about(person)}`);
      });
      return element(
        "section",
        {},
        element("h3", {}, title),
        element("p", { class: "note" }, phone),
        element("ul", { class: "people" }, ...rows),
      );
    });
  }

  #about({ sex, age_band, residence }) {
    const { t } = this.#page.words;
    const parts = [t(`field.residence.${residence}`)];
    if (age_band !== null) parts.unshift(t("field.age", { band: age_band }));
    if (sex !== null) parts.unshift(t(`field.sex.${sex}`));
    return parts.join(" · ");
  }

  #past(visits) {
    const { t } = this.#page.words;
    if (visits.length === 0) return [];
    const rows = visits.map(({ visited_at, outcome, by, note }) => {
      const when = visited_at.slice(0, 16).replace("T", " ");
      const head = [when, t(`field.outcome.${outcome}`), by].filter((part) => part !== null);
      return element("li", {}, head.join(" · "), note === null ? null : element("p", { class: "said" }, note));
    });
    return [element("section", {}, element("h3", {}, t("field.visits")), element("ol", { class: "visits" }, ...rows))];
  }

  // A form lives as long as the page: what was typed about a house is there when it is opened again.
  #form() {
    const { id } = this.#card;
    if (!this.#forms.has(id)) {
      const form = new VisitForm(id, this.#page, {
        onStored: (stored) => {
          this.#forms.delete(id);
          this.#onStored(id, stored.house);
          if (this.openId === id) this.open(id);
        },
        onTaken: () => this.openId === id && this.open(id),
      });
      this.#forms.set(id, form);
    }
    return this.#forms.get(id);
  }
}

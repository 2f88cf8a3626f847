/** The villages that most need a planner: plans far from their mean or band first, then villages without a plan. */

import { element } from "./dom.mjs";
import { integer, percent } from "./format.mjs";

const PAGE = 10;

/** What stands beside a village's name: how uneven its plan is, or that it has none and for how many households. */
export function needText({ imbalance, off_band, households }, { t, language }) {
  const n = integer(households, language);
  if (imbalance === null) return t("planner.need.no_plan", { n });
  const worst = percent(imbalance, language);
  return off_band > 0 ? t("planner.need.off_band", { worst, grids: off_band }) : t("planner.need.uneven", { worst });
}

/** A list in `box`, asked for when `card` (the `details` around it) is opened; `onChoose(code)` for the one chosen. */
export class Unbalanced {
  #page;
  #box;
  #card;
  #onChoose;
  #villages = [];
  #next = null;
  #isLoaded = false;

  constructor(page, { box, card, onChoose }) {
    this.#page = page;
    this.#box = box;
    this.#card = card;
    this.#onChoose = onChoose;
    card.addEventListener("toggle", () => {
      if (card.open && !this.#isLoaded) this.#load(null);
    });
  }

  /** Asks anew: a plan was published. */
  forget() {
    this.#isLoaded = false;
    if (this.#card.open) this.#load(null);
  }

  draw() {
    const { words } = this.#page;
    const rows = this.#villages.map((village) => this.#row(village));
    const onclick = () => this.#load(this.#next);
    const more = element("button", { type: "button", id: "unbalanced-more", onclick }, words.t("planner.more"));
    this.#box.replaceChildren(element("ol", {}, ...rows), this.#next === null ? "" : more);
  }

  #row(village) {
    const onclick = () => this.#onChoose(village.code);
    const name = `${village.parent_name ?? ""} \u203a ${village.name}`;
    const button = element("button", { type: "button", class: "link", "data-code": village.code, onclick }, name);
    return element("li", {}, button, element("span", { class: "note" }, needText(village, this.#page.words)));
  }

  async #load(after) {
    const { activity, api, me, notices } = this.#page;
    this.#isLoaded = true;
    const end = activity.begin();
    try {
      const query = { code: me.region.code, level: 5, order: "imbalance", limit: PAGE, after };
      const { items, next } = await api.get("/api/regions", query);
      this.#villages = after === null ? items : [...this.#villages, ...items];
      this.#next = next;
      this.draw();
    } catch (error) {
      notices.show(error);
    } finally {
      end();
    }
  }
}

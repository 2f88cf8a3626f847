/** Dividing a village: ask for a proposal, look at it, submit it, publish it. */

import { element } from "./dom.mjs";
import { integer } from "./format.mjs";
import { drawProposal } from "./proposal.mjs";

const UNDER_WAY = ["draft", "in_review"];

/** The plan that is still to be published: the newest draft or plan in review; null when there is none. */
export function planUnderWay(plans) {
  const open = plans.filter(({ status }) => UNDER_WAY.includes(status));
  return open.toSorted((a, b) => b.created_at.localeCompare(a.created_at))[0] ?? null;
}

/** Whether the target lies in its band; the server would refuse it otherwise, in its own words. */
export function isTargetInBand({ load, low, high }) {
  return low <= load && load <= high;
}

/**
 * The planner's part of the panel in `box`. `onPlan(grids)` gets the proposal's grids to draw, `onPublished()` is
 * called when grids have changed.
 */
export class Planner {
  #page;
  #box;
  #onPlan;
  #onPublished;
  #village = null;
  #plan = null;
  #newest = null;
  // What is in the form and was not yet divided by: kept while the form is drawn anew.
  #typed = null;

  constructor(page, { box, onPlan, onPublished }) {
    this.#page = page;
    this.#box = box;
    this.#onPlan = onPlan;
    this.#onPublished = onPublished;
  }

  /** Shows a village with its plan under way, if there is one. */
  async show(village) {
    if (village !== this.#village) this.#plan = this.#newest = this.#typed = null;
    this.#village = village;
    await this.#run(async () => {
      const { items } = await this.#page.api.get("/api/plans", { village });
      if (village !== this.#village) return;
      this.#newest = items[0] ?? null;
      await this.#open(planUnderWay(items)?.id ?? null);
    });
  }

  hide() {
    this.#village = null;
    this.#plan = this.#typed = null;
    this.draw();
  }

  draw() {
    const { t } = this.#page.words;
    this.#box.hidden = this.#village === null;
    this.#onPlan(this.#plan?.grids ?? []);
    if (this.#village === null) {
      this.#box.replaceChildren();
      return;
    }
    const proposal = this.#plan === null ? "" : drawProposal(this.#plan, this.#page.words, this.#step());
    this.#box.replaceChildren(element("h3", {}, t("plan.title")), proposal, this.#order());
  }

  // Buttons are off while the server works, and drawn anew when it is done, unless another village is shown by then.
  async #run(work) {
    const { activity, notices } = this.#page;
    const end = activity.begin();
    const village = this.#village;
    for (const button of this.#box.querySelectorAll("button")) button.disabled = true;
    try {
      await work();
    } catch (error) {
      notices.show(error);
    } finally {
      if (village === this.#village) this.draw();
      end();
    }
  }

  async #open(id) {
    this.#plan = id === null ? null : await this.#page.api.get(`/api/plans/${id}`);
  }

  #act(work) {
    this.#page.notices.clear();
    return this.#run(work);
  }

  #divide({ load, low, high, tolerance }) {
    const { api, notices, words } = this.#page;
    if (!isTargetInBand({ load, low, high })) {
      notices.warn(words.t("plan.out_of_band"));
      return null;
    }
    const order = { village: this.#village, load, band: [low, high], tolerance: tolerance / 100, k: null };
    return this.#act(async () => {
      this.#plan = await api.send("POST", "/api/plans", order);
      this.#typed = null;
    });
  }

  #submit() {
    return this.#act(async () => {
      const { id, rev } = this.#plan;
      await this.#page.api.send("POST", `/api/plans/${id}/submit`, { rev });
      await this.#open(id);
    });
  }

  #publish() {
    return this.#act(async () => {
      const { id, rev } = this.#plan;
      const result = await this.#page.api.send("POST", `/api/plans/${id}/publish`, { rev });
      this.#plan = null;
      this.#sayPublished(result);
      await this.#onPublished();
    });
  }

  #sayPublished({ begun, changed, kept, ended, moved, unplaced }) {
    const { words, notices } = this.#page;
    const number = (value) => integer(value, words.language);
    const lines = Object.entries(moved)
      .filter(([, n]) => n > 0)
      .map(([table, n]) => words.t("plan.moved", { what: words.t(`moved.${table}`), n: number(n) }));
    if (unplaced > 0) lines.push(words.t("plan.unplaced", { n: number(unplaced) }));
    const grids = { begun: number(begun), changed: number(changed), kept: number(kept), ended: number(ended) };
    notices.say(words.t("plan.done", grids), lines);
  }

  #step() {
    const { t } = this.#page.words;
    const isDraft = this.#plan.status === "draft";
    const onclick = () => (isDraft ? this.#submit() : this.#publish());
    const text = t(isDraft ? "plan.submit" : "plan.publish");
    return element("button", { type: "button", class: "primary", id: "plan-step", onclick }, text);
  }

  #order() {
    const { t } = this.#page.words;
    const plan = this.#plan;
    // Whoever divides again mostly wants the target of last time.
    const last = plan ?? this.#newest;
    const values = this.#typed ?? {
      load: last?.target_load ?? 400,
      low: last?.band_low ?? 300,
      high: last?.band_high ?? 500,
      tolerance: Math.round((last?.tolerance ?? 0.05) * 100),
    };
    const fields = Object.entries(values).map(([name, value]) => numberField(name, t(`plan.${name}`), value));
    const oninput = ({ target }) => {
      this.#typed = { ...(this.#typed ?? values), [target.name]: target.value };
    };
    const onsubmit = (event) => {
      event.preventDefault();
      const typed = [...new FormData(event.target)].map(([name, value]) => [name, Number(value)]);
      this.#divide(Object.fromEntries(typed));
    };
    const text = t(plan === null ? "plan.divide" : "plan.divide_again");
    const button = element("button", { type: "submit", class: plan === null ? "primary" : "", id: "divide" }, text);
    return element("form", { class: "fields", oninput, onsubmit }, ...fields, button);
  }
}

function numberField(name, title, value) {
  const input = element("input", { type: "number", name, min: "1", max: "100000", required: true, value });
  return element("label", { class: "choice" }, element("span", {}, title), input);
}

/** Dividing a village: ask for a proposal, look at it, submit it, publish it. */

import { element } from "./dom.mjs";
import { integer, percent } from "./format.mjs";

const UNDER_WAY = ["draft", "in_review"];

/** The plan that is still to be published: the newest draft or plan in review; null when there is none. */
export function planUnderWay(plans) {
  const open = plans.filter(({ status }) => UNDER_WAY.includes(status));
  return open.toSorted((a, b) => b.created_at.localeCompare(a.created_at))[0] ?? null;
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

  constructor(page, { box, onPlan, onPublished }) {
    this.#page = page;
    this.#box = box;
    this.#onPlan = onPlan;
    this.#onPublished = onPublished;
  }

  /** Shows a village with its plan under way, if there is one. */
  async show(village) {
    if (village !== this.#village) this.#plan = this.#newest = null;
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
    this.#plan = null;
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
    const proposal = this.#plan === null ? "" : this.#proposal();
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

  #divide(order) {
    return this.#act(async () => {
      this.#plan = await this.#page.api.send("POST", "/api/plans", { village: this.#village, ...order, k: null });
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

  #sayPublished({ begun, kept, ended, moved, unplaced }) {
    const { words, notices } = this.#page;
    const number = (value) => integer(value, words.language);
    const lines = Object.entries(moved)
      .filter(([, n]) => n > 0)
      .map(([table, n]) => words.t("plan.moved", { what: words.t(`moved.${table}`), n: number(n) }));
    if (unplaced > 0) lines.push(words.t("plan.unplaced", { n: number(unplaced) }));
    notices.say(words.t("plan.done", { begun: number(begun), kept: number(kept), ended: number(ended) }), lines);
  }

  #proposal() {
    const { t } = this.#page.words;
    const { status, stale, report } = this.#plan;
    const list = [...report.faults, ...report.reasons].map(({ message }) => element("li", {}, message));
    return element(
      "div",
      { class: "proposal", id: "proposal", "data-status": status },
      element("p", {}, element("span", { class: "badge" }, t(`plan.${status}`)), " ", this.#summary()),
      stale ? element("p", { class: "note" }, t("plan.stale")) : null,
      list.length > 0 ? element("ul", { class: "faults" }, ...list) : null,
      this.#step(),
    );
  }

  #summary() {
    const { words } = this.#page;
    const { grids, report } = this.#plan;
    const deviation = percent(report.deviation, words.language);
    return words.t("plan.summary", { grids: grids.length, deviation, faults: report.faults.length });
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
    const fields = [
      numberField("load", t("plan.load"), last?.target_load ?? 400),
      numberField("low", t("plan.low"), last?.band_low ?? 300),
      numberField("high", t("plan.high"), last?.band_high ?? 500),
      numberField("tolerance", t("plan.tolerance"), Math.round((last?.tolerance ?? 0.05) * 100)),
    ];
    const onsubmit = (event) => {
      event.preventDefault();
      const { load, low, high, tolerance } = Object.fromEntries(new FormData(event.target));
      this.#divide({ load: Number(load), band: [Number(low), Number(high)], tolerance: Number(tolerance) / 100 });
    };
    const text = t(plan === null ? "plan.divide" : "plan.divide_again");
    const button = element("button", { type: "submit", class: plan === null ? "primary" : "", id: "divide" }, text);
    return element("form", { class: "fields", onsubmit }, ...fields, button);
  }
}

function numberField(name, title, value) {
  const input = element("input", { type: "number", name, min: "1", max: "100000", required: true, value });
  return element("label", { class: "choice" }, element("span", {}, title), input);
}

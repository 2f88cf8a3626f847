/** Dividing a village: ask for a proposal, compare it with the grids in force, submit it, publish it. */

import { askToConfirm } from "./confirm.mjs";
import { element } from "./dom.mjs";
import { integer } from "./format.mjs";
import { drawOrder, firstValues, isTargetInBand } from "./orderform.mjs";
import { drawPlanList, isUnderWay, planUnderWay, refittedDraft } from "./planlist.mjs";
import { drawProposal } from "./proposal.mjs";

/**
 * The planner's part of the panel in `box`. `onPlan(plan)` gets the plan that is open (null: none) whenever it is
 * drawn, `onPublished()` is called when grids have changed.
 */
export class Planner {
  #page;
  #box;
  #onPlan;
  #onPublished;
  #village = null;
  #plans = [];
  #plan = null;
  // What is in the form and was not yet divided by: kept while the form is drawn anew.
  #typed = null;

  constructor(page, { box, onPlan, onPublished }) {
    this.#page = page;
    this.#box = box;
    this.#onPlan = onPlan;
    this.#onPublished = onPublished;
  }

  /** Shows a village with its `plans`, newest first, and its plan under way, if there is one. */
  show({ code, name, plans }) {
    const isOther = code !== this.#village?.code;
    this.#village = { code, name };
    this.#plans = plans;
    if (!isOther) {
      this.draw();
      return null;
    }
    this.#plan = this.#typed = null;
    return this.#run(() => this.#open(planUnderWay(plans)?.id ?? null));
  }

  hide() {
    this.#village = null;
    this.#plans = [];
    this.#plan = this.#typed = null;
    this.draw();
  }

  draw() {
    const { words } = this.#page;
    this.#box.hidden = this.#village === null;
    this.#onPlan(this.#plan);
    if (this.#village === null) {
      this.#box.replaceChildren();
      return;
    }
    const opened = this.#plan?.id ?? null;
    const onOpen = (id) => this.#act(() => this.#open(id));
    this.#box.replaceChildren(
      element("h3", {}, words.t("plan.title")),
      this.#refitted(onOpen),
      drawPlanList(this.#plans, { opened, onOpen, words }),
      this.#plan === null ? "" : drawProposal(this.#plan, words),
      this.#plan === null ? "" : this.#buttons(),
      this.#order(),
    );
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
      if (village?.code === this.#village?.code) this.draw();
      end();
    }
  }

  #act(work) {
    this.#page.notices.clear();
    return this.#run(work);
  }

  async #open(id) {
    this.#plan = id === null ? null : await this.#page.api.get(`/api/plans/${id}`);
  }

  // What another planner did meanwhile is seen as well.
  async #list() {
    const { code } = this.#village;
    const { items } = await this.#page.api.get("/api/plans", { village: code });
    if (code === this.#village?.code) this.#plans = items;
  }

  #divide({ load, low, high, tolerance }) {
    const { api, notices, words } = this.#page;
    if (!isTargetInBand({ load, low, high })) {
      notices.warn(words.t("plan.out_of_band"));
      return null;
    }
    const order = { village: this.#village.code, load, band: [low, high], tolerance: tolerance / 100, k: null };
    return this.#act(async () => {
      this.#plan = await api.send("POST", "/api/plans", order);
      this.#typed = null;
      await this.#list();
    });
  }

  #submit() {
    return this.#act(async () => {
      const { id, rev } = this.#plan;
      await this.#page.api.send("POST", `/api/plans/${id}/submit`, { rev });
      await this.#open(id);
      await this.#list();
    });
  }

  async #publish() {
    const { words } = this.#page;
    const { id, rev, effect } = this.#plan;
    const title = words.t("planner.publish.title", { name: this.#village.name });
    if (!(await this.#isConfirmed(title, effectLines(effect, words), "plan.publish"))) return;
    await this.#act(async () => {
      const result = await this.#page.api.send("POST", `/api/plans/${id}/publish`, { rev });
      this.#plan = null;
      await this.#list();
      this.#sayPublished(result);
      await this.#onPublished();
    });
  }

  async #discard() {
    const { t } = this.#page.words;
    const { id, rev } = this.#plan;
    if (!(await this.#isConfirmed(t("planner.discard.title"), [t("planner.discard.what")], "planner.discard"))) return;
    await this.#act(async () => {
      await this.#page.api.send("DELETE", `/api/plans/${id}?rev=${rev}`);
      this.#plan = null;
      await this.#list();
      this.#page.notices.say(t("planner.discarded"));
    });
  }

  #isConfirmed(title, lines, yes) {
    const { t } = this.#page.words;
    return askToConfirm({ title, lines, yes: t(yes), no: t("planner.cancel") });
  }

  #sayPublished({ begun, changed, kept, ended, moved, proposals, unplaced }) {
    const { words, notices } = this.#page;
    const number = (value) => integer(value, words.language);
    const lines = Object.entries(moved)
      .filter(([, n]) => n > 0)
      .map(([table, n]) => words.t("plan.moved", { what: words.t(`moved.${table}`), n: number(n) }));
    if (proposals > 0) lines.push(words.t("planner.proposals", { n: number(proposals) }));
    if (unplaced > 0) lines.push(words.t("plan.unplaced", { n: number(unplaced) }));
    const grids = { begun: number(begun), changed: number(changed), kept: number(kept), ended: number(ended) };
    notices.say(words.t("plan.done", grids), lines);
  }

  #refitted(onOpen) {
    const { t } = this.#page.words;
    const draft = refittedDraft(this.#plans);
    const isStale = this.#plans.some(({ status, stale }) => status === "published" && stale);
    if (!isStale) return "";
    const onclick = () => onOpen(draft.id);
    const button = element("button", { type: "button", id: "refitted", onclick }, t("planner.refitted"));
    return element("p", { class: "banner", role: "status" }, t("planner.stale"), draft === null ? null : button);
  }

  #buttons() {
    const { t } = this.#page.words;
    const { status, stale } = this.#plan;
    const close = this.#button("plan-close", "planner.close", () => this.#act(() => this.#open(null)));
    if (!isUnderWay(this.#plan)) return element("p", { class: "buttons" }, t("planner.read_only"), " ", close);
    const step =
      status === "draft"
        ? this.#button("plan-step", "plan.submit", () => this.#submit(), "primary")
        : this.#button("plan-step", "plan.publish", () => this.#publish(), "primary");
    const discard = this.#button("plan-discard", "planner.discard", () => this.#discard());
    return element("p", { class: "buttons" }, stale ? null : step, discard, close);
  }

  #button(id, key, onclick, kind = null) {
    return element("button", { type: "button", id, class: kind, onclick }, this.#page.words.t(key));
  }

  #order() {
    const values = this.#typed ?? firstValues(this.#plan ?? this.#plans[0] ?? null);
    const onType = (name, text) => {
      this.#typed = { ...values, ...this.#typed, [name]: text };
    };
    const isAgain = this.#plan !== null;
    return drawOrder({ values, isAgain, onType, onOrder: (order) => this.#divide(order) }, this.#page.words);
  }
}

/** What publishing will do, a line each; the server counts again when it does it. */
export function effectLines(effect, { t, language }) {
  if (effect === null) return [t("planner.effect.unknown")];
  const n = Object.fromEntries(Object.entries(effect).map(([name, value]) => [name, integer(value, language)]));
  const lines = [t("planner.effect.grids", n), t("planner.effect.households", { n: n.moved_households })];
  return effect.duties > 0 ? [...lines, t("planner.effect.duties", { n: n.duties })] : lines;
}

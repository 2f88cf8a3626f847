/** The plans of a village, any of which can be opened. */

import { element } from "./dom.mjs";

const UNDER_WAY = ["draft", "in_review"];

/** Whether a plan can still be changed, submitted, published or thrown away. */
export function isUnderWay({ status }) {
  return UNDER_WAY.includes(status);
}

/** The plan that is still to be published: the newest draft or plan in review; null when there is none. */
export function planUnderWay(plans) {
  const open = plans.filter(isUnderWay);
  return open.toSorted((a, b) => b.created_at.localeCompare(a.created_at))[0] ?? null;
}

/** The draft fitted to a corrected boundary, where the plan in force no longer fits; null when there is none. */
export function refittedDraft(plans) {
  const isStale = plans.some(({ status, stale }) => status === "published" && stale);
  return isStale ? planUnderWay(plans.filter(({ stale }) => !stale)) : null;
}

/** A moment as date and time in China: 2026-01-05 09:30. */
export function momentText(moment) {
  const options = { timeZone: "Asia/Shanghai", dateStyle: "short", timeStyle: "short", hourCycle: "h23" };
  return new Intl.DateTimeFormat("sv-SE", options).format(new Date(moment));
}

/** The list, newest first; `opened` is the id of the plan shown, `onOpen(id)` is called for another one. */
export function drawPlanList(plans, { opened, onOpen, words }) {
  const { t } = words;
  if (plans.length === 0) return "";
  const rows = plans.map(({ id, status, stale, created_at, target_load }) => {
    const text = t("planner.plan_of", { moment: momentText(created_at), load: target_load });
    const attributes = { type: "button", class: "link", "data-plan": id, "aria-current": String(id === opened) };
    const button = element("button", { ...attributes, onclick: () => onOpen(id) }, text);
    const badges = [t(`plan.${status}`), ...(stale ? [t("planner.stale_badge")] : [])];
    return element("li", {}, button, ...badges.map((badge) => element("span", { class: "badge" }, badge)));
  });
  const list = element("ol", { id: "plans", class: "plans" }, ...rows);
  const isOpen = plans.length > 1;
  return element("details", { open: isOpen }, element("summary", {}, t("planner.plans", { n: plans.length })), list);
}

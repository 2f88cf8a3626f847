/** What a plan that is not published proposes: its summary, the grids that miss the target and why, all grids. */

import { element } from "./dom.mjs";
import { integer, percent, signedPercent } from "./format.mjs";

const NAMED = 8;
const FAULT_KINDS = ["tie_apart", "house_outside", "footprint_straddles"];

/** The entries by kind, in the order in which kinds first come: `{kind, seqs, n}`; `seqs` without the unknown ones. */
export function groupByKind(entries) {
  const groups = new Map();
  for (const { kind, seq = null } of entries) {
    if (!groups.has(kind)) groups.set(kind, { kind, seqs: [], n: 0 });
    const group = groups.get(kind);
    group.n += 1;
    if (seq !== null) group.seqs.push(seq);
  }
  return [...groups.values()];
}

/** Why the target is missed, a line for each cause; at most eight grids are named. */
export function reasonLines(reasons, t) {
  return groupByKind(reasons).map(({ kind, seqs }) => {
    const reason = t(`reason.${kind}`);
    if (seqs.length === 0) return reason;
    const list = seqs.slice(0, NAMED).join(t("list.separator"));
    const key = seqs.length > NAMED ? "plan.missed_more" : "plan.missed";
    return t(key, { list, n: seqs.length, reason });
  });
}

/** What was found wrong with the village's data, a line for each kind of fault. */
export function faultLines(faults, t) {
  const known = faults.map(({ kind }) => ({ kind: FAULT_KINDS.includes(kind) ? kind : "other" }));
  return groupByKind(known).map(({ kind, n }) => t(`fault.${kind}`, { n }));
}

/** The seqs of the grids that miss the tolerance. */
export function missedSeqs(reasons) {
  return new Set(reasons.map(({ seq }) => seq).filter((seq) => seq !== null));
}

/** The deviation of a basic grid's load from the mean load, as a ratio; null for an exclusive grid. */
export function deviationOf({ kind, load }, mean_load) {
  return kind === "basic" && mean_load > 0 ? load / mean_load - 1 : null;
}

/** The proposal of a `plan` as an element; `step` is the button that takes it further. */
export function drawProposal({ status, stale, report, grids }, words, step) {
  const { t } = words;
  const lines = [...reasonLines(report.reasons, t), ...faultLines(report.faults, t)];
  return element(
    "div",
    { class: "proposal", id: "proposal", "data-status": status },
    element("p", {}, element("span", { class: "badge" }, t(`plan.${status}`)), " ", summary(grids, report, words)),
    stale ? element("p", { class: "note" }, t("plan.stale")) : null,
    lines.length > 0 ? element("ul", { class: "faults" }, ...lines.map((line) => element("li", {}, line))) : null,
    gridTable(grids, report, words),
    step,
  );
}

function summary(grids, report, { t, language }) {
  return t("plan.summary", {
    grids: integer(grids.length, language),
    deviation: percent(report.deviation, language),
    reasons: integer(missedSeqs(report.reasons).size, language),
    faults: integer(report.faults.length, language),
  });
}

function gridTable(grids, { mean_load, reasons }, { t, language }) {
  const missed = missedSeqs(reasons);
  const rows = grids.map((grid) => {
    const texts = [integer(grid.load, language), signedPercent(deviationOf(grid, mean_load), language)];
    const cells = texts.map((text) => element("td", { class: "number" }, text));
    const row = { class: missed.has(grid.seq) ? "missed" : null };
    return element("tr", row, element("th", { scope: "row" }, grid.name || String(grid.seq)), ...cells);
  });
  const titles = [["plan.grid", null], ["load", "number"], ["deviation", "number"]];
  const head = titles.map(([key, kind]) => element("th", { scope: "col", class: kind }, t(key)));
  // What scrolls must be reached by keyboard.
  return element(
    "div",
    { class: "proposal-grids", tabindex: "0", role: "group", "aria-label": t("plan.grids") },
    element("table", {}, element("thead", {}, element("tr", {}, ...head)), element("tbody", {}, ...rows)),
  );
}

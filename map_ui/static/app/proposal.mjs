/** What a plan proposes: its summary, why it misses its target, and its grids beside those in force. */

import { bandState, bandText, deviationText } from "./balance.mjs";
import { element } from "./dom.mjs";
import { integer, percent, sequence } from "./format.mjs";

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

/** What a plan says of itself: its status, a summary, and why it misses its target, as an element. */
export function drawProposal({ status, stale, report, grids }, words) {
  const { t } = words;
  const lines = [...reasonLines(report.reasons, t), ...faultLines(report.faults, t)];
  return element(
    "div",
    { class: "proposal", id: "proposal", "data-status": status },
    element("p", {}, element("span", { class: "badge" }, t(`plan.${status}`)), " ", summary(grids, report, words)),
    stale ? element("p", { class: "banner" }, t("plan.stale")) : null,
    lines.length > 0 ? element("ul", { class: "faults" }, ...lines.map((line) => element("li", {}, line))) : null,
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

/** The grids of a `plan` with who lives in them and what becomes of the grids in force, for a `Table`. */
export function proposalTable(plan, words) {
  const { t } = words;
  const isUnderWay = plan.effect !== null;
  const columns = [
    { key: "seq", title: t("plan.grid"), value: ({ seq }) => seq, text: gridName, note: () => "" },
    numberColumn("households", words),
    numberColumn("persons", words),
    numberColumn("load", words),
    { ...numberColumn("deviation", words), text: ({ deviation }) => deviationText(deviation, words) },
    bandColumn(plan, words),
  ];
  const succession = [
    { key: "goes_on_from", title: t("planner.goes_on_from"), value: ({ goes_on_from }) => goes_on_from, text: origin },
    numberColumn("moved_households", words),
  ];
  function origin({ goes_on_from }) {
    return goes_on_from === null ? t("planner.new_grid") : sequence(goes_on_from);
  }
  return {
    caption: t("planner.grids_of_plan"),
    columns: isUnderWay ? [...columns, ...succession] : columns,
    rows: plan.grids,
    keyOf: ({ seq }) => String(seq),
    empty: "",
    notes: [],
  };
}

function gridName({ seq, name }) {
  return name ? `${seq} ${name}` : String(seq);
}

function numberColumn(key, { t, language }) {
  const text = (grid) => integer(grid[key] ?? Number.NaN, language);
  return { key, title: t(key), isNumber: true, value: (grid) => grid[key], text };
}

/** The column that says whether a grid's load lies in the band of `plan`. */
export function bandColumn(plan, words) {
  const state = (grid) => bandState(grid, plan);
  const text = (grid) => bandText(state(grid), words);
  return { key: "band", title: words.t("planner.band"), isNumber: false, value: text, text, state };
}

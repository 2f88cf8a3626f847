/** How a grid's load stands to the band of its plan, in a word and a sign; and to the mean of its village. */

import { signedPercent } from "./format.mjs";

const SIGNS = { low: "\u25bc", in: "\u2713", high: "\u25b2" };

/** `low`, `in` or `high` for a basic grid; null for an exclusive one, and where no band is known. */
export function bandState({ kind, load }, band) {
  if (kind !== "basic" || band === null) return null;
  if (load < band.band_low) return "low";
  return load > band.band_high ? "high" : "in";
}

/** The state as a sign and a word; a dash where there is none. */
export function bandText(state, { t }) {
  return state === null ? "\u2014" : `${SIGNS[state]} ${t(`planner.band.${state}`)}`;
}

/** The deviation from the mean, signed; a dash where it is not known. */
export function deviationText(deviation, { language }) {
  return signedPercent(deviation ?? Number.NaN, language);
}

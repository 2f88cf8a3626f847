/** The arithmetic of a period [from, to) of days, chosen inside a window of days; dates are YYYY-MM-DD. */

import { addDays } from "./format.mjs";

const DAY_MS = 86_400_000;

/** The windows that are offered, in days. */
export const WINDOWS_DAYS = [92, 365, 1096];

/** The number of days from one date to another. */
export function daysBetween(from, to) {
  return Math.round((Date.parse(`${to}T00:00:00Z`) - Date.parse(`${from}T00:00:00Z`)) / DAY_MS);
}

/** The window [from, to) of `length` days that ends with `end`, grown so that it holds the period. */
export function windowFor(period, length, end) {
  const from = addDays(end, -length);
  return { from: period.from < from ? period.from : from, to: period.to > end ? period.to : end };
}

/** Where a date stands in the window: 0 at its beginning, 1 at its end, and in between by days. */
export function shareOf(date, { from, to }) {
  return Math.min(1, Math.max(0, daysBetween(from, date) / daysBetween(from, to)));
}

/**
 * The period after its `part` ("from", "to" or "both") was moved by some days: it stays in the window and keeps at
 * least one day; moved as a whole it keeps its length.
 */
export function moved({ from, to }, part, days, window) {
  const clamp = (value, low, high) => Math.min(high, Math.max(low, value));
  const [first, last] = [daysBetween(window.from, from), daysBetween(window.from, to)];
  const end = daysBetween(window.from, window.to);
  const at = (day) => addDays(window.from, day);
  if (part === "from") return { from: at(clamp(first + days, 0, last - 1)), to };
  if (part === "to") return { from, to: at(clamp(last + days, first + 1, end)) };
  const step = clamp(days, -first, end - last);
  return { from: at(first + step), to: at(last + step) };
}

/** By how many days a key moves a part of the brush; null when the key is none of the brush's. */
export function keyDays(key, window) {
  const all = daysBetween(window.from, window.to);
  const byDay = { ArrowLeft: -1, ArrowDown: -1, ArrowRight: 1, ArrowUp: 1 };
  const further = { PageDown: -7, PageUp: 7, Home: -all, End: all };
  return byDay[key] ?? further[key] ?? null;
}

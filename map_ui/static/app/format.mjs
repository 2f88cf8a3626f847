/** Numbers, codes and days as text. A day is a day in Asia/Shanghai. */

const NOTHING = "—";

/** A whole number with separators; a dash when it is not known. */
export function integer(value, language) {
  return Number.isFinite(value) ? new Intl.NumberFormat(language, { maximumFractionDigits: 0 }).format(value) : NOTHING;
}

/** A number with at most two decimals; a dash when it is not known. */
export function decimal(value, language) {
  if (!Number.isFinite(value)) return NOTHING;
  return new Intl.NumberFormat(language, { maximumFractionDigits: 2 }).format(value);
}

/** A ratio as percent, such as 4.2%; a dash when it is not known. */
export function percent(ratio, language) {
  if (!Number.isFinite(ratio)) return NOTHING;
  return new Intl.NumberFormat(language, { style: "percent", maximumFractionDigits: 1 }).format(ratio);
}

/** A ratio as signed percent, such as +4.2%; a dash when it is not known. */
export function signedPercent(ratio, language) {
  if (!Number.isFinite(ratio)) return NOTHING;
  const options = { style: "percent", maximumFractionDigits: 1, signDisplay: "exceptZero" };
  return new Intl.NumberFormat(language, options).format(ratio);
}

/** An area in km² with two decimals; a dash when it is not known. */
export function squareKilometres(area_m2, language) {
  if (!Number.isFinite(area_m2)) return NOTHING;
  return new Intl.NumberFormat(language, { maximumFractionDigits: 2 }).format(area_m2 / 1e6);
}

/**
 * A count of incidents: the number, a word where it is protected, a dash when there is none. A protected count is
 * small, or would give a small one away: "under five" could be untrue.
 */
export function countText(count, words) {
  if (count?.n === undefined) return NOTHING;
  return count.n === null ? words.t("protected") : integer(count.n, words.language);
}

/** The last three digits of a grid's number: its sequence in the village. */
export function sequence(gridNo) {
  return gridNo.slice(12);
}

/** Today's date in China, YYYY-MM-DD. */
export function today(now = new Date()) {
  const options = { timeZone: "Asia/Shanghai", year: "numeric", month: "2-digit", day: "2-digit" };
  return new Intl.DateTimeFormat("en-CA", options).format(now);
}

/** The date some days later (or earlier, when negative), YYYY-MM-DD. */
export function addDays(date, days) {
  const moved = new Date(`${date}T00:00:00Z`);
  moved.setUTCDate(moved.getUTCDate() + days);
  return moved.toISOString().slice(0, 10);
}

/** A length in metres as text: 250 m, 2.5 km. */
export function metres(length_m) {
  return length_m < 1000 ? `${length_m} m` : `${length_m / 1000} km`;
}

/** The size of a file as text: 3 KB, 41.7 MB. */
export function fileSize(bytes, language) {
  if (bytes < 1e6) return `${integer(Math.ceil(bytes / 1e3), language)} KB`;
  return `${new Intl.NumberFormat(language, { maximumFractionDigits: 1 }).format(bytes / 1e6)} MB`;
}

/** A moment in China, YYYY-MM-DD HH:MM. */
export function moment(at) {
  const options = { timeZone: "Asia/Shanghai", dateStyle: "short", timeStyle: "short", hourCycle: "h23" };
  return new Intl.DateTimeFormat("sv-SE", options).format(new Date(at));
}

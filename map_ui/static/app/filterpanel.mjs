/** The period of the incidents that are counted and drawn, as presets and as two dates. */

import { daysBetween } from "./brush.mjs";
import { element } from "./dom.mjs";
import { addDays, today } from "./format.mjs";
import { keepFocus } from "./layerpanel.mjs";

const PERIODS_DAYS = [1, 7, 30, 90, 365];
const USUAL_DAYS = 2;

/** The period [from, to) of the last `days` days, today included. */
export function lastDays(days, now = new Date()) {
  const to = addDays(today(now), 1);
  return { from: addDays(to, -days), to };
}

/**
 * Says that the period [from, to) reaches beyond the last day on which anything is registered, in words; null where it
 * does not, or where that day is not known. What happened yesterday may be registered today.
 */
export function lackNote({ to, lastOn = null }, t) {
  return lastOn === null || daysBetween(lastOn, to) <= USUAL_DAYS ? null : t("officer.last_on", { day: lastOn });
}

/** Draws into `box`; sets `from` and `to` (exclusive) in the state. */
export function drawFilterPanel(box, { state, words, notices }) {
  const { from, to } = state.get();
  const presets = PERIODS_DAYS.map((days) => presetButton(days, { from, to }, state, words));
  const refuse = (value) => notices.warn(words.t("filter.refused", { value, from, to: addDays(to, -1) }));
  const fields = [
    dateField("from", words.t("filter.from"), from, {
      isGood: (value) => value < to,
      refuse,
      onChoose: (value) => state.set({ from: value }),
    }),
    // The page shows the last day that counts; the API takes the day after it.
    dateField("to", words.t("filter.to"), addDays(to, -1), {
      isGood: (value) => value >= from,
      refuse,
      onChoose: (value) => state.set({ to: addDays(value, 1) }),
    }),
  ];
  const lack = lackNote(state.get(), words.t);
  keepFocus(box, () =>
    box.replaceChildren(
      element("div", { class: "presets", role: "group", "aria-label": words.t("filter.period") }, ...presets),
      element("div", { class: "fields" }, ...fields),
      lack === null ? "" : element("p", { class: "note lack", id: "last-on" }, lack),
    ),
  );
}

function presetButton(days, { from, to }, state, words) {
  const period = lastDays(days);
  const isChosen = period.from === from && period.to === to;
  return element(
    "button",
    { type: "button", id: `days-${days}`, "aria-pressed": String(isChosen), onclick: () => state.set(period) },
    words.t(`filter.days.${days}`),
  );
}

// A period that ends before it begins is put back to what it was, and that is said.
function dateField(name, title, value, { isGood, refuse, onChoose }) {
  const onchange = ({ target }) => {
    if (target.value !== "" && isGood(target.value)) return onChoose(target.value);
    if (target.value !== "") refuse(target.value);
    target.value = value;
  };
  const input = element("input", { type: "date", id: `filter-${name}`, value, onchange });
  return element("label", { class: "choice" }, element("span", {}, title), input);
}

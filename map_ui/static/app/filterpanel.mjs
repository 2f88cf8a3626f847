/** The period of the incidents that are counted and drawn, as presets and as two dates. */

import { element } from "./dom.mjs";
import { addDays, today } from "./format.mjs";
import { keepFocus } from "./layerpanel.mjs";

const PERIODS_DAYS = [1, 7, 30, 90, 365];

/** The period [from, to) of the last `days` days, today included. */
export function lastDays(days, now = new Date()) {
  const to = addDays(today(now), 1);
  return { from: addDays(to, -days), to };
}

/** Draws into `box`; sets `from` and `to` (exclusive) in the state. */
export function drawFilterPanel(box, { state, words }) {
  const { from, to } = state.get();
  const presets = PERIODS_DAYS.map((days) => presetButton(days, { from, to }, state, words));
  const fields = [
    dateField("from", words.t("filter.from"), from, {
      isGood: (value) => value < to,
      onChoose: (value) => state.set({ from: value }),
    }),
    // The page shows the last day that counts; the API takes the day after it.
    dateField("to", words.t("filter.to"), addDays(to, -1), {
      isGood: (value) => value >= from,
      onChoose: (value) => state.set({ to: addDays(value, 1) }),
    }),
  ];
  keepFocus(box, () =>
    box.replaceChildren(
      element("div", { class: "presets", role: "group", "aria-label": words.t("filter.period") }, ...presets),
      element("div", { class: "fields" }, ...fields),
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

// A period that ends before it begins is put back to what it was.
function dateField(name, title, value, { isGood, onChoose }) {
  const onchange = ({ target }) => {
    if (target.value !== "" && isGood(target.value)) onChoose(target.value);
    else target.value = value;
  };
  const input = element("input", { type: "date", id: `filter-${name}`, value, onchange });
  return element("label", { class: "choice" }, element("span", {}, title), input);
}

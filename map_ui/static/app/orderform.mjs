/** The target by which a village is divided: load, band and tolerance. */

import { element } from "./dom.mjs";

const FIRST = { target_load: 400, band_low: 300, band_high: 500, tolerance: 0.05 };

/** Whether the target lies in its band; the server would refuse it otherwise, in its own words. */
export function isTargetInBand({ load, low, high }) {
  return low <= load && load <= high;
}

/** What a form begins with: whoever divides again mostly wants the target of `last` time (null: none). */
export function firstValues(last) {
  const { target_load, band_low, band_high, tolerance } = last ?? FIRST;
  return { load: target_load, low: band_low, high: band_high, tolerance: Math.round(tolerance * 100) };
}

/**
 * The form with `values`; `onType(name, text)` hears what is typed, `onOrder(values)` the order, in numbers. `isAgain`:
 * there is a proposal already.
 */
export function drawOrder({ values, isAgain, onType, onOrder }, { t }) {
  const fields = Object.entries(values).map(([name, value]) => numberField(name, t(`plan.${name}`), value));
  const oninput = ({ target }) => onType(target.name, target.value);
  const onsubmit = (event) => {
    event.preventDefault();
    onOrder(Object.fromEntries([...new FormData(event.target)].map(([name, value]) => [name, Number(value)])));
  };
  const text = t(isAgain ? "plan.divide_again" : "plan.divide");
  const button = element("button", { type: "submit", class: isAgain ? "" : "primary", id: "divide" }, text);
  return element("form", { class: "fields", oninput, onsubmit }, ...fields, button);
}

function numberField(name, title, value) {
  const input = element("input", { type: "number", name, min: "1", max: "100000", required: true, value });
  return element("label", { class: "choice" }, element("span", {}, title), input);
}

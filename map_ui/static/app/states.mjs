/** The states of a house: each has a colour and a shape, so that neither is needed alone. */

import { element } from "./dom.mjs";

/** In the order of what comes first. */
export const STATES = ["overdue", "due", "never", "done"];

/** `shape` as it is drawn on the map, `sign` as it is written. */
export const LOOKS = {
  overdue: { shape: "triangle", sign: "\u25B2", colour: "#b3261e" },
  due: { shape: "square", sign: "\u25A0", colour: "#a85b00" },
  never: { shape: "ring", sign: "\u25CB", colour: "#0b4f78" },
  done: { shape: "circle", sign: "\u25CF", colour: "#2e6b3a" },
};

/** The sign of a state, coloured; the words stand beside it. */
export function stateSign(state) {
  const node = element("span", { class: "sign", "aria-hidden": "true" }, LOOKS[state].sign);
  node.style.color = LOOKS[state].colour;
  return node;
}

/** What a house still has to wait for comes before what is done; equal ones by distance, unknown ones last. */
export function byDistance(a, b) {
  return (a.distance_m ?? Infinity) - (b.distance_m ?? Infinity) || (a.id < b.id ? -1 : 1);
}

/** The house to go to next: the nearest that is not done, but for the one that is open. Null when all are done. */
export function nextHouse(houses, openId) {
  const waiting = houses.filter(({ id, visit_state }) => visit_state !== "done" && id !== openId);
  return waiting.sort(byDistance)[0] ?? null;
}

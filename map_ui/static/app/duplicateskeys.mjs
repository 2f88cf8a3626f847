/** The keys of the duplicates page. */

const ACTS = {
  j: ["step", 1],
  ArrowDown: ["step", 1],
  k: ["step", -1],
  ArrowUp: ["step", -1],
  1: ["keep", "kept"],
  2: ["keep", "other"],
  n: ["keepApart"],
  u: ["undo"],
  "?": ["help"],
};

/** What a key asks for: the name of an act and its argument; null for every other key. */
export function actOf(key) {
  return Object.hasOwn(ACTS, key) ? ACTS[key] : null;
}

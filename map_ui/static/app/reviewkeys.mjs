/** The keys of the review page. */

/** What a key asks for: the name of an act and its argument; null for every other key. */
export function actOf(key) {
  if (/^[1-5]$/.test(key)) return ["pick", Number(key) - 1];
  const acts = {
    j: ["step", 1],
    ArrowDown: ["step", 1],
    k: ["step", -1],
    ArrowUp: ["step", -1],
    p: ["startPin"],
    Enter: ["dropPin"],
    Escape: ["leavePin"],
    r: ["reject"],
    u: ["undo"],
    "?": ["help"],
  };
  return acts[key] ?? null;
}

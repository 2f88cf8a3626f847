/** The keys of the review page. */

const TYPING = "input, select, textarea, dialog";

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

/** Listens to the keys while nothing is typed and no dialog is open; on the map the arrows move the map. */
export function listenToKeys(acts, mapBox) {
  document.addEventListener("keydown", (event) => {
    const act = actOf(event.key);
    if (act === null || event.ctrlKey || event.metaKey || event.altKey || document.querySelector("dialog[open]")) return;
    const { target } = event;
    if (target.closest(TYPING)) return;
    if (event.key.startsWith("Arrow") && mapBox.contains(target)) return;
    // On a button or a link Enter presses that.
    if (event.key === "Enter" && target.closest("button, a, summary")) return;
    event.preventDefault();
    const [name, argument] = act;
    acts[name](argument);
  });
}

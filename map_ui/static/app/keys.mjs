/** Listening to a page's keys. */

const TYPING = "input, select, textarea, dialog";

/**
 * Does `acts[name](argument)` for a key of which `actOf(key)` gives `[name, argument]`, while nothing is typed and no
 * dialog is open. Arrows pressed on `mapBox`, where there is a map, move the map.
 */
export function listenToKeys(acts, actOf, mapBox = null) {
  document.addEventListener("keydown", (event) => {
    const act = actOf(event.key);
    if (act === null || event.ctrlKey || event.metaKey || event.altKey || document.querySelector("dialog[open]")) return;
    const { target } = event;
    if (target.closest(TYPING)) return;
    if (event.key.startsWith("Arrow") && mapBox?.contains(target)) return;
    // On a button or a link Enter presses that.
    if (event.key === "Enter" && target.closest("button, a, summary")) return;
    event.preventDefault();
    const [name, argument] = act;
    acts[name](argument);
  });
}

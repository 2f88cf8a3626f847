/** The moment whose grids are shown: now, or another one, stated in China's time. */

import { element } from "./dom.mjs";

/** The moment in a field of date and time, with China's offset; null for an empty field. */
export function momentOf(value) {
  return value === "" ? null : `${value.slice(0, 16)}:00+08:00`;
}

/** A moment of this page as it is shown: its day and time in China. */
export function shownMoment(asOf) {
  return asOf.slice(0, 16).replace("T", " ");
}

/** Draws into `box`; sets `asOf` (null: now) in the state. */
export function drawAsOf(box, { state, words }) {
  const { asOf } = state.get();
  const { t } = words;
  const value = asOf === null ? "" : asOf.slice(0, 16);
  const onchange = ({ target }) => state.set({ asOf: momentOf(target.value) });
  const input = element("input", { type: "datetime-local", id: "as-of-moment", min: "1990-01-01T00:00", value, onchange });
  const toNow = () => {
    state.set({ asOf: null });
    document.getElementById("as-of-moment").focus();
  };
  const back = element("button", { type: "button", id: "as-of-now", onclick: toNow }, t("planner.as_of.now"));
  const told = element("p", { class: "banner", role: "status" }, t("planner.as_of.told", { moment: shownMoment(asOf ?? "") }));
  const isFocused = document.activeElement?.id === "as-of-moment";
  box.replaceChildren(
    element("label", { class: "choice" }, element("span", {}, t("planner.as_of")), input),
    asOf === null ? "" : back,
    asOf === null ? "" : told,
  );
  if (isFocused) input.focus();
}

/** The way from the caller's region to the one shown, and the choice of the next level. */

import { element } from "./dom.mjs";

/** Draws the trail into `nav`; `onGo(code)` is called with the region chosen. */
export function drawTrail(nav, { trail, children, words, onGo }) {
  const steps = trail.map(({ code, name }, index) => {
    const isLast = index === trail.length - 1;
    const button = element(
      "button",
      { type: "button", "aria-current": isLast ? "page" : null, onclick: () => onGo(code) },
      name,
    );
    return element("li", {}, button);
  });
  const list = element("ol", {}, ...steps);
  nav.replaceChildren(list);
  if (children.length > 0) list.append(element("li", {}, drawChoice(children, words, onGo)));
}

function drawChoice(children, words, onGo) {
  const first = element("option", { value: "" }, words.t(`choose.level${children[0].level}`));
  const options = children.map(({ code, name }) => element("option", { value: code }, name));
  const choose = (event) => event.target.value !== "" && onGo(event.target.value);
  return element(
    "select",
    { "aria-label": words.t("choose.below"), onchange: choose },
    first,
    ...options,
  );
}

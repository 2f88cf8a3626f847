/** A question that must be answered before something is done. */

import { element } from "./dom.mjs";

/** Asks with a title, lines and the words of both buttons; gives whether it was answered with yes. Escape is no. */
export function askToConfirm({ title, lines, yes, no }) {
  const buttons = [element("button", { value: "no" }, no), element("button", { value: "yes", class: "primary" }, yes)];
  const dialog = element(
    "dialog",
    { class: "confirm", "aria-labelledby": "confirm-title" },
    element(
      "form",
      { method: "dialog" },
      element("h2", { id: "confirm-title" }, title),
      element("ul", {}, ...lines.map((line) => element("li", {}, line))),
      element("p", { class: "buttons" }, ...buttons),
    ),
  );
  document.body.append(dialog);
  dialog.showModal();
  return new Promise((resolve) => {
    dialog.addEventListener("close", () => {
      dialog.remove();
      resolve(dialog.returnValue === "yes");
    });
  });
}

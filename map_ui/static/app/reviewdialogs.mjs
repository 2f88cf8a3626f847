/** The questions and the help of the review page, as dialogs; Escape closes them. */

import { element } from "./dom.mjs";

const WHYS = ["no_such_address", "not_an_address", "outside", "other"];
const KEYS = ["j", "k", "1-5", "p", "Enter", "r", "u", "?"];
const NAMES = { "1-5": "pick", "?": "help" };

/** Asks why nothing can be made of a text; gives the reason, null when it was left. The keys 1 to 4 answer. */
export function askWhy({ t }) {
  const buttons = WHYS.map((why, at) =>
    element(
      "button",
      { value: why, id: `why-${why}`, "aria-keyshortcuts": String(at + 1) },
      element("kbd", { "aria-hidden": "true" }, String(at + 1)),
      " ",
      t(`review.reject.${why}`),
    ),
  );
  return open({
    title: t("review.reject.ask"),
    content: element("div", { class: "review-whys" }, ...buttons),
    leave: t("review.reject.leave"),
    onkeydown: (event) => buttons[Number(event.key) - 1]?.click(),
  });
}

/** Shows what the keys of the review page do. */
export function showKeys({ t }) {
  return tellKeys({ t }, KEYS.map((key) => [key, t(`review.key.${NAMES[key] ?? key.toLowerCase()}`)]));
}

/** Shows what keys do: pairs of a key and what it does, in words. */
export function tellKeys({ t }, pairs) {
  const lines = pairs.flatMap(([key, text]) => [element("dt", {}, element("kbd", {}, key)), element("dd", {}, text)]);
  return open({ title: t("review.keys"), content: element("dl", { class: "review-keys" }, ...lines), leave: t("close") });
}

function open({ title, content, leave, onkeydown = null }) {
  const heading = element("h2", { id: "dialog-title" }, title);
  const last = element("p", { class: "buttons" }, element("button", { value: "" }, leave));
  const form = element("form", { method: "dialog" }, heading, content, last);
  const dialog = element("dialog", { class: "confirm", "aria-labelledby": "dialog-title" }, form);
  if (onkeydown !== null) dialog.addEventListener("keydown", onkeydown);
  document.body.append(dialog);
  dialog.showModal();
  return new Promise((resolve) => {
    dialog.addEventListener("close", () => {
      dialog.remove();
      resolve(dialog.returnValue === "" ? null : dialog.returnValue);
    });
  });
}

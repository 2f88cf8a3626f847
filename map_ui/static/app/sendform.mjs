/** What the forms that send a parcel have in common: the words about a failure, and the buttons. */

import { element } from "./dom.mjs";
import { describe } from "./notices.mjs";

/** Why sending failed, as a notice: `text` when the page has words of its own for it, else what the server said. */
export function failureNote(t, { error }, text) {
  if (text !== undefined) return element("p", { class: "notice bad", role: "alert" }, text);
  const { title, lines } = describe(error, t);
  const list = element("ul", {}, ...lines.map((line) => element("li", {}, line)));
  const words = element("div", {}, element("strong", {}, title), list);
  return element("div", { class: "notice bad", role: "alert" }, words);
}

/**
 * The button that sends, `send-<what>`, and while it is not certain whether the parcel arrived the one to change it,
 * `change-<what>`. `text` is what the first says before anything was sent.
 */
export function sendButtons(t, { what, text, isSending, isLost, onChange }) {
  const attributes = { type: "submit", id: `send-${what}`, class: "primary wide", disabled: isSending };
  const send = element("button", attributes, isLost ? t("field.retry") : text);
  const change = { type: "button", id: `change-${what}`, class: "wide", onclick: onChange };
  const other = isLost ? element("button", change, t("field.change")) : null;
  return element("div", { class: "actions" }, send, other);
}

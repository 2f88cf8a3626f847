/** Errors and results in words, at the top of the page, until they are closed. */

import { element } from "./dom.mjs";

/** What to say about an error: `{title, lines}`. Faults of the server are all named, with where they are. */
export function describe(error, t) {
  if (error.status === undefined) return { title: t("error.page"), lines: [error.message] };
  if (error.status === 0) return { title: t("error.offline"), lines: [t("error.offline.hint")] };
  const faults = error.faults.map(({ where, message }) => (where ? `${where}: ${message}` : message));
  return { title: error.title, lines: [error.detail, ...faults].filter((line) => line) };
}

/**
 * In the element `box`: `show(error)` an error, `say(text, lines)` a result, `warn(text)` what must be mended first;
 * `clear()` takes away what is shown.
 */
export function createNotices(box, words) {
  function put(kind, title, lines) {
    const onclick = () => notice.remove();
    const close = element("button", { type: "button", class: "quiet", onclick }, words.t("close"));
    const list = lines.length > 0 ? element("ul", {}, ...lines.map((line) => element("li", {}, line))) : null;
    const text = element("div", {}, element("strong", {}, title), list);
    const notice = element("div", { class: `notice ${kind}` }, text, close);
    box.replaceChildren(notice);
  }
  return {
    show(error) {
      if (error.name === "AbortError") return;
      const { title, lines } = describe(error, words.t);
      put("bad", title, lines);
    },
    say: (title, lines = []) => put("good", title, lines),
    warn: (title) => put("bad", title, []),
    clear: () => box.replaceChildren(),
  };
}

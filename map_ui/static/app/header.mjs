/** The pages one may open, who is signed in, the language switch and the way out. */

import { byId, element } from "./dom.mjs";

const PAGES = ["planner", "officer", "field", "imports"];

/** The pages of an account, in the order in which they are shown; everybody has `account`. */
export function pagesOf({ may }) {
  return [...PAGES.filter((page) => may.includes(`page:${page}`)), "account"];
}

/** Draws into the header; `onLanguage()` after the language was changed. */
export function drawHeader({ me, api, words, notices }, onLanguage) {
  const logOut = async () => {
    try {
      await api.send("POST", "/api/logout");
      location.assign("/login");
    } catch (error) {
      notices.show(error);
    }
  };
  byId("pages").replaceChildren(...pagesOf(me).map((page) => pageLink(page, words)));
  byId("account").replaceChildren(
    element("span", { class: "who" }, element("strong", {}, me.name), " ", words.t(`role.${me.role}`)),
    languageButton(words, onLanguage),
    element("button", { type: "button", id: "logout", onclick: logOut }, words.t("logout")),
  );
}

function pageLink(page, words) {
  const isHere = location.pathname === `/${page}`;
  return element("a", { href: `/${page}`, "aria-current": isHere ? "page" : null }, words.t(`nav.${page}`));
}

/** The button that changes to the other language, named in that language. */
export function languageButton(words, onLanguage) {
  const other = words.language === "zh" ? "en" : "zh";
  const change = () => {
    words.choose(other);
    onLanguage();
    byId("language").focus();
  };
  const lang = other === "zh" ? "zh-CN" : "en";
  return element("button", { type: "button", id: "language", lang, onclick: change }, words.t("language.other"));
}

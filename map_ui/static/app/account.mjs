/** Who is signed in, the language switch and the way out. */

import { byId, element } from "./dom.mjs";

/** Draws into the header; `onLanguage()` after the language was changed. */
export function drawAccount({ me, api, words, notices }, onLanguage) {
  const logOut = async () => {
    try {
      await api.send("POST", "/api/logout");
      location.assign("/login");
    } catch (error) {
      notices.show(error);
    }
  };
  byId("account").replaceChildren(
    element("span", { class: "who" }, element("strong", {}, me.name), " ", words.t(`role.${me.role}`)),
    languageButton(words, onLanguage),
    element("button", { type: "button", id: "logout", onclick: logOut }, words.t("logout")),
  );
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

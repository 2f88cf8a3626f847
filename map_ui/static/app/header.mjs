/** The pages one may open, who is signed in, the language switch and the way out. */

import { byId, element } from "./dom.mjs";

const PAGES = ["planner", "officer", "review", "duplicates", "moves", "field", "imports"];

const MOST_SHOWN = 999;
// How many entries of the review queue are left, as far as this page has heard.
let left = null;

/** The pages of an account, in the order in which they are shown; everybody has `account`. */
export function pagesOf({ may }) {
  return [...PAGES.filter((page) => may.includes(`page:${page}`)), "account"];
}

/** Draws into the header; `onLanguage()` after the language was changed. */
export function drawHeader({ me, api, words, notices }, onLanguage) {
  const logOut = async () => {
    // What listens to the server would hear its session end, and would ask why.
    window.dispatchEvent(new Event("signout"));
    try {
      await api.send("POST", "/api/logout");
      location.assign("/login");
    } catch (error) {
      notices.show(error);
    }
  };
  byId("pages").replaceChildren(...pagesOf(me).map((page) => pageLink(page, words)));
  if (left === null) countLeft(me, api);
  byId("account").replaceChildren(
    ...madeMark(me, words),
    element("span", { class: "who" }, element("strong", {}, me.name), " ", words.t(`role.${me.role}`)),
    languageButton(words, onLanguage),
    element("button", { type: "button", id: "logout", onclick: logOut }, words.t("logout")),
  );
}

/** On every page the mark of a region whose data are made for demonstration. */
export function madeMark({ region }, { t }) {
  if (!region.synthetic) return [];
  return [element("span", { id: "made", class: "badge", title: t("badge.synthetic.hint") }, t("badge.synthetic"))];
}

function pageLink(page, words) {
  const isHere = location.pathname === `/${page}`;
  const badge = page === "review" ? element("span", { id: "left-badge", class: "left-badge" }, badgeText()) : null;
  return element("a", { href: `/${page}`, "aria-current": isHere ? "page" : null }, words.t(`nav.${page}`), badge);
}

/** Says beside the review page's name how many entries are left. */
export function showLeft(total) {
  left = total;
  const badge = document.getElementById("left-badge");
  if (badge !== null) badge.textContent = badgeText();
}

function badgeText() {
  if (left === null || left === 0) return "";
  return left > MOST_SHOWN ? `${MOST_SHOWN}+` : String(left);
}

// No page waits for this number, and none fails without it.
async function countLeft({ may }, api) {
  if (!may.includes("page:review") || location.pathname === "/review") return;
  left = 0;
  try {
    showLeft((await api.get("/api/reviews/counts", { level: 3 })).total);
  } catch {
    left = null;
  }
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

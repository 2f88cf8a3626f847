/** The login page: sends the form, says what is wrong, opens the map. */

import { languageButton } from "./header.mjs";
import { createApi } from "./api.mjs";
import { byId, readConfig } from "./dom.mjs";
import { loadWords } from "./i18n.mjs";
import { createNotices } from "./notices.mjs";

const config = readConfig();
const words = await loadWords(config);
const notices = createNotices(byId("notices"), words);
const api = createApi({ fetch: window.fetch.bind(window), language: () => words.language });
const form = byId("login-form");

form.addEventListener("submit", async (event) => {
  event.preventDefault();
  const { login, password } = Object.fromEntries(new FormData(form));
  byId("login-button").disabled = true;
  notices.clear();
  try {
    await api.send("POST", "/api/login", { login, password });
    location.assign("/");
  } catch (error) {
    notices.show(error);
    byId("login-button").disabled = false;
    byId("password").select();
  }
});

function translate() {
  byId("account").replaceChildren(languageButton(words, translate));
}

translate();
byId("login-button").disabled = false;
byId("login").focus();
document.documentElement.dataset.ready = "1";

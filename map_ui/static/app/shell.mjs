/** What every page begins with: words, notices, the API's caller and who is signed in. */

import { createActivity } from "./activity.mjs";
import { createApi } from "./api.mjs";
import { byId, readConfig } from "./dom.mjs";
import { loadWords } from "./i18n.mjs";
import { createNotices } from "./notices.mjs";

/**
 * Gives `{ config, api, me, words, notices, activity, end }`; the page counts as loading until `end()` is called.
 * Gives null when that could not be had: the reason stands in the notices, and the page is at rest.
 */
export async function openShell() {
  const config = readConfig();
  const activity = createActivity(document.documentElement);
  const end = activity.begin();
  const words = await loadWords(config);
  const notices = createNotices(byId("notices"), words);
  const api = createApi({
    fetch: window.fetch.bind(window),
    language: () => words.language,
    onSignedOut: () => location.assign("/login"),
  });
  try {
    const me = await api.get("/api/me");
    api.setCsrf(me.csrf);
    return { config, api, me, words, notices, activity, end };
  } catch (error) {
    notices.show(error);
    end();
    return null;
  }
}

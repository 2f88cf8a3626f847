/** Words in the chosen language; the catalogues are the ones the server's HTML is made from. */

const STORED = "wangge.language";
const TAGS = { zh: "zh-CN", en: "en" };

/** The language to begin with: `?lang=`, else the remembered one, else `fallback`. */
export function chooseLanguage(search, remembered, fallback) {
  const asked = new URLSearchParams(search).get("lang");
  return [asked, remembered].find((language) => language !== null && Object.hasOwn(TAGS, language)) ?? fallback;
}

/** `template` with every `{name}` replaced from `values`; a name without value stays visible. */
export function fill(template, values) {
  const valueOf = (whole, name) => (Object.hasOwn(values, name) ? String(values[name]) : whole);
  return template.replaceAll(/\{(\w+)\}/g, valueOf);
}

/**
 * Loads both catalogues and gives the words: `t(key, values)`, `titled(row)`, `language`, `choose(language)`. Of the
 * page's configuration it takes `words` (addresses by language), `language` and `title` (the key of the page's title).
 */
export async function loadWords({ words: addresses, language: fallback, title }) {
  const entries = Object.entries(addresses).map(async ([language, url]) => [language, await readCatalogue(url)]);
  const catalogues = Object.fromEntries(await Promise.all(entries));
  const words = {
    language: chooseLanguage(location.search, recall(), fallback),
    t: (key, values = {}) => fill(catalogues[words.language][key] ?? key, values),
    /** A row's title in the current language, from `title_zh` and `title_en` (or `name_zh`, `name_en`). */
    titled: (row, stem = "title") => row[`${stem}_${words.language}`] || row[`${stem}_zh`],
    choose(language) {
      words.language = language;
      remember(language);
      translateFrame(words, title);
    },
  };
  translateFrame(words, title);
  return words;
}

/** Puts the words into the frame that came as HTML: `data-i18n` for text, `data-i18n-label` for aria-label. */
function translateFrame(words, title) {
  document.title = `${words.t(title)} · ${words.t("brand")}`;
  document.documentElement.lang = TAGS[words.language];
  for (const node of document.querySelectorAll("[data-i18n]")) node.textContent = words.t(node.dataset.i18n);
  for (const node of document.querySelectorAll("[data-i18n-label]")) {
    node.setAttribute("aria-label", words.t(node.dataset.i18nLabel));
  }
}

async function readCatalogue(url) {
  const answer = await fetch(url);
  if (!answer.ok) throw new Error(`${url}: ${answer.status}`);
  return answer.json();
}

// Storage can be forbidden by policy; then the choice lasts as long as the page.
function recall() {
  try {
    return localStorage.getItem(STORED);
  } catch {
    return null;
  }
}

function remember(language) {
  try {
    localStorage.setItem(STORED, language);
  } catch {
    // see recall()
  }
}

/** The tokens of one's programs: made, shown once, listed and revoked. */

import { whileBusy } from "./activity.mjs";
import { element } from "./dom.mjs";
import { moment } from "./format.mjs";

const DAYS = [7, 30, 90, 180, 365];
const USUAL_DAYS = 90;

/** Whether a token is in force, has ended, or was revoked: the end of a key of the catalogue. */
export function tokenState({ expires_at, revoked_at }, now = new Date()) {
  if (revoked_at !== null) return "revoked";
  return new Date(expires_at) <= now ? "expired" : "valid";
}

/** Draws into `box`; `load()` asks for the tokens. */
export function createTokens(box, { api, me, words, notices, activity }) {
  const { t } = words;
  let tokens = { items: [], allowed: [] };
  let secret = null;

  const load = async () => {
    tokens = await api.get("/api/tokens");
  };

  const busy = (act) =>
    whileBusy({ activity, notices }, async () => {
      await act();
      await load();
      draw();
    });

  function make(event) {
    event.preventDefault();
    const filled = new FormData(event.target);
    const capabilities = filled.getAll("capability");
    if (filled.get("name").trim() === "" || capabilities.length === 0) return notices.warn(t("token.missing"));
    const order = { name: filled.get("name"), capabilities, days: Number(filled.get("days")) };
    if (filled.get("region").trim() !== "") order.region = filled.get("region").trim();
    notices.clear();
    return busy(async () => {
      ({ secret } = await api.send("POST", "/api/tokens", order));
    }).then(() => document.getElementById("token-copy")?.focus());
  }

  const revoke = ({ id }) =>
    busy(async () => {
      await api.send("DELETE", `/api/tokens/${id}`);
      notices.say(t("token.revoked.done"));
    });

  async function copy() {
    const shown = box.querySelector("#token-secret");
    try {
      await navigator.clipboard.writeText(secret);
      notices.say(t("token.copied"));
    } catch {
      // Without HTTPS there is no clipboard: the text is marked, Ctrl+C does the rest.
      shown.select();
      notices.say(t("token.marked"));
    }
  }

  function secretPart() {
    if (secret === null) return null;
    const hide = () => {
      secret = null;
      draw();
      box.querySelector("#token-name")?.focus();
    };
    return element(
      "div",
      { class: "secret", role: "status" },
      element("strong", {}, t("token.made")),
      element("input", { id: "token-secret", value: secret, readonly: true, "aria-label": t("token.secret") }),
      element(
        "div",
        { class: "actions" },
        element("button", { type: "button", class: "primary", id: "token-copy", onclick: copy }, t("token.copy")),
        element("button", { type: "button", id: "token-hide", onclick: hide }, t("token.hide")),
      ),
    );
  }

  const field = (id, label, control) => element("div", { class: "field" }, element("label", { for: id }, label), control);

  function form() {
    if (tokens.allowed.length === 0) return element("p", { class: "note" }, t("token.none_allowed"));
    const days = DAYS.map((n) => element("option", { value: n, selected: n === USUAL_DAYS }, t("token.days.n", { n })));
    const boxes = tokens.allowed.map((one) =>
      element("label", { class: "switch" }, element("input", { type: "checkbox", name: "capability", value: one }), element("span", {}, t(`token.may.${one.replace(":", "_")}`)), " ", element("code", {}, one)),
    );
    return element(
      "form",
      { id: "token-form", onsubmit: make, novalidate: true },
      field("token-name", t("token.name"), element("input", { id: "token-name", name: "name", maxlength: 100, autocomplete: "off", placeholder: "QGIS" })),
      field("token-days", t("token.days"), element("select", { id: "token-days", name: "days" }, ...days)),
      field("token-region", t("token.region"), element("input", { id: "token-region", name: "region", maxlength: 12, inputmode: "numeric", autocomplete: "off", placeholder: me.region.code })),
      element("fieldset", {}, element("legend", {}, t("token.capabilities")), ...boxes),
      element("div", { class: "actions" }, element("button", { type: "submit", class: "primary", id: "token-make" }, t("token.make"))),
    );
  }

  function row(token) {
    const state = tokenState(token);
    const { name } = token;
    const end = element("button", { type: "button", onclick: () => revoke(token), "aria-label": t("token.revoke.label", { name }) }, t("token.revoke"));
    return element(
      "tr",
      { class: state === "valid" ? null : "undone", "data-id": token.id },
      element("th", { scope: "row" }, name, token.region_code === null ? null : element("span", { class: "note" }, token.region_code)),
      element("td", { class: "wrapping" }, token.capabilities.map((one) => t(`token.may.${one.replace(":", "_")}`)).join(t("list.separator"))),
      element("td", {}, moment(token.created_at)),
      element("td", {}, moment(token.expires_at)),
      element("td", {}, state === "valid" ? end : t(`token.${state}`)),
    );
  }

  function table() {
    if (tokens.items.length === 0) return element("p", { class: "note" }, t("token.none"));
    const heads = [t("token.name"), t("token.capabilities"), t("token.created"), t("token.expires"), t("token.state")];
    const head = element("tr", {}, ...heads.map((text) => element("th", { scope: "col" }, text)));
    const filled = element("table", { class: "plain" }, element("thead", {}, head), element("tbody", {}, ...tokens.items.map(row)));
    return element("div", { class: "table", tabindex: "0", role: "region", "aria-label": t("token.title") }, filled);
  }

  function howTo() {
    const address = `${location.origin}/api/layers/grid/items?f=geojson`;
    return element(
      "details",
      { id: "token-how" },
      element("summary", {}, t("token.how")),
      element("p", {}, t("token.how.curl")),
      element("pre", { tabindex: "0" }, `curl -H "Authorization: Bearer wg_…" "${address}"`),
      element("p", {}, t("token.how.qgis", { login: me.login })),
      element("pre", { tabindex: "0" }, address),
      element("p", { class: "note" }, t("token.how.care")),
    );
  }

  function draw() {
    const parts = [element("h2", {}, t("token.title")), element("p", { class: "note" }, t("token.about")), secretPart(), table(), element("h3", {}, t("token.new")), form(), howTo()];
    box.replaceChildren(...parts.filter((part) => part !== null));
  }

  return { draw, load };
}

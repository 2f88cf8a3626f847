/** The page /account: who one is, one's password, and the tokens of one's programs. */

import { byId, element } from "./dom.mjs";
import { drawHeader } from "./header.mjs";
import { openShell } from "./shell.mjs";
import { createTokens } from "./tokens.mjs";

const SHORTEST_PASSWORD = 10;

const shell = await openShell();
if (shell !== null) {
  const { me, words, api, notices, activity, end } = shell;
  const { t } = words;
  const [meBox, passwordBox, tokenBox] = ["me", "password-box", "tokens"].map((id) =>
    element("section", { id, class: "paper" }),
  );
  byId("main").append(element("div", { class: "sheet-columns" }, meBox, passwordBox), tokenBox);
  const tokens = createTokens(tokenBox, shell);

  function drawMe() {
    const { grids } = me.scope;
    const scope = grids === null ? t("account.scope.region") : t("account.scope.grids", { n: grids.length });
    const facts = [
      [t("login.name"), me.login],
      [t("account.name"), me.name],
      [t("account.role"), t(`role.${me.role}`)],
      [t("account.region"), `${me.region.name} ${me.region.code}`],
      [t("account.scope"), scope],
    ];
    const lines = facts.map(([term, text]) => element("div", {}, element("dt", {}, term), element("dd", {}, text)));
    meBox.replaceChildren(element("h2", {}, t("account.me")), element("dl", { class: "lines" }, ...lines));
  }

  function passwordField(id, label, autocomplete) {
    const input = element("input", { id, type: "password", autocomplete, required: true, maxlength: 1000 });
    return element("div", { class: "field" }, element("label", { for: id }, label), input);
  }

  function drawPassword() {
    const form = element(
      "form",
      { onsubmit: changePassword, novalidate: true },
      element("input", { type: "text", autocomplete: "username", value: me.login, hidden: true }),
      passwordField("password-current", t("account.password.current"), "current-password"),
      passwordField("password-new", t("account.password.new"), "new-password"),
      passwordField("password-again", t("account.password.again"), "new-password"),
      element("p", { class: "note" }, t("account.password.hint", { n: SHORTEST_PASSWORD })),
      element("div", { class: "actions" }, element("button", { type: "submit", id: "password-change" }, t("account.password.change"))),
    );
    passwordBox.replaceChildren(element("h2", {}, t("account.password")), form);
  }

  async function changePassword(event) {
    event.preventDefault();
    const [current, chosen, again] = ["current", "new", "again"].map((name) => byId(`password-${name}`).value);
    if (chosen.length < SHORTEST_PASSWORD) return notices.warn(t("account.password.short", { n: SHORTEST_PASSWORD }));
    if (chosen !== again) return notices.warn(t("account.password.unlike"));
    const done = activity.begin();
    try {
      await api.send("POST", "/api/me/password", { current, new: chosen });
      event.target.reset();
      notices.say(t("account.password.done"));
    } catch (error) {
      notices.show(error);
    } finally {
      done();
    }
  }

  const translate = () => {
    drawHeader(shell, translate);
    drawMe();
    drawPassword();
    tokens.draw();
  };
  try {
    await tokens.load();
    translate();
  } catch (error) {
    notices.show(error);
  } finally {
    end();
  }
}

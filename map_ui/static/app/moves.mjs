/** The page /moves: a house, who lives there and who did; moving in, out and to another home. */

import { whileBusy } from "./activity.mjs";
import { byId, element } from "./dom.mjs";
import { today } from "./format.mjs";
import { drawHeader } from "./header.mjs";
import { createHouseFinder } from "./housefinder.mjs";
import { householdName, moveForm } from "./moveform.mjs";
import { formerStays, householdsOf, personName } from "./residents.mjs";
import { openShell } from "./shell.mjs";

const shell = await openShell();
if (shell !== null) {
  try {
    openMoves(shell);
  } catch (error) {
    shell.notices.show(error);
  } finally {
    shell.end();
  }
}

function openMoves(page) {
  const { api, words, notices } = page;
  const { t } = words;
  const busy = (act) => whileBusy(page, act);
  const finder = createHouseFinder(page, { id: "find", label: "moves.find", busy, onChoose: (house) => open(house) });
  let house = null;
  let households = [];
  let former = [];
  let move = null;
  let asked = 0;

  /** Asks who lives and lived in a house, anew each time: both are read and audited together. */
  const open = (chosen) =>
    busy(async () => {
      asked += 1;
      const turn = asked;
      const path = `/api/houses/${chosen.id}/stays`;
      const [now, ever] = await Promise.all([api.get(path, { on: today() }), api.get(path)]);
      if (turn !== asked) return;
      house = chosen;
      households = householdsOf(now.items);
      former = formerStays(ever.items);
      setMove(null);
      byId("house").scrollIntoView({ block: "nearest" });
    });

  const send = (path, body) =>
    busy(async () => {
      try {
        const { persons } = await api.send("POST", path, body);
        notices.say(t(`moves.done.${move.kind}`, { n: persons }));
        await open(house);
      } catch (error) {
        notices.show(error);
        // Somebody else was faster: what they did must be seen.
        if (error.status === 409) await open(house);
      }
    });

  function setMove(next) {
    move = next;
    drawHouse();
    byId("house").querySelector("#move-form input, #move-form select")?.focus();
  }

  function drawHouse() {
    const box = byId("house");
    if (house === null) {
      box.replaceChildren(element("p", { class: "empty" }, t("moves.none")));
      return;
    }
    const form = move === null ? [] : [moveForm(page, move, { busy, onSend: send, onLeave: () => setMove(null) })];
    box.replaceChildren(
      element("h2", { id: "house-address" }, house.address),
      ...form,
      element("h3", {}, t("moves.now")),
      households.length === 0 ? element("p", { class: "note" }, t("moves.now.nobody")) : element("ul", { id: "residents" }, ...households.map(household)),
      element("p", { class: "actions" }, button("in_household", { house })),
      element("h3", {}, t("moves.former")),
      former.length === 0 ? element("p", { class: "note" }, t("moves.former.nobody")) : element("ul", { id: "former" }, ...former.map(stay)),
    );
  }

  function household(one) {
    const persons = one.persons.map((person) =>
      element(
        "li",
        { "data-person": person.id },
        element("span", {}, personName(person, words), " ", element("span", { class: "note" }, since(person.begins_on))),
        ...(person.rev === null ? [] : [element("span", { class: "actions" }, button("move_person", { household: one, person }), button("out_person", { household: one, person }))]),
      ),
    );
    const acts = ["move_household", "out_household", "in_person"].map((kind) => button(kind, { household: one }));
    const name = one.persons.length === 0 ? `${householdName(one, words)} ${since(one.begins_on)}` : householdName(one, words);
    return element(
      "li",
      { "data-household": one.id },
      element("strong", {}, name),
      element("ul", {}, ...persons),
      ...(one.rev === null ? [] : [element("p", { class: "actions" }, ...acts)]),
    );
  }

  function stay({ person_id, begins_on, ends_on, ...person }) {
    const known = person.name === null ? t("moves.former.away") : personName(person, words);
    const who = person_id === null ? t("moves.household.empty") : known;
    const days = t("moves.former.days", { from: begins_on ?? t("moves.day.unknown"), to: ends_on });
    return element("li", {}, element("span", {}, who), " ", element("span", { class: "note" }, days));
  }

  function since(day) {
    return day === null ? t("moves.since.unknown") : t("moves.since", { day });
  }

  function button(kind, subject) {
    const { person, household: of } = subject;
    const home = of === undefined ? house.address : householdName(of, words);
    const about = person === undefined ? home : personName(person, words);
    const attributes = { type: "button", "data-act": kind, "aria-label": `${t(`moves.act.${kind}`)} ${about}`, onclick: () => setMove({ kind, ...subject }) };
    return element("button", attributes, t(`moves.act.${kind}`));
  }

  const translate = () => {
    drawHeader(page, translate);
    finder.draw(byId("finder"));
    drawHouse();
  };
  translate();
}

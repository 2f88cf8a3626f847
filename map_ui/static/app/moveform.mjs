/** The form of one move: on which day, and where to or who. */

import { element } from "./dom.mjs";
import { today } from "./format.mjs";
import { createHouseFinder } from "./housefinder.mjs";
import { householdsOf, personName } from "./residents.mjs";

const RESIDENCES = ["registered", "mobile", "left_behind", "abroad"];

/** What each move sends: the path, and the body from what was filled in. A row that moves says its revision. */
export const ORDERS = {
  out_household: ({ household }, { on }) => [`/api/households/${household.id}/move-out`, { rev: household.rev, on }],
  move_household: ({ household }, { on, house }) => [`/api/households/${household.id}/move`, { rev: household.rev, on, house_id: house.id }],
  out_person: ({ person }, { on }) => [`/api/persons/${person.id}/move-out`, { rev: person.rev, on }],
  move_person: ({ person }, { on, household }) => [`/api/persons/${person.id}/move`, { rev: person.rev, on, household_id: household }],
  in_household: ({ house }, { on }) => [`/api/houses/${house.id}/households`, { on }],
  in_person: ({ household }, { on, name, residence, sex, birth_year }) => [
    `/api/households/${household.id}/persons`,
    { on, name, residence, ...(sex === "" ? {} : { sex }), ...(birth_year === "" ? {} : { birth_year: Number(birth_year) }) },
  ],
};

/**
 * The form of `move` (`{kind, household, person, house}`) as an element. `onSend(path, body)` when it is filled in,
 * `onLeave()`; `busy(act)` does what has to be waited for.
 */
export function moveForm(page, move, { busy, onSend, onLeave }) {
  const { api, words, notices } = page;
  const { t } = words;
  const { kind } = move;
  const values = { on: today(), house: null, household: "", name: "", residence: RESIDENCES[0], sex: "", birth_year: "" };
  const target = element("div", { class: "move-target" });
  const parts = [element("h3", {}, t(`moves.form.${kind}`, { name: move.person === undefined ? "" : personName(move.person, words), n: move.household?.persons.length ?? 0 }))];
  if (kind === "move_household" || kind === "move_person") parts.push(target);
  if (kind === "in_person") parts.push(...personFields());
  parts.push(field("on", element("input", { type: "date", max: today(), min: "1880-01-01", required: true })));
  parts.push(element("p", { class: "note" }, t("moves.form.day")));
  const leave = element("button", { type: "button", id: "move-leave", onclick: onLeave }, t("moves.form.leave"));
  const send = element("button", { id: "move-send", class: "primary" }, t("moves.form.send"));
  parts.push(element("p", { class: "actions" }, send, leave));
  if (kind.startsWith("move_")) drawTarget();
  return element("form", { id: "move-form", class: "move-form", onsubmit }, ...parts);

  function onsubmit(event) {
    event.preventDefault();
    if (kind === "move_household" && values.house === null) notices.warn(t("moves.form.no_house"));
    else if (kind === "move_person" && values.household === "") notices.warn(t("moves.form.no_household"));
    else onSend(...ORDERS[kind](move, values));
  }

  function field(name, input) {
    input.id = `move-${name}`;
    input.value = values[name];
    input.addEventListener("input", () => {
      values[name] = input.value.trim();
    });
    return element("div", { class: "field" }, element("label", { for: input.id }, t(`moves.field.${name}`)), input);
  }

  function select(name, pairs) {
    return field(name, element("select", {}, ...pairs.map(([value, text]) => element("option", { value }, text))));
  }

  function personFields() {
    return [
      field("name", element("input", { type: "text", required: true, maxlength: "100", autocomplete: "off" })),
      select("residence", RESIDENCES.map((one) => [one, t(`field.residence.${one}`)])),
      select("sex", [["", t("moves.field.unknown")], ...["m", "f"].map((one) => [one, t(`field.sex.${one}`)])]),
      field("birth_year", element("input", { type: "number", min: "1880", max: today().slice(0, 4), step: "1" })),
    ];
  }

  function drawTarget() {
    const finder = createHouseFinder(page, { id: "target", label: "moves.field.house", busy, onChoose: choose });
    if (values.house === null) {
      finder.draw(target);
      return;
    }
    const again = element("button", { type: "button", id: "target-again", onclick: () => choose(null) }, t("moves.form.again"));
    target.replaceChildren(element("p", { id: "target-house" }, t("moves.form.to", { address: values.house.address }), " ", again));
  }

  async function choose(house) {
    values.house = house;
    values.household = "";
    drawTarget();
    if (house === null || kind !== "move_person") return;
    await busy(async () => {
      const { items } = await api.get(`/api/houses/${house.id}/stays`, { on: today() });
      if (values.house === house) drawHouseholds(householdsOf(items).filter(({ id }) => id !== move.household.id));
    });
  }

  function drawHouseholds(households) {
    if (households.length === 0) {
      target.append(element("p", { class: "note" }, t("moves.form.nobody")));
      return;
    }
    values.household = households[0].id;
    target.append(select("household", households.map((one) => [one.id, householdName(one, words)])));
  }
}

/** What a household is called: its persons, names masked. */
export function householdName({ persons }, { t }) {
  if (persons.length === 0) return t("moves.household.empty");
  return t("moves.household", { names: persons.map(({ name }) => name ?? "**").join(t("review.and")), n: persons.length });
}

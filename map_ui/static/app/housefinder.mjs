/** Finding a house of the register by what is known of its address. */

import { element } from "./dom.mjs";

const LONGEST = 12;
const SHORTEST = 2;

/** Houses `{id, address}` in the geocoder's answer: its own place and the candidates that are houses. */
export function housesIn(answer) {
  const places = [answer, ...answer.candidates].filter(({ house_id }) => house_id !== null);
  return places.map(({ house_id, address }) => ({ id: house_id, address }));
}

/** The two lists as one, each house once. */
export function joinHouses(first, second) {
  const known = new Set(first.map(({ id }) => id));
  return [...first, ...second.filter(({ id }) => !known.has(id))];
}

/**
 * A search in a box, its ids beginning with `id`: `draw(box)` in the words of now; `onChoose({id, address})` for a
 * house, `busy(act)` does what has to be waited for. `label` is the key of the field's name.
 */
export function createHouseFinder({ api, words }, { id, label, busy, onChoose }) {
  const { t } = words;
  let text = "";
  let found = null;
  let box = null;
  let asked = 0;

  async function find() {
    asked += 1;
    const turn = asked;
    if (text.length < SHORTEST) {
      found = null;
      drawFound();
      return;
    }
    await busy(async () => {
      const [{ items }, answer] = await Promise.all([
        api.get("/api/layers/house/items", { q: text, limit: LONGEST }),
        api.get("/api/geocode", { text }),
      ]);
      if (turn !== asked) return;
      found = joinHouses(items, housesIn(answer)).slice(0, LONGEST);
      drawFound();
    });
  }

  function drawFound() {
    const list = box.querySelector(".house-list");
    if (found === null) list.replaceChildren();
    else if (found.length === 0) list.replaceChildren(element("li", { class: "empty" }, t("moves.find.none")));
    else list.replaceChildren(...found.map(line));
  }

  function line(house) {
    const note = house.households === undefined ? null : t("moves.find.households", { n: house.households });
    const onclick = () => onChoose({ id: house.id, address: house.address });
    const told = note === null ? null : element("span", { class: "note" }, note);
    return element("li", {}, element("button", { type: "button", class: "review-row", "data-house": house.id, onclick }, element("span", {}, house.address), told));
  }

  function draw(into) {
    box = into;
    const oninput = (event) => {
      text = event.target.value.trim();
    };
    const onsubmit = (event) => {
      event.preventDefault();
      find();
    };
    const input = element("input", { type: "search", id: `${id}-text`, value: text, maxlength: "200", autocomplete: "off", oninput });
    const go = element("button", { id: `${id}-go` }, t("moves.find.go"));
    box.replaceChildren(
      element("form", { class: "house-search", onsubmit, role: "search" }, element("label", { for: `${id}-text` }, t(label)), input, go),
      element("ul", { class: "house-list" }),
    );
    drawFound();
  }

  return { draw };
}

/** Finding a region by a part of its name or the beginning of its code, and a house by its address. */

import { element } from "./dom.mjs";

const WAIT_MS = 200;
const LONGEST = 12;
const VILLAGE_LEVEL = 5;
const SHORTEST_ADDRESS = 3;
const SAID_OTHERWISE = ["typo", "old_name", "outside_stated", "number_unknown", "room_unknown"];

/** What an answer of the geocoder adds to the list: nothing where it says no more than the regions beside it. */
export function addressesIn(answer, { regions, home }) {
  const isRegion = ["village", "township", "county"].includes(answer.level);
  const isKnown = answer.region_code === home || regions.some(({ code }) => code === answer.region_code);
  const isOther = ({ point }) => String(point) !== String(answer.point);
  const others = answer.level === "unplaced" ? answer.candidates : answer.candidates.filter(isOther);
  const isNew = answer.level !== "unplaced" && !(isRegion && isKnown);
  const own = isNew ? [{ ...answer, candidates: others }] : [];
  return [...own, ...others.map((candidate) => ({ radius_m: null, reasons: [], candidates: [], ...candidate }))];
}

/** Where the answer is not what was written, in words: whoever typed it must see that before choosing. */
export function saidOtherwise(reasons) {
  return reasons.filter(({ kind }) => SAID_OTHERWISE.includes(kind)).map(({ message }) => message);
}

/**
 * A combobox in `box`; `onChoose(code)` is called for the region chosen, `onAddress(place)` for an address. With
 * `level` it finds regions of that level alone.
 */
export class PlaceSearch {
  #page;
  #level;
  #onChoose;
  #onAddress;
  #input;
  #list;
  #found = [];
  #active = -1;
  #timer = 0;
  #turn = 0;

  constructor(page, { box, level = null, onChoose, onAddress }) {
    this.#page = page;
    this.#level = level;
    this.#onChoose = onChoose;
    this.#onAddress = onAddress;
    this.#input = element("input", {
      type: "search",
      id: "find",
      role: "combobox",
      autocomplete: "off",
      maxlength: "200",
      "aria-controls": "find-list",
      "aria-expanded": "false",
      "aria-autocomplete": "list",
      oninput: () => this.#ask(),
      onkeydown: (event) => this.#press(event),
      onblur: () => this.#close(),
    });
    this.#list = element("ul", { id: "find-list", role: "listbox", hidden: true });
    box.replaceChildren(this.#input, this.#list);
  }

  draw() {
    const { t } = this.#page.words;
    this.#input.setAttribute("aria-label", t("planner.find"));
    this.#input.setAttribute("placeholder", t("planner.find.hint"));
    this.#list.setAttribute("aria-label", t("planner.find"));
    if (!this.#list.hidden) this.#drawList();
  }

  #ask() {
    const { activity } = this.#page;
    clearTimeout(this.#timer);
    this.#turn += 1;
    const turn = this.#turn;
    const end = activity.begin();
    this.#timer = setTimeout(() => this.#load(turn), WAIT_MS);
    // The page is at rest again when this question was answered, or another one has taken its place.
    setTimeout(end, WAIT_MS + 10);
  }

  async #load(turn) {
    const { activity, notices } = this.#page;
    const q = this.#input.value.trim();
    if (q === "") {
      this.#close();
      return;
    }
    const end = activity.begin();
    try {
      const found = await this.#find(q);
      if (turn !== this.#turn) return;
      this.#found = found;
      this.#active = found.length > 0 ? 0 : -1;
      this.#drawList();
    } catch (error) {
      notices.show(error);
    } finally {
      end();
    }
  }

  async #find(q) {
    const { api, me } = this.#page;
    const asksAddress = me.may.includes("address:locate") && q.length >= SHORTEST_ADDRESS && !/^[0-9]+$/.test(q);
    const [{ items }, answer] = await Promise.all([
      api.get("/api/regions", { q, level: this.#level, limit: LONGEST }),
      asksAddress ? api.get("/api/geocode", { text: q }) : null,
    ]);
    const regions = items.map((region) => ({ region }));
    if (answer === null) return regions;
    const places = addressesIn(answer, { regions: items, home: me.region.code });
    return [...regions, ...places.map((place) => ({ place }))];
  }

  #drawList() {
    const { t } = this.#page.words;
    const options = this.#found.map((found, at) => this.#option(found, at));
    const none = element("li", { class: "empty", role: "option", "aria-disabled": "true" }, t("planner.find.none"));
    this.#list.replaceChildren(...(options.length > 0 ? options : [none]));
    this.#list.hidden = false;
    this.#input.setAttribute("aria-expanded", "true");
    this.#mark();
  }

  #option({ region, place }, at) {
    // The press, not the click: it comes before the field loses the focus and closes the list.
    const onmousedown = (event) => {
      event.preventDefault();
      this.#choose(at);
    };
    const attributes = { role: "option", id: `find-${at}`, "data-code": region?.code, "data-level": place?.level };
    const [title, note] = region === undefined ? this.#addressWords(place) : this.#regionWords(region);
    return element(
      "li",
      { ...attributes, onmousedown },
      element("span", {}, title),
      element("span", { class: "note" }, note),
    );
  }

  #regionWords(region) {
    const { t } = this.#page.words;
    const title = `${region.parent_name ?? ""} \u203a ${region.name}`;
    const notes = [region.code, t("planner.households", { n: region.households })];
    if (region.level === VILLAGE_LEVEL && this.#level === VILLAGE_LEVEL) {
      notes.push(t(region.plan_status === null ? "planner.no_plan" : `plan.${region.plan_status}`));
    }
    return [title, notes.join(" \u00b7 ")];
  }

  #addressWords({ address, level, radius_m, reasons }) {
    const { t } = this.#page.words;
    const notes = [t("find.address"), t(`officer.level.${level}`)];
    if (radius_m !== null) notes.push(t("find.radius", { n: Math.ceil(radius_m) }));
    notes.push(...saidOtherwise(reasons));
    return [address, notes.join(" \u00b7 ")];
  }

  #mark() {
    [...this.#list.children].forEach((option, at) => option.setAttribute("aria-selected", String(at === this.#active)));
    if (this.#active < 0) this.#input.removeAttribute("aria-activedescendant");
    else this.#input.setAttribute("aria-activedescendant", `find-${this.#active}`);
    this.#list.children[this.#active]?.scrollIntoView({ block: "nearest" });
  }

  #press(event) {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    const n = this.#found.length;
    if (step !== undefined && !this.#list.hidden && n > 0) this.#active = (this.#active + step + n) % n;
    else if (event.key === "Enter" && !this.#list.hidden && this.#active >= 0) this.#choose(this.#active);
    else if (event.key === "Escape") this.#close();
    else return;
    event.preventDefault();
    this.#mark();
  }

  #choose(at) {
    const { region, place } = this.#found[at];
    this.#input.value = "";
    this.#close();
    if (region === undefined) this.#onAddress(place);
    else this.#onChoose(region.code);
  }

  #close() {
    clearTimeout(this.#timer);
    this.#turn += 1;
    this.#found = [];
    this.#active = -1;
    this.#list.hidden = true;
    this.#list.replaceChildren();
    this.#input.setAttribute("aria-expanded", "false");
    this.#mark();
  }
}

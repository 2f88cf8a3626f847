/** The page /field: where am I, which house next, what came of the visit, what happened here. */

import { byId, element } from "./dom.mjs";
import { FieldMap } from "./fieldmap.mjs";
import { sequence } from "./format.mjs";
import { watchPosition } from "./gps.mjs";
import { drawHeader } from "./header.mjs";
import { HouseCard } from "./housecard.mjs";
import { HouseList, spoken } from "./houselist.mjs";
import { distance, locateAmong } from "./position.mjs";
import { ReportForm } from "./reportform.mjs";
import { openShell } from "./shell.mjs";
import { STATES, nextHouse, stateSign } from "./states.mjs";

const VIEWS = ["map", "list", "report"];
const HOUSES_PAGE = 1000;
/** Beyond this the own position is no help in finding a house: the map stays with the grids. */
const NEAR_M = 3000;

/** The parts of the page, and what one change calls for in the others. */
class FieldPage {
  #page;
  #map;
  #list;
  #card;
  #report;
  #view = "map";
  #here = null;
  #problem = null;
  #hasMoved = false;
  #picking = null;

  constructor(page, map) {
    this.#page = page;
    const open = (id) => this.#open(id);
    this.#map = new FieldMap(map, page, {
      onHouses: (ids) => this.#openBuilding(ids),
      onTap: (place) => this.#tap(place),
    });
    this.#list = new HouseList(byId("list"), page.words, open);
    this.#card = new HouseCard(byId("house"), page, {
      onClose: (id) => this.#closed(id),
      onStored: (id, state) => this.#stored(id, state),
    });
    this.#report = new ReportForm(byId("report"), page, {
      onPick: () => this.#pick("report"),
      onSent: (answer) => this.#sent(answer),
    });
  }

  open() {
    this.translate();
    this.#show("map");
    this.#map.showGrids();
    this.#drawHouses();
    watchPosition({
      onPosition: (position) => this.#moved(position),
      onProblem: (why) => {
        this.#problem = why;
        this.#drawHere();
      },
    });
  }

  translate() {
    drawHeader(this.#page, () => this.translate());
    this.#map.translate();
    this.#list.draw();
    this.#card.draw();
    this.#report.draw();
    this.#drawHere();
    this.#drawLegend();
    this.#drawViews();
    this.#drawPicking();
  }

  #show(view) {
    this.#view = view;
    document.querySelector("main").dataset.view = view;
    this.#drawViews();
    this.#map.resize();
  }

  #drawViews() {
    const { t } = this.#page.words;
    const held = document.activeElement?.id;
    const tabs = VIEWS.map((view) => {
      const onclick = () => this.#turnTo(view);
      const current = view === this.#view ? "true" : null;
      const attributes = { type: "button", id: `view-${view}`, "aria-current": current, onclick };
      return element("button", attributes, t(`field.view.${view}`));
    });
    const go = { type: "button", id: "next", class: "primary", onclick: () => this.#next() };
    const next = element("button", go, t("field.next"));
    byId("views").replaceChildren(...tabs, next);
    if (held?.startsWith("view-") || held === "next") byId(held).focus();
  }

  #turnTo(view) {
    this.#pick(null);
    this.#card.close();
    this.#show(view);
  }

  #moved(position) {
    this.#problem = null;
    this.#setHere({ ...position, isGps: true });
  }

  #setHere(here) {
    this.#here = here;
    this.#map.showHere(here);
    this.#report.setHere(here);
    for (const house of this.#page.houses) {
      house.distance_m = house.lon === null ? null : distance([here.lon, here.lat], [house.lon, house.lat]);
    }
    this.#list.show(this.#page.houses);
    this.#drawHere();
    const found = locateAmong(this.#page.grids, [here.lon, here.lat]);
    const isNear = found !== null && (found.inside || found.distance_m < NEAR_M);
    if (isNear && !this.#hasMoved) this.#map.moveTo(here);
    this.#hasMoved ||= isNear;
  }

  #drawHere() {
    const { t } = this.#page.words;
    const box = byId("here");
    const isSet = this.#here !== null;
    const button = (id, onclick, text) => element("button", { type: "button", id, onclick }, text);
    const pick = button("set-here", () => this.#pick("here"), t("field.set_here"));
    const go = button("go-here", () => this.#goHere(), t("field.go_here"));
    const text = element("span", { id: "where-am-i" }, this.#hereText());
    const why = this.#problem === null ? null : element("span", { class: "note" }, t(`field.gps.${this.#problem}`));
    const parts = [text, why, isSet ? go : null, this.#here?.isGps ? null : pick].filter((part) => part !== null);
    // Said again only when it differs: this is read out aloud.
    if (box.textContent !== parts.map((part) => part.textContent).join("")) box.replaceChildren(...parts);
  }

  #hereText() {
    const { words, grids } = this.#page;
    if (grids.length === 0) return words.t("field.no_grids");
    if (this.#here === null) return words.t(this.#problem === null ? "field.gps.waiting" : "field.gps.none");
    const { grid, inside, distance_m, direction } = locateAmong(grids, [this.#here.lon, this.#here.lat]);
    const within = words.t("field.within", { radius: spoken(this.#here.accuracy_m) });
    const n = sequence(grid.grid_no);
    if (!inside) {
      const values = { n, distance: spoken(distance_m), direction: words.t(`field.direction.${direction}`) };
      return `${words.t("field.outside", values)} ${within}`;
    }
    const doubt = distance_m < this.#here.accuracy_m ? ` · ${words.t("field.near_border")}` : "";
    return `${words.t("field.in_grid", { n, village: grid.village_name })} ${within}${doubt}`;
  }

  #goHere() {
    this.#turnTo("map");
    this.#map.moveTo(this.#here);
  }

  /** Waits for a touch on the map: `here`, `report`, or null for none. */
  #pick(what) {
    this.#picking = what;
    if (what !== null) {
      this.#card.close();
      this.#show("map");
    }
    this.#drawPicking();
  }

  #drawPicking() {
    const { t } = this.#page.words;
    const box = byId("picking");
    box.hidden = this.#picking === null;
    if (this.#picking === null) return;
    const onclick = () => this.#turnTo(this.#picking === "report" ? "report" : "map");
    const cancel = element("button", { type: "button", id: "cancel-pick", onclick }, t("field.cancel"));
    box.replaceChildren(element("span", {}, t(`field.pick.${this.#picking}`)), cancel);
  }

  #tap(place) {
    const what = this.#picking;
    this.#pick(null);
    if (what === "here") this.#setHere({ ...place, isGps: false });
    if (what !== "report") return;
    this.#report.setPlace(place);
    this.#map.showPlace(place);
    this.#show("report");
    byId("send-report").focus();
  }

  #next() {
    const house = nextHouse(this.#page.houses, this.#card.openId);
    if (house === null) this.#page.notices.say(this.#page.words.t("field.all_done"));
    else this.#open(house.id);
  }

  async #open(id) {
    this.#pick(null);
    if (this.#view === "report") this.#show("map");
    const house = this.#page.houses.find((one) => one.id === id);
    await this.#card.open(id);
    this.#drawHouses();
    if (house !== undefined && house.lon !== null && this.#card.openId === id) this.#map.moveTo(house);
  }

  /** One house is opened; of several together one chooses in the list. */
  #openBuilding(ids) {
    if (ids.length === 1) {
      this.#open(ids[0]);
      return;
    }
    this.#turnTo("list");
    this.#list.showBuilding(ids);
    byId("state-building").focus();
  }

  #closed(id) {
    this.#drawHouses();
    (document.getElementById(`house-${id}`) ?? byId("next")).focus();
  }

  #stored(id, state) {
    const { houses, notices, words } = this.#page;
    const house = houses.find((one) => one.id === id);
    if (house !== undefined) Object.assign(house, state);
    this.#drawHouses();
    notices.say(words.t("field.saved"));
  }

  #sent({ grid_no, visible }) {
    const { notices, words } = this.#page;
    this.#map.showPlace(null);
    const n = sequence(grid_no);
    if (visible) notices.say(words.t("field.sent", { n }));
    // The village's own number: nobody knows the grid.
    else if (n === "000") notices.say(words.t("field.sent_village", { code: grid_no.slice(0, 12) }));
    else notices.say(words.t("field.sent_neighbour", { code: grid_no }));
  }

  #drawHouses() {
    this.#map.showHouses(this.#page.houses, this.#card.openId);
    this.#list.show(this.#page.houses);
  }

  #drawLegend() {
    const { t } = this.#page.words;
    const rows = STATES.map((state) => element("li", {}, stateSign(state), ` ${t(`field.state.${state}`)}`));
    byId("legend").replaceChildren(element("ul", { "aria-label": t("legend") }, ...rows));
  }
}

/** All houses of the own grids. */
async function readHouses(api) {
  const houses = await api.all("/api/layers/house/items", { limit: HOUSES_PAGE });
  return houses.map((house) => ({ ...house, distance_m: null }));
}

async function openPage(shell) {
  const { api } = shell;
  const [{ items: grids }, houses, { items: kinds }, catalog] = await Promise.all([
    api.get("/api/me/grids"),
    readHouses(api),
    api.get("/api/kinds", { of: "incident" }),
    api.get("/api/layers"),
  ]);
  new FieldPage({ ...shell, grids, houses, kinds, catalog }, window[shell.config.map]).open();
}

const shell = await openShell();
if (shell !== null) {
  try {
    await openPage(shell);
  } catch (error) {
    drawHeader(shell, () => location.reload());
    shell.notices.show(error);
  } finally {
    shell.end();
  }
}

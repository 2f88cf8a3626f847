/** The map page: one state, the parts that show it, and the way from a choice to what is drawn. */

import { createActivity } from "./activity.mjs";
import { createApi } from "./api.mjs";
import { byId, readConfig } from "./dom.mjs";
import { drawFilterPanel, lastDays } from "./filterpanel.mjs";
import { drawHeader } from "./header.mjs";
import { startHeat } from "./heat.mjs";
import { loadWords } from "./i18n.mjs";
import { drawLayerPanel } from "./layerpanel.mjs";
import { drawLegend } from "./legend.mjs";
import { MapView } from "./mapview.mjs";
import { createNavigation } from "./navigation.mjs";
import { createNotices } from "./notices.mjs";
import { Panel } from "./panel.mjs";
import { loadPlace } from "./place.mjs";
import { Planner } from "./plans.mjs";
import { VILLAGE_LEVEL, createRegions } from "./regions.mjs";
import { createState, readFragment } from "./state.mjs";

const NARROW = "(max-width: 860px)";
const PERIOD_DAYS = 30;
const DIVIDE = "plan:divide";
// What the page asks for; other roles have pages of their own.
const NEEDED = ["region:read", "grid:read", "counts:read"];

const config = readConfig();
const map = window[config.map];
const activity = createActivity(document.documentElement);
const words = await loadWords(config);
const notices = createNotices(byId("notices"), words);

async function openPage() {
  const api = createApi({
    fetch: window.fetch.bind(window),
    language: () => words.language,
    onSignedOut: () => location.assign("/login"),
  });
  const me = await api.get("/api/me");
  api.setCsrf(me.csrf);
  if (!NEEDED.every((capability) => me.may.includes(capability))) {
    document.querySelector("main").hidden = true;
    drawHeader({ me, api, words, notices }, () => location.reload());
    throw new Error(words.t("error.no_map"));
  }
  const [catalog, kinds] = await Promise.all([api.get("/api/layers"), readKinds(api)]);
  const isPlanner = me.may.includes(DIVIDE);
  const state = createState({
    ...readFragment(location.hash),
    ...lastDays(PERIOD_DAYS),
    kind: null,
    layers: new Set(config.shown.filter((name) => catalog.some((spec) => spec.name === name))),
    // Two colourings on top of each other are hard to read: each role begins with the one it came for.
    gridMode: isPlanner ? "load" : "outline",
    heat: !isPlanner,
    heatShown: null,
    bandwidth_m: null,
  });
  if (state.get().region === null) state.set({ region: me.region.code });
  const regions = createRegions(api, me.region.code);
  const page = new MapPage({ api, me, catalog, kinds, state, regions, words, activity, notices });
  await page.open();
}

// Without the kinds one can still see all incidents together.
async function readKinds(api) {
  try {
    return (await api.get("/api/kinds", { of: "incident" })).items;
  } catch (error) {
    notices.show(error);
    return [];
  }
}

/** The parts of the page, and what one change calls for in the others. */
class MapPage {
  #page;
  #navigation;
  #panel;
  #view;
  #planner;
  #turn = 0;

  constructor(page) {
    this.#page = page;
    this.#navigation = createNavigation(page);
    this.#panel = new Panel(page, { onRegion: this.#navigation.go, onGrid: (grid) => this.#choose(grid) });
    this.#view = new MapView(map, page, this.#navigation.pick);
    this.#planner = new Planner(page, {
      box: byId("planner"),
      onPlan: (grids) => this.#view.showPlan(grids),
      onPublished: () => this.#showPublished(),
    });
    this.#listen();
  }

  async open() {
    const { bbox } = this.#page.me.region;
    if (window.matchMedia(NARROW).matches) byId("layers-card").open = byId("legend-card").open = false;
    this.#translate();
    map.invalidateSize();
    if (bbox) this.#view.fit(bbox);
    await this.#reload({ move: true });
    this.#view.showLayers();
    startHeat({ ...this.#page, map });
  }

  #listen() {
    const { state } = this.#page;
    state.on(["region"], () => this.#reload({ move: true }));
    state.on(["from", "to", "kind"], () => {
      this.#drawFilters();
      this.#reload({ move: false });
    });
    state.on(["layers", "heat", "gridMode", "bandwidth_m", "heatShown"], () => this.#drawControls());
    map.on("zoomend", () => this.#drawControls());
  }

  // Only the newest of several questions under way is shown.
  async #reload({ move }) {
    const { state, me } = this.#page;
    const end = activity.begin();
    this.#turn += 1;
    const turn = this.#turn;
    try {
      const place = await loadPlace(this.#page, state.get());
      if (turn !== this.#turn) return;
      if (place !== null) this.#show(place, move);
      else if (state.get().region === me.region.code) throw new Error(words.t("error.no_region"));
      else this.#navigation.go(me.region.code);
    } catch (error) {
      notices.show(error);
    } finally {
      end();
    }
  }

  #show(place, move) {
    const { state, me } = this.#page;
    this.#panel.show(place);
    this.#view.showLabels(this.#panel.labels());
    if (!move) return;
    const bbox = this.#panel.gridBox(state.get().grid) ?? place.region.bbox;
    if (bbox) this.#view.fit(bbox);
    if (me.may.includes(DIVIDE) && place.region.level === VILLAGE_LEVEL) this.#planner.show(place.region.code);
    else this.#planner.hide();
  }

  #choose(grid) {
    this.#navigation.choose(grid);
    const bbox = this.#panel.gridBox(grid);
    if (bbox) this.#view.fit(bbox);
  }

  async #showPublished() {
    this.#page.regions.forget();
    this.#view.reload();
    await this.#reload({ move: false });
  }

  #translate() {
    drawHeader(this.#page, () => this.#translate());
    this.#view.translate();
    this.#panel.draw();
    this.#planner.draw();
    this.#view.showLabels(this.#panel.labels());
    this.#drawControls();
    this.#drawFilters();
  }

  #drawControls() {
    const { catalog, state } = this.#page;
    const { layers, gridMode, heatShown } = state.get();
    drawLayerPanel(byId("layers"), this.#page, map.getZoom());
    const shown = catalog.filter(({ name, min_zoom }) => layers.has(name) && map.getZoom() >= min_zoom);
    drawLegend(byId("legend"), { layers: shown, gridMode, heat: heatShown, words });
  }

  #drawFilters() {
    drawFilterPanel(byId("filters"), this.#page);
  }
}

const endStart = activity.begin();
try {
  await openPage();
} catch (error) {
  notices.show(error);
} finally {
  endStart();
}

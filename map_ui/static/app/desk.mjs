/** What the planner's and the officer's pages share: a map, a panel, one state, and the way from a choice to both. */

import { byId } from "./dom.mjs";
import { drawHeader } from "./header.mjs";
import { drawLayerPanel } from "./layerpanel.mjs";
import { drawLegend } from "./legend.mjs";
import { MapView } from "./mapview.mjs";
import { createNavigation } from "./navigation.mjs";
import { Panel } from "./panel.mjs";
import { createRegions } from "./regions.mjs";
import { openShell } from "./shell.mjs";
import { createState, readFragment } from "./state.mjs";
import { firstZoom } from "./styles.mjs";

const NARROW = "(max-width: 860px)";
// What changes only how the map is drawn, not what is asked of the server.
const CONTROLS = ["layers", "heat", "gridMode", "bandwidth_m", "heatShown"];

/**
 * Opens the page. `options` say what is the page's own:
 * - `layers(spec)`: whether it offers a layer of the catalog; `values(shell)`: what its state begins with, besides
 *   the place and the layers (asked for before anything is drawn, so it may be a promise);
 * - `load(page, values)`: what it shows of the region in `values`, null when the caller may not see it; `asks`: the
 *   names in the state whose change loads it anew (`region` always does);
 * - `more`: what the panel tells beyond the register, see `Panel`;
 * - `parts(desk)`: its further parts, in the order in which they are told: `draw()` when words, zoom or controls
 *   changed, `show(place, { move })` when the place was loaded (`move`: another region than before), `sections()`
 *   for the legend, `labels()` to be written on the map instead of the place's; each can be left out.
 * Whatever fails stands in the notices.
 */
export async function openDesk(options) {
  const shell = await openShell();
  if (shell === null) return;
  try {
    await new Desk(await openPage(shell, options), options).open();
  } catch (error) {
    shell.notices.show(error);
  } finally {
    shell.end();
  }
}

async function openPage(shell, { layers: isOffered, values }) {
  const { api, config, me } = shell;
  const [all, own] = await Promise.all([api.get("/api/layers"), values(shell)]);
  const catalog = all.filter(isOffered);
  const shown = catalog.map(({ name }) => name).filter((name) => config.shown.includes(name));
  const place = readFragment(location.hash);
  const state = createState({ ...own, ...place, region: place.region ?? me.region.code, layers: new Set(shown) });
  return { ...shell, catalog, state, regions: createRegions(api, me.region.code) };
}

/** The parts of the page, and what one change calls for in the others. */
class Desk {
  page;
  map;
  view;
  navigation;
  #panel;
  #load;
  #parts;
  #turn = 0;
  #grids = new Map();

  constructor(page, { load, asks, more, parts }) {
    this.page = page;
    this.map = window[page.config.map];
    this.navigation = createNavigation(page);
    this.view = new MapView(this.map, page, this.navigation.pick);
    this.#panel = new Panel(page, { more, onRegion: this.navigation.go, onGrid: (grid) => this.#choose(grid) });
    this.#load = load;
    this.#parts = parts(this);
    page.state.on(["region"], () => this.reload({ move: true }));
    page.state.on(asks, () => {
      this.#tell("draw");
      this.reload();
    });
    page.state.on(CONTROLS, () => this.drawControls());
    this.map.on("zoomend", () => this.drawControls());
  }

  async open() {
    const { bbox } = this.page.me.region;
    if (window.matchMedia(NARROW).matches) byId("layers-card").open = false;
    this.#translate();
    this.map.invalidateSize();
    if (bbox) this.view.fit(bbox);
    this.navigation.check();
    await this.reload({ move: true });
    this.view.showLayers();
  }

  /** Loads the place anew; only the newest of several questions under way is shown. */
  async reload({ move = false } = {}) {
    const { activity, me, notices, state, words } = this.page;
    const end = activity.begin();
    this.#turn += 1;
    const turn = this.#turn;
    try {
      const place = await this.#load(this.page, state.get());
      if (turn !== this.#turn) return;
      if (place !== null && this.#isOutdated(place)) await this.reloadAll();
      else if (place !== null) this.#show(place, move);
      else if (state.get().region === me.region.code) throw new Error(words.t("error.no_region"));
      else this.navigation.stay(state.get().region);
    } catch (error) {
      notices.show(error);
    } finally {
      end();
    }
  }

  /** Asks anew for the figures of the regions and the tiles as well. */
  async reloadAll() {
    this.#grids.clear();
    this.page.regions.forget();
    this.view.reload();
    await this.reload();
  }

  drawControls() {
    const { catalog, state, words } = this.page;
    const { layers, gridMode, heatShown = null } = state.get();
    const zoom = this.map.getZoom();
    drawLayerPanel(byId("layers"), this.page, zoom);
    const shown = catalog.filter((spec) => layers.has(spec.name) && zoom >= firstZoom(spec));
    const sections = this.#parts.flatMap((part) => part.sections?.() ?? []);
    drawLegend(byId("legend"), { layers: shown, gridMode, heat: heatShown, sections, words });
  }

  /** Whether the grids of the place are others than those that the map and the regions' figures show. */
  #isOutdated({ region, grids }) {
    const question = `${region.code} ${this.page.state.get().asOf ?? ""}`;
    const versions = grids.map(({ grid_no, from }) => `${grid_no} ${from}`).join();
    const before = this.#grids.get(question) ?? versions;
    this.#grids.set(question, versions);
    return before !== versions;
  }

  #show(place, move) {
    this.#panel.show(place);
    if (move) this.#fit(this.#panel.gridBox(this.page.state.get().grid) ?? place.region.bbox);
    this.#tell("show", place, { move });
    this.drawLabels();
  }

  drawLabels() {
    const own = this.#parts.flatMap((part) => part.labels?.() ?? []);
    this.view.showLabels(own.length > 0 ? own : this.#panel.labels());
  }

  #choose(grid) {
    this.navigation.choose(grid);
    this.#fit(this.#panel.gridBox(grid));
  }

  #fit(bbox) {
    if (bbox) this.view.fit(bbox);
  }

  #translate() {
    drawHeader(this.page, () => this.#translate());
    this.view.translate();
    this.#panel.draw();
    this.#tell("draw");
    this.drawLabels();
    this.drawControls();
  }

  #tell(what, ...told) {
    for (const part of this.#parts) part[what]?.(...told);
  }
}

/** The panel beside the map: trail, facts, and the table of the regions or grids of the region shown. */

import { gridColumns, regionColumns } from "./columns.mjs";
import { byId } from "./dom.mjs";
import { drawGridFacts, drawRegionFacts, gridTitle } from "./facts.mjs";
import { sequence } from "./format.mjs";
import { VILLAGE_LEVEL } from "./regions.mjs";
import { Table } from "./table.mjs";
import { drawTrail } from "./trailbar.mjs";

const NOTHING = () => [];

/**
 * `onRegion(code)` and `onGrid(grid_no)` are called for what is chosen in it. `more` says what a page tells beyond the
 * register: `columns(place, words)` of the table, `notes(place, words)` below it, `figures(place, words)` of the region
 * and `gridLines(place, grid, words)` of the grid chosen (both: pairs of title and text), and the `sorting` to begin
 * with (`{key, descending}`); each can be left out.
 */
export class Panel {
  #state;
  #words;
  #me;
  #more;
  #onRegion;
  #onGrid;
  #table;
  #place = null;

  constructor({ state, words, me }, { more, onRegion, onGrid }) {
    this.#state = state;
    this.#words = words;
    this.#me = me;
    this.#more = { columns: NOTHING, figures: NOTHING, gridLines: NOTHING, notes: NOTHING, ...more };
    this.#table = new Table(byId("table"), more.sorting);
    this.#onRegion = onRegion;
    this.#onGrid = onGrid;
    state.on(["grid"], () => this.#drawGrids());
  }

  /** Shows what `loadPlace` gave. */
  show(place) {
    this.#place = place;
    this.draw();
  }

  draw() {
    if (this.#place === null) return;
    const { region, trail, children } = this.#place;
    const words = this.#words;
    drawTrail(byId("trail"), { trail, children, words, onGo: this.#onRegion });
    const isSynthetic = [region, ...children].some(({ synthetic }) => synthetic);
    const ownGridsOnly = this.#me.scope.grids !== null;
    const figures = this.#more.figures(this.#place, words);
    drawRegionFacts(byId("region"), { region, figures, isSynthetic, ownGridsOnly, words });
    this.#drawGrids();
  }

  /** What to write on the map: the children's names, or the grids' names or numbers. */
  labels() {
    if (this.#place === null) return [];
    const { grids, children } = this.#place;
    const textOf = (grid) => (grid.name ? gridTitle(grid, this.#words.t) : sequence(grid.grid_no));
    return [
      ...grids.map((grid) => ({ text: textOf(grid), bbox: grid.bbox })),
      ...children.map(({ name, bbox }) => ({ text: name, bbox })),
    ];
  }

  /** The box of a grid in the table; null when there is none. */
  gridBox(gridNo) {
    return this.#grid(gridNo)?.bbox ?? null;
  }

  #grid(gridNo) {
    return this.#place?.grids.find(({ grid_no }) => grid_no === gridNo) ?? null;
  }

  #drawGrids() {
    if (this.#place === null) return;
    const grid = this.#grid(this.#state.get().grid);
    const lines = grid === null ? [] : this.#more.gridLines(this.#place, grid, this.#words);
    drawGridFacts(byId("grid"), { grid, lines, words: this.#words, onClose: () => this.#onGrid(null) });
    const isVillage = this.#place.region.level === VILLAGE_LEVEL;
    this.#table.show(isVillage ? this.#gridTable() : this.#regionTable());
  }

  #gridTable() {
    const { t } = this.#words;
    const { region, grids } = this.#place;
    return {
      caption: t("table.grids", { name: region.name }),
      columns: [...gridColumns(this.#words), ...this.#more.columns(this.#place, this.#words)],
      rows: grids,
      keyOf: ({ grid_no }) => grid_no,
      selected: this.#state.get().grid,
      onChoose: ({ grid_no }) => this.#onGrid(grid_no),
      empty: t("table.no_grids"),
      notes: this.#more.notes(this.#place, this.#words),
    };
  }

  #regionTable() {
    const { t } = this.#words;
    const { region, children } = this.#place;
    return {
      caption: t("table.regions", { name: region.name }),
      columns: [...regionColumns(this.#words), ...this.#more.columns(this.#place, this.#words)],
      rows: children,
      keyOf: ({ code }) => code,
      selected: null,
      onChoose: ({ code }) => this.#onRegion(code),
      empty: t("table.no_regions"),
      notes: this.#more.notes(this.#place, this.#words),
    };
  }
}

/** How the map is coloured by incidents: by area (number or rate), by hot spots or as density; the switch and the legend. */

import { OUTSIDE, choropleth } from "./choropleth.mjs";
import { element, swatch } from "./dom.mjs";
import { decimal } from "./format.mjs";
import { createLatest } from "./latest.mjs";
import { keepFocus } from "./layerpanel.mjs";
import { legendRow, legendSection } from "./legend.mjs";
import { LEVEL_LAYERS, VILLAGE_LEVEL } from "./regions.mjs";
import { areEnough, spotsColouring, spotsLegend, spotsList, spotsQuestion } from "./spots.mjs";

const CHOICES = ["count", "rate", "density"];

/**
 * The part of the page in `box`; of the state it sets `measure` ("count", "rate" or "spots"), `heat` (true: density) and
 * `choropleth`, which is null while the map shows density: areas and density never cover one another. Hot spots are for
 * those who may open the cases; `go(village, grid)` leads to one.
 */
export function createShading({ page, drawControls, go }, box) {
  const { state, words } = page;
  const latest = createLatest(page);
  const choices = page.me.may.includes("case:open") ? [...CHOICES.slice(0, 2), "spots", "density"] : CHOICES;
  let place = null;
  let known = { key: null, answer: null };

  function colour() {
    const { measure, heat } = state.get();
    if (measure === "spots" && !heat) return colourSpots();
    state.set({ choropleth: heat || place === null ? null : choropleth({ ...areasOf(place), measure }) });
  }

  function colourSpots() {
    if (place?.region.code !== state.get().region) return;
    if (!areEnough(place)) return state.set({ measure: "count" });
    const question = spotsQuestion(state.get());
    const key = JSON.stringify([question, state.get().news]);
    if (key === known.key) return showSpots();
    state.set({ choropleth: null });
    latest.ask("/api/hotspots", question, (answer) => {
      known = { key, answer };
      showSpots();
    });
  }

  function showSpots() {
    const { measure, heat } = state.get();
    if (measure !== "spots" || heat) return;
    state.set({ choropleth: spotsColouring(known.answer) });
    draw();
    drawControls();
  }

  function draw() {
    const { measure, heat, choropleth: shown } = state.get();
    const chosen = heat ? "density" : measure;
    const buttons = choices.map((choice) =>
      element(
        "button",
        {
          type: "button",
          id: `shade-${choice}`,
          "aria-pressed": String(choice === chosen),
          disabled: isOff(choice),
          onclick: () => choose(choice),
        },
        words.t(`officer.shade.${choice}`),
      ),
    );
    const spots = shown?.measure === "spots" ? [spotsList(shown.answer, words, go)] : [];
    const why = choices.some(isOff) ? [element("p", { class: "note", id: "spots-why" }, words.t("officer.spots.few"))] : [];
    const group = { class: "presets", role: "group", "aria-label": words.t("officer.shade") };
    keepFocus(box, () => box.replaceChildren(element("div", group, ...buttons), ...why, ...spots));
  }

  function isOff(choice) {
    return choice === "spots" && place !== null && !areEnough(place);
  }

  function choose(choice) {
    state.set(choice === "density" ? { heat: true } : { heat: false, measure: choice });
  }

  state.on(["measure", "heat"], () => {
    colour();
    draw();
    drawControls();
  });

  return {
    draw,
    show(shown) {
      place = shown;
      colour();
      draw();
      drawControls();
    },
    sections() {
      const { choropleth: shown } = state.get();
      if (shown === null) return [];
      return [shown.measure === "spots" ? spotsLegend(shown, words) : legend(shown, words)];
    },
  };
}

function areasOf({ region, children, grids, counts }) {
  if (region.level === VILLAGE_LEVEL) return { layer: "grid", codes: grids.map(({ grid_no }) => grid_no), counts };
  return { layer: LEVEL_LAYERS[region.level + 1] ?? null, codes: children.map(({ code }) => code), counts };
}

function legend({ measure, classes, outside }, words) {
  const text = (value) => decimal(value, words.language);
  const rows = classes.map(({ from, to, colour }) => legendRow(swatch(colour), range(text(from), text(to), words)));
  const others = outside.map((name) => legendRow(swatch(OUTSIDE[name]), words.t(`officer.class.${name}`)));
  const note = element("p", { class: "note" }, words.t("officer.legend.classes"));
  return legendSection(words.t(`officer.legend.${measure}`), [...others, ...rows], note);
}

function range(from, to, words) {
  return from === to ? from : words.t("legend.range", { from, to });
}

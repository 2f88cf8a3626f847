/** The switches of the layers, the colouring of the grids, and the heat's bandwidth. */

import { element, swatch } from "./dom.mjs";
import { metres } from "./format.mjs";
import { BANDWIDTHS_M } from "./kernel.mjs";
import { firstZoom, sampleColour } from "./styles.mjs";

/**
 * Draws the switches into `box`. `page` gives `catalog`, `state`, `words`; `zoom` is the map's, for the hint that a
 * layer begins further in. What is switched is set in the state: `layers` (a Set of names), `heat`, `gridMode`
 * (`deviation`, `load` or `outline`), `bandwidth_m` (null: fitting the zoom). What a page's state does not
 * have it is not offered.
 */
export function drawLayerPanel(box, { catalog, state, words }, zoom) {
  const { layers, heat, gridMode, bandwidth_m } = state.get();
  const toggle = (name) => {
    const next = new Set(layers);
    if (!next.delete(name)) next.add(name);
    state.set({ layers: next });
  };
  const rows = catalog.map((spec) => {
    const hint = zoom < firstZoom(spec) && layers.has(spec.name) ? words.t("layers.zoom_in") : null;
    return switchRow({
      name: spec.name,
      title: words.titled(spec),
      isOn: layers.has(spec.name),
      onchange: () => toggle(spec.name),
      hint,
      colour: sampleColour(spec),
    });
  });
  const hasHeat = heat !== undefined;
  const toggleHeat = () => state.set({ heat: !heat });
  if (hasHeat) rows.push(switchRow({ name: "heat", title: words.t("layers.heat"), isOn: heat, onchange: toggleHeat }));
  const modes = [
    ["deviation", words.t("grid_mode.deviation")],
    ["load", words.t("grid_mode.load")],
    ["outline", words.t("grid_mode.outline")],
  ];
  const bandwidths = [
    ["", words.t("heat.bandwidth.auto")],
    ...BANDWIDTHS_M.map((length_m) => [String(length_m), metres(length_m)]),
  ];
  const chooseMode = (value) => state.set({ gridMode: value });
  const chooseBandwidth = (value) => state.set({ bandwidth_m: value === "" ? null : Number(value) });
  const parts = [element("ul", {}, ...rows)];
  if (gridMode !== undefined) parts.push(choice("grid-mode", words.t("layers.grid_mode"), modes, gridMode, chooseMode));
  if (hasHeat) {
    parts.push(choice("bandwidth", words.t("heat.bandwidth"), bandwidths, String(bandwidth_m ?? ""), chooseBandwidth));
  }
  keepFocus(box, () => box.replaceChildren(...parts));
}

function switchRow({ name, title, isOn, onchange, hint = null, colour = null }) {
  const box = element("input", { type: "checkbox", id: `layer-${name}`, checked: isOn, onchange });
  const mark = colour === null ? null : swatch(colour);
  const note = hint === null ? null : element("span", { class: "note" }, hint);
  return element("li", {}, element("label", { class: "switch" }, box, element("span", {}, title), note, mark));
}

function choice(id, title, options, chosen, onChoose) {
  const list = options.map(([value, text]) => element("option", { value }, text));
  const select = element("select", { id, onchange: (event) => onChoose(event.target.value) }, ...list);
  select.value = chosen;
  return element("label", { class: "choice" }, element("span", {}, title), select);
}

/** Runs `draw`, which replaces the content of `box`, and puts the focus back on the element of the same id. */
export function keepFocus(box, draw) {
  const id = box.contains(document.activeElement) ? document.activeElement.id : "";
  draw();
  if (id !== "") document.getElementById(id)?.focus();
}

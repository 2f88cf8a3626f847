/** What the colours on the map mean: every scale with its unit, every categorical layer with its kinds. */

import { DEVIATION, HEAT, LOAD, classesOf } from "./colours.mjs";
import { element, swatch } from "./dom.mjs";
import { metres, signedPercent } from "./format.mjs";

/**
 * Draws into `box` what is on: `layers` (catalog entries shown), `gridMode`, `heat` (`legendOf` in heat.mjs, or null), and
 * before them the page's own `sections` (elements, made with `legendSection`).
 */
export function drawLegend(box, { layers, gridMode, heat, sections: own, words }) {
  const sections = [...own];
  if (gridMode !== undefined && gridMode !== "outline" && layers.some(({ name }) => name === "grid")) sections.push(gridLegend(gridMode, words));
  if (heat !== null) sections.push(heatLegend(heat, words));
  for (const spec of layers.filter(({ legend }) => legend.length > 0)) {
    const rows = spec.legend.map((entry) => legendRow(swatch(entry.colour), words.titled(entry)));
    sections.push(legendSection(words.titled(spec), rows));
  }
  box.replaceChildren(...sections);
  box.closest("details").hidden = sections.length === 0;
}

function gridLegend(mode, words) {
  const isLoad = mode === "load";
  const text = isLoad ? String : (value) => signedPercent(value, words.language);
  const rows = scaleRows(isLoad ? LOAD : DEVIATION, text, words);
  return legendSection(words.t(isLoad ? "legend.load" : "legend.deviation"), rows);
}

function heatLegend({ bandwidth_m, isProtected, unlocated, withheld, place }, words) {
  const notes = [words.t("legend.heat.bandwidth", { bandwidth: metres(bandwidth_m) })];
  if (isProtected) notes.push(words.t("legend.heat.protected"));
  if (withheld > 0) notes.push(words.t("legend.heat.withheld", { n: withheld, place: words.t("legend.heat.view") }));
  if (unlocated > 0) notes.push(words.t("legend.heat.unlocated", { n: unlocated, place: place ?? words.t("legend.heat.view") }));
  const paragraphs = notes.map((note) => element("p", { class: "note" }, note));
  return legendSection(words.t("legend.heat"), scaleRows(HEAT, String, words), ...paragraphs);
}

function scaleRows(scale, text, words) {
  return classesOf(scale).map(({ colour, from, to }) => legendRow(swatch(colour), rangeText(from, to, text, words)));
}

function rangeText(from, to, text, words) {
  if (from === null) return words.t("legend.below", { to: text(to) });
  if (to === null) return words.t("legend.from", { from: text(from) });
  return words.t("legend.range", { from: text(from), to: text(to) });
}

/** A row of the legend: a mark and what it means. */
export function legendRow(mark, text) {
  return element("li", {}, mark, text);
}

/** A part of the legend: its title, rows (`li` elements) and notes. */
export function legendSection(title, rows, ...notes) {
  return element("section", {}, element("h2", {}, title), element("ul", {}, ...rows), ...notes);
}

/** The heading of the panel: what is known of the region shown and of the grid chosen. */

import { element } from "./dom.mjs";
import { integer, sequence, signedPercent, squareKilometres } from "./format.mjs";

/**
 * Draws the region: name, code, figures (`figures`: further ones, pairs of title and text) and source; says when something shown is synthetic, households are assumed, or
 * only the caller's own grids are shown.
 */
export function drawRegionFacts(box, { region, figures, isSynthetic, ownGridsOnly, words }) {
  const number = (value) => integer(value, words.language);
  const assumed = region.assumed_households;
  const badges = [
    isSynthetic ? badge(words.t("badge.synthetic"), words.t("badge.synthetic.hint")) : null,
    assumed > 0 ? badge(words.t("badge.assumed", { n: number(assumed) }), words.t("badge.assumed.hint")) : null,
  ];
  const all = [
    [words.t("households"), number(region.households)],
    [words.t("persons"), number(region.persons)],
    [words.t("grids"), number(region.grids)],
    ...figures,
  ];
  box.replaceChildren(
    element("h2", {}, region.name),
    element("p", { class: "code" }, `${words.t(`level.${region.level}`)} · ${region.code}`),
    ownGridsOnly ? element("p", { class: "note" }, words.t("scope.own_grids")) : "",
    element("p", { class: "badges" }, ...badges),
    element("dl", { class: "figures" }, ...all.map(figure)),
    region.synthetic ? "" : element("p", { class: "note" }, words.t("source", { source: region.source })),
  );
}

/** Draws the chosen grid, or nothing when `grid` is null; `lines` are further ones, pairs of title and text. */
export function drawGridFacts(box, { grid, lines, words, onClose }) {
  box.hidden = grid === null;
  if (grid === null) {
    box.replaceChildren();
    return;
  }
  const { language, t } = words;
  const all = [
    [t("grid.number"), grid.grid_no],
    [t("grid.kind"), t(`grid.kind.${grid.kind}`)],
    [t("households"), integer(grid.households, language)],
    [t("persons"), integer(grid.persons, language)],
    [t("load"), integer(grid.load, language)],
    [t("deviation"), signedPercent(grid.deviation, language)],
    ...lines,
    [t("grid.area"), `${squareKilometres(grid.area_m2, language)} km²`],
    [t("grid.since"), grid.from.slice(0, 10)],
  ];
  const close = element("button", { type: "button", class: "quiet", onclick: onClose }, t("close"));
  box.replaceChildren(
    element("header", {}, element("h3", {}, gridTitle(grid, t)), close),
    element("dl", { class: "lines" }, ...all.map(figure)),
  );
}

/** A grid's name, or its number in the village where it has none. */
export function gridTitle({ grid_no, name }, t) {
  return name || t("grid.title", { n: sequence(grid_no) });
}

function figure([title, value]) {
  return element("div", {}, element("dt", {}, title), element("dd", {}, value));
}

function badge(text, hint) {
  return element("span", { class: "badge", title: hint }, text);
}

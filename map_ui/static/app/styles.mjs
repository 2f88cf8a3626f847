/** How each layer of the catalog is drawn. */

import { gridColour } from "./colours.mjs";

const INK = "#22313a";
const ACCENT = "#0b5c8a";
const LAND = "#fbfbf8";
const LINK = "#1d7a3e";
const BUILDING = "#8d8478";
const UNKNOWN = "#e3e6e6";

const REGION_LINES = {
  province: { stroke: "#1d2930", width: 4.5 },
  prefecture: { stroke: "#26343d", width: 3.75 },
  county: { stroke: "#2f3e47", width: 3 },
  township: { stroke: "#44545e", width: 2.25, dash: [10, 4] },
  village: { stroke: "#61717b", width: 1.5 },
};

const POINTS = {
  facility: { fill: "#1b7f79", stroke: "#ffffff", radius: 4.5 },
  organisation: { fill: "#6b5b95", stroke: "#ffffff", radius: 4.5 },
  place: { fill: "#7a6a1c", stroke: "#ffffff", radius: 4.5 },
  house: { fill: "#3d5a73", stroke: "#ffffff", radius: 3 },
  incident: { fill: "#c2410c", stroke: "#ffffff", radius: 4.5 },
};

/**
 * The style of a feature of `spec` (a catalog entry). `view` says what is chosen: `{region, grid, gridMode, from,
 * to, kind, choropleth}`, each where the page has it. Gives what `vectorTileLayer` takes; an empty style draws nothing.
 */
export function styleOf(spec, properties, view) {
  const style = plainStyle(spec, properties, view);
  const { layer, colours } = view.choropleth ?? {};
  const colour = layer === spec.name ? colours.get(properties.code ?? properties.grid_no) : undefined;
  return colour === undefined ? style : { ...style, fill: colour };
}

function plainStyle(spec, properties, view) {
  if (properties.count !== undefined) return cellStyle(spec, properties);
  if (spec.name in REGION_LINES) return regionStyle(spec.name, properties, view);
  if (spec.name === "grid") return gridStyle(properties, view);
  if (spec.name === "building") return buildingStyle(properties);
  if (spec.name === "incident" && !isInPeriod(properties, view)) return {};
  if (spec.geometry === "line") return lineStyle(spec, properties);
  if (spec.geometry === "polygon") return areaStyle(spec, properties);
  return POINTS[spec.name] ?? { fill: spec.colour, stroke: "#ffffff", radius: 4.5 };
}

/** The colour that stands for a layer in its switch; null where a legend says more. */
export function sampleColour({ name, geometry, colour, legend = [] }) {
  if (name in REGION_LINES) return REGION_LINES[name].stroke;
  if (geometry === "point") return POINTS[name]?.fill ?? colour;
  if (geometry === "polygon" && name !== "grid" && name !== "building") return legend.length > 0 ? null : colour;
  return { link: LINK, building: BUILDING }[name] ?? null;
}

function regionStyle(name, { code }, { region }) {
  // Only the lowest layer is filled: land of the scope stands out from the ground.
  const fill = name === "county" ? LAND : null;
  if (code === region) return { fill, stroke: ACCENT, width: 3.5, rank: 1 };
  return { fill, ...REGION_LINES[name] };
}

/** The first zoom at which a page draws a layer: incidents are chosen by day and kind, which counts of cells are not. */
export function firstZoom({ name, min_zoom, cells_to }) {
  return name === "incident" && cells_to != null ? cells_to + 1 : min_zoom;
}

function cellStyle({ colour }, { count }) {
  return { fill: colour, radius: Math.min(1.2 + Math.sqrt(count) / 3, 5) };
}

function areaStyle({ colour, legend = [] }, { kind, duties }) {
  const stroke = legend.find(({ value }) => value === kind)?.colour ?? colour;
  return { stroke, width: 2, dash: duties === 0 ? [4, 4] : [] };
}

function gridStyle(properties, { grid, gridMode }) {
  const fill = gridMode === undefined || gridMode === "outline" ? null : (gridColour(gridMode, properties) ?? UNKNOWN);
  if (properties.grid_no === grid) return { fill, stroke: INK, width: 4, rank: 1 };
  const dash = properties.kind === "exclusive" ? [5, 3] : [];
  return { fill, stroke: "#66757e", width: 1.2, dash };
}

function buildingStyle({ households }) {
  return { fill: households > 0 ? BUILDING : "#c9c3b8", stroke: "#6f675c", width: 0.5, radius: 2.5 };
}

// Tiles hold all incidents, so that another period or kind needs no new ones.
function isInPeriod({ occurred_on, kind }, view) {
  return occurred_on >= view.from && occurred_on < view.to && (view.kind === null || view.kind.split(",").includes(kind));
}

function lineStyle(spec, { kind, hard }) {
  if (spec.name === "link") return { stroke: LINK, width: 4 };
  const colour = spec.legend.find(({ value }) => value === kind)?.colour ?? "#7d7d7d";
  return { stroke: colour, width: hard ? 2.5 : 0.75, dash: hard ? [] : [3, 3] };
}

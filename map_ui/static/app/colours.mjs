/** Fixed colour classes. They never follow the view, so that two places and two days can be compared. */

/** The number of `breaks` (ascending) that are at or below the value: the index of its class. */
export function classIndex(value, breaks) {
  let index = 0;
  while (index < breaks.length && value >= breaks[index]) index += 1;
  return index;
}

/** Deviation of a grid's load from its village's mean, as a ratio; purple is too few, orange too many. */
export const DEVIATION = {
  breaks: [-0.2, -0.1, 0.1, 0.2],
  colours: ["#7b5ea7", "#c3b5dc", "#efece2", "#f7c383", "#dd7a1b"],
};

/** Load of a grid in households: fine where grids of 150 are drawn, with the band of 300-500 as a class of its own. */
export const LOAD = {
  breaks: [50, 100, 150, 200, 300, 500],
  colours: ["#eef5f3", "#d3e8e4", "#b0d7d2", "#86c0bc", "#58a3a3", "#2f7d83", "#145a63"],
};

/** Incidents per km² per day; below the first break nothing is drawn. */
export const HEAT = {
  breaks: [0.1, 0.3, 1, 3, 10, 30],
  colours: ["#fde3c0", "#fdbb84", "#fc8d59", "#e34a33", "#b30000", "#67000d"],
};

/** The colour of a grid in the mode `deviation` or `load`; null when the value is not known. */
export function gridColour(mode, properties) {
  const { breaks, colours } = mode === "load" ? LOAD : DEVIATION;
  const value = mode === "load" ? properties.load : properties.deviation;
  return Number.isFinite(value) ? colours[classIndex(value, breaks)] : null;
}

/** The classes of a scale as `{colour, from, to}`, open ends as null. */
export function classesOf({ breaks, colours }) {
  const isOpenBelow = colours.length === breaks.length + 1;
  const edges = isOpenBelow ? [null, ...breaks, null] : [...breaks, null];
  return colours.map((colour, index) => ({ colour, from: edges[index], to: edges[index + 1] }));
}

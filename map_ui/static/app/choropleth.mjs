/** Areas coloured by incidents: classes made once for each question, the same for map and legend. */

/** Five steps of one hue, told apart by lightness alone; the three below stand outside the scale. */
export const RAMP = ["#d9e2f0", "#a9c0df", "#6f97c8", "#3a6bab", "#14396f"];
export const OUTSIDE = { zero: "#ffffff", protected: "#b3b9bd", unknown: "#e4dcc8" };

/**
 * What a row of /api/counts is coloured by: `n` or, with `measure` "rate", `per_1000`. A number, or "protected", or
 * "unknown" where there is no row or nobody is registered.
 */
export function valueOf(row, measure) {
  if (row === undefined) return "unknown";
  if (row.protected) return "protected";
  const value = measure === "rate" ? row.per_1000 : row.n;
  return value ?? "unknown";
}

/**
 * Quantile classes of the values above zero, at most five: `[{from, to, colour}]` with the smallest and the largest
 * value that lie in each; equal values are never parted, so that there may be fewer.
 */
export function classesFor(values) {
  const sorted = values.filter((value) => value > 0).sort((a, b) => a - b);
  const starts = RAMP.map((_, index) => sorted[Math.floor((index * sorted.length) / RAMP.length)]);
  const lowest = [...new Set(starts)].filter((value) => value !== undefined);
  return lowest.map((from, index) => {
    const members = sorted.filter((value) => value >= from && value < (lowest[index + 1] ?? Infinity));
    // Few classes take colours from the whole ramp, so that the highest is always the darkest.
    const shade = lowest.length === 1 ? RAMP.length - 1 : Math.round((index * (RAMP.length - 1)) / (lowest.length - 1));
    return { from, to: members.at(-1), colour: RAMP[shade] };
  });
}

/**
 * The colouring of the places `codes` of one layer of the map: `{layer, measure, classes, colours, outside}`; `colours`
 * is a Map from code to colour, `outside` names those of zero, protected and unknown that occur.
 */
export function choropleth({ layer, codes, counts, measure }) {
  const values = new Map(codes.map((code) => [code, valueOf(counts.get(code), measure)]));
  const classes = classesFor([...values.values()].filter((value) => typeof value === "number"));
  const kinds = new Set();
  const colours = new Map();
  for (const [code, value] of values) {
    const outside = value === 0 ? "zero" : typeof value === "string" ? value : null;
    if (outside !== null) kinds.add(outside);
    colours.set(code, outside === null ? classes.findLast(({ from }) => value >= from).colour : OUTSIDE[outside]);
  }
  return { layer, measure, classes, colours, outside: Object.keys(OUTSIDE).filter((name) => kinds.has(name)) };
}

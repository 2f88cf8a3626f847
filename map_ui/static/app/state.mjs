/** What the page shows, in one place; parts of the page listen to the names they depend on. */

/** `get()` the values, `set(patch)` some of them, `on(names, listener)` to hear when any of the names changed. */
export function createState(initial) {
  let values = { ...initial };
  const listeners = [];
  return {
    get: () => values,
    set(patch) {
      const changed = new Set(Object.keys(patch).filter((name) => !Object.is(values[name], patch[name])));
      if (changed.size === 0) return;
      values = { ...values, ...patch };
      for (const { names, listener } of listeners) if (names.some((name) => changed.has(name))) listener(values);
    },
    on(names, listener) {
      listeners.push({ names, listener });
    },
  };
}

/** The address fragment for a place: `#region=…&grid=…`. */
export function writeFragment({ region, grid }) {
  const parts = new URLSearchParams();
  if (region) parts.set("region", region);
  if (grid) parts.set("grid", grid);
  return `#${parts}`;
}

/** What an address fragment names as a place and is none, as it stands there; null where all is well. */
export function misnamed(fragment) {
  const parts = new URLSearchParams(fragment.replace(/^#/, ""));
  const place = readFragment(fragment);
  const name = ["region", "grid"].find((one) => parts.has(one) && place[one] === null);
  return name === undefined ? null : parts.get(name);
}

/** The place in an address fragment; codes that are not digits are ignored. */
export function readFragment(fragment) {
  const parts = new URLSearchParams(fragment.replace(/^#/, ""));
  const code = (name) => (/^\d{2,15}$/.test(parts.get(name) ?? "") ? parts.get(name) : null);
  return { region: code("region"), grid: code("grid") };
}

/** Questions about the place shown, of which only the newest answer counts. */

/**
 * What names the place in a question to the API: `{grid}` where one of the place's grids is chosen, else `{region}`;
 * null while another region than that of `place` (from the desk's `show`) is under way.
 */
export function askedPlace(place, { region, grid }) {
  if (place?.region.code !== region) return null;
  return place.grids.some(({ grid_no }) => grid_no === grid) ? { grid } : { region };
}

/**
 * `ask(path, query, show)` hands the answer to `show`, unless a newer question was asked meanwhile: then the older one
 * is given up. The same question twice in a row is asked once, until there is news (`state.news`). The page counts as loading until the answer is shown;
 * errors become notices.
 */
export function createLatest({ api, activity, notices, state }) {
  let asked = null;
  let lastKey = null;
  return {
    async ask(path, query, show) {
      const key = JSON.stringify([path, query, state?.get().news]);
      if (key === lastKey) return;
      lastKey = key;
      asked?.abort();
      const own = new AbortController();
      asked = own;
      const end = activity.begin();
      try {
        const answer = await api.get(path, query, own.signal);
        if (asked === own) show(answer);
      } catch (error) {
        if (asked === own) lastKey = null;
        notices.show(error);
      } finally {
        end();
      }
    },
  };
}

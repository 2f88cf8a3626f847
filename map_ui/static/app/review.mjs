/** The page /review: what waits for a person to say where it is, one entry after the other, beside a map. */

import { createRegions } from "./regions.mjs";
import { ReviewDesk } from "./reviewdesk.mjs";
import { openShell } from "./shell.mjs";
import { createState } from "./state.mjs";

const shell = await openShell();
if (shell !== null) {
  try {
    await openReview(shell);
  } catch (error) {
    shell.notices.show(error);
  } finally {
    shell.end();
  }
}

async function openReview(shell) {
  const { api, config, me } = shell;
  const offered = await api.get("/api/layers");
  const catalog = offered.filter(({ name }) => config.shown.includes(name));
  const state = createState({ layers: new Set(catalog.map(({ name }) => name)), region: null, grid: null });
  await new ReviewDesk({ ...shell, catalog, state, regions: createRegions(api, me.region.code) }).open();
}

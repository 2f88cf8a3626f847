/** The officer's page: incidents of a period by area, as hot spots or as density, along time, by kind, and one by one. */

import { createCaseCard } from "./casecard.mjs";
import { createCases } from "./cases.mjs";
import { createChange } from "./change.mjs";
import { openDesk } from "./desk.mjs";
import { byId } from "./dom.mjs";
import { createExports } from "./exports.mjs";
import { drawFilterPanel, lastDays } from "./filterpanel.mjs";
import { createFoundAddress } from "./foundaddress.mjs";
import { startHeat } from "./heat.mjs";
import { createHeatPicture } from "./heatpicture.mjs";
import { INCIDENTS, loadIncidents } from "./incidents.mjs";
import { createKindPanel } from "./kindpanel.mjs";
import { createNews } from "./news.mjs";
import { PeriodBrush } from "./periodbrush.mjs";
import { createPlayback } from "./playback.mjs";
import { PlaceSearch } from "./search.mjs";
import { createShading } from "./shading.mjs";

const PERIOD_DAYS = 30;
const WINDOW_DAYS = 365;
const NEWS = [["incident", "officer.news"], ["grid", "officer.news.grids"]];

async function begin({ api, notices }) {
  const values = { kind: null, measure: "count", choropleth: null, heat: false, heatShown: null, frame: null, bandwidth_m: null };
  return { ...values, ...lastDays(PERIOD_DAYS), window_days: WINDOW_DAYS, kinds: await readKinds(api, notices) };
}

// Without the kinds one can still see all incidents together.
async function readKinds(api, notices) {
  try {
    return (await api.get("/api/kinds", { of: "incident" })).items;
  } catch (error) {
    notices.show(error);
    return [];
  }
}

/** The density on the map, from when the first place is shown: before that the map is not where it will be. */
function density({ page, map }) {
  let isStarted = false;
  return {
    show() {
      if (!isStarted) startHeat({ ...page, map });
      isStarted = true;
    },
  };
}

/** The way to a region or an address by what is typed. */
function finding(desk) {
  const address = createFoundAddress(desk, byId("found"));
  const { go } = desk.navigation;
  const search = new PlaceSearch(desk.page, { box: byId("search"), onChoose: go, onAddress: address.show });
  return {
    draw() {
      search.draw();
      address.draw();
    },
  };
}

/** The list and the card of the incidents, and their days as moving pictures; nothing for those who may not open them. */
function openCases(desk) {
  if (!desk.page.me.may.includes("case:open")) return [];
  const card = createCaseCard(desk, byId("case-card"));
  desk.view.onFeature("incident", ({ id }) => id !== undefined && card.open(id));
  return [createCases(desk, byId("cases"), card.open), card, createPlayback(desk, byId("playback"))];
}

/** The period; it is told anew how far the register reaches when that is known. */
function createFilters(page) {
  const draw = () => drawFilterPanel(byId("filters"), page);
  page.state.on(["lastOn"], draw);
  return { draw };
}

await openDesk({
  layers: () => true,
  values: begin,
  load: loadIncidents,
  asks: ["from", "to", "kind"],
  more: INCIDENTS,
  parts: (desk) => [
    finding(desk),
    createNews(desk, byId("news"), { keys: NEWS, isShownAtOnce: true }),
    createShading(
      { page: desk.page, drawControls: () => desk.drawControls(), go: desk.navigation.go },
      byId("shading"),
    ),
    new PeriodBrush(desk.page, byId("brush")),
    createFilters(desk.page),
    createKindPanel(desk, byId("kinds")),
    createChange(desk, byId("change-card")),
    createExports(desk, byId("exports-card")),
    density(desk),
    createHeatPicture(desk, byId("heat-picture")),
    ...openCases(desk),
  ],
});

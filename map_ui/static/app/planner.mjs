/** The planner's page: find a village, divide it, compare the proposal with the grids in force, publish. */

import { withQuery } from "./api.mjs";
import { drawAsOf } from "./asof.mjs";
import { openDesk } from "./desk.mjs";
import { byId, element } from "./dom.mjs";
import { createExports } from "./exports.mjs";
import { createFoundAddress } from "./foundaddress.mjs";
import { createNews } from "./news.mjs";
import { borderLegend, boxOf, createOverlay } from "./overlay.mjs";
import { loadPlace } from "./place.mjs";
import { Planner } from "./plans.mjs";
import { createPrinting } from "./printing.mjs";
import { bandColumn, proposalTable } from "./proposal.mjs";
import { VILLAGE_LEVEL } from "./regions.mjs";
import { PlaceSearch } from "./search.mjs";
import { Table } from "./table.mjs";
import { Tabs } from "./tabs.mjs";
import { Unbalanced } from "./unbalanced.mjs";

const EXPORTS = ["gpkg", "xlsx"];

/** The place with its grids' shapes, as of the moment chosen, and the plans of a village. */
async function loadVillage(page, { region, asOf }) {
  const place = await loadPlace(page, { region }, { as_of: asOf, shapes: true });
  if (place === null || place.region.level !== VILLAGE_LEVEL) return place;
  const { items: plans } = await page.api.get("/api/plans", { village: region });
  return { ...place, region: asOf === null ? place.region : regionThen(place), plans, asOf };
}

/** The region with its figures of another moment: how many grids it had; who lived there then is not known. */
function regionThen({ region, grids }) {
  return { ...region, grids: grids.length, households: null, persons: null };
}

/** Whether the grids in force lie in the band of their plan; of another moment the plan is not known. */
function columns({ plans, asOf }, words) {
  const published = plans?.find(({ status }) => status === "published");
  return published === undefined || asOf !== null ? [] : [bandColumn(published, words)];
}

/** The ways to a village: by name or code, by an address in it, and by need. */
function ways(desk) {
  const { page, navigation } = desk;
  const address = createFoundAddress(desk, byId("found"));
  const search = new PlaceSearch(page, {
    box: byId("search"),
    level: VILLAGE_LEVEL,
    onChoose: navigation.go,
    onAddress: address.show,
  });
  const card = byId("unbalanced-card");
  const unbalanced = new Unbalanced(page, { box: byId("unbalanced"), card, onChoose: navigation.go });
  return {
    forget: () => unbalanced.forget(),
    draw() {
      search.draw();
      address.draw();
      unbalanced.draw();
    },
  };
}

/** The moment shown; grids of another one are drawn here, and the tiles of those in force are off meanwhile. */
function moment({ page }) {
  const { state } = page;
  let tilesWereOn = false;
  state.on(["asOf"], ({ asOf, layers }) => {
    const next = new Set(layers);
    // What was said of the grids in force is not said of another moment.
    page.notices.clear();
    if (asOf !== null) {
      tilesWereOn ||= next.delete("grid");
    } else if (tilesWereOn) {
      next.add("grid");
      tilesWereOn = false;
    }
    state.set({ layers: next });
  });
  return {
    draw: () => drawAsOf(byId("as-of"), page),
    // Grids are shown of one village at a time: what is wider is seen as it is now.
    show({ region }) {
      const isVillage = region.level === VILLAGE_LEVEL;
      byId("as-of").hidden = !isVillage;
      if (!isVillage) state.set({ asOf: null });
    },
  };
}

/** The plan of a village beside its grids in force: in the panel, in two tables, on the map. */
function planning(desk, { onPublished }) {
  const { page, map } = desk;
  const overlay = createOverlay(map);
  const table = new Table(byId("proposal-table"));
  const tabs = new Tabs(byId("views"), { proposal: byId("proposal-table"), in_force: byId("table") });
  let place = null;
  let plan = null;

  function drawPlan() {
    const isThen = place !== null && place.asOf !== null && place.asOf !== undefined;
    if (isThen) overlay.show({ then: place.grids });
    else overlay.show(plan === null ? {} : { in_force: place.grids, proposal: plan.grids });
    if (plan !== null) table.show(proposalTable(plan, page.words));
    const { t } = page.words;
    tabs.show(plan === null ? {} : { proposal: t("planner.tab.proposal"), in_force: t("planner.tab.in_force") });
    desk.drawLabels();
    desk.drawControls();
  }

  const planner = new Planner(page, {
    box: byId("planner"),
    onPlan(opened) {
      plan = opened;
      drawPlan();
    },
    onPublished,
  });
  return {
    draw: () => planner.draw(),
    show(shown) {
      place = shown;
      const { region, plans, asOf } = shown;
      if (region.level !== VILLAGE_LEVEL || asOf !== null) planner.hide();
      else planner.show({ code: region.code, name: region.name, plans });
    },
    labels: () => plan?.grids.map(({ seq, geometry }) => ({ text: String(seq), bbox: boxOf(geometry) })) ?? [],
    sections: () => borderLegend(overlay.kinds(), page.words),
  };
}

/** What can be taken away from a village: its grids of the moment shown as a file, the map and table on paper. */
function tools({ page, map, view }) {
  const box = byId("tools");
  let region = null;
  const print = createPrinting({ map, fit: () => region?.bbox && view.fit(region.bbox) });

  function draw() {
    const { t } = page.words;
    box.hidden = region?.level !== VILLAGE_LEVEL;
    if (box.hidden) return;
    const links = page.me.may.includes("export:read") ? EXPORTS.map(exportLink) : [];
    const button = element("button", { type: "button", id: "print", onclick: print }, t("planner.print"));
    box.replaceChildren(...links, button);
  }

  function exportLink(format) {
    const href = withQuery("/api/layers/grid/items", { region: region.code, f: format, as_of: page.state.get().asOf });
    return element("a", { href, download: "", id: `export-${format}` }, page.words.t(`planner.export.${format}`));
  }

  return {
    draw,
    show(place) {
      region = place.region;
      draw();
    },
  };
}

function parts(desk) {
  const way = ways(desk);
  const onPublished = () => {
    way.forget();
    return desk.reloadAll();
  };
  // Another planner published: what this one is at work on does not change under their hands.
  const news = createNews(desk, byId("news"), { keys: [["grid", "planner.news"]], isShownAtOnce: false });
  const files = createExports(desk, byId("exports-card"));
  return [way, news, moment(desk), planning(desk, { onPublished }), tools(desk), files];
}

await openDesk({
  // Incidents have a period, which this page does not ask for.
  layers: ({ name }) => name !== "incident",
  values: () => ({ gridMode: "load", asOf: null }),
  load: loadVillage,
  asks: ["asOf"],
  more: { columns },
  parts,
});

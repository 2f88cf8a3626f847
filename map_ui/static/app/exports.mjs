/** Files of whole layers: asked for, written while the page may be left, fetched and deleted. */

import { whileBusy } from "./activity.mjs";
import { withQuery } from "./api.mjs";
import { shownMoment } from "./asof.mjs";
import { element } from "./dom.mjs";
import { fileSize, integer, moment } from "./format.mjs";
import { keepFocus } from "./layerpanel.mjs";

const PATH = "/api/exports";
const POLL_MS = 1000;
const TABLES = ["xlsx", "csv"];
const FORMATS = [...TABLES, "gpkg", "geojson", "fgb", "parquet"];
const ZONE_DEGREES = 3;
const [FIRST_MERIDIAN, FIRST_ZONE, LAST_MERIDIAN] = [75, 4534, 135];

/** The formats of a layer whose list has that geometry; without one there are only tables. */
export function formatsOf(geometry) {
  return geometry === null ? TABLES : FORMATS;
}

/** The zone of CGCS2000, 3 degrees wide, in which a longitude lies: `{meridian, crs}`; null outside China. */
export function zoneOf(lon) {
  const meridian = ZONE_DEGREES * Math.round(lon / ZONE_DEGREES);
  if (meridian < FIRST_MERIDIAN || meridian > LAST_MERIDIAN) return null;
  return { meridian, crs: `EPSG:${FIRST_ZONE + (meridian - FIRST_MERIDIAN) / ZONE_DEGREES}` };
}

/** What coordinates can be in: `[value, key, facts]`; the shifted ones are for tables, as no spatial file can state them. */
export function systemsOf(format, bbox) {
  const zone = bbox ? zoneOf((bbox[0] + bbox[2]) / 2) : null;
  return [
    ["EPSG:4490", "exports.crs.cgcs2000", {}],
    ["EPSG:4326", "exports.crs.wgs84", {}],
    ...(zone === null ? [] : [[zone.crs, "exports.crs.zone", zone]]),
    ...(TABLES.includes(format) ? [["gcj02", "exports.crs.gcj02", {}], ["bd09", "exports.crs.bd09", {}]] : []),
  ];
}

/**
 * The question to the server: of incidents those of the period and the kinds that the page shows, of a layer with a
 * history (`isDated`) what held at the moment that the page shows.
 */
export function questionOf({ layer, format, crs }, { region, from, to, kind, asOf = null }, isDated) {
  const period = layer === "incident" ? { from, to, kind } : {};
  return { layer, f: format, crs, region, ...period, ...(isDated ? { as_of: asOf } : {}) };
}

/** Which words say what the file will hold: `{region}`, and of another moment `{moment}`. */
export function scopeWords(layer, asOf, isDated) {
  if (layer === "incident") return "exports.what.incident";
  if (asOf === null) return "exports.what.layer";
  return isDated ? "exports.what.then" : "exports.what.now";
}

/** Whether a job still goes on. */
export function isUnderWay({ status }) {
  return status === "waiting" || status === "running";
}

/** The part of the page in `card` (a `details`), for whoever may export; it asks the server only while it is open. */
export function createExports({ page }, card) {
  const { api, catalog, config, me, notices, state, words } = page;
  const run = (act) => whileBusy(page, act);
  const { t } = words;
  const form = element("form", { class: "fields", onsubmit: begin });
  const list = element("ul", { class: "export-jobs", "aria-live": "polite" });
  const layers = catalog.filter(({ name }) => name in config.lists);
  const chosen = { layer: layers[0]?.name, format: FORMATS[0], crs: null };
  let region = null;
  let jobs = [];
  let timer = 0;

  card.hidden = !me.may.includes("export:read") || layers.length === 0;
  card.append(form, list);
  card.addEventListener("toggle", () => card.open && run(load));

  async function load() {
    clearTimeout(timer);
    jobs = (await api.get(PATH)).items;
    drawJobs();
    if (card.open && jobs.some(isUnderWay)) timer = setTimeout(() => load().catch(notices.show), POLL_MS);
  }

  const isDated = () => config.dated.includes(chosen.layer);

  function begin(event) {
    event.preventDefault();
    run(async () => {
      await api.send("POST", withQuery(PATH, questionOf(chosen, state.get(), isDated())));
      await load();
    });
  }

  function take(id) {
    run(async () => {
      await api.send("DELETE", `${PATH}/${id}`);
      await load();
    });
  }

  function drawForm() {
    const formats = formatsOf(config.lists[chosen.layer]);
    if (!formats.includes(chosen.format)) [chosen.format] = formats;
    const systems = systemsOf(chosen.format, region?.bbox);
    if (!systems.some(([value]) => value === chosen.crs)) [[chosen.crs]] = systems;
    const button = element("button", { type: "submit", class: "primary", id: "export-begin" }, t("exports.begin"));
    keepFocus(form, () =>
      form.replaceChildren(
        field("layer", layers.map((spec) => [spec.name, words.titled(spec)])),
        field("format", formats.map((name) => [name, t(`exports.format.${name}`)])),
        field("crs", systems.map(([value, key, facts]) => [value, t(key, facts)])),
        element("p", { class: "note", id: "export-what" }, whatWillBe()),
        button,
      ),
    );
  }

  function whatWillBe() {
    const { asOf = null } = state.get();
    const facts = { region: region?.name ?? "", moment: asOf === null ? "" : shownMoment(asOf) };
    return t(scopeWords(chosen.layer, asOf, isDated()), facts);
  }

  function field(name, options) {
    const onchange = ({ target }) => {
      chosen[name] = target.value;
      drawForm();
    };
    const nodes = options.map(([value, text]) => element("option", { value }, text));
    const select = element("select", { id: `export-${name}`, onchange }, ...nodes);
    select.value = chosen[name];
    return element("label", { class: "choice" }, element("span", {}, t(`exports.${name}`)), select);
  }

  function drawJobs() {
    keepFocus(list, () => list.replaceChildren(...jobs.toReversed().map(jobRow)));
  }

  function jobRow(job) {
    const remove = element(
      "button",
      { type: "button", id: `export-take-${job.id}`, onclick: () => take(job.id) },
      t(isUnderWay(job) ? "exports.stop" : "exports.delete"),
    );
    const name = element("strong", {}, job.name);
    return element("li", { "data-id": job.id, "data-status": job.status }, name, ...stateOf(job), remove);
  }

  function stateOf(job) {
    if (job.status === "failed") return [element("span", { class: "bad" }, job.problem?.detail ?? t("exports.failed"))];
    if (!isUnderWay(job)) return fetching(job);
    const text = t(`exports.${job.status}`, { n: integer(job.done, words.language) });
    // How many rows there will be is what the database expects: a bar that is full too early would be wrong.
    const share = job.total ? Math.min(job.done / job.total, 0.99) : null;
    return [element("progress", { max: 1, value: share, "aria-label": job.name }), element("span", { class: "note" }, text)];
  }

  function fetching(job) {
    const facts = { n: integer(job.done, words.language), size: fileSize(job.bytes, words.language), until: moment(job.expires_at) };
    const href = `${PATH}/${job.id}/file`;
    return [
      element("span", { class: "note" }, t("exports.done", facts)),
      element("a", { href, download: true, id: `export-file-${job.id}` }, t("exports.fetch")),
    ];
  }

  function draw() {
    if (card.hidden) return;
    drawForm();
    drawJobs();
  }

  return {
    draw,
    show(place) {
      region = place.region;
      draw();
    },
  };
}

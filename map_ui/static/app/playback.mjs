/** The days of the period one after the other on the map: played from columns that are read once, without a question. */

import { cellsBetween, cellsOf, readColumns } from "./daycolumns.mjs";
import { daysBetween } from "./brush.mjs";
import { element } from "./dom.mjs";
import { addDays, integer } from "./format.mjs";
import { heatScale, metresPerPixel } from "./kernel.mjs";
import { keepFocus } from "./layerpanel.mjs";

const FRAME_MS = 250;
const WINDOWS_DAYS = [1, 7, 30];
const LEAST_MS = 40;

/**
 * The part of the page in `box`, shown while the map shows density. Of the state it sets `frame`: `{ cells, days }` of
 * the window of days in hand, null while the whole period is shown.
 */
export function createPlayback({ page, map }, box) {
  const { api, state, words, activity, notices } = page;
  let columns = null;
  let cells = null;
  let asked = null;
  let day = 0;
  let windowDays = 7;
  let timer = null;
  const slider = element("input", { type: "range", id: "play-day", min: 0, oninput: () => seek(Number(slider.value)) });
  const text = element("output", { class: "note", for: "play-day" });

  const length = () => daysBetween(state.get().from, state.get().to);
  const lastStart = () => Math.max(0, length() - windowDays);

  function forget() {
    stop();
    asked?.abort();
    columns = cells = null;
    day = 0;
    if (state.get().frame !== null) state.set({ frame: null });
    draw();
  }

  async function read() {
    const { from, to, kind, region } = state.get();
    asked?.abort();
    const own = new AbortController();
    asked = own;
    const end = activity.begin();
    try {
      const buffer = await api.bytes("/api/heat/points", { from, to, kind, region }, own.signal);
      if (asked === own) columns = readColumns(buffer);
    } catch (error) {
      notices.show(error);
    } finally {
      end();
    }
    return columns !== null && asked === own;
  }

  function show() {
    const { bandwidth_m } = state.get();
    const { cell_m } = heatScale(bandwidth_m, metresPerPixel(map.getCenter().lat, map.getZoom()));
    if (cells?.cell_m !== cell_m) cells = { cell_m, ...cellsOf(columns, cell_m) };
    const end = Math.min(day + windowDays, length());
    state.set({ frame: { cells: cellsBetween(columns, cells, day, end), days: end - day } });
    tell();
  }

  function tell() {
    const from = addDays(state.get().from, day);
    const to = addDays(state.get().from, Math.min(day + windowDays, length()) - 1);
    slider.value = String(day);
    const frame = state.get().frame;
    const n = frame === null ? null : frame.cells.reduce((sum, cell) => sum + cell[2], 0);
    text.textContent = n === null ? "" : words.t("officer.play.day", { from, to, n: integer(n, words.language) });
  }

  async function seek(to) {
    day = to;
    if (columns !== null || (await read())) show();
  }

  async function play() {
    if (columns === null && !(await read())) return;
    if (day >= lastStart()) day = 0;
    timer = 0;
    step();
    draw();
  }

  function step() {
    const began = performance.now();
    show();
    if (day >= lastStart()) {
      stop();
      draw();
      return;
    }
    timer = setTimeout(() => {
      day += 1;
      step();
    }, Math.max(LEAST_MS, FRAME_MS - (performance.now() - began)));
  }

  function stop() {
    clearTimeout(timer);
    timer = null;
  }

  function pause() {
    stop();
    draw();
  }

  function chooseWindow(value) {
    windowDays = value;
    day = Math.min(day, lastStart());
    draw();
    if (state.get().frame !== null) show();
  }

  function button(id, key, onclick) {
    return element("button", { type: "button", id, onclick }, words.t(key));
  }

  function draw() {
    const { heat, frame } = state.get();
    box.hidden = !heat;
    if (!heat) return;
    const options = WINDOWS_DAYS.map((days) => element("option", { value: days }, words.t(`officer.play.window.${days}`)));
    const select = element("select", { id: "play-window", onchange: () => chooseWindow(Number(select.value)) }, ...options);
    select.value = String(windowDays);
    slider.max = String(lastStart());
    slider.setAttribute("aria-label", words.t("officer.play.slider"));
    const buttons = [timer === null ? button("play", "officer.play", play) : button("play", "officer.pause", pause)];
    if (frame !== null && timer === null) buttons.push(button("play-whole", "officer.play.whole", forget));
    const row = element("div", { class: "play-row" }, ...buttons, select);
    keepFocus(box, () => box.replaceChildren(row, slider, text));
    tell();
  }

  state.on(["heat", "from", "to", "kind", "region"], forget);
  state.on(["bandwidth_m"], () => state.get().frame !== null && show());
  map.on("zoomend", () => state.get().frame !== null && show());
  return { draw };
}

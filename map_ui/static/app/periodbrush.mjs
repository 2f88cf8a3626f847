/** The histogram of a window of days, and the brush on it that chooses the period: by mouse, touch and keyboard. */

import { WINDOWS_DAYS, daysBetween, keyDays, moved, shareOf, windowFor } from "./brush.mjs";
import { element } from "./dom.mjs";
import { addDays, countText, today } from "./format.mjs";
import { askedPlace, createLatest } from "./latest.mjs";

const WAIT_MS = 300;
const PARTS = ["both", "from", "to"];

/** The brush in `box`. It shows and sets `from` and `to` of the page's state; `window_days` there is its window, `lastOn` the last day known. */
export class PeriodBrush {
  #page;
  #latest;
  #answer = null;
  #place = null;
  #window = null;
  #period;
  #timer = 0;
  #title = element("h3", {});
  #choice = element("select", { id: "brush-window" });
  #choiceName = element("span", {});
  #bars = element("div", { class: "bars", "aria-hidden": "true" });
  #track = element("div", { class: "brush-track" });
  #parts;
  #ends = element("p", { class: "brush-ends note", "aria-hidden": "true" });
  #numbers;

  constructor(page, box) {
    this.#page = page;
    this.#latest = createLatest(page);
    this.#period = this.#chosen();
    this.#parts = new Map(PARTS.map((part) => [part, this.#makePart(part)]));
    this.#choice.addEventListener("change", () => page.state.set({ window_days: Number(this.#choice.value) }));
    this.#numbers = element("details", { class: "brush-numbers", ontoggle: () => this.#drawNumbers() });
    this.#track.append(this.#bars, ...this.#parts.values());
    const choice = element("label", { class: "brush-choice" }, this.#choiceName, this.#choice);
    box.replaceChildren(element("header", {}, this.#title, choice), this.#track, this.#ends, this.#numbers);
    page.state.on(["from", "to"], () => this.#follow());
    page.state.on(["grid", "window_days"], () => this.#load());
  }

  /** Shows the place that the desk has loaded. */
  show(place) {
    this.#place = place;
    this.#load();
  }

  /** Draws everything once more, in the current language. */
  draw() {
    const { state, words } = this.#page;
    this.#title.textContent = words.t("officer.brush.title");
    this.#choiceName.textContent = words.t("officer.brush.window");
    const options = WINDOWS_DAYS.map((days) => element("option", { value: days }, words.t(`officer.window.${days}`)));
    this.#choice.replaceChildren(...options);
    this.#choice.value = String(state.get().window_days);
    this.#drawBars();
    this.#drawPeriod();
    this.#drawNumbers();
  }

  #chosen() {
    const { from, to } = this.#page.state.get();
    return { from, to };
  }

  #wanted() {
    return windowFor(this.#chosen(), this.#page.state.get().window_days, addDays(today(), 1));
  }

  // A period outside the window is shown with the answer to the window that holds it.
  #follow() {
    this.#period = this.#chosen();
    this.#drawPeriod();
  }

  // The window stays where it is while the period moves inside it: then nothing is asked.
  #load() {
    const { state } = this.#page;
    const place = askedPlace(this.#place, state.get());
    if (place === null) return;
    const window = this.#wanted();
    this.#latest.ask("/api/counts/days", { ...window, ...place, kind: state.get().kind }, (answer) => {
      this.#window = window;
      this.#answer = answer;
      this.#period = this.#chosen();
      this.draw();
      state.set({ lastOn: answer.last_on });
    });
  }

  #drawBars() {
    if (this.#answer === null) return;
    const { items } = this.#answer;
    const most = Math.max(1, ...items.map(({ n }) => n ?? 0));
    const bars = items.map(({ from, to, n }) => {
      const bar = element("span", { class: n === null ? "bar-hidden" : null });
      bar.style.flexGrow = String(daysBetween(from, to));
      bar.style.height = n === null ? "100%" : `${(100 * n) / most}%`;
      return bar;
    });
    this.#bars.replaceChildren(...bars);
  }

  #drawPeriod() {
    if (this.#window === null) return;
    const { t } = this.#page.words;
    const length = daysBetween(this.#window.from, this.#window.to);
    const last = addDays(this.#period.to, -1);
    const both = t("officer.brush.period", { ...this.#period, to: last });
    const texts = { both, from: this.#period.from, to: last };
    const days = { both: this.#period.from, ...this.#period };
    for (const [part, node] of this.#parts) {
      node.setAttribute("aria-label", t(`officer.brush.${part}`));
      node.setAttribute("aria-valuemin", "0");
      node.setAttribute("aria-valuemax", String(length));
      node.setAttribute("aria-valuenow", String(daysBetween(this.#window.from, days[part])));
      node.setAttribute("aria-valuetext", texts[part]);
    }
    const [left, right] = [shareOf(this.#period.from, this.#window), shareOf(this.#period.to, this.#window)];
    this.#track.style.setProperty("--from", String(left));
    this.#track.style.setProperty("--to", String(right));
    const ends = [this.#window.from, both, addDays(this.#window.to, -1)];
    this.#ends.replaceChildren(...ends.map((text) => element("span", {}, text)));
  }

  // The same numbers as a table; made only when it is opened.
  #drawNumbers() {
    if (this.#answer === null) return;
    const { words } = this.#page;
    const { items, step, protected: isProtected } = this.#answer;
    const summary = element("summary", {}, words.t(`officer.brush.numbers.${step}`));
    const parts = [summary];
    if (isProtected) parts.push(element("p", { class: "note" }, words.t("officer.brush.protected")));
    if (this.#numbers.open) {
      const rows = items.map((row) =>
        element(
          "tr",
          {},
          element("th", { scope: "row" }, step === "day" ? row.from : `${row.from} – ${addDays(row.to, -1)}`),
          element("td", { class: "number" }, countText(row, words)),
        ),
      );
      const table = element("table", {}, element("tbody", {}, ...rows));
      const name = words.t("officer.brush.title");
      parts.push(element("div", { class: "numbers", tabindex: 0, role: "group", "aria-label": name }, table));
    }
    const hadFocus = this.#numbers.contains(document.activeElement);
    this.#numbers.replaceChildren(...parts);
    if (hadFocus) summary.focus();
  }

  #makePart(part) {
    const node = element("div", { class: `brush-${part}`, id: `brush-${part}`, role: "slider", tabindex: 0 });
    node.addEventListener("keydown", (event) => this.#press(part, event));
    node.addEventListener("pointerdown", (event) => this.#drag(part, node, event));
    return node;
  }

  #press(part, event) {
    const days = this.#window === null ? null : keyDays(event.key, this.#window);
    if (days === null) return;
    event.preventDefault();
    this.#period = moved(this.#period, part, days, this.#window);
    this.#drawPeriod();
    this.#commitSoon();
  }

  // Several presses of a key are one question.
  #commitSoon() {
    const end = this.#page.activity.begin();
    clearTimeout(this.#timer);
    const own = setTimeout(() => {
      if (this.#timer === own) this.#page.state.set(this.#period);
    }, WAIT_MS);
    this.#timer = own;
    setTimeout(end, WAIT_MS + 1);
  }

  #drag(part, node, event) {
    if (this.#window === null || event.button !== 0) return;
    const [begin, startX] = [this.#period, event.clientX];
    const day_px = this.#bars.getBoundingClientRect().width / daysBetween(this.#window.from, this.#window.to);
    const drag = new AbortController();
    const listen = (name, listener) => node.addEventListener(name, listener, { signal: drag.signal });
    listen("pointermove", ({ clientX }) => {
      this.#period = moved(begin, part, Math.round((clientX - startX) / day_px), this.#window);
      this.#drawPeriod();
    });
    listen("pointercancel", () => {
      this.#period = begin;
    });
    listen("lostpointercapture", () => {
      drag.abort();
      this.#drawPeriod();
      this.#page.state.set(this.#period);
    });
    node.setPointerCapture(event.pointerId);
  }
}

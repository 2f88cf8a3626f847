/** How an incident is reported: what kind, what happened, and where: where one stands, or at a place on the map. */

import { element } from "./dom.mjs";
import { sequence } from "./format.mjs";
import { spoken } from "./houselist.mjs";
import { locateAmong } from "./position.mjs";
import { failureNote, sendButtons } from "./sendform.mjs";
import { newParcel, sendParcel } from "./sending.mjs";

const NOT_FOUND = 404;
/** The server takes no position that is known worse. */
const LEAST_ACCURATE_M = 500;

/** The form in `box`; `onPick()` when the place is to be shown on the map, `onSent(answer)` when it is stored. */
export class ReportForm {
  #box;
  #page;
  #onPick;
  #onSent;
  #parcel = newParcel();
  #kind = "";
  #text = "";
  #here = null;
  #place = null;
  #failure = null;
  #isSending = false;

  constructor(box, page, { onPick, onSent }) {
    this.#box = box;
    this.#page = page;
    this.#onPick = onPick;
    this.#onSent = onSent;
  }

  /** The own position, or null; drawn only when it changes what can be done. */
  setHere(here) {
    const couldUse = this.#isUsable(this.#here);
    this.#here = here;
    if (couldUse !== this.#isUsable(here)) this.draw();
  }

  /** The place that was touched on the map. */
  setPlace(place) {
    this.#place = place;
    this.draw();
  }

  draw(focusId = null) {
    const { t } = this.#page.words;
    const isFrozen = this.#isSending || this.#failure?.outcome === "lost";
    const form = element("form", {
      class: "report-form",
      novalidate: true,
      onsubmit: (event) => this.#submit(event),
    });
    form.append(
      element("h2", { id: "report-title", tabindex: "-1" }, t("field.report")),
      this.#kinds(isFrozen),
      this.#words(isFrozen),
      this.#where(isFrozen),
      ...this.#told(),
      this.#buttons(),
    );
    this.#box.replaceChildren(form);
    if (focusId !== null) document.getElementById(focusId)?.focus();
  }

  #kinds(disabled) {
    const { words, kinds } = this.#page;
    const first = element("option", { value: "" }, words.t("field.kind.choose"));
    const options = kinds.map((kind) => element("option", { value: kind.code }, words.titled(kind, "name")));
    const onchange = ({ target }) => {
      this.#kind = target.value;
    };
    const select = element("select", { id: "report-kind", required: true, disabled, onchange }, first, ...options);
    select.value = this.#kind;
    return element("label", { class: "choice" }, element("span", {}, words.t("field.kind")), select);
  }

  #words(disabled) {
    const oninput = ({ target }) => {
      this.#text = target.value;
    };
    const attributes = { id: "report-text", rows: 4, maxlength: 1000, required: true, disabled, oninput };
    const area = element("textarea", attributes);
    area.value = this.#text;
    return element("label", { class: "choice" }, element("span", {}, this.#page.words.t("field.text")), area);
  }

  #where(disabled) {
    const { t } = this.#page.words;
    const takeHere = () => {
      this.#place = this.#here;
      this.draw("place-here");
    };
    const isOff = disabled || !this.#isUsable(this.#here);
    const here = { type: "button", id: "place-here", disabled: isOff, onclick: takeHere };
    const tap = { type: "button", id: "place-tap", disabled, onclick: this.#onPick };
    const buttons = [
      element("button", here, t("field.place_here")),
      element("button", tap, t("field.place_tap")),
    ];
    return element(
      "div",
      { class: "where", role: "group", "aria-label": t("field.where") },
      element("span", {}, t("field.where")),
      element("div", { class: "chips" }, ...buttons),
      element("p", { id: "report-place", role: "status" }, this.#placeText()),
    );
  }

  #placeText() {
    const { words, grids } = this.#page;
    if (this.#place === null) return words.t("field.place_missing");
    const found = locateAmong(grids, [this.#place.lon, this.#place.lat]);
    const within = words.t("field.within", { radius: spoken(this.#place.accuracy_m) });
    if (found === null || !found.inside) return `${words.t("field.place_outside")} ${within}`;
    const { grid_no, village_name } = found.grid;
    return `${words.t("field.in_grid", { n: sequence(grid_no), village: village_name })} ${within}`;
  }

  #told() {
    if (this.#failure === null) return [];
    const { t } = this.#page.words;
    const { outcome, error } = this.#failure;
    const own = outcome === "refused" && error.status === NOT_FOUND ? "elsewhere" : outcome;
    const texts = {
      lost: t("field.lost"),
      taken: t("field.report_taken"),
      elsewhere: t("field.elsewhere"),
      missing: t("field.report_missing"),
    };
    return [failureNote(t, this.#failure, texts[own])];
  }

  #buttons() {
    const { t } = this.#page.words;
    const isLost = this.#failure?.outcome === "lost";
    const onChange = () => {
      this.#failure = null;
      this.draw("report-text");
    };
    const [what, text, isSending] = ["report", t("field.send"), this.#isSending];
    return sendButtons(t, { what, text, isSending, isLost, onChange });
  }

  #submit(event) {
    event.preventDefault();
    if (!this.#isSending) this.#send();
  }

  async #send() {
    if (this.#kind === "" || this.#text.trim() === "" || this.#place === null) {
      this.#failure = { outcome: "missing" };
      this.draw("send-report");
      return;
    }
    const { api, activity } = this.#page;
    const end = activity.begin();
    this.#isSending = true;
    this.draw();
    const bodyOf = (parcel) => this.#body(parcel);
    const { answer, ...failure } = await sendParcel(api, "/api/incidents", this.#parcel, bodyOf);
    this.#isSending = false;
    if (answer !== undefined) this.#finish(answer);
    else this.#showFailure(failure);
    end();
  }

  #finish(answer) {
    this.#parcel = newParcel();
    this.#text = "";
    this.#place = null;
    this.#failure = null;
    this.draw();
    this.#onSent(answer);
  }

  #showFailure(failure) {
    this.#failure = failure;
    if (failure.outcome === "taken") this.#parcel = newParcel();
    this.draw("send-report");
  }

  #body({ id, at }) {
    const { lon, lat, accuracy_m } = this.#place;
    const place = { point: [lon, lat], crs: "wgs84", accuracy_m };
    return { id, kind: this.#kind, text: this.#text.trim(), occurred_at: at, ...place };
  }

  #isUsable(here) {
    return here !== null && here.accuracy_m <= LEAST_ACCURATE_M;
  }
}

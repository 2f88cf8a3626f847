/** How a visit is recorded: what came of it, a note, when to come again. Nothing typed is lost when sending fails. */

import { element } from "./dom.mjs";
import { addDays, today } from "./format.mjs";
import { failureNote, sendButtons } from "./sendform.mjs";
import { newParcel, sendParcel } from "./sending.mjs";

export const OUTCOMES = ["met", "absent", "refused", "moved_out", "vacant"];
const LATER_DAYS = [30, 90];

/** The form of one house. `onStored(answer)` after it was stored; `onTaken()` when an earlier version of it was. */
export class VisitForm {
  #houseId;
  #page;
  #onStored;
  #onTaken;
  #parcel = newParcel();
  #entry = { outcome: null, note: "", next_due_on: "" };
  #failure = null;
  #isSending = false;
  #box = element("form", { class: "visit", novalidate: true });

  constructor(houseId, page, { onStored, onTaken }) {
    this.#houseId = houseId;
    this.#page = page;
    this.#onStored = onStored;
    this.#onTaken = onTaken;
    this.#box.addEventListener("submit", (event) => {
      event.preventDefault();
      this.#send();
    });
  }

  /** The form, drawn in the current language. */
  node() {
    this.#draw();
    return this.#box;
  }

  #draw(focusId = null) {
    const { t } = this.#page.words;
    // While nobody knows whether it arrived, what is sent again must be the same.
    const isFrozen = this.#isSending || this.#failure?.outcome === "lost";
    this.#box.replaceChildren(
      element("h3", {}, t("field.record")),
      this.#outcomes(isFrozen),
      this.#note(isFrozen),
      this.#due(isFrozen),
      ...this.#told(),
      this.#buttons(),
    );
    if (focusId !== null) document.getElementById(focusId)?.focus();
  }

  #outcomes(disabled) {
    const { t } = this.#page.words;
    const buttons = OUTCOMES.map((outcome) => {
      const onclick = () => {
        this.#entry.outcome = outcome;
        this.#draw(`outcome-${outcome}`);
      };
      const pressed = String(this.#entry.outcome === outcome);
      const attributes = { type: "button", id: `outcome-${outcome}`, "aria-pressed": pressed, disabled, onclick };
      return element("button", attributes, t(`field.outcome.${outcome}`));
    });
    return element("div", { class: "chips", role: "group", "aria-label": t("field.outcome") }, ...buttons);
  }

  #note(disabled) {
    const oninput = ({ target }) => {
      this.#entry.note = target.value;
    };
    const area = element("textarea", { id: "note", rows: 2, maxlength: 1000, disabled, oninput });
    area.value = this.#entry.note;
    return element("label", { class: "choice" }, element("span", {}, this.#page.words.t("field.note")), area);
  }

  #due(disabled) {
    const { t } = this.#page.words;
    const set = (value) => {
      this.#entry.next_due_on = value;
    };
    const onchange = ({ target }) => set(target.value);
    const day = element("input", { type: "date", id: "due", disabled, min: addDays(today(), 1), onchange });
    day.value = this.#entry.next_due_on;
    const later = LATER_DAYS.map((days) => {
      const onclick = () => {
        set(addDays(today(), days));
        this.#draw(`due-${days}`);
      };
      const attributes = { type: "button", id: `due-${days}`, disabled, onclick };
      return element("button", attributes, t("field.due_in", { n: days }));
    });
    const label = element("label", { class: "choice" }, element("span", {}, t("field.due")), day);
    return element("div", { class: "due" }, label, element("div", { class: "chips" }, ...later));
  }

  #told() {
    if (this.#failure === null) return [];
    const { t } = this.#page.words;
    const own = { lost: t("field.lost"), taken: t("field.taken"), missing: t("field.outcome_missing") };
    return [failureNote(t, this.#failure, own[this.#failure.outcome])];
  }

  #buttons() {
    const { t } = this.#page.words;
    const isLost = this.#failure?.outcome === "lost";
    const onChange = () => {
      this.#failure = null;
      this.#draw("note");
    };
    const [what, text, isSending] = ["visit", t("field.save"), this.#isSending];
    return sendButtons(t, { what, text, isSending, isLost, onChange });
  }

  async #send() {
    if (this.#isSending) return;
    if (this.#entry.outcome === null) {
      this.#failure = { outcome: "missing" };
      this.#draw(`outcome-${OUTCOMES[0]}`);
      return;
    }
    const { api, activity } = this.#page;
    const end = activity.begin();
    this.#isSending = true;
    this.#draw();
    const { answer, ...failure } = await sendParcel(api, "/api/visits", this.#parcel, (parcel) => this.#body(parcel));
    this.#isSending = false;
    if (answer !== undefined) this.#onStored(answer);
    else this.#showFailure(failure);
    end();
  }

  #showFailure(failure) {
    this.#failure = failure;
    // What arrived first is stored: what is typed now would be another visit.
    if (failure.outcome === "taken") {
      this.#parcel = newParcel();
      this.#onTaken();
    }
    this.#draw("send-visit");
  }

  #body({ id, at }) {
    const { outcome, note, next_due_on } = this.#entry;
    const text = note.trim();
    const body = { id, house_id: this.#houseId, visited_at: at, outcome };
    return { ...body, note: text === "" ? null : text, next_due_on: next_due_on === "" ? null : next_due_on };
  }
}

/** One entry of the review queue: its text, why it waits, the candidates, and what can be done. Everything is text. */

import { element } from "./dom.mjs";
import { integer, moment } from "./format.mjs";
import { reasonText } from "./reviewlist.mjs";

const RADII_M = [50, 100, 200, 500];

/**
 * Draws the entry `card` in `box`. `pin` is the place about to be pinned, null when there is none. `acts` are what the
 * buttons do: `pick(index)`, `startPin()`, `setRadius(radius_m)`, `dropPin()`, `leavePin()`, `reject()`, `undo()`.
 */
export function drawCard(box, { page, card, pin, radius_m, acts }) {
  if (card === null) {
    box.replaceChildren();
    return;
  }
  const { words } = page;
  const { t } = words;
  const head = [t(`review.register.${card.register}`), card.name].filter((part) => part !== null).join(" · ");
  const parts = [
    element("p", { class: "note" }, `${head} · ${card.path.map(({ name }) => name).join(" › ")}`),
    element("h3", { id: "review-text" }, card.text),
    element("p", { class: "note" }, knownTo(card, words)),
  ];
  if (card.reasons.length > 0) {
    const reasons = card.reasons.map((reason) => element("li", {}, reasonText(reason, words)));
    parts.push(element("h4", {}, t("review.why")), element("ul", { class: "review-reasons" }, ...reasons));
  }
  parts.push(...(card.status === "open" ? openParts() : decidedParts()));
  box.replaceChildren(...parts);

  function openParts() {
    const buttons = card.candidates.map((candidate, at) => element("li", {}, candidateButton(candidate, at)));
    const none = element("p", { class: "note" }, t("review.no_candidates"));
    const list = buttons.length > 0 ? element("ol", { class: "review-candidates" }, ...buttons) : none;
    const actions = element(
      "p",
      { class: "review-actions" },
      action("pin", "p", t("review.pin"), acts.startPin),
      action("reject", "r", t("review.reject"), acts.reject),
    );
    // The pin that is being placed stands first: below the candidates it would be out of sight.
    return [...(pin === null ? [] : [pinForm()]), element("h4", {}, t("review.candidates")), list, actions];
  }

  function candidateButton(candidate, at) {
    const sign = element("span", { class: "candidate-pin", "aria-hidden": "true" }, String(at + 1));
    const level = element("span", { class: "note" }, t(`officer.level.${candidate.level}`));
    const attributes = { type: "button", id: `review-pick-${at}`, "aria-keyshortcuts": String(at + 1) };
    return element("button", { ...attributes, onclick: () => acts.pick(at) }, sign, candidate.address, level);
  }

  function pinForm() {
    const exact = element("option", { value: "", selected: radius_m === null }, t("review.pin.exact"));
    const wider = RADII_M.map((radius) =>
      element("option", { value: String(radius), selected: radius === radius_m }, t("review.pin.within", { metres: radius })),
    );
    const onchange = (event) => acts.setRadius(event.target.value === "" ? null : Number(event.target.value));
    return element(
      "div",
      { class: "review-pin" },
      element("p", {}, t("review.pin.hint")),
      element(
        "label",
        { class: "choice" },
        element("span", {}, t("review.pin.how")),
        element("select", { id: "review-radius", onchange }, exact, ...wider),
      ),
      element(
        "p",
        { class: "review-actions" },
        element("button", { type: "button", id: "review-drop", class: "primary", onclick: acts.dropPin }, t("review.pin.drop")),
        element("button", { type: "button", id: "review-leave", onclick: acts.leavePin }, t("review.pin.leave")),
      ),
    );
  }

  function decidedParts() {
    const why = card.why === null ? "" : t("review.about", { text: t(`review.reject.${card.why}`) });
    const who = t("review.decided_by", { by: card.decided_by ?? "—", at: moment(card.decided_at) });
    const together = card.with_id === null ? null : element("p", { class: "note" }, t("review.decided_with"));
    return [
      element("p", {}, `${t(`review.status.${card.status}`)}${why}`),
      element("p", { class: "note" }, who),
      together,
      element("p", { class: "review-actions" }, action("undo", "u", t("review.undo"), acts.undo)),
    ].filter((part) => part !== null);
  }

  function action(name, key, text, onclick) {
    const attributes = { type: "button", id: `review-${name}`, "aria-keyshortcuts": key, onclick };
    return element("button", attributes, text, " ", element("kbd", { "aria-hidden": "true" }, key));
  }
}

function knownTo({ level, radius_m }, { t, language }) {
  const radius = radius_m === null ? "" : t("officer.card.radius", { metres: integer(radius_m, language) });
  return `${t(`officer.level.${level}`)}${radius}`;
}

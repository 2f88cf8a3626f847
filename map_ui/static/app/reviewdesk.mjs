/** The review page's work: the queue, the entry that is open, and the acts by which it is settled. */

import { whileBusy } from "./activity.mjs";
import { byId } from "./dom.mjs";
import { drawHeader, showLeft } from "./header.mjs";
import { listenToKeys } from "./keys.mjs";
import { keepFocus } from "./layerpanel.mjs";
import { MapView } from "./mapview.mjs";
import { drawCard } from "./reviewcard.mjs";
import { askWhy, showKeys } from "./reviewdialogs.mjs";
import { actOf } from "./reviewkeys.mjs";
import { drawHead, drawList } from "./reviewlist.mjs";
import { createReviewMap } from "./reviewmap.mjs";

const PATH = "/api/reviews";
const CRS = "wgs84";

/** `page` is the shell with `catalog`, `state` and `regions`; `open()` shows the queue. */
export class ReviewDesk {
  #page;
  #view;
  #map;
  #turn = 0;
  #asked = 0;
  #choice = { state: "open", region: "", register: "", reason: "" };
  #counts = { items: [], total: 0 };
  #items = [];
  #next = null;
  #at = 0;
  #card = null;
  #pin = null;
  #radius_m = null;
  #made = [];
  #isBusy = false;
  /** What buttons and keys do. */
  #acts = {
    step: (by) => this.#choose(this.#at + by),
    pick: (at) => this.#pick(at),
    startPin: () => this.#startPin(),
    setRadius: (radius_m) => this.#setRadius(radius_m),
    dropPin: () => this.#dropPin(),
    leavePin: () => this.#setPin(null),
    reject: () => this.#reject(),
    undo: () => this.#undo(),
    help: () => showKeys(this.#page.words),
  };

  constructor(page) {
    this.#page = page;
    const map = window[page.config.map];
    this.#view = new MapView(map, page, () => {});
    this.#map = createReviewMap(map, {
      onCandidate: (at) => this.#pick(at),
      onPlace: (place) => this.#pin !== null && this.#setPin(place),
    });
  }

  async open() {
    const { bbox } = this.#page.me.region;
    this.#translate();
    window[this.#page.config.map].invalidateSize();
    if (bbox) this.#view.fit(bbox);
    this.#view.showLayers();
    listenToKeys(this.#acts, actOf, byId(this.#page.config.map));
    await this.#load();
  }

  /** Asks for the queue anew and opens the entry at the place where the last one was, or the one of that id. */
  async #load(id = null) {
    this.#asked += 1;
    const asked = this.#asked;
    const { state, region, register, reason } = this.#choice;
    await whileBusy(this.#page, async () => {
      const [page, counts] = await Promise.all([
        this.#page.api.get(PATH, { state, region, register, reason }),
        this.#page.api.get(`${PATH}/counts`, { register, reason }),
      ]);
      // Of two questions on their way only what was asked last is shown, whichever is answered first.
      if (asked !== this.#asked) return;
      this.#items = page.items;
      this.#next = page.next;
      this.#counts = counts;
      if (register === "" && reason === "") showLeft(counts.total);
      const found = this.#items.findIndex((item) => item.id === id);
      this.#choose(found >= 0 ? found : Math.min(this.#at, this.#items.length - 1));
      this.#drawHead();
    });
  }

  async #more() {
    const asked = this.#asked;
    const { state, region, register, reason } = this.#choice;
    await whileBusy(this.#page, async () => {
      const page = await this.#page.api.get(PATH, { state, region, register, reason, after: this.#next });
      if (asked !== this.#asked) return;
      this.#items.push(...page.items);
      this.#next = page.next;
      this.#drawList();
    });
  }

  #choose(at) {
    this.#at = Math.max(0, Math.min(at, this.#items.length - 1));
    this.#drawList();
    this.#openCard(this.#items[this.#at]);
  }

  /** Asks for an entry anew each time: what was decided meanwhile must be seen, and the reading be known. */
  async #openCard(item) {
    this.#turn += 1;
    const turn = this.#turn;
    await whileBusy(this.#page, async () => {
      const card = item === undefined ? null : await this.#page.api.get(`${PATH}/${item.id}`);
      const bbox = card === null ? null : await this.#boxOf(card.path);
      if (turn !== this.#turn) return;
      this.#card = card;
      this.#setPin(null);
      this.#map.show(card, bbox);
    });
  }

  // What has no point at all is shown by its deepest region that has a shape.
  async #boxOf(path) {
    for (const { code } of [...path].reverse()) {
      const region = await this.#page.regions.get(code);
      if (region?.bbox) return region.bbox;
    }
    return null;
  }

  #pick(at) {
    if (this.#card?.candidates[at] !== undefined) this.#settle({ pick: at });
  }

  #startPin() {
    if (this.#card?.status === "open") this.#setPin(this.#map.middle());
  }

  #setPin(place) {
    this.#pin = place;
    if (place === null) this.#radius_m = null;
    this.#map.showPin(place, this.#radius_m);
    this.#drawCard();
  }

  #setRadius(radius_m) {
    this.#radius_m = radius_m;
    this.#map.showPin(this.#pin, radius_m);
  }

  #dropPin() {
    if (this.#pin === null) return;
    const { lon, lat } = this.#pin;
    this.#settle({ pin: { point: [lon, lat], crs: CRS, radius_m: this.#radius_m } });
  }

  async #reject() {
    if (this.#card?.status !== "open") return;
    const reject = await askWhy(this.#page.words);
    if (reject !== null) await this.#settle({ reject });
  }

  /** Sends a decision on the open entry; the next one opens by itself. */
  async #settle(decision) {
    const card = this.#card;
    if (card?.status !== "open") return;
    await this.#send(`${PATH}/${card.id}/decide`, { rev: card.rev, ...decision }, (done) => {
      this.#made.push(done);
      this.#page.notices.say(this.#told(done));
    });
  }

  /** Takes the last decision back, or the one that is open. */
  async #undo() {
    const { t } = this.#page.words;
    const isOpen = this.#card !== null && this.#card.status !== "open";
    const last = isOpen ? this.#card : this.#made.at(-1);
    if (last === undefined) return;
    await this.#send(
      `${PATH}/${last.id}/undo`,
      { rev: last.rev },
      ({ also }) => {
        this.#made = this.#made.filter(({ id }) => id !== last.id);
        this.#choice = { ...this.#choice, state: "open" };
        this.#page.notices.say(t(also > 0 ? "review.undone_also" : "review.undone", { n: also }));
      },
      last.id,
    );
  }

  async #send(path, body, onDone, id = null) {
    if (this.#isBusy) return;
    const { activity, api, notices } = this.#page;
    const end = activity.begin();
    this.#isBusy = true;
    try {
      onDone(await api.send("POST", path, body));
      await this.#load(id);
    } catch (error) {
      notices.show(error);
      // Somebody else was faster: what they decided must be seen.
      if (error.status === 409) await this.#load();
    } finally {
      this.#isBusy = false;
      end();
    }
  }

  #told({ status, also, learned }) {
    const { t } = this.#page.words;
    const parts = [t(`review.done.${status}`)];
    if (also > 0) parts.push(t("review.done.also", { n: also }));
    if (learned.length > 0) {
      const kinds = learned.map((kind) => t(`review.learned.${kind}`)).join(t("review.and"));
      parts.push(t("review.done.learned", { kinds }));
    }
    return parts.join(" ");
  }

  #change(patch) {
    this.#choice = { ...this.#choice, ...patch };
    this.#at = 0;
    this.#load();
  }

  #drawHead() {
    this.#draw("review-head", drawHead, {
      counts: this.#counts,
      choice: this.#choice,
      onChange: (patch) => this.#change(patch),
      onHelp: this.#acts.help,
    });
  }

  #drawList() {
    this.#draw("review-list", drawList, {
      items: this.#items,
      hasMore: this.#next !== null,
      chosen: this.#at,
      onChoose: (at) => this.#choose(at),
      onMore: () => this.#more(),
    });
  }

  #drawCard() {
    this.#draw("review-card", drawCard, {
      card: this.#card,
      pin: this.#pin,
      radius_m: this.#radius_m,
      acts: this.#acts,
    });
  }

  #draw(id, part, values) {
    const box = byId(id);
    keepFocus(box, () => part(box, { page: this.#page, ...values }));
  }

  #translate() {
    drawHeader(this.#page, () => this.#translate());
    this.#view.translate();
    this.#drawHead();
    this.#drawList();
    this.#drawCard();
  }
}

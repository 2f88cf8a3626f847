/** The duplicates page's work: the pairs, the one that is open, and the acts by which it is decided. */

import { whileBusy } from "./activity.mjs";
import { byId } from "./dom.mjs";
import { drawCard } from "./duplicatescard.mjs";
import { actOf } from "./duplicateskeys.mjs";
import { drawHead, drawList } from "./duplicateslist.mjs";
import { drawHeader } from "./header.mjs";
import { listenToKeys } from "./keys.mjs";
import { keepFocus } from "./layerpanel.mjs";
import { tellKeys } from "./reviewdialogs.mjs";

const PATH = "/api/duplicates";
const KEYS = ["j", "k", "1", "2", "n", "u", "?"];
const NAMES = { "?": "help" };

/** `page` is the shell; `open()` shows what is left. */
export class DuplicatesDesk {
  #page;
  #asked = 0;
  #choice = { status: "open", region: "", register: "" };
  #counts = { items: [], total: 0 };
  #items = [];
  #next = null;
  #at = 0;
  /** The ids of the pairs decided here, the last one at the end. */
  #made = [];
  #isBusy = false;
  /** What buttons and keys do. */
  #acts = {
    step: (by) => this.#choose(this.#at + by),
    keep: (side) => this.#keep(side),
    keepApart: () => this.#keepApart(),
    undo: () => this.#undo(),
    help: () => this.#help(),
  };

  constructor(page) {
    this.#page = page;
  }

  async open() {
    this.#translate();
    listenToKeys(this.#acts, actOf);
    await this.#load();
  }

  get #offer() {
    return this.#items[this.#at] ?? null;
  }

  /** Asks anew and opens the pair at the place where the last one was, or the one of that id. */
  async #load(id = null) {
    this.#asked += 1;
    const asked = this.#asked;
    const { status, region, register } = this.#choice;
    await whileBusy(this.#page, async () => {
      const [page, counts] = await Promise.all([
        this.#page.api.get(PATH, { status, region, register }),
        this.#page.api.get(`${PATH}/counts`, { status, register }),
      ]);
      // Of two questions on their way only what was asked last is shown, whichever is answered first.
      if (asked !== this.#asked) return;
      this.#items = page.items;
      this.#next = page.next;
      this.#counts = counts;
      const found = this.#items.findIndex((item) => item.id === id);
      this.#drawHead();
      this.#choose(found >= 0 ? found : this.#at);
    });
  }

  async #more() {
    const asked = this.#asked;
    const { status, region, register } = this.#choice;
    await whileBusy(this.#page, async () => {
      const page = await this.#page.api.get(PATH, { status, region, register, after: this.#next });
      if (asked !== this.#asked) return;
      this.#items.push(...page.items);
      this.#next = page.next;
      this.#drawList();
    });
  }

  #choose(at) {
    this.#at = Math.max(0, Math.min(at, this.#items.length - 1));
    this.#drawList();
    this.#drawCard();
  }

  async #keep(side) {
    const offer = this.#offer;
    if (offer?.status !== "open") return;
    const { id, rev } = offer[side];
    await this.#decide(offer, "merge", { keep: id, rev });
  }

  async #keepApart() {
    if (this.#offer?.status === "open") await this.#decide(this.#offer, "distinct", {});
  }

  async #decide({ id }, act, body) {
    await this.#send(`${PATH}/${id}/${act}`, body, () => {
      this.#made.push(id);
      this.#page.notices.say(this.#page.words.t(`duplicates.done.${act}`));
    });
  }

  /** Takes back the decision on the pair that is open, or else the last one made here. */
  #undo() {
    const offer = this.#offer;
    return offer !== null && offer.status !== "open" ? this.#takeBack(offer.id) : this.#undoLast();
  }

  async #undoLast() {
    if (this.#made.length > 0) await this.#takeBack(this.#made.at(-1));
  }

  async #takeBack(id) {
    const onDone = () => {
      this.#made = this.#made.filter((one) => one !== id);
      this.#choice = { ...this.#choice, status: "open" };
      this.#page.notices.say(this.#page.words.t("duplicates.undone"));
    };
    await this.#send(`${PATH}/${id}/undo`, {}, onDone, id);
  }

  async #find() {
    const { t } = this.#page.words;
    await this.#send(`${PATH}/find`, {}, ({ house, person }) => {
      this.#choice = { status: "open", region: "", register: "" };
      this.#page.notices.say(t(house + person > 0 ? "duplicates.found" : "duplicates.found_none", { house, person }));
    });
  }

  async #send(path, body, onDone, id = null) {
    if (this.#isBusy) return;
    this.#isBusy = true;
    const { activity, api, notices } = this.#page;
    const end = activity.begin();
    try {
      onDone(await api.send("POST", path, body));
      await this.#load(id);
    } catch (error) {
      notices.show(error);
      // Somebody else was faster: what they did must be seen.
      if (error.status === 409 || error.status === 404) await this.#load(this.#offer?.id);
    } finally {
      this.#isBusy = false;
      end();
    }
  }

  #help() {
    const { words } = this.#page;
    return tellKeys(words, KEYS.map((key) => [key, words.t(`duplicates.key.${NAMES[key] ?? key}`)]));
  }

  #change(patch) {
    // The villages of one status are not those of another.
    const region = patch.status === undefined ? this.#choice.region : "";
    this.#choice = { ...this.#choice, region, ...patch };
    this.#at = 0;
    this.#load();
  }

  #drawHead() {
    this.#draw("pairs-head", drawHead, {
      counts: this.#counts,
      choice: this.#choice,
      onChange: (patch) => this.#change(patch),
      onFind: () => this.#find(),
      onHelp: this.#acts.help,
      onUndo: this.#made.length > 0 ? () => this.#undoLast() : null,
    });
  }

  #drawList() {
    this.#draw("pairs-list", drawList, {
      items: this.#items,
      counts: this.#counts,
      choice: this.#choice,
      hasMore: this.#next !== null,
      chosen: this.#at,
      onChoose: (at) => this.#choose(at),
      onMore: () => this.#more(),
    });
  }

  #drawCard() {
    this.#draw("pairs-card", drawCard, { offer: this.#offer, acts: this.#acts });
  }

  #draw(id, part, values) {
    const box = byId(id);
    keepFocus(box, () => part(box, { page: this.#page, ...values }));
  }

  #translate() {
    drawHeader(this.#page, () => this.#translate());
    this.#drawHead();
    this.#drawList();
    this.#drawCard();
  }
}

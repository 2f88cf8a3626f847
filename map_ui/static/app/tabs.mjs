/** Tabs: of several panels one is shown, chosen by mouse or arrow keys. */

import { element } from "./dom.mjs";

/** In the tablist `box`, for `panels` by name. `show(titles)` offers those with a title; without any all tabs go. */
export class Tabs {
  #box;
  #panels;
  #chosen;

  constructor(box, panels) {
    this.#box = box;
    this.#panels = panels;
    [this.#chosen] = Object.keys(panels);
  }

  /** Without titles the last panel alone is shown. */
  show(titles) {
    const names = Object.keys(titles);
    const all = Object.keys(this.#panels);
    this.#box.hidden = names.length === 0;
    const shown = names.length === 0 ? all.at(-1) : this.#chosen;
    for (const name of all) this.#panels[name].hidden = name !== shown;
    const hadFocus = this.#box.contains(document.activeElement);
    this.#box.replaceChildren(...names.map((name) => this.#tab(name, titles)));
    if (hadFocus) this.#box.querySelector("[aria-selected=true]")?.focus();
  }

  #tab(name, titles) {
    const isChosen = name === this.#chosen;
    const choose = (next) => {
      this.#chosen = next;
      this.show(titles);
    };
    const onkeydown = ({ key }) => {
      const names = Object.keys(titles);
      const step = { ArrowRight: 1, ArrowLeft: -1 }[key];
      if (step !== undefined) choose(names.at((names.indexOf(name) + step) % names.length));
    };
    return element(
      "button",
      {
        type: "button",
        role: "tab",
        id: `tab-${name}`,
        "aria-selected": String(isChosen),
        "aria-controls": this.#panels[name].id,
        tabindex: isChosen ? "0" : "-1",
        onclick: () => choose(name),
        onkeydown,
      },
      titles[name],
    );
  }
}

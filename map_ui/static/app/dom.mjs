/** DOM elements from data. Text goes in as text only: nothing here parses HTML. */

/** An element with properties, `data`/`aria` attributes, listeners (`onclick`) and children (nodes or text). */
export function element(tag, attributes = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) continue;
    if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
    else if (name === "class") node.className = value;
    else if (name === "value" || name === "checked" || name === "disabled" || name === "hidden") node[name] = value;
    else node.setAttribute(name, value === true ? "" : String(value));
  }
  node.append(...children.filter((child) => child !== null && child !== undefined));
  return node;
}

/** A small field of one colour, for legends. */
export function swatch(colour) {
  const node = element("span", { class: "swatch", "aria-hidden": "true" });
  node.style.backgroundColor = colour;
  return node;
}

/** The element of that id; an error in words when the page's frame lacks it. */
export function byId(id) {
  const node = document.getElementById(id);
  if (node === null) throw new Error(`the page has no element #${id}`);
  return node;
}

/** The JSON configuration which the server wrote into the page. */
export function readConfig() {
  return JSON.parse(byId("page-config").textContent);
}

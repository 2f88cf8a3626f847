/** Names and numbers on the map, as many as fit without covering one another. */

import { element } from "./dom.mjs";

/* global L */

const CHARACTER_PX = 13;
const LINE_PX = 18;

/** The indexes of the boxes {x, y, width, height} (x, y: centre) that are kept when earlier ones come first. */
export function withoutOverlap(boxes) {
  const kept = [];
  boxes.forEach((box, index) => {
    const isFree = kept.every((other) => {
      const { x, y, width, height } = boxes[other];
      return Math.abs(x - box.x) * 2 > width + box.width || Math.abs(y - box.y) * 2 > height + box.height;
    });
    if (isFree) kept.push(index);
  });
  return kept;
}

const middleOf = ([west, south, east, north]) => [(south + north) / 2, (west + east) / 2];

/** `show(items)` with items `{text, bbox: [west, south, east, north]}` labels each in the middle of its box. */
export function createLabels(map) {
  const group = L.layerGroup().addTo(map);
  let items = [];

  function draw() {
    group.clearLayers();
    const boxes = items.map(({ text, place }) => {
      const { x, y } = map.project(place);
      return { x, y, width: text.length * CHARACTER_PX, height: LINE_PX };
    });
    for (const index of withoutOverlap(boxes)) {
      const html = element("span", {}, items[index].text);
      const icon = L.divIcon({ className: "map-label", html, iconSize: null });
      group.addLayer(L.marker(items[index].place, { icon, interactive: false, keyboard: false }));
    }
  }

  map.on("zoomend", draw);
  return {
    show(next) {
      items = next.filter(({ bbox }) => bbox).map(({ text, bbox }) => ({ text, place: middleOf(bbox) }));
      draw();
    },
  };
}

/** Printing what is shown as one page of paper: the map in a fixed size, the table below it. */

const isReady = () => document.documentElement.dataset.ready === "1";

/** Resolves when the page has nothing under way. */
function whenReady() {
  if (isReady()) return Promise.resolve();
  return new Promise((resolve) => {
    const observer = new MutationObserver(() => {
      if (!isReady()) return;
      observer.disconnect();
      resolve();
    });
    observer.observe(document.documentElement, { attributeFilter: ["data-ready"] });
  });
}

/** Gives the function that prints; `fit()` moves `map` to what is to be seen. */
export function createPrinting({ map, fit }) {
  const root = document.documentElement;
  // Paper has another width than the window: the map is laid out for it before the browser takes its picture.
  const begin = () => {
    root.classList.add("printing");
    map.invalidateSize({ animate: false });
    fit();
  };
  const end = () => {
    root.classList.remove("printing");
    map.invalidateSize({ animate: false });
    fit();
  };
  window.addEventListener("beforeprint", begin);
  window.addEventListener("afterprint", end);
  return async () => {
    begin();
    // Tiles of the new view are asked for in the next turn of the loop.
    await new Promise((resolve) => setTimeout(resolve, 50));
    await whenReady();
    window.print();
    end();
  };
}

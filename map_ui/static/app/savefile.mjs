/** A file that the server makes at once: fetched by the page, so that what goes wrong is told in words, then saved. */

import { whileBusy } from "./activity.mjs";
import { element } from "./dom.mjs";

// How long a browser may take to begin with the file.
const KEPT_MS = 60_000;

/** Asks for `path` and hands the answer to the browser as a download called `name`; a refusal becomes a notice. */
export async function saveFile(page, path, { name, type }) {
  await whileBusy(page, async () => {
    const href = URL.createObjectURL(new Blob([await page.api.bytes(path)], { type }));
    const link = element("a", { href, download: name });
    document.body.append(link);
    link.click();
    link.remove();
    setTimeout(() => URL.revokeObjectURL(href), KEPT_MS);
  });
}

/** The page /duplicates: what may be registered twice, pair by pair; nothing is merged but by hand. */

import { DuplicatesDesk } from "./duplicatesdesk.mjs";
import { openShell } from "./shell.mjs";

const shell = await openShell();
if (shell !== null) {
  try {
    await new DuplicatesDesk(shell).open();
  } catch (error) {
    shell.notices.show(error);
  } finally {
    shell.end();
  }
}

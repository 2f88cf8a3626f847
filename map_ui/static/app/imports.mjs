/** The page /imports. */

import { drawHeader } from "./header.mjs";
import { openShell } from "./shell.mjs";

const shell = await openShell();
if (shell !== null) {
  const { notices, end } = shell;
  const translate = () => drawHeader(shell, translate);
  try {
    translate();
  } catch (error) {
    notices.show(error);
  } finally {
    end();
  }
}

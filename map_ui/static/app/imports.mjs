/** The page /imports: a file is tried or imported, its faults are looked at, and what was imported is taken back. */

import { byId, element } from "./dom.mjs";
import { drawHeader } from "./header.mjs";
import { createImportForm } from "./importform.mjs";
import { createImportJob } from "./importjob.mjs";
import { createImportLog } from "./importlog.mjs";
import { openShell } from "./shell.mjs";

const shell = await openShell();
if (shell !== null) {
  const { api, notices, end } = shell;
  try {
    const { items: kinds, max_upload_bytes } = await api.get("/api/imports/kinds");
    const [formBox, jobBox, logBox] = ["import-form", "import-job", "import-log"].map((id) =>
      element("section", { id, class: "paper" }),
    );
    byId("main").append(element("div", { class: "sheet-columns" }, formBox, jobBox), logBox);
    const log = createImportLog(logBox, shell);
    const job = createImportJob(jobBox, shell, {
      onImport: () => send(false),
      onEnd: () => log.load(),
    });
    const form = createImportForm(formBox, shell, { kinds, max_upload_bytes, onSend: (dryRun) => send(dryRun) });

    async function send(dryRun) {
      const order = form.order();
      if (order === null) return;
      form.setBusy(true);
      await job.run(order, dryRun);
      form.setBusy(false);
    }

    const translate = () => {
      drawHeader(shell, translate);
      for (const part of [form, job, log]) part.draw();
    };
    translate();
    await log.load();
  } catch (error) {
    notices.show(error);
  } finally {
    end();
  }
}

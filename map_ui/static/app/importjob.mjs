/** One import from the first byte sent to its result: progress, counts, and its faults in pages. */

import { whileBusy } from "./activity.mjs";
import { element } from "./dom.mjs";
import { integer } from "./format.mjs";

const POLL_MS = 400;
const PAGE = 100;

/** The share of an import that is behind it, 0 to 1; null when that cannot be said. */
export function shareDone({ phase, share, job }) {
  if (phase === "sending") return share;
  if (job === null || job.status === "waiting" || !job.total) return null;
  return job.done / job.total;
}

/** What has to be said of the end of a job: `{tone, key}`, a tone of notices and a key of the catalogue. */
export function verdict({ status, dry_run: isTrial, result, problem }) {
  if (status === "failed") {
    // What concerns the whole file has no list of faults: its one reason stands below.
    const key = isTrial ? "imports.trial.bad" : "imports.done.bad";
    return { tone: "bad", key: problem?.fault_count === 0 ? `${key}_plain` : key };
  }
  const ending = result.fault_count > 0 ? "warned" : "good";
  return { tone: "good", key: `imports.${isTrial ? "trial" : "done"}.${ending}` };
}

/** Draws into `box`; `run(order, dryRun)` sends and watches. `onImport()` after a trial, `onEnd()` after any job. */
export function createImportJob(box, { api, words, notices, activity }, { onImport, onEnd }) {
  const { t } = words;
  let view = { phase: "none", share: 0, job: null };
  let faults = null;
  let asked = { severity: "", after: 0 };

  async function run({ kind, query, file }, dryRun) {
    const end = activity.begin();
    faults = null;
    asked = { severity: "", after: 0 };
    show({ phase: "sending", share: 0, job: null });
    try {
      const onProgress = (share) => show({ phase: "sending", share, job: null });
      const { job } = await api.upload(`/api/imports/${kind}`, { ...query, dry_run: dryRun }, file, onProgress);
      await watch(job);
      await loadFaults();
      onEnd();
    } catch (error) {
      show({ phase: "none", share: 0, job: null });
      notices.show(error);
    } finally {
      end();
    }
  }

  async function watch(first) {
    let job = first;
    while (job.status === "waiting" || job.status === "running") {
      show({ phase: "working", share: 0, job });
      await new Promise((resolve) => setTimeout(resolve, POLL_MS));
      job = await api.get(`/api/jobs/${job.id}`);
    }
    show({ phase: "ended", share: 1, job });
  }

  async function loadFaults() {
    const { result, problem } = view.job;
    if ((result ?? problem).fault_count === 0) return;
    faults = await api.get(`/api/jobs/${view.job.id}/faults`, { ...asked, limit: PAGE });
    draw();
  }

  async function turn(patch, focus) {
    asked = { ...asked, ...patch };
    await whileBusy({ activity, notices }, async () => {
      await loadFaults();
      document.getElementById(focus)?.focus();
    });
  }

  function show(next) {
    const isSameProgress = view.phase === next.phase && box.querySelector("progress") !== null;
    view = next;
    // Redrawn only when more than the bar changes: a reader is not told the same again and again.
    if (isSameProgress) drawProgress();
    else draw();
  }

  function stageText() {
    const { phase, share, job } = view;
    if (phase === "sending") return t("imports.stage.sending", { percent: Math.round(share * 100) });
    return t(job.status === "waiting" ? "imports.stage.waiting" : `imports.stage.${job.stage}`);
  }

  function drawProgress() {
    const share = shareDone(view);
    const bar = box.querySelector("progress");
    if (share === null) bar.removeAttribute("value");
    else bar.value = share;
    const text = box.querySelector("#import-stage");
    if (text.textContent !== stageText()) text.textContent = stageText();
  }

  function ending() {
    const { job } = view;
    const { tone, key } = verdict(job);
    const { counts = {}, fault_count: count } = job.result ?? job.problem;
    const lines = Object.entries(counts).map(([name, n]) =>
      element("div", {}, element("dt", {}, countName(name, t)), element("dd", {}, integer(n, words.language))),
    );
    const isClean = job.status === "done" && job.dry_run;
    const again = element("button", { type: "button", class: "primary", id: "import-now", onclick: onImport }, t("imports.now"));
    return [
      element(
        "div",
        { class: `notice ${tone}`, id: "import-verdict" },
        element("div", {}, element("strong", {}, t(key, { n: count })), job.problem === null ? null : element("p", {}, job.problem.detail)),
      ),
      lines.length > 0 ? element("dl", { class: "lines" }, ...lines) : null,
      isClean ? element("div", { class: "actions" }, again) : null,
    ];
  }

  function faultPart() {
    if (faults === null) return null;
    const { job } = view;
    const all = (job.result ?? job.problem).fault_count;
    const onchange = ({ target }) => turn({ severity: target.value, after: 0 }, "fault-severity");
    const severities = [["", t("imports.faults.all")], ["fault", t("imports.faults.fault")], ["warning", t("imports.faults.warning")]];
    const options = severities.map(([value, text]) => element("option", { value }, text));
    const select = element("select", { id: "fault-severity", "aria-label": t("imports.faults.show"), onchange }, ...options);
    select.value = asked.severity;
    const links = ["csv", "gpkg"].map((form) =>
      element("a", { href: `/api/jobs/${job.id}/faults?f=${form}`, download: `faults.${form}` }, t(`imports.faults.${form}`)),
    );
    const more = all > faults.kept && asked.severity === "" ? t("imports.faults.kept", { kept: faults.kept, total: all }) : null;
    return element(
      "div",
      { class: "fault-list" },
      element("div", { class: "fault-tools" }, select, ...links),
      more === null ? null : element("p", { class: "note" }, more),
      element("div", { class: "table", tabindex: "0", role: "region", "aria-label": t("imports.faults") }, faultTable()),
      pager(),
    );
  }

  function faultTable() {
    const heads = [t("imports.fault.where"), t("imports.fault.message"), t("imports.fault.place")];
    const rows = faults.items.map(({ where, severity, message, place }) =>
      element(
        "tr",
        { class: severity },
        element("th", { scope: "row" }, where),
        element("td", {}, element("span", { class: `tag ${severity}` }, t(`imports.faults.${severity}`)), " ", message),
        element("td", { class: "number" }, place === null ? "" : place.map((degrees) => degrees.toFixed(5)).join(", ")),
      ),
    );
    const head = element("tr", {}, ...heads.map((text) => element("th", { scope: "col" }, text)));
    return element("table", { class: "plain" }, element("caption", {}, t("imports.faults")), element("thead", {}, head), element("tbody", {}, ...rows));
  }

  function pager() {
    if (asked.after === 0 && faults.next === null) return null;
    const go = (id, text, after, isOff) =>
      element("button", { type: "button", id, disabled: isOff, onclick: () => turn({ after }, id) }, text);
    const last = Math.min(asked.after + PAGE, faults.kept);
    return element(
      "div",
      { class: "pager" },
      go("faults-back", t("imports.faults.back"), Math.max(0, asked.after - PAGE), asked.after === 0),
      element("span", {}, t("imports.faults.range", { first: asked.after + 1, last, total: faults.kept })),
      go("faults-on", t("imports.faults.on"), faults.next ?? 0, faults.next === null),
    );
  }

  function draw() {
    const { phase, job } = view;
    const title = element("h2", {}, t("imports.result"));
    if (phase === "none") {
      box.replaceChildren(title, element("p", { class: "note" }, t("imports.result.none")));
    } else if (phase === "ended") {
      const name = element("p", { class: "note" }, `${t(`imports.kind.${job.kind}`)} · ${job.name}`);
      box.replaceChildren(...[title, name, ...ending(), faultPart()].filter((part) => part !== null));
    } else {
      const bar = element("progress", { max: 1, "aria-labelledby": "import-stage" });
      box.replaceChildren(title, element("p", { id: "import-stage", role: "status" }), bar);
      drawProgress();
    }
  }

  return { draw, run };
}

/** The name of a count in words; one that the catalogue does not know stays as it is. */
export function countName(name, t) {
  const key = `imports.count.${name}`;
  const text = t(key);
  return text === key ? name : text;
}

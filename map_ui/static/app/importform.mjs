/** The form of an import: which kind of file, which file, and how it is to be read. */

import { element } from "./dom.mjs";
import { createImportMap } from "./importmap.mjs";

const DATUMS = ["wgs84", "cgcs2000", "gcj02", "bd09"];
const LEVELS = ["1", "2", "3", "4", "5"];
const ENCODINGS = ["utf-8", "gb18030"];

/** A size in bytes as text: 12 kB, 3.4 MB. */
export function sizeText(bytes, language) {
  const [value, unit] = bytes < 1e6 ? [bytes / 1e3, "kilobyte"] : [bytes / 1e6, "megabyte"];
  return new Intl.NumberFormat(language, { style: "unit", unit, maximumFractionDigits: 1 }).format(value);
}

/** The query of an upload from what was filled in: options that the kind does not take are left out. */
export function importQuery(kind, { file, crs, epsg, encoding, level }) {
  const stated = crs === "epsg" ? `EPSG:${epsg.replace(/^epsg:/i, "").trim()}` : crs;
  return {
    name: file.name,
    crs: kind.takes_crs ? stated : "",
    encoding: kind.takes_encoding ? encoding : "",
    level: kind.takes_level ? level : "",
  };
}

/**
 * Draws the form into `box`. `onSend(dryRun)` when it is sent; `order()` gives `{kind, query, file}`, or null after
 * saying what is missing; `setBusy(isBusy)` while a file is on its way.
 */
export function createImportForm(box, shell, { kinds, max_upload_bytes, onSend }) {
  const { words, notices } = shell;
  const { t } = words;
  const values = { kind: kinds[0].name, file: null, crs: "", epsg: "", encoding: "", level: "" };
  let isBusy = false;
  const kindOf = () => kinds.find(({ name }) => name === values.kind);
  const map = createImportMap(shell, { onChange: () => draw(document.activeElement?.id ?? null) });

  /** Lists are looked at as soon as they are chosen; what is too large is refused when it is sent. */
  function look() {
    const { kind, file } = values;
    if (file === null || file.size === 0 || file.size > max_upload_bytes || !kindOf().takes_fields) return;
    map.look({ kind, query: importQuery(kindOf(), values), file });
  }

  function take(files) {
    if (files.length === 0) return;
    values.file = files[0];
    map.forget();
    draw("import-file");
    look();
  }

  function choose(name, options, { id, redraws = false }) {
    const onchange = ({ target }) => {
      values[name] = target.value;
      const isOther = name === "kind" || name === "encoding";
      if (isOther) map.forget();
      if (redraws) draw(id);
      if (isOther) look();
    };
    const items = options.map(([value, text]) => element("option", { value }, text));
    const select = element("select", { id, onchange, disabled: isBusy }, ...items);
    select.value = values[name];
    return select;
  }

  const field = (id, label, control) =>
    element("div", { class: "field" }, element("label", { for: id }, label), control);

  function filePicker() {
    const onchange = ({ target }) => take(target.files);
    const accept = kindOf().suffixes.join(",");
    const input = element("input", { type: "file", id: "import-file", accept, onchange, disabled: isBusy });
    const { file } = values;
    const about = file === null ? t("imports.drop") : `${file.name} · ${sizeText(file.size, words.language)}`;
    const zone = element(
      "div",
      { class: file === null ? "drop" : "drop filled" },
      element("label", { for: "import-file" }, t("imports.file")),
      input,
      element("p", { class: "note", id: "import-file-name" }, about),
    );
    zone.addEventListener("dragover", (event) => event.preventDefault());
    zone.addEventListener("drop", (event) => {
      event.preventDefault();
      if (!isBusy) take(event.dataTransfer.files);
    });
    return zone;
  }

  function options() {
    const { takes_crs, takes_encoding, takes_level, name } = kindOf();
    const fields = [];
    if (takes_crs) {
      const none = name === "regions" ? t("imports.crs.file") : t("imports.crs.none");
      const datums = [["", none], ...DATUMS.map((datum) => [datum, t(`imports.crs.${datum}`)]), ["epsg", t("imports.crs.epsg")]];
      fields.push(field("import-crs", t("imports.crs"), choose("crs", datums, { id: "import-crs", redraws: true })));
      if (values.crs === "epsg") fields.push(epsgField());
    }
    if (takes_level) {
      const levels = [["", t("imports.level.auto")], ...LEVELS.map((level) => [level, t(`level.${level}`)])];
      fields.push(field("import-level", t("imports.level"), choose("level", levels, { id: "import-level" })));
    }
    if (takes_encoding) {
      const encodings = [["", t("imports.encoding.auto")], ...ENCODINGS.map((one) => [one, one.toUpperCase()])];
      const select = choose("encoding", encodings, { id: "import-encoding" });
      fields.push(field("import-encoding", t("imports.encoding"), select));
    }
    return fields;
  }

  function epsgField() {
    const oninput = ({ target }) => {
      values.epsg = target.value;
    };
    const attributes = { id: "import-epsg", value: values.epsg, inputmode: "numeric", maxlength: 12, oninput };
    return field("import-epsg", t("imports.crs.number"), element("input", { ...attributes, disabled: isBusy }));
  }

  function columns() {
    const { columns: known } = kindOf();
    const rows = known.map(({ name, title, required }) =>
      element(
        "li",
        {},
        element("code", {}, title),
        title === name ? null : ` ${name}`,
        required ? element("strong", {}, ` ${t("imports.column.required")}`) : null,
      ),
    );
    const list = element("ul", { class: "known-columns" }, ...rows);
    return element("details", { id: "import-columns" }, element("summary", {}, t("imports.columns")), list);
  }

  function draw(focus = null) {
    const wasOpen = box.querySelector("#import-columns")?.open ?? false;
    const isMapOpen = box.querySelector("#import-map")?.open ?? false;
    const titles = kinds.map(({ name }) => [name, t(`imports.kind.${name}`)]);
    const onsubmit = (event) => {
      event.preventDefault();
      onSend(event.submitter?.value !== "import");
    };
    const form = element(
      "form",
      { onsubmit, novalidate: true },
      field("import-kind", t("imports.kind"), choose("kind", titles, { id: "import-kind", redraws: true })),
      filePicker(),
      ...options(),
      ...map.draw(look),
      element(
        "div",
        { class: "actions" },
        button("try", "primary", t("imports.try")),
        button("import", null, t("imports.import")),
      ),
      element("p", { class: "note" }, t("imports.hint")),
      columns(),
    );
    box.replaceChildren(element("h2", {}, t("imports.new")), form);
    box.querySelector("#import-columns").open = wasOpen;
    if (isMapOpen) box.querySelector("#import-map")?.setAttribute("open", "");
    if (focus !== null) document.getElementById(focus)?.focus();
  }

  const button = (value, kind, text) =>
    element("button", { type: "submit", id: `import-${value}`, value, class: kind, disabled: isBusy }, text);

  return {
    draw: () => draw(),
    setBusy(busy) {
      isBusy = busy;
      for (const control of box.querySelectorAll("button, select, input")) control.disabled = busy;
    },
    order() {
      const { file } = values;
      if (file === null || file.size === 0) {
        notices.warn(t("imports.file.missing"));
        return null;
      }
      if (file.size > max_upload_bytes) {
        notices.warn(t("imports.file.large", { limit: sizeText(max_upload_bytes, words.language) }));
        return null;
      }
      notices.clear();
      const query = { ...importQuery(kindOf(), values), field: map.fields(), sheet: map.sheet() };
      return { kind: values.kind, query, file };
    },
  };
}

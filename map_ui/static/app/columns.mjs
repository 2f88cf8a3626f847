/** The columns of the panel's table: for the regions below a region, and for the grids of a village. */

import { gridTitle } from "./facts.mjs";
import { integer, signedPercent } from "./format.mjs";

/** Columns for rows of /api/regions. */
export function regionColumns(words) {
  return [
    nameColumn(words.t("name_and_code"), ({ code }) => code, ({ name }) => name),
    numberColumn("households", words, ({ households }) => households),
    numberColumn("persons", words, ({ persons }) => persons),
    numberColumn("grids", words, ({ grids }) => grids),
    planColumn(words),
  ];
}

/** Columns for rows of /api/grids. */
export function gridColumns(words) {
  return [
    nameColumn(words.t("grid_and_code"), ({ grid_no }) => grid_no, (grid) => gridTitle(grid, words.t)),
    numberColumn("households", words, ({ households }) => households),
    numberColumn("persons", words, ({ persons }) => persons),
    numberColumn("load", words, ({ load }) => load),
    {
      key: "deviation",
      title: words.t("deviation"),
      isNumber: true,
      value: ({ deviation }) => deviation,
      text: ({ deviation }) => signedPercent(deviation, words.language),
    },
  ];
}

// Sorted by code, which is the official order; the name is the row's button.
function nameColumn(title, codeOf, nameOf) {
  return { key: "code", title, isNumber: false, value: codeOf, text: nameOf, note: codeOf };
}

function planColumn(words) {
  const text = ({ plan_status }) => (plan_status ? words.t(`plan.${plan_status}`) : "—");
  return { key: "plan", title: words.t("plan"), isNumber: false, value: text, text };
}

function numberColumn(key, words, value) {
  return { key, title: words.t(key), isNumber: true, value, text: (row) => integer(value(row), words.language) };
}

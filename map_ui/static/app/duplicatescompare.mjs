/** Two rows that may be one, field by field: what each says, and where they say different things. */

const FIELDS = {
  person: ["name", "sex", "birth_year", "residence", "address", "moved_in_on", "moved_out_on", "phone", "id_no", "grid_no", "ref", "created_at"],
  house: ["address", "level", "members", "grid_no", "ref", "created_at"],
};
// Every row has its own: that they differ says nothing.
const OWN = ["ref", "created_at"];
const SEALED = ["phone", "id_no"];

/**
 * The lines of an offer: `{field, kept, other, differs}`. Phone and id number are sealed: their values are null, and
 * `same` says whether they agree (null: not known of both). A name that is masked alike may differ all the same.
 */
export function compare({ register, kept, other, same }) {
  return FIELDS[register].filter((field) => other !== null || !SEALED.includes(field)).map((field) => {
    if (SEALED.includes(field)) return { field, kept: null, other: null, same: same[field], differs: same[field] === false };
    const values = { field, kept: kept[field], other: other?.[field] ?? null };
    return { ...values, differs: !OWN.includes(field) && isUnlike(values, same) };
  });
}

function isUnlike({ field, kept, other }, same) {
  if (field === "name" && same !== null) return same.name === false;
  return kept !== null && other !== null && kept !== other;
}

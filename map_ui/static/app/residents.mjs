/** Who lives in a house and who lived there, put together from its stays. */

/** The households of stays on one day: `{id, rev, persons: [{id, rev, name, sex, birth_year, begins_on}]}`, in the order of the stays. */
export function householdsOf(stays) {
  const found = new Map();
  for (const { household_id: id, household_rev: rev, person_id, person_rev, name, sex, birth_year, begins_on } of stays) {
    if (!found.has(id)) found.set(id, { id, rev, persons: [], begins_on: person_id === null ? begins_on : null });
    if (person_id !== null) found.get(id).persons.push({ id: person_id, rev: person_rev, name, sex, birth_year, begins_on });
  }
  return [...found.values()];
}

/** The stays that have ended. */
export function formerStays(stays) {
  return stays.filter(({ ends_on }) => ends_on !== null);
}

/** A person in words: the masked name, sex and year of birth, as far as they are known. Two may have one mask. */
export function personName({ name, sex, birth_year }, { t }) {
  const told = [name ?? "**"];
  if (sex !== null) told.push(t(`field.sex.${sex}`));
  if (birth_year !== null) told.push(t("moves.born", { year: birth_year }));
  return told.join(" ");
}

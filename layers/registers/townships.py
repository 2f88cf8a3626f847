"""Townships that a list names by the civil affairs' codes, in ours."""

from __future__ import annotations

from layers.crosswalk import translate
from layers.registers.rows import Rows

__all__ = ["use_our_codes"]


def use_our_codes(rows: Rows) -> None:
    """Put our codes in the place of the civil affairs', where the list's townships have those.

    The first of them is told with how many there are; a code that may mean two townships is a fault of its row.
    """
    codes = rows.column("region_code")
    meant = translate(rows.session, rows.distinct("region_code"))
    if not (meant.codes or meant.faults):
        return
    read = [at for at, code in enumerate(codes) if code in meant.codes]
    if read:
        stated = codes[read[0]]
        message = f"warning: the codes of {len(read)} rows are the civil affairs'; {stated} is {meant.codes[stated]}"
        rows.fault(read[0], "region_code", message)
    for at, code in enumerate(codes):
        if code in meant.faults:
            rows.fault(at, "region_code", meant.faults[code])
            codes[at] = None
        else:
            codes[at] = meant.codes.get(code, code)

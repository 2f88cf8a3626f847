"""The grids of an edited plan counted anew, as `divide` counts them."""

import numpy as np
import pandas as pd

from gridding.dissolve import reading_order
from gridding.edit.accept import reported, whole
from gridding.types import Plan
from gridding.village import Village

__all__ = ["in_reading_order"]


def in_reading_order(plan: Plan, village: Village) -> Plan:
    """Give the same grids with seq 1..n: basic before exclusive, each from north to south and from west to east.

    Edits leave the seq of every grid as it is and give new ones the next free; `number` goes by seq, so that an edited
    plan is put in order once, before it is published. What a log holds goes by the seqs before.
    """
    plan = whole(plan, village)
    basic = (plan.grids["kind"] == "basic").to_numpy()
    rows = [np.flatnonzero(side) for side in (basic, ~basic)]
    order = np.concatenate([side[reading_order(plan.grids.geometry.to_numpy()[side])] for side in rows])
    grids = plan.grids.iloc[order].reset_index(drop=True)
    new_seq = pd.Series(np.arange(1, len(grids) + 1), index=grids["seq"].to_numpy())
    labels = plan.labels.map(new_seq).astype("int64").rename("seq")
    return reported(grids.assign(seq=new_seq.to_numpy()), labels, village, plan.report)

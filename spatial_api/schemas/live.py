"""What watching takes."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, StringConstraints

from spatial_api.schemas import Strict

__all__ = ["LiveQuery"]


class LiveQuery(Strict):
    """From where on: `after` the id of the last event seen, from now on when it is left out.

    `Last-Event-ID`, which a browser sends by itself, goes before `after`. With `once` the answer ends with what there
    is: for programs that ask now and then.
    """

    after: Annotated[str | None, StringConstraints(max_length=20_000)] = Field(None, description="the id of an event")
    once: bool = False

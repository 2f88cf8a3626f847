"""What routes take and answer, one module a subject; the base classes of both."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict

__all__ = ["Answer", "Strict"]


class Strict(BaseModel):
    """A query or a body: a parameter that the route does not know is refused."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Answer(BaseModel):
    """An answer: nothing that is not in it leaves the server."""

    model_config = ConfigDict(from_attributes=True, populate_by_name=True)

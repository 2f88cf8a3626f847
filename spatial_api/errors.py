"""What can go wrong between a browser and this server, before any data are asked for.

WanggeError (layers.errors)
 ├─ NoSession       nobody is logged in
 ├─ ForeignRequest  the request was not made by one of our pages
 ├─ NoSuchPart      the file has no such part
 └─ UnknownHost     the server was addressed under a name that is not its own
"""

from __future__ import annotations

from layers.errors import WanggeError

__all__ = ["ForeignRequest", "NoSession", "NoSuchPart", "UnknownHost"]


class NoSession(WanggeError):
    """Log in first."""


class ForeignRequest(WanggeError):
    """The request does not come from a page of this server."""


class NoSuchPart(WanggeError):
    """The file has no such part.

    `content_range` is the header that says how long it is.
    """

    def __init__(self, content_range: str) -> None:
        super().__init__()
        self.content_range = content_range


class UnknownHost(WanggeError):
    """The server is not known under that name."""

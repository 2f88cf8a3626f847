"""What a browser test works with: a running server with its data, and pages that are watched while they are used."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from playwright.sync_api import ConsoleMessage, Page, Request, Response
from sqlalchemy import text

from layers.db import Database
from layers.scope import Scope

READY = "() => document.documentElement.dataset.ready === '1' && !window.map_main?._animatingZoom"
# The browser tells the page of a step back after the step is made: wait for the page's own listeners too.
BACK = """() => new Promise(done => {
    addEventListener("popstate", () => setTimeout(done), { once: true });
    history.back();
})"""
# What a click begins may begin in the next frame: a map's zoom, a listener of the address.
NEXT_FRAMES = "() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))"
TIMEOUT_MS = 30_000
DESK = (1440, 900)
PHONE = (390, 844)
# Chromium writes this line itself for every answer of 400 and more; no page can keep it from doing so.
_CHROMIUM_STATUS = "Failed to load resource: the server responded with a status of "


@dataclass(frozen=True)
class Site:
    """A running server, its database and the passwords of its accounts."""

    url: str
    database: Database
    passwords: dict[str, str]

    def number(self, query: str, **values: object) -> int:
        """The one number that a query gives, asked past the API."""
        return int(str(self.rows(query, **values)[0][0]))

    def rows(self, query: str, **values: object) -> list[tuple[object, ...]]:
        """The rows that a query gives, asked past the API."""
        with self.database.write(Scope.everything()) as session:
            return [tuple(row) for row in session.execute(text(query), values)]


@dataclass
class Watch:
    """What a page must not do, as it happened: talk to other hosts, complain, break its policy."""

    site: Site
    faults: list[str] = field(default_factory=list)
    refused: list[int] = field(default_factory=list)

    def listen(self, page: Page) -> None:
        page.on("console", self._hear)
        page.on("pageerror", lambda error: self.faults.append(f"page error: {error}"))
        page.on("request", self._see_request)
        page.on("response", self._see_response)

    def _hear(self, message: ConsoleMessage) -> None:
        if not message.text.startswith(_CHROMIUM_STATUS):
            self.faults.append(f"console {message.type}: {message.text}")

    def _see_request(self, request: Request) -> None:
        there, here = urlsplit(request.url), urlsplit(self.site.url)
        if there.scheme not in ("data", "blob") and there.netloc != here.netloc:
            self.faults.append(f"request to {request.url}")

    def _see_response(self, response: Response) -> None:
        if response.status >= 400:
            self.refused.append(response.status)

    def check(self, refused: tuple[int, ...] = ()) -> None:
        """Fail on any fault, and on any refusal that was not expected; then begin anew."""
        assert self.faults == []
        assert tuple(self.refused) == refused
        self.refused.clear()


@dataclass(frozen=True)
class Desk:
    """A page in a browser, seen by one person."""

    page: Page
    site: Site
    watch: Watch

    def settle(self) -> None:
        """Wait until the page has nothing under way."""
        self.page.wait_for_function(READY, timeout=TIMEOUT_MS)
        self.page.evaluate(NEXT_FRAMES)
        self.page.wait_for_function(READY, timeout=TIMEOUT_MS)

    def back(self) -> None:
        """Go one place back, as by the browser's button, and wait for what it brings."""
        self.page.evaluate(BACK)
        self.settle()

    def open(self, path: str = "/") -> None:
        self.page.goto(f"{self.site.url}{path}")
        self.settle()

    def log_in(self, login: str, password: str | None = None) -> None:
        """Fill in the form; the caller says what should come of it."""
        self.open("/login")
        self.page.fill("#login", login)
        self.page.fill("#password", self.site.passwords[login] if password is None else password)
        self.page.click("#login-button")

    def enter(self, login: str) -> None:
        """Log in by the form and wait for the first page of the role."""
        self.log_in(login)
        self.page.wait_for_url(re.compile(rf"^{re.escape(self.site.url)}/(planner|officer|field|imports|account)$"))
        self.settle()

    def drill(self, code: str) -> None:
        """Choose a row of the table."""
        self.page.click(f'#table tr[data-code="{code}"] button')
        self.settle()

    def cells(self, code: str) -> list[str]:
        """The texts of a row of the table, without its heading."""
        return self.page.locator(f'#table tr[data-code="{code}"] td').all_inner_texts()

    def figures(self) -> list[str]:
        """The figures of the region shown: households, persons, grids, incidents."""
        return self.page.locator("#region .figures dd").all_inner_texts()

    def words(self, selector: str) -> str:
        return self.page.inner_text(selector)

    def resize(self, size: tuple[int, int]) -> None:
        self.page.set_viewport_size({"width": size[0], "height": size[1]})
        self.settle()

    def overflow_px(self) -> int:
        """By how much the page is wider than its window."""
        return int(self.page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth"))


NewDesk = Callable[..., Desk]
"""The fixture `new_desk`: takes login, path and size."""

"""What every request runs through before its route: on the event loop, with no way to a thread and back."""

from __future__ import annotations

import inspect
from collections.abc import Iterator

import pytest
from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute
from starlette.routing import BaseRoute

from spatial_api.app import _ROUTES

ROUTES = [route for module in _ROUTES for route in module.router.routes if isinstance(route, APIRoute)]


def below(dependant: Dependant) -> Iterator[Dependant]:
    for one in dependant.dependencies:
        yield one
        yield from below(one)


@pytest.mark.parametrize("route", ROUTES, ids=lambda route: f"{min(route.methods)} {route.path}")
def test_no_dependency_is_sent_to_another_thread(route: BaseRoute) -> None:
    assert isinstance(route, APIRoute)
    threaded = [one.call for one in below(route.dependant) if not inspect.iscoroutinefunction(one.call)]
    assert threaded == []


def test_there_are_routes_with_dependencies() -> None:
    assert sum(bool(route.dependant.dependencies) for route in ROUTES) > 50

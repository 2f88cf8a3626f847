"""Kinds told from misspelt ones: the fixed ones, those of code tables, and none asked for twice."""

from __future__ import annotations

import asyncio
import re
from pathlib import Path

import pytest
from builders import kinds, with_pool
from psycopg_pool import PoolClosed

import layers
from layers.errors import Invalid
from layers.kinds import KindRow, add_kind
from layers.known_kinds import KnownKinds
from layers.scope import Scope


@pytest.mark.parametrize("layer", ["grid", "barrier", "link"])
def test_the_fixed_kinds_are_those_of_the_tables(layer):
    schema = Path(layers.__path__[0], "sql", "schema.sql").read_text("utf-8")
    allowed = re.search(rf"ck_{layer}_kind CHECK (.*)", schema)[1]
    stored = re.findall(r"'(\w+)'::text", allowed)
    known = KnownKinds(None)
    asyncio.run(known.check(layer, stored))
    with pytest.raises(Invalid):
        asyncio.run(known.check(layer, ["noise"]))


def test_a_kind_once_met_is_not_asked_for_again(database):
    with database.write(Scope.everything()) as session:
        kinds(session)
    met = []

    async def meet(pool):
        met.append(KnownKinds(pool))
        await met[0].check("incident", ["noise"])

    with_pool(database, meet)
    [known] = met
    asyncio.run(known.check("incident", ["noise", "hazard", "noise"]))
    asyncio.run(known.check("incident", None))
    with pytest.raises(PoolClosed):
        asyncio.run(known.check("incident", ["drain"]))


def test_a_kind_added_is_known_at_once_and_every_unknown_one_is_named(database):
    with database.write(Scope.everything()) as session:
        kinds(session)

    async def ask(pool):
        known = KnownKinds(pool)
        with pytest.raises(Invalid) as refused:
            await known.check("incident", ["noise", "drain", "x"])
        assert [fault.message for fault in refused.value.faults] == [
            "there is no kind 'drain' of incident",
            "there is no kind 'x' of incident",
        ]
        with database.write(Scope.everything()) as session:
            add_kind(session, "incident", KindRow("drain", "下水道", "Drain"))
        await known.check("incident", ["drain"])

    with_pool(database, ask)

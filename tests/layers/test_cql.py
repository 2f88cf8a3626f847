"""CQL2 without a database: what is read, what is refused before it is parsed, what is bound, and what box is left."""

from __future__ import annotations

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from psycopg import sql

from layers.cql import MAX_CHARS, Queryable, compile_filter, read_json, read_text
from layers.crs import KNOWN
from layers.errors import Invalid

QUERYABLES = {
    name: Queryable(type_, sql.Identifier("t", name))
    for name, type_ in {
        "name": "text",
        "load": "number",
        "hard": "boolean",
        "id": "id",
        "grid_no": "grid",
        "due": "day",
        "at": "moment",
        "geometry": "geometry",
    }.items()
}
MERCATOR = KNOWN["http://www.opengis.net/def/crs/EPSG/0/3857"]
NORTH_FIRST = KNOWN["http://www.opengis.net/def/crs/EPSG/0/4326"]


def compiled(text, **more):
    return compile_filter(read_text(text), QUERYABLES, **more)


def faults(text):
    """What is wrong with a filter, message by message."""
    with pytest.raises(Invalid) as caught:
        compiled(text)
    assert {fault.where for fault in caught.value.faults} == {"filter"}
    return [fault.message for fault in caught.value.faults]


@pytest.mark.parametrize(
    ("text", "condition", "values"),
    [
        ("load = 1", '("t"."load" = %(f0)s::float8)', [1.0]),
        ("name = 'x'' or 1=1 --'", '("t"."name" = %(f0)s::text)', ["x' or 1=1 --"]),
        ("not hard = true", '(not ("t"."hard" = %(f0)s::boolean))', [True]),
        ("load in (1, 2)", '("t"."load" in (%(f0)s::float8, %(f1)s::float8))', [1.0, 2.0]),
        ("load between 1 and 2", '("t"."load" between %(f0)s::float8 and %(f1)s::float8)', [1.0, 2.0]),
        ("grid_no = '532901001001001'", '("t"."grid_no" = %(f0)s::bigint)', [532901001001001]),
        ("casei(name) like casei('A%')", '(lower("t"."name")::text like lower(%(f0)s::text))', ["A%"]),
        ("name is null and true", '(("t"."name" is null) and true)', []),
    ],
)
def test_values_are_bound_and_names_quoted(text, condition, values):
    found = compiled(text)
    assert found.condition.as_string(None) == condition
    assert list(found.values.values()) == values


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("other = 1", "there is no queryable 'other'; there are: " + ", ".join(QUERYABLES)),
        ("load = 'x'", "'x' is not a number"),
        ("name = 1", "= cannot compare a number, a text"),
        ("at > DATE('2026-01-01')", "> cannot compare a DATE, a TIMESTAMP"),
        ("at > TIMESTAMP('2026-13-01T00:00:00Z')", "'2026-13-01T00:00:00Z' is not a TIMESTAMP"),
        ("due = DATE('2026-02-30')", "'2026-02-30' is not a DATE"),
        ("id = 'x'", "'x' is not an id"),
        ("grid_no = '12'", "'12' is not a grid number of 15 digits"),
        ("hard = 1", "= cannot compare a number, true or false"),
        ("geometry = name", "= cannot compare a geometry, a text"),
        ("load like '1%'", "like takes a text, not a number"),
        ("name like 'a\\'", "'a\\\\' is no pattern"),
        ("sleep(9) = 1", "'sleep' is not a number"),
        ("a_contains(name, ('x'))", "the operator 'a_contains' is not known here"),
        ("accenti(name) = 'x'", "'accenti' is not a text"),
        ("s_intersects(name, POINT(1 1))", "'name' is no geometry"),
        (
            "s_intersects(geometry, POINT(181 1))",
            "a shape in it lies outside the globe, or where its coordinates mean nothing",
        ),
        ("s_intersects(geometry, BBOX(2, 1, 1, 2))", "BBOX takes the smaller numbers first"),
        ("s_intersects(geometry, BBOX(1, 1, 1, 2))", "BBOX takes a box that has an area"),
        ("t_after(load, DATE('2026-01-01'))", "{'property': 'load'} is neither a DATE nor a TIMESTAMP"),
    ],
)
def test_what_does_not_fit_is_told(text, message):
    assert message in faults(text)


def test_every_fault_is_told_once():
    assert faults("load = 'x' and other = 1 and load = 'x'")[0] == "'x' is not a number"
    assert len(faults("load = 'x' and other = 1 and load = 'x'")) == 2


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("not " * 4000 + "true", f"is longer than {MAX_CHARS} letters"),
        ("not " * 3900 + "true", "has more than 50 not"),
        ("NOT\n" * 51 + "true", "has more than 50 not"),
        ("(" * 11 + "true" + ")" * 11, "has more than 10 brackets in each other"),
        ("(" * 10, "has brackets that do not close"),
        (")(", "has brackets that do not close"),
        ("load = 2 ^ 3", "'^' has no meaning here; arithmetic is not known"),
        ("load = - - 3", "'-' has no meaning here; arithmetic is not known"),
        ("name = 'x' ; drop table grid", "';' has no meaning here; arithmetic is not known"),
    ],
)
def test_what_the_parser_would_not_come_through_is_refused_before(text, message):
    assert faults(text) == [message]


def test_brackets_and_words_in_quotes_do_not_count():
    assert compiled("name = '" + "not (" * 60 + "'").values == {"f0": "not (" * 60}


@pytest.mark.parametrize("text", ["", " ", "load =", "= 1", "load = = 1", "and", "name like", "load in ()", "'"])
def test_broken_text_is_told(text):
    assert faults(text)


@pytest.mark.parametrize(
    "shape",
    [
        "POLYGON((0 0,1 1,1 00 0))",
        "MULTIPOINT((0 0),(1-1))",
        "POINT EMPTY",
        "GEOMETRYCOLLECTION(POINT EMPTY)",
    ],
)
@pytest.mark.parametrize("asked", ["S_INTERSECTS", "S_DISJOINT"])
def test_a_shape_that_is_none_is_told(shape, asked):
    [message] = faults(f"{asked}(geometry,{shape})")
    assert message.startswith("is no CQL2: ")


@pytest.mark.parametrize(
    "tree",
    [
        '{"op": "="}',
        '{"op": "=", "args": 1}',
        '{"op": "=", "args": [1]}',
        '{"op": "and", "args": []}',
        '{"op": "in", "args": [{"property": "load"}, 1]}',
        '{"op": "between", "args": [{"property": "load"}, [1, 2], 3]}',
        '{"op": "isNull", "args": [1]}',
        '{"op": "s_within", "args": [{"property": "geometry"}, {"type": "Point", "coordinates": ["x"]}]}',
        '{"op": "s_within", "args": [{"property": "geometry"}, {"type": "Polygon", "coordinates": [[[0, 0]]]}]}',
        '{"op": "s_within", "args": [{"property": "geometry"}, 5]}',
        '{"op": "t_after", "args": [{"property": "at"}, {"interval": ["x", ".."]}]}',
        '{"property": "hard"}',
        "[]",
        "7",
        '{"op":"not","args":[' * 200 + "true" + "]}" * 200,
        '{"op":"or","args":[' + ",".join(["true"] * 4500) + "]}",
    ],
)
def test_json_that_is_no_filter_is_refused(tree):
    with pytest.raises(Invalid):
        compile_filter(read_json(tree), QUERYABLES)


WORDS = ["op", "args", "property", "date", "timestamp", "interval", "bbox", "type", "coordinates"]
OPERATORS = ["and", "=", "in", "like", "casei", "not", "between", "isNull", "s_within", "t_during"]


def larger(nodes):
    """Lists, objects and operators of what there is."""
    several = st.lists(nodes, max_size=4)
    named = st.dictionaries(st.sampled_from(WORDS), nodes)
    return several | named | st.builds(lambda op, args: {"op": op, "args": args}, st.sampled_from(OPERATORS), several)


TREES = st.recursive(st.none() | st.booleans() | st.floats() | st.text(max_size=9), larger, max_leaves=12)


def outcome(act):
    """What comes of it: a result, or a refusal that says why; nothing else may."""
    try:
        return act()
    except Invalid as error:
        return list(error.faults)


@given(TREES)
@settings(max_examples=300, deadline=None)
def test_any_tree_is_compiled_or_refused(tree):
    found = outcome(lambda: compile_filter(tree, QUERYABLES))
    assert found
    assert isinstance(found, list) or isinstance(found.condition, sql.Composable)


@given(st.text(alphabet="()'\"ab=1 <>andornotlike,.:-", max_size=120))
@settings(max_examples=300, deadline=None)
def test_any_text_is_read_or_refused(text):
    assert outcome(lambda: [read_text(text)])


def test_text_and_json_say_the_same():
    text = "load > 1 and (name like 'a%' or s_intersects(geometry, POINT(1 2)))"
    tree = read_text(text)
    assert read_json(json.dumps(tree)) == tree


@pytest.mark.parametrize(
    ("text", "window"),
    [
        ("load = 1", None),
        ("s_intersects(geometry, BBOX(1, 2, 3, 4))", (1, 2, 3, 4)),
        ("s_within(geometry, LINESTRING(1 2, 3 4)) and load = 1", (1, 2, 3, 4)),
        ("s_intersects(geometry, BBOX(1, 2, 3, 4)) and s_intersects(geometry, BBOX(2, 3, 5, 6))", (2, 3, 3, 4)),
        ("s_intersects(geometry, BBOX(1, 2, 3, 4)) or load = 1", None),
        ("not s_intersects(geometry, BBOX(1, 2, 3, 4))", None),
        ("s_disjoint(geometry, BBOX(1, 2, 3, 4))", None),
    ],
)
def test_the_box_that_a_filter_leaves(text, window):
    assert compiled(text).window == window


def test_shapes_in_other_systems_are_met_in_their_own_plane():
    metres = compiled("s_intersects(geometry, BBOX(0, 0, 111319.49, 111325.14))", crs=MERCATOR)
    assert metres.condition.as_string(None) == 'st_intersects(st_transform("t"."geometry", 3857), %(f0)s::geometry)'
    assert metres.window == pytest.approx((0, 0, 1, 1), abs=1e-6)
    assert compiled("s_intersects(geometry, BBOX(25, 100, 26, 101))", crs=NORTH_FIRST).window == (100, 25, 101, 26)

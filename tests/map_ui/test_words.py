"""The catalogue of words: equal in both languages, complete, and the only place with Chinese text."""

import re
import string
from pathlib import Path

import pytest

from layers.assign import FOLLOWED, PLACED
from layers.geocode.answer import PENALTIES
from map_ui.i18n import LANGUAGES, words

ROOM = Path(__file__).resolve().parents[2] / "map_ui"
MODULES = sorted((ROOM / "static/app").glob("*.mjs"))
MOVES = ["in_household", "in_person", "move_household", "move_person", "out_household", "out_person"]
# Keys put together in the modules: all endings must be there.
FAMILIES = {
    "level": ["1", "2", "3", "4", "5"],
    "choose": ["level2", "level3", "level4", "level5"],
    "role": ["administrator", "planner", "officer", "field"],
    "grid.kind": ["basic", "exclusive"],
    "plan": ["draft", "in_review", "published", "retired", "load", "low", "high", "tolerance"],
    "reason": ["band", "too_few_atoms", "heavy_atom", "component", "granularity", "not_found"],
    "fault": ["tie_apart", "house_outside", "footprint_straddles", "other"],
    "moved": sorted({*PLACED, *FOLLOWED}),
    "planner.band": ["low", "in", "high"],
    "planner.border": ["in_force", "proposal", "then"],
    "planner.export": ["gpkg", "xlsx"],
    "exports.format": ["xlsx", "csv", "gpkg", "geojson", "fgb", "parquet"],
    "exports.crs": ["cgcs2000", "wgs84", "zone", "gcj02", "bd09"],
    "exports.what": ["layer", "incident"],
    "exports": ["layer", "format", "crs", "waiting", "running"],
    "officer.than": ["just_before", "year_before"],
    "officer.change": ["same", "more", "fewer", "begun", "nothing", "inexact", "protected"],
    "filter.days": ["1", "7", "30", "90", "365"],
    "officer.brush": ["both", "from", "to"],
    "officer.brush.numbers": ["day", "week", "month"],
    "officer.class": ["zero", "protected", "unknown"],
    "officer.legend": ["count", "rate"],
    "officer.level": ["house", "building", "street", "hamlet", "village", "township", "county", "unplaced"],
    "officer.shade": ["count", "rate", "density"],
    "officer.window": ["92", "365", "1096"],
    "field.view": ["map", "list", "report"],
    "field.state": ["overdue", "due", "never", "done"],
    "field.outcome": ["met", "absent", "refused", "moved_out", "vacant"],
    "field.residence": ["registered", "mobile", "left_behind", "abroad"],
    "field.sex": ["m", "f"],
    "field.direction": ["n", "ne", "e", "se", "s", "sw", "w", "nw"],
    "field.gps": ["insecure", "denied", "unavailable", "waiting", "none"],
    "field.pick": ["here", "report"],
    "field": ["building_no", "unit", "floor", "room", "lost", "taken", "report_taken", "elsewhere", "report_missing"],
    "imports.kind": ["regions", "divisions", "changes", "building", "house", "household", "person", "facility"],
    "imports.stage": ["waiting", "reading", "checking", "storing", "done"],
    "imports.trial": ["good", "warned", "bad"],
    "imports.done": ["good", "warned", "bad"],
    **{f"moves.{part}": MOVES for part in ("act", "form", "done")},
    "moves.field": ["on", "house", "household", "name", "residence", "sex", "birth_year"],
    "moves": ["find"],
    "review.key": ["j", "k", "pick", "p", "enter", "r", "u", "help"],
    "review.learned": ["street", "estate", "hamlet", "region", "address"],
    "review.register": ["building", "house", "facility", "organisation", "incident", "place"],
    "review.reject": ["no_such_address", "not_an_address", "outside", "other"],
    "review.status": ["picked", "pinned", "rejected"],
    "review.done": ["picked", "pinned", "rejected"],
    "review.reason": sorted(PENALTIES),
    "nav": ["planner", "officer", "review", "duplicates", "moves", "field", "imports", "account"],
    "duplicates": ["none", "none_such", "kept", "other"],
    "duplicates.done": ["merge", "distinct"],
    "duplicates.field": [
        *("address", "birth_year", "created_at", "grid_no", "id_no", "level", "members", "moved_in_on"),
        *("moved_out_on", "name", "phone", "ref", "residence", "sex"),
    ],
    "duplicates.hint": ["house", "person"],
    "duplicates.key": ["j", "k", "1", "2", "n", "u", "help"],
    "duplicates.left": ["open", "merged", "distinct"],
    "duplicates.pair": ["house", "person"],
    "duplicates.register": ["house", "person"],
    "duplicates.sealed": ["true", "false", "unknown"],
    "duplicates.show": ["open", "merged", "distinct"],
    "duplicates.status": ["merged", "distinct"],
    "duplicates.why": ["id_no", "address", "name_birth_year_house"],
    "token.may": [
        "region_read",
        "plan_read",
        "grid_read",
        "counts_read",
        "case_open",
        "house_read",
        "export_read",
        "address_locate",
    ],
    "token": ["expired", "revoked"],
}


def keys_used() -> set[str]:
    found = set()
    for module in MODULES:
        text = module.read_text("utf-8")
        found |= set(re.findall(r"""\bt\(\s*"([a-z_.0-9]+)"\s*[,)]""", text))
        found |= set(re.findall(r"""numberColumn\("([a-z]+)",""", text))
        for pair in re.findall(r"""\bt\([^()"]+\? "([a-z_.]+)" : "([a-z_.]+)"\)""", text):
            found |= set(pair)
    for page in (ROOM / "templates").glob("*.html"):
        text = page.read_text("utf-8")
        found |= set(re.findall(r"""say\("([a-z_.]+)"\)""", text))
        found |= set(re.findall(r"""words\[["']([a-z_.]+)["']\]""", text))
    return found


def test_both_languages_have_the_same_keys():
    assert words("zh").keys() == words("en").keys()


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_text_is_empty(language):
    assert [key for key, text in words(language).items() if not text.strip()] == []


def test_a_text_takes_the_same_values_in_both_languages():
    def values(text: str) -> set[str | None]:
        return {name for _, name, _, _ in string.Formatter().parse(text) if name is not None}

    chinese, english = words("zh"), words("en")
    assert [key for key in chinese if values(chinese[key]) != values(english[key])] == []


def test_every_key_used_is_in_the_catalogue():
    used = keys_used()
    assert {"login.title", "households", "legend.load", "plan.done"} <= used, "the search itself works"
    assert sorted(used - words("zh").keys()) == []


@pytest.mark.parametrize(("family", "endings"), FAMILIES.items())
def test_families_of_keys_are_complete(family, endings):
    assert [ending for ending in endings if f"{family}.{ending}" not in words("zh")] == []


def test_the_english_texts_are_not_chinese():
    chinese = [key for key, text in words("en").items() if re.search(r"[\u3400-\u9fff]", text)]
    assert chinese == ["language.other"], "the switch names the other language"


@pytest.mark.parametrize("module", MODULES, ids=lambda path: path.name)
def test_a_module_has_no_chinese_text(module):
    assert re.findall(r"[\u3000-\u303f\u3400-\u9fff\uff00-\uffef]", module.read_text("utf-8")) == []


@pytest.mark.parametrize("module", MODULES, ids=lambda path: path.name)
def test_a_module_never_makes_html_or_code_from_text(module):
    forbidden = r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(|new Function|setAttribute\(\"style\""
    assert re.findall(forbidden, module.read_text("utf-8")) == []

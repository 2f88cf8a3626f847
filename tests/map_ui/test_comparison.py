"""The printed comparison: well-formed, complete, and with nothing in it from elsewhere."""

import re
from xml.etree import ElementTree

import pytest

from map_ui.comparison import COLOURS, Sheet, SheetRow, comparison_svg
from map_ui.i18n import LANGUAGES

SVG = "{http://www.w3.org/2000/svg}"
SQUARE = ((0, 0), (1000, 0), (1000, 500), (0, 500), (0, 0))
KEPT = SheetRow("001", "1", None, 300, 300, "kept", None)
SPLIT = SheetRow(None, "2", "Elm Court", None, 120, "begun", "001")
ENDED = SheetRow("007", None, None, 1234, None, "ended", "1")


def sheet(rows=(KEPT, SPLIT, ENDED), moves=(((250, 250), "2"),), title="Elm Village"):
    return Sheet(
        title=title,
        subtitle="grids in force",
        outline=[SQUARE],
        kept=[((500, 0), (500, 500))],
        gone=[((0, 250), (500, 250))],
        new=[((500, 250), (1000, 250))],
        labels=[((250, 250), "1"), ((750, 250), "2")],
        moves=moves,
        rows=rows,
        moved_load=120,
        moved_share=0.25,
    )


def drawn(*arguments, language="en", **more):
    return ElementTree.fromstring(comparison_svg(sheet(*arguments, **more), language))


def texts(root):
    return [text.text for text in root.iter(f"{SVG}text")]


def paths(root, style):
    return [path.get("d") for path in root.iter(f"{SVG}path") if path.get("class") == style]


def test_a_sheet_is_one_upright_a4():
    root = drawn()
    assert (root.get("width"), root.get("height"), root.get("viewBox")) == ("210mm", "297mm", "0 0 210 297")


def test_north_is_up_and_the_village_fits_between_the_margins():
    """1000 m over the 182 mm between the margins; 91 mm high, in the middle of the 128 mm for the map."""
    assert paths(drawn(), "outline") == ["M14.00 143.50L196.00 143.50L196.00 52.50L14.00 52.50L14.00 143.50"]


def test_each_border_has_its_stroke_once_on_the_map_and_once_in_the_legend():
    root = drawn()
    assert paths(root, "gone") == ["M14.00 98.00L105.00 98.00", "M52 170h10"]
    assert len(paths(root, "kept")) == len(paths(root, "new")) == 2
    assert "stroke-dasharray" in next(root.iter(f"{SVG}style")).text.split(".gone")[1].split("}")[0]


def test_the_table_says_what_happens_to_each_grid():
    found = texts(drawn())
    assert {"stays as it is", "is split from 001", "joins 1", "Elm Court", "1,234"} <= set(found)
    assert "households that change grid: 120 (25.0%)" in found
    assert {"不变", "由原网格 001 分出", "并入新网格 1"} <= set(texts(drawn(language="zh")))


def test_a_house_has_the_colour_of_its_grid_in_the_table():
    dots = [(dot.get("cx"), dot.get("fill")) for dot in drawn().iter(f"{SVG}circle")]
    assert dots == [("59.50", COLOURS[0]), ("129", COLOURS[0]), ("16", COLOURS[0])]


def test_the_scale_bar_is_a_round_length():
    """50 mm are 274 m here; the longest round length below is 200 m, 36.4 mm."""
    root = drawn()
    assert "200 m" in texts(root)
    assert any("h36.40" in path.get("d") for path in root.iter(f"{SVG}path"))


def test_of_many_grids_those_that_change_come_first():
    rows = [SheetRow(f"{n:03d}", str(n), None, 1, 1, "kept", None) for n in range(1, 40)]
    rows.append(ENDED)
    found = texts(drawn(rows))
    assert "joins 1" in found
    assert "and 23 more" in found


def test_a_village_without_grids_or_length_is_drawn():
    bare = Sheet("", "", [], [], [], [], [], [], [], 0, 0.0)
    assert "0.00" not in texts(ElementTree.fromstring(comparison_svg(bare, "zh")))


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    "name", ["<script>alert(1)</script>", '"><image href="//x"/>', "&lt;&#60;", "]]>", "a & b", "{n}"]
)
def test_hostile_names_stay_text(name, language):
    row = SheetRow(name, name, name, 1, 1, "ended", name)
    root = drawn([row], moves=[((0, 0), name)], title=name, language=language)
    assert texts(root)[0] == name
    assert {tag.tag for tag in root.iter()} == {
        f"{SVG}{tag}" for tag in ("svg", "title", "style", "rect", "path", "circle", "text")
    }
    assert {key for tag in root.iter() for key in tag.attrib} & {"href", "onload", "style"} == set()


def test_characters_that_xml_cannot_hold_are_left_out():
    assert texts(drawn(title="Elm\x00\x0b Village\ufffe"))[0] == "Elm Village"


def test_nothing_comes_from_elsewhere():
    text = comparison_svg(sheet(), "zh")
    assert re.findall(r"https?://[^\"]*", text) == ["http://www.w3.org/2000/svg"]
    assert not re.search(r"url\(|@import|href|<script|<image|<!ENTITY", text)

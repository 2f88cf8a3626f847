"""Boundary files as they come in practice: formats, encodings, fields, CRSs, crooked rings, hostile ones."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path

import geopandas as gpd
import numpy as np
import pyogrio
import pytest
import shapely
from shapely import MultiPolygon, Point, Polygon, box

from layers.boundaries import read
from layers.boundaries.archive import _name
from layers.boundaries.codes import code_from
from layers.datum import from_wgs84
from layers.errors import Invalid

WEST, EAST = "532901001001", "532901001002"
LEFT, RIGHT = box(100.20, 25.50, 100.21, 25.51), box(100.21, 25.50, 100.22, 25.51)
BOW_TIE = Polygon([(0, 0), (1, 1), (1, 0), (0, 1)])


def rows(codes=(WEST, EAST), names=("西村", "东村"), shapes=(LEFT, RIGHT), code="PAC", name="NAME", crs=4490):
    return gpd.GeoDataFrame({code: list(codes), name: list(names)}, geometry=list(shapes), crs=crs)


@pytest.fixture
def written(tmp_path):
    """Write rows as a file; give its path."""

    def write(name="villages.shp", frame=None, **options):
        path = tmp_path / name
        pyogrio.write_dataframe(rows() if frame is None else frame, path, **options)
        return path

    return write


def faults(path, **options):
    with pytest.raises(Invalid) as caught:
        read(path, **options)
    return [(fault.where, fault.message) for fault in caught.value.faults]


def only(path, **options):
    """The message of the one fault."""
    [(_, message)] = faults(path, **options)
    return message


def named(found):
    return found.frame[["code", "name"]].values.tolist()


VILLAGES = [[WEST, "西村"], [EAST, "东村"]]


@pytest.mark.parametrize("name", ["v.gpkg", "v.geojson", "v.fgb", "v.shp"])
def test_each_format_gives_the_same_villages(written, name):
    frame = rows(crs=4326) if name.endswith("json") else None
    found = read(written(name, frame, **({"encoding": "UTF-8"} if name.endswith("shp") else {})))
    assert named(found) == VILLAGES
    assert found.frame["level"].tolist() == [5, 5]
    assert found.frame["parent_code"].tolist() == [WEST[:9]] * 2
    assert found.frame["geom"][0].equals(LEFT)
    assert found.faults == ()


def test_the_content_and_not_the_name_says_what_a_file_is(written):
    path = written("villages.gpkg")
    assert named(read(path.rename(path.with_suffix(".shp")))) == VILLAGES


def test_edges_are_densified_and_shared_borders_stay_shared(written):
    found = read(written("v.gpkg"))
    west, east = found.frame["geom"]
    steps = np.diff(shapely.get_coordinates(west), axis=0)
    assert np.hypot(*steps.T).max() * 111_320 <= 200
    assert shapely.coverage_is_valid([west, east])


def test_gbk_without_a_cpg_is_read_and_told(written):
    path = written(encoding="GBK")
    path.with_suffix(".cpg").unlink()
    found = read(path)
    assert named(found) == VILLAGES
    assert [f.message for f in found.faults] == [
        "warning: it does not say its encoding; its texts were read as GB18030"
    ]


def test_a_cpg_that_lies_is_found_out(written):
    path = written(encoding="GBK")
    path.with_suffix(".cpg").write_text("UTF-8")
    found = read(path)
    assert named(found) == VILLAGES
    assert "says that its texts are UTF-8, which they are not" in found.faults[0].message


def test_gbk_that_calls_itself_western_is_found_out(written):
    path = written(encoding="GBK")
    path.with_suffix(".cpg").write_text("ISO-8859-1")
    assert named(read(path)) == VILLAGES


def test_big5_is_read_when_it_is_said_or_stated(written):
    path = written(frame=rows(names=("國語", "東村")), encoding="BIG5")
    path.with_suffix(".cpg").write_text("Big-5")
    assert read(path).frame["name"].tolist() == ["國語", "東村"]
    path.with_suffix(".cpg").unlink()
    assert read(path, encoding="Big5").frame["name"].tolist() == ["國語", "東村"]


def test_an_encoding_that_is_none_or_does_not_fit_is_refused(written):
    path = written(encoding="GBK")
    assert "is no encoding" in only(path, encoding="klingon")
    assert "not in utf-8" in only(path, encoding="utf-8")


@pytest.mark.parametrize("encoding", ["UTF-8", "GBK"])
def test_names_of_fields_cut_at_ten_bytes_are_known(written, encoding):
    frame = rows(code="行政区划代码", name="行政区划名称")
    with pytest.warns(RuntimeWarning, match="Normalized|laundered"):
        path = written(frame=frame, encoding=encoding)
    assert named(read(path)) == VILLAGES


@pytest.mark.parametrize(
    ("code", "name"),
    [("pac", "name"), ("村代码", "村名"), ("SJXZQDM", "SJXZQMC"), ("ZLDWDM", "ZLDWMC"), ("XZQDM", "XZQMC")],
)
def test_the_usual_names_of_fields_are_known(written, code, name):
    assert named(read(written("v.gpkg", rows(code=code, name=name)))) == VILLAGES


def test_other_fields_are_named_by_option(written):
    path = written("v.gpkg", rows(code="foo", name="bar"))
    message = only(path)
    assert "known to hold the code; its fields: foo, bar" in message
    assert named(read(path, fields={"code": "FOO", "name": "bar"})) == VILLAGES
    assert "no field 'baz'; its fields: foo, bar" in only(path, fields={"code": "baz"})
    assert "'cod' is no column of ours" in faults(path, fields={"cod": "foo", "code": "foo"})[0][1]


def test_codes_kept_as_numbers_are_codes(written):
    assert named(read(written("v.gpkg", rows(codes=(float(WEST), float(EAST)))))) == VILLAGES


@pytest.mark.parametrize(
    ("text", "level", "code"),
    [
        ("532901000000", None, "532901"), ("532901001000", None, "532901001"), ("530000", None, "53"),
        ("532900", None, "5329"), ("532901000", None, "532901"), ("156532901", None, "532901"),
        ("5329010010010000000", None, WEST), ("532901001000", 4, "532901001"), ("530000000000", None, "53"),
    ],
)  # fmt: skip
def test_padded_codes_are_understood(text, level, code):
    assert code_from(text, level) == code


@pytest.mark.parametrize(("text", "level"), [("", None), ("53290", None), ("53290x", None), ("532901001001", 4)])
def test_what_is_no_code_is_none(text, level):
    with pytest.raises(ValueError, match="code"):
        code_from(text, level)


def test_a_missing_prj_needs_a_stated_crs(written):
    path = written(encoding="UTF-8")
    path.with_suffix(".prj").unlink()
    assert "none was stated" in only(path)
    assert read(path, crs="cgcs2000").crs == "cgcs2000"


@pytest.mark.parametrize("datum", ["gcj02", "bd09"])
def test_a_stated_shift_is_taken_back(written, datum):
    shifted = shapely.transform(np.array([LEFT, RIGHT]), lambda c: np.column_stack(from_wgs84(c[:, 0], c[:, 1], datum)))
    found = read(written("v.gpkg", rows(shapes=shifted)), crs=datum)
    assert shapely.hausdorff_distance(found.frame["geom"][0], LEFT) < 1e-8
    assert found.crs == datum


def test_metres_are_brought_to_degrees(written):
    found = read(written("v.gpkg", rows().to_crs(4522)))
    assert (found.crs, found.faults) == ("EPSG:4522", ())
    assert shapely.hausdorff_distance(found.frame["geom"][0], LEFT) < 1e-8


def lying(frame, crs):
    """The same numbers under another CRS."""
    return frame.set_crs(crs, allow_override=True)


def test_a_prj_that_cannot_be_true_is_found_out(written):
    degrees, metres = lying(rows(), 4522), lying(rows().to_crs(4522), 4490)
    assert "says EPSG:4522, but its coordinates, the first (100.2" in only(written("d.gpkg", degrees))
    assert "are no degrees" in only(written("m.gpkg", metres))
    found = read(written("m.gpkg", metres), crs="EPSG:4522")
    assert "which its coordinates cannot be in" in found.faults[0].message
    assert shapely.hausdorff_distance(found.frame["geom"][0], LEFT) < 1e-8


def test_swapped_axes_and_another_zone_are_found_out(written):
    swapped = rows(shapes=[shapely.transform(s, lambda c: c[:, ::-1]) for s in (LEFT, RIGHT)])
    assert "latitude before longitude" in only(written("s.gpkg", swapped))
    assert "another zone" in only(written("z.gpkg", lying(rows().to_crs(4522), 4523)))


def test_a_stated_crs_that_contradicts_the_file_is_refused(written):
    path = written("v.gpkg", rows().to_crs(32647))
    assert "was stated, which is elsewhere" in only(path, crs="EPSG:32648")
    assert "but its coordinates" in only(path, crs="wgs84")
    assert read(written("w.gpkg"), crs="EPSG:4326").crs == "EPSG:4326"


def test_doubled_codes_are_named_with_their_first_row(written):
    path = written("v.gpkg", rows(codes=(WEST, WEST), shapes=(LEFT, LEFT)))
    assert only(path) == f"code {WEST} is there already, in row 1, with the same shape"


def test_every_row_that_is_none_is_named(written):
    shapes = [None, Point(100.2, 25.5), Polygon(), LEFT]
    path = written("v.gpkg", rows((WEST, EAST, "53290", "532901001004"), list("abcd"), shapes), geometry_type="Unknown")
    assert faults(path) == [
        (f"row 1 {WEST}", "it has no shape"),
        (f"row 2 {EAST}", "its shape is a Point, not a polygon"),
        ("row 3 53290", "its shape is empty"),
        ("row 3 53290", "code '53290' is not 2, 4, 6, 9 or 12 digits"),
    ]


def test_a_vertex_that_is_no_number_is_named(written):
    with np.errstate(invalid="ignore"):
        broken = Polygon([(100.2, 25.5), (100.3, np.nan), (100.3, 25.6), (100.2, 25.5)])
    assert only(written("v.gpkg", rows(shapes=(broken, RIGHT)))) == "its shape has a vertex that is no number"


def crooked(size):
    """A square of 1 km with a loop of so many degrees at one corner."""
    ring = [(100.2, 25.5), (100.21, 25.5), (100.21, 25.51), (100.2 - size, 25.51), (100.2, 25.51 + size), (100.2, 25.5)]
    return Polygon(ring)


def test_a_small_loop_is_repaired_and_told_with_the_change(written):
    found = read(written("v.gpkg", rows((WEST,), ("西村",), (crooked(1e-5),))))
    [fault] = found.faults
    assert fault.message.startswith("warning: Self-intersection; repaired, the area changed by")
    assert fault.place is not None
    assert isinstance(found.frame["geom"][0], MultiPolygon)
    assert found.frame["geom"][0].is_valid


def test_a_repair_that_changes_much_is_refused_unless_the_limit_says_so(written):
    path = written("v.gpkg", rows((WEST,), ("西村",), (crooked(3e-3),)))
    message = only(path)
    assert "a repair would change its area from" in message
    assert "more than 1.0% (--repair-limit)" in message
    assert len(read(path, repair_limit=0.5).frame) == 1


def test_an_outline_that_crosses_itself_altogether_is_refused(written):
    assert "a repair would change its area" in only(written("v.gpkg", rows((WEST,), ("西村",), (BOW_TIE,), crs=4326)))


def zipped(path, files, encoding=None):
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            info = zipfile.ZipInfo(name.encode(encoding).decode("cp437") if encoding else name)
            info.compress_type = zipfile.ZIP_DEFLATED
            if encoding:
                info.create_system = 0
            archive.writestr(info, data)
    if encoding:
        # zipfile marks all but ASCII as UTF-8: take the mark away, as old programs never set it.
        data = path.read_bytes()
        for name in files:
            data = data.replace(name.encode(encoding).decode("cp437").encode(), name.encode(encoding))
        path.write_bytes(data)
    return path


def sides(path):
    return {side.suffix: side.read_bytes() for side in path.parent.glob(f"{path.stem}.*") if side.suffix != ".zip"}


def test_a_zipped_shapefile_is_read(written, tmp_path):
    files = {f"data/villages{suffix}": data for suffix, data in sides(written(encoding="GBK")).items()}
    path = zipped(tmp_path / "v.zip", files | {"__MACOSX/data/._villages.shp": b"x", "readme.txt": b"x"})
    assert named(read(path)) == VILLAGES


def test_several_layers_are_named_and_one_is_asked_for(written, tmp_path):
    files = {}
    for name in ("西区", "东区"):
        files |= {name + suffix: data for suffix, data in sides(written(f"{name}.shp", encoding="UTF-8")).items()}
    path = zipped(tmp_path / "v.zip", files)
    assert "several layers: 东区, 西区" in only(path)
    assert named(read(path, layer="西区")) == VILLAGES
    assert "no layer named 'nope'; there are: 东区, 西区" in only(path, layer="nope")


def test_names_in_a_zip_may_be_gbk(tmp_path):
    member = zipfile.ZipInfo("西区.shp".encode("gbk").decode("cp437"))
    assert _name(member) == "西区.shp"
    member = zipfile.ZipInfo("西区.shp".encode().decode("cp437"))
    assert _name(member) == "西区.shp"


def test_layers_of_a_geopackage_are_named(written):
    path = written("v.gpkg", layer="one")
    pyogrio.write_dataframe(rows(), path, layer="two", append=True)
    assert "several layers: one, two" in only(path)
    assert named(read(path, layer="two")) == VILLAGES


@pytest.mark.parametrize("name", ["../evil.shp", "/etc/evil.shp", "C:evil.shp", "a\\..\\evil.shp"])
def test_a_zip_that_leads_outside_is_refused(tmp_path, name):
    assert "leads outside" in only(zipped(tmp_path / "v.zip", {name: b"x"}))


def test_bombs_are_refused(tmp_path):
    assert "times its size" in only(zipped(tmp_path / "v.zip", {"a.geojson": b" " * 5_000_000}))
    many = {f"{number}.txt": b"" for number in range(2001)}
    assert "2,001 files" in only(zipped(tmp_path / "w.zip", many))


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"", "0 bytes"),
        (b"hello", "no GeoPackage, GeoJSON"),
        (b'<OGRVRTDataSource><OGRVRTLayer name="x"/></OGRVRTDataSource>', "no GeoPackage, GeoJSON"),
        (
            b'{"type":"gdal_streamed_alg","command_line":"gdal vector pipeline ! read /etc/passwd"}',
            "not what its beginning",
        ),
        (b'{"type":"FeatureCollection","features":[]}', "no rows"),
        (b"SQLite format 3\0 and then nothing", "damaged"),
        (b"PK\x03\x04 and then nothing", "no GeoPackage"),
        (b"fgb\x03fgb\0\0\0\0", "damaged"),
        (b"\x00\x00\x27\x0a", ".dbf"),
    ],
)
def test_what_is_no_boundary_file_is_refused(tmp_path, content, why):
    path = tmp_path / "v.geojson"
    path.write_bytes(content)
    assert why in only(path)


def test_paths_that_are_none_are_refused(tmp_path):
    for name in ("/vsicurl/http://127.0.0.1:9/x.geojson", str(tmp_path / "nope.gpkg"), str(tmp_path)):
        assert only(Path(name)) == "there is no such file"


def test_a_million_vertices_in_one_polygon_are_refused(written):
    angle = np.linspace(0, 2 * np.pi, 300_000)
    round_one = Polygon(np.column_stack([100 + np.cos(angle) / 9, 25 + np.sin(angle) / 9]))
    assert "300,000 vertices; 250,000 are the most for one shape" in only(
        written("v.fgb", rows((WEST,), ("x",), [round_one]))
    )


def test_hostile_names_stay_text(written):
    hostile = ("<script>alert(1)</script>", "'; drop table region; --")
    assert read(written("v.gpkg", rows(names=hostile))).frame["name"].tolist() == list(hostile)
    assert "control characters" in only(written("w.gpkg", rows(names=("a\x01b", "x"))))


def test_a_parent_that_is_stated_must_be_the_one_above(written):
    frame = rows().assign(UPPAC=["532901001000", "532902001"])
    assert only(written("v.gpkg", frame)) == f"parent '532902001' is not {EAST[:9]}, the region above {EAST}"


def test_gbk_in_geojson_is_read_and_told(tmp_path):
    feature = {"type": "Feature", "properties": {"PAC": WEST, "NAME": "西村"}, "geometry": LEFT.__geo_interface__}
    text = json.dumps({"type": "FeatureCollection", "features": [feature]}, ensure_ascii=False)
    path = tmp_path / "v.geojson"
    path.write_bytes(text.encode("gbk"))
    found = read(path)
    assert found.frame["name"].tolist() == ["西村"]
    assert "read as GB18030" in found.faults[0].message


def test_files_from_outside_china_get_codes_by_name(written):
    path = written("v.gpkg", rows(codes=("b", "a"), names=("Beta", "Alfa"), code="id"))
    assert "known to hold the code" in only(path)
    found = read(path, outside=True)
    assert named(found) == [["990101001001", "Alfa"], ["990101001002", "Beta"]]
    assert found.frame["row"].tolist() == [2, 1]


def test_options_that_make_no_sense_are_all_named(written):
    path = written("v.gpkg")
    assert [where for where, _ in faults(path, level=4, repair_limit=2, outside=True)] == ["repair-limit", "level"]

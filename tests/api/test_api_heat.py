"""Heat over HTTP: cells, points, tiles and a picture, and who sees what of them."""

from __future__ import annotations

import io
import json

import numpy as np
import psycopg
import pytest
from PIL import Image, ImageDraw
from town import COUNTY, EAST, LEFT, TOP, WEST

from layers.cluster import SUPERUSER

PERIOD = "from=2026-01-01&to=2026-02-01"
BOX = "bbox=100.2,25.5,100.24,25.52"
TILE = "/api/heat/tiles/14/12752/6990.png"


def columns(body):
    """The header and the columns of a binary answer."""
    assert body[:4] == b"WGH1"
    end = 8 + int.from_bytes(body[4:8], "little")
    assert end % 8 == 0
    header = json.loads(body[8:end])
    count = header["count"]
    read = {
        column["name"]: np.frombuffer(body, column["type"], count, end + column["offset"]).tolist()
        for column in header["columns"]
    }
    return header, read


def test_cells_are_given_as_json_and_as_columns(login):
    officer = login("officer")
    cells = officer.get(f"/api/heat?{PERIOD}&{BOX}").json()
    assert [n for _, _, n in cells["cells"]] == [3]
    assert (cells["densities"], cells["bandwidth_m"]) == (None, None)
    header, read = columns(officer.get(f"/api/heat?{PERIOD}&{BOX}&f=columns").content)
    assert (header["count"], read["n"], header["cell_m"], header["unlocated"]) == (1, [3], 250, 0)
    lon, lat, _ = cells["cells"][0]
    assert abs(header["origin"][0] + read["lon"][0] * header["unit"] - lon) < 1e-7
    assert abs(header["origin"][1] + read["lat"][0] * header["unit"] - lat) < 1e-7


def test_a_bandwidth_gives_densities(login):
    answer = login("officer").get(f"/api/heat?{PERIOD}&{BOX}&bandwidth=500").json()
    # Three incidents in 31 days under a Gaussian of 0.5 km: 3 / 31 / (2 pi 0.25) at its peak.
    assert answer["densities"] == [pytest.approx(3 / 31 / (2 * np.pi * 0.25), rel=0.1)]
    assert answer["bandwidth_m"] == 500


def test_a_region_is_a_box_and_a_filter(login):
    officer = login("officer")
    west = officer.get(f"/api/heat?{PERIOD}&region={WEST}").json()
    east = officer.get(f"/api/heat?{PERIOD}&region={EAST}&bbox=100.2,25.5,100.24,25.52").json()
    assert (sum(n for *_, n in west["cells"]), east["cells"]) == (3, [])
    assert login("east-officer").get(f"/api/heat?{PERIOD}&region={WEST}").status_code == 404


def test_points_are_sorted_by_day_and_for_those_who_open_cases(login):
    path = f"/api/heat/points?{PERIOD}&region={COUNTY}"
    answer = login("officer").get(path)
    header, read = columns(answer.content)
    assert (header["count"], header["kinds"], header["from"]) == (3, ["noise"], "2026-01-01")
    assert (read["day"], read["kind"]) == ([1, 1, 1], [0, 0, 0])
    lon = header["origin"][0] + read["lon"][0] * header["unit"]
    lat = header["origin"][1] + read["lat"][0] * header["unit"]
    assert 0 <= LEFT + 0.001 - lon < 3.3e-6
    assert 0 <= TOP - 0.001 - lat < 3.3e-6
    assert login("planner").get(path).status_code == 403
    assert login("officer").get(path, if_none_match=answer.headers["etag"]).status_code == 304


def test_points_of_others_are_not_given(login):
    header, _ = columns(login("east-officer").get(f"/api/heat/points?{PERIOD}&{BOX}").content)
    assert header["count"] == 0


def drawn(answer):
    """The picture, once it is one."""
    assert (answer.status_code, answer.headers["content-type"]) == (200, "image/png"), answer.text
    return Image.open(io.BytesIO(answer.content))


def test_a_tile_draws_the_density(login):
    officer = login("officer")
    tile = drawn(officer.get(f"{TILE}?{PERIOD}&bandwidth=250"))
    assert tile.size == (256, 256)
    assert tile.getextrema()[1] >= 1, "3 incidents in a month under 250 m are 0.25 per km² per day"
    assert drawn(officer.get(f"{TILE}?from=2026-03-01&to=2026-04-01")).getextrema() == (0, 0)
    assert drawn(login("planner").get(f"{TILE}?{PERIOD}&bandwidth=250")).getextrema() == (0, 0), "three are too few"


@pytest.mark.parametrize(
    "path",
    [
        f"{TILE}?{PERIOD}&bandwidth=5",
        f"/api/heat/tiles/3/6/3.png?{PERIOD}&bandwidth=100",
        f"/api/heat/tiles/3/8/3.png?{PERIOD}",
        f"/api/heat?{PERIOD}",
        f"/api/heat/points?{PERIOD}",
        f"/api/heat?{PERIOD}&{BOX}&bandwidth=500&f=columns",
        f"/api/heat?{PERIOD}&bbox=97,21,106,29&cell=8000&bandwidth=50",
        f"/api/heat/picture.png?{PERIOD}&lang=fr",
    ],
)
def test_wrong_questions_are_refused(login, path):
    answer = login("officer").get(path)
    assert answer.status_code == 422, answer.text
    assert answer.json()["faults"]


def test_whoever_may_not_open_cases_asks_for_no_region(login):
    assert login("planner").get(f"/api/heat?{PERIOD}&region={WEST}").status_code == 422
    assert login("planner").get(f"/api/heat?{PERIOD}&{BOX}").json()["protected"]


def test_a_picture_has_the_region_in_it(login):
    officer = login("officer")
    picture = drawn(officer.get(f"/api/heat/picture.png?{PERIOD}&region={WEST}&bandwidth=500"))
    assert picture.size == (1240, 960)
    colours = {colour for _, colour in picture.getcolors(1_000_000)}
    assert (253, 187, 132) in colours, "the second class"
    plain = drawn(login("planner").get(f"/api/heat/picture.png?{PERIOD}&region={WEST}&bandwidth=500"))
    assert plain.size == picture.size
    assert officer.get(f"/api/heat/picture.png?{PERIOD}&region=530102").status_code == 404
    assert login("east-officer").get(f"/api/heat/picture.png?{PERIOD}&region={WEST}").status_code == 404


@pytest.fixture
def painted(monkeypatch):
    """What is written and how many corners each line has, in pictures made from now on."""
    written, corners = [], []
    text, line = ImageDraw.ImageDraw.text, ImageDraw.ImageDraw.line

    def write(draw, at, words, *more, **how):
        written.append(words)
        return text(draw, at, words, *more, **how)

    def stroke(draw, places, *more, **how):
        corners.append(len(places))
        return line(draw, places, *more, **how)

    monkeypatch.setattr(ImageDraw.ImageDraw, "text", write)
    monkeypatch.setattr(ImageDraw.ImageDraw, "line", stroke)
    return written, corners


def test_a_picture_says_what_was_counted_and_when_it_was_made(login, town, painted):
    written, _ = painted
    path = f"/api/heat/picture.png?{PERIOD}&region={WEST}&lang=en"
    drawn(login("officer").get(f"{path}&kind=noise"))
    titles = {line for line in written if line.startswith("Kinds")}
    with psycopg.connect(town.conninfo(SUPERUSER)) as connection:
        (title,) = connection.execute("select name_en from incident_kind where code = 'noise'").fetchone()
        (day,) = connection.execute("select (now() at time zone 'Asia/Shanghai')::date").fetchone()
    assert titles == {f"Kinds: {title}"}
    assert f"Made on {day}" in written
    assert not any("Synthetic" in line for line in written)
    written.clear()
    drawn(login("officer").get(path))
    assert "Kinds: all" in written


def test_a_picture_of_made_regions_says_so(login, town, painted):
    written, _ = painted
    with psycopg.connect(town.conninfo(SUPERUSER)) as connection:
        connection.execute("update region set synthetic = true where code = %s", (WEST,))
    try:
        drawn(login("officer").get(f"/api/heat/picture.png?{PERIOD}&region={WEST}&lang=en"))
    finally:
        with psycopg.connect(town.conninfo(SUPERUSER)) as connection:
            connection.execute("update region set synthetic = false where code = %s", (WEST,))
    assert "Synthetic data, no real statistics" in written


def test_a_border_is_as_fine_as_the_picture(login, town, painted):
    _, corners = painted
    round_ = "update region set geom = st_multi(st_buffer(st_centroid(geom), 0.004, 32)) where code = %s"
    with psycopg.connect(town.conninfo(SUPERUSER)) as connection:
        (before,) = connection.execute("select geom from region where code = %s", (WEST,)).fetchone()
        connection.execute(round_, (WEST,))
    try:
        drawn(login("officer").get(f"/api/heat/picture.png?{PERIOD}&region={WEST}"))
    finally:
        with psycopg.connect(town.conninfo(SUPERUSER)) as connection:
            connection.execute("update region set geom = %s where code = %s", (before, WEST))
    # A chord of a circle some 370 pixels wide may be half a pixel off: that is an arc of about 6 degrees.
    assert max(corners) > 40

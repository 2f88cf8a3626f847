"""Amenities as facilities of a few kinds, shops and offices as organisations."""

from __future__ import annotations

import numpy as np
import pandas as pd
import shapely
from geopandas import GeoDataFrame

from layers.errors import Fault
from layers.osm.buildings import PLACED, place_in
from layers.osm.source import Source

__all__ = ["FACILITY_KINDS", "ORGANISATION_KINDS", "find_facilities", "find_organisations"]

FACILITY_KINDS = {
    "school": ("学校", "School"),
    "clinic": ("卫生医疗", "Clinic or pharmacy"),
    "elder_care": ("养老服务", "Care for the elderly"),
    "public_office": ("公共机构", "Public office"),
    "police": ("警务室", "Police"),
    "fire_station": ("消防站", "Fire station"),
    "post_office": ("邮政", "Post"),
    "worship": ("宗教场所", "Place of worship"),
    "bus_stop": ("公交站", "Bus stop"),
    "parking": ("停车场", "Parking"),
    "fitness": ("健身点", "Sport and play"),
    "toilet": ("公厕", "Public toilet"),
    "water_point": ("饮水点", "Water point"),
    "bin": ("垃圾收集点", "Waste collection"),
    "hydrant": ("消火栓", "Fire hydrant"),
    "aed": ("自动体外除颤器", "Defibrillator"),
    "street_lamp": ("路灯", "Street lamp"),
    "manhole": ("井盖", "Manhole"),
    "food": ("餐饮", "Food and drink"),
    "other": ("其他设施", "Other"),
}
"""Code to Chinese and English name, in the order of lists."""
ORGANISATION_KINDS = {
    "shop": ("商店", "Shop"),
    "office": ("企事业单位", "Office"),
    "craft": ("作坊", "Workshop"),
}
_KINDS: dict[str, dict[str, tuple[str, ...]]] = {
    "amenity": {
        "school": ("school", "kindergarten", "preschool", "college", "university", "childcare"),
        "clinic": ("hospital", "clinic", "doctors", "dentist", "pharmacy"),
        "elder_care": ("social_facility", "nursing_home"),
        "public_office": ("townhall", "public_building", "courthouse", "community_centre", "library"),
        "police": ("police",),
        "fire_station": ("fire_station",),
        "post_office": ("post_office", "post_box"),
        "worship": ("place_of_worship",),
        "bus_stop": ("bus_station",),
        "parking": ("parking", "bicycle_parking", "parking_space"),
        "fitness": ("gym", "swimming_pool"),
        "toilet": ("toilets",),
        "water_point": ("drinking_water", "watering_place", "water_point", "fountain"),
        "bin": ("waste_basket", "waste_disposal", "recycling"),
        "food": ("restaurant", "cafe", "fast_food", "bar", "pub", "biergarten"),
    },
    "emergency": {"hydrant": ("fire_hydrant",), "aed": ("defibrillator",)},
    "highway": {"bus_stop": ("bus_stop",), "street_lamp": ("street_lamp",)},
    "man_made": {"manhole": ("manhole",)},
    "leisure": {"fitness": ("fitness_station", "playground", "sports_centre", "pitch")},
}
_NOTHING = ("no", "vacant", "")


def find_facilities(source: Source, villages: pd.DataFrame) -> GeoDataFrame:
    """The facilities of a file, points and areas (a point inside them): kind, name, point (lon/lat), grid_no.

    An amenity of an unknown sort is of kind `other`; other tags count only when they are known.
    """
    places = _places(source)
    kinds = pd.Series(None, index=places.index, dtype=object)
    for key, known in _KINDS.items():
        code_of = {value: code for code, values in known.items() for value in values}
        values = places[key].str.split(";").str[0].str.strip()
        found = values.map(code_of)
        if key == "amenity":
            found = found.mask(found.isna() & values.notna() & ~values.isin(_NOTHING), "other")
        kinds = kinds.where(kinds.notna(), found)
    return _placed(places.assign(kind=kinds)[kinds.notna()], villages)


def find_organisations(source: Source, villages: pd.DataFrame) -> tuple[GeoDataFrame, list[Fault]]:
    """The named shops, offices and workshops of a file: kind, name, point (lon/lat), grid_no; and the nameless."""
    places = _places(source)
    kinds = pd.Series(None, index=places.index, dtype=object)
    for key in ORGANISATION_KINDS:
        found = places[key].notna() & ~places[key].isin(_NOTHING)
        kinds = kinds.mask(kinds.isna() & found, key)
    organisations = places.assign(kind=kinds)[kinds.notna()]
    named = organisations["name"].notna()
    faults = []
    if not named.all():
        message = f"{(~named).sum()} shops, offices and workshops without a name: left out"
        faults.append(Fault(source.stem, message))
    return _placed(organisations[named], villages), faults


def _places(source: Source) -> pd.DataFrame:
    keys = ["name", *_KINDS, *ORGANISATION_KINDS]
    frames = [
        frame.reindex(columns=[*keys, "geometry"]).set_geometry("geometry") for frame in (source.points, source.areas)
    ]
    places = pd.concat(frames, ignore_index=True)
    points = shapely.point_on_surface(shapely.make_valid(places.geometry.to_numpy()))
    tags = {key: places[key].astype(object) for key in keys}
    return pd.DataFrame({**tags, "point": points})


def _placed(places: pd.DataFrame, villages: pd.DataFrame) -> GeoDataFrame:
    points = places["point"].to_numpy()
    columns = {
        "kind": places["kind"].to_numpy(),
        "name": places["name"].to_numpy(),
        "point": points,
        "grid_no": place_in(villages, np.asarray(points, dtype=object)),
        "level": "building",
        **PLACED,
    }
    return GeoDataFrame(columns, geometry="point", crs="EPSG:4326")

"""The registers: everything and everyone that has a place.

What is not here is left out by design: no ethnicity, religion, politics, biometrics, watch-lists, criminal, drug or
psychiatric registers, no risk scores, no traces of residents.
"""

from __future__ import annotations

import uuid
from datetime import date, datetime

from geoalchemy2.elements import WKBElement
from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Computed,
    ForeignKey,
    Index,
    Integer,
    SmallInteger,
    Uuid,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from layers.models.base import Base, Kind, Listed, Placed, Register, drawn, geometry, listed_indexes, new_id, strip

__all__ = [
    "Building",
    "Enrolment",
    "Facility",
    "FacilityKind",
    "House",
    "Household",
    "Incident",
    "IncidentKind",
    "Organisation",
    "OrganisationKind",
    "Person",
    "Place",
    "PlaceKind",
    "ServiceKind",
    "Visit",
]


class FacilityKind(Kind, Base):
    """Kinds of facility: hydrant, clinic …"""

    __tablename__ = "facility_kind"


class OrganisationKind(Kind, Base):
    """Kinds of organisation: enterprise, society, shop …"""

    __tablename__ = "organisation_kind"


class IncidentKind(Kind, Base):
    """Kinds of incident: dispute, hazard, environment …"""

    __tablename__ = "incident_kind"


class PlaceKind(Kind, Base):
    """Kinds of place: building site, vacant land, square, water …"""

    __tablename__ = "place_kind"


class ServiceKind(Kind, Base):
    """Services that a person can be enrolled in."""

    __tablename__ = "service_kind"


class Building(Placed, Listed, Register, Base):
    """A building: what gridding never cuts. `assumed_households` stands in where no household is registered in it."""

    __tablename__ = "building"
    id: Mapped[uuid.UUID] = new_id()
    footprint: Mapped[WKBElement | None] = mapped_column(geometry("GEOMETRY"))
    name: Mapped[str | None]
    use: Mapped[str | None]
    address: Mapped[str | None]
    assumed_households: Mapped[int] = mapped_column(Integer, server_default=text("0"))
    geom_m: Mapped[WKBElement | None] = drawn("GEOMETRY", "coalesce(footprint, point)")
    __table_args__ = (
        *listed_indexes("building"),
        Index("ix_building_grid_no", "grid_no"),
        Index("ix_building_geom_m", "geom_m", postgresql_using="gist"),
    )


class House(Placed, Listed, Register, Base):
    """One dwelling with an address, in a building."""

    __tablename__ = "house"
    id: Mapped[uuid.UUID] = new_id()
    building_id: Mapped[uuid.UUID | None] = mapped_column(Uuid(), ForeignKey("building.id"))
    street: Mapped[str | None]
    estate: Mapped[str | None]
    hamlet: Mapped[str | None]
    group_no: Mapped[str | None]
    number: Mapped[str | None]
    building_no: Mapped[str | None]
    unit: Mapped[str | None]
    floor: Mapped[str | None]
    room: Mapped[str | None]
    address: Mapped[str]
    geom_m: Mapped[WKBElement | None] = drawn("POINT", "point")
    strip: Mapped[int | None] = strip()
    __table_args__ = (
        *listed_indexes("house"),
        Index("ix_house_grid_no", "grid_no"),
        Index("ix_house_strip", "strip", "grid_no"),
        Index("ix_house_building_id", "building_id"),
        Index("ix_house_street", "street", "number", "grid_no"),
        Index("ix_house_estate", "estate", "building_no", "grid_no"),
        Index("ix_house_hamlet", "hamlet", "number", "grid_no"),
        Index("ix_house_number", "number", "grid_no", postgresql_where=text("street is null")),
    )


class Household(Listed, Register, Base):
    """People living together in one house; its place follows the house."""

    __tablename__ = "household"
    id: Mapped[uuid.UUID] = new_id()
    house_id: Mapped[uuid.UUID] = mapped_column(Uuid(), ForeignKey("house.id"))
    grid_no: Mapped[int] = mapped_column(BigInteger)
    phone_cipher: Mapped[bytes | None]
    phone_index: Mapped[bytes | None]
    moved_in_on: Mapped[date | None]
    moved_out_on: Mapped[date | None]
    __table_args__ = (
        *listed_indexes("household"),
        Index("ix_household_grid_no", "grid_no"),
        Index("ix_household_house_id", "house_id"),
        Index("ix_household_phone_index", "phone_index"),
    )


class Person(Listed, Register, Base):
    """A person, with what service needs and nothing else; the place follows the household's house."""

    __tablename__ = "person"
    id: Mapped[uuid.UUID] = new_id()
    household_id: Mapped[uuid.UUID] = mapped_column(Uuid(), ForeignKey("household.id"))
    grid_no: Mapped[int] = mapped_column(BigInteger)
    name: Mapped[str]
    sex: Mapped[str | None] = mapped_column(CheckConstraint("sex in ('m', 'f')", name="sex"))
    birth_year: Mapped[int | None] = mapped_column(SmallInteger)
    residence: Mapped[str] = mapped_column(
        CheckConstraint("residence in ('registered', 'mobile', 'left_behind', 'abroad')", name="residence")
    )
    phone_cipher: Mapped[bytes | None]
    phone_index: Mapped[bytes | None]
    id_no_cipher: Mapped[bytes | None]
    id_no_index: Mapped[bytes | None]
    moved_in_on: Mapped[date | None]
    moved_out_on: Mapped[date | None]
    __table_args__ = (
        *listed_indexes("person"),
        Index("ix_person_grid_no", "grid_no"),
        Index("ix_person_household_id", "household_id"),
        Index("ix_person_phone_index", "phone_index"),
        Index("ix_person_id_no_index", "id_no_index"),
    )


class Enrolment(Register, Base):
    """A person receives a service, for a stated purpose and until an end; protected."""

    __tablename__ = "enrolment"
    id: Mapped[uuid.UUID] = new_id()
    person_id: Mapped[uuid.UUID] = mapped_column(Uuid(), ForeignKey("person.id"))
    grid_no: Mapped[int] = mapped_column(BigInteger)
    service: Mapped[str] = mapped_column(ForeignKey("service_kind.code"))
    purpose: Mapped[str]
    starts_on: Mapped[date]
    ends_on: Mapped[date]
    review_on: Mapped[date]
    __table_args__ = (
        CheckConstraint("starts_on < ends_on", name="dates"),
        Index("ix_enrolment_grid_no", "grid_no"),
        Index("ix_enrolment_person_id", "person_id"),
    )


class Facility(Placed, Listed, Register, Base):
    """A facility: hydrant, street lamp, school, clinic …"""

    __tablename__ = "facility"
    id: Mapped[uuid.UUID] = new_id()
    kind: Mapped[str] = mapped_column(ForeignKey("facility_kind.code"))
    address: Mapped[str | None]
    name: Mapped[str | None]
    geom_m: Mapped[WKBElement | None] = drawn("POINT", "point")
    __table_args__ = (
        *listed_indexes("facility"),
        Index("ix_facility_grid_no", "grid_no"),
        Index("ix_facility_geom_m", "geom_m", postgresql_using="gist"),
    )


class Organisation(Placed, Listed, Register, Base):
    """An enterprise, society or shop."""

    __tablename__ = "organisation"
    id: Mapped[uuid.UUID] = new_id()
    kind: Mapped[str] = mapped_column(ForeignKey("organisation_kind.code"))
    address: Mapped[str | None]
    name: Mapped[str]
    geom_m: Mapped[WKBElement | None] = drawn("POINT", "point")
    __table_args__ = (
        *listed_indexes("organisation"),
        Index("ix_organisation_grid_no", "grid_no"),
        Index("ix_organisation_geom_m", "geom_m", postgresql_using="gist"),
    )


class Place(Placed, Listed, Register, Base):
    """A site, a piece of land, a public space."""

    __tablename__ = "place"
    id: Mapped[uuid.UUID] = new_id()
    kind: Mapped[str] = mapped_column(ForeignKey("place_kind.code"))
    name: Mapped[str]
    address: Mapped[str | None]
    geom_m: Mapped[WKBElement | None] = drawn("POINT", "point")
    __table_args__ = (
        *listed_indexes("place"),
        Index("ix_place_grid_no", "grid_no"),
        Index("ix_place_geom_m", "geom_m", postgresql_using="gist"),
    )


class Incident(Placed, Listed, Register, Base):
    """Anything reported that someone must handle; `handled_grid_no` is the grid that handled it and never changes."""

    __tablename__ = "incident"
    id: Mapped[uuid.UUID] = new_id()
    kind: Mapped[str] = mapped_column(ForeignKey("incident_kind.code"))
    text: Mapped[str]
    address: Mapped[str | None]
    occurred_at: Mapped[datetime]
    occurred_on: Mapped[date] = mapped_column(
        Computed("(occurred_at at time zone 'Asia/Shanghai')::date", persisted=True)
    )
    handled_grid_no: Mapped[int] = mapped_column(BigInteger)
    geom_m: Mapped[WKBElement | None] = drawn("POINT", "point")
    strip: Mapped[int | None] = strip()
    __table_args__ = (
        *listed_indexes("incident"),
        Index("ix_incident_strip", "strip", "grid_no"),
        Index("ix_incident_grid_no_occurred_on", "grid_no", "occurred_on", postgresql_include=["kind"]),
    )


class Visit(Register, Base):
    """A field worker was at a house: what came of it, and when somebody is to go again; its place follows the house."""

    __tablename__ = "visit"
    id: Mapped[uuid.UUID] = new_id()
    house_id: Mapped[uuid.UUID] = mapped_column(Uuid(), ForeignKey("house.id"))
    grid_no: Mapped[int] = mapped_column(BigInteger)
    visited_at: Mapped[datetime]
    outcome: Mapped[str] = mapped_column(
        CheckConstraint("outcome in ('met', 'absent', 'refused', 'moved_out', 'vacant')", name="outcome")
    )
    note: Mapped[str | None]
    next_due_on: Mapped[date | None]
    __table_args__ = (
        Index("ix_visit_house_id_visited_at", "house_id", "visited_at"),
        Index("ix_visit_grid_no", "grid_no"),
    )

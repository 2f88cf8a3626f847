"""The tables as GeoAlchemy2 models; a test proves that they are those of the migrated database."""

from layers.models.accounts import AccessToken, Account, Audit, ImportLog, Job, LoginSession
from layers.models.base import Base
from layers.models.counts import CountyDay, CountyMonth, IncidentDay, IncidentMonth, RegisterCount
from layers.models.geocoding import AddressAlias, GazetteerVersion, NameAlias, PlaceName, Review
from layers.models.grids import Duty, Grid, GridLineage, Plan, PlanGrid
from layers.models.outbox import Outbox, OutboxState
from layers.models.regions import Barrier, Link, Region, RegionAlias, RegionLineage
from layers.models.registers import (
    Building,
    Enrolment,
    Facility,
    FacilityKind,
    House,
    Household,
    Incident,
    IncidentKind,
    Organisation,
    OrganisationKind,
    Person,
    Place,
    PlaceKind,
    ServiceKind,
    Visit,
)
from layers.models.residence import Duplicate, Occupancy, Residence
from layers.models.tiles import CELL_COUNT

__all__ = [
    "CELL_COUNT",
    "AccessToken",
    "Account",
    "AddressAlias",
    "Audit",
    "Barrier",
    "Base",
    "Building",
    "CountyDay",
    "CountyMonth",
    "Duplicate",
    "Duty",
    "Enrolment",
    "Facility",
    "FacilityKind",
    "GazetteerVersion",
    "Grid",
    "GridLineage",
    "House",
    "Household",
    "ImportLog",
    "Incident",
    "IncidentDay",
    "IncidentKind",
    "IncidentMonth",
    "Job",
    "Link",
    "LoginSession",
    "NameAlias",
    "Occupancy",
    "Organisation",
    "OrganisationKind",
    "Outbox",
    "OutboxState",
    "Person",
    "Place",
    "PlaceKind",
    "PlaceName",
    "Plan",
    "PlanGrid",
    "Region",
    "RegionAlias",
    "RegionLineage",
    "RegisterCount",
    "Residence",
    "Review",
    "ServiceKind",
    "Visit",
]

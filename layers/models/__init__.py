"""The tables as GeoAlchemy2 models; a test proves that they are those of the migrated database."""

from layers.models.accounts import AccessToken, Account, Audit, ImportLog, Job, LoginSession
from layers.models.base import Base
from layers.models.grids import Duty, Grid, GridLineage, Plan, PlanGrid
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
    ServiceKind,
    Visit,
)

__all__ = [
    "AccessToken",
    "Account",
    "Audit",
    "Barrier",
    "Base",
    "Building",
    "Duty",
    "Enrolment",
    "Facility",
    "FacilityKind",
    "Grid",
    "GridLineage",
    "House",
    "Household",
    "ImportLog",
    "Incident",
    "IncidentKind",
    "Job",
    "Link",
    "LoginSession",
    "Organisation",
    "OrganisationKind",
    "Person",
    "Plan",
    "PlanGrid",
    "Region",
    "RegionAlias",
    "RegionLineage",
    "ServiceKind",
    "Visit",
]

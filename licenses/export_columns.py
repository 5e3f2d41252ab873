"""The columns of an exported license list, and what may stand in them for whom.

The columns are the list's. A hundred thousand licenses are exported in seconds, so each comes as
a row of plain values, among them its status and in which ways its viewer sees it, by the same
conditions that the list filters by. What those ways allow is asked from the same rules as on
pages, once for each combination.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import NamedTuple
from uuid import UUID

from django.db.models import BooleanField, Case, CharField, ExpressionWrapper, F, Q, Value, When
from django.utils.translation import gettext as _

from licenses import activation_key as keys
from licenses.ends import HAS_BEGUN, days_in_words
from licenses.models import LicenseModel
from licenses.querysets import LicenseQuerySet
from licenses.sharing import knows_customer, knows_organization, shows_customers, shows_organizations
from licenses.status import Status, status_q
from licenses.terms import has_ended
from organizations.access import RULES, Action
from organizations.spreadsheets import Cell
from organizations.viewer import Reach, Viewer, Way

_SEES_ORDERS = frozenset({Way.GROUP, Way.STAFF})


class Facts(NamedTuple):
    """What is read of a license for the cells, in the order of _FACTS."""

    id: UUID
    product: str
    major: int
    minor: int
    activation_key: str
    license_model: str
    activations_in_use: int
    max_activations: int
    is_generic: bool
    expires_on: date | None
    expires_after_days: int | None
    has_begun: bool
    maintenance_until: date | None
    licensee: str
    order_id: str
    customer_name: str | None
    customer_email: str | None
    entered_name: str | None
    organization_name: str | None
    status: str


_FACTS = (
    "id",
    "product_version__product__name",
    "product_version__major",
    "product_version__minor",
    "activation_key",
    "license_model",
    "activations_in_use",
    "max_activations",
    "is_generic",
    "expires_on",
    "expires_after_days",
    "has_begun_already",
    "maintenance_until",
    "licensee",
    "order_id",
    "customer__user__full_name",
    "customer__user__email",
    "entered__full_name",
    "organization__name",
    "status_slug",
)


@dataclass(frozen=True)
class Rights:
    """What somebody may know of a license."""

    shows_key: bool
    shows_order: bool
    knows_customer: bool
    knows_entered: bool
    knows_organization: bool


class _Served(NamedTuple):
    """The user group that serves a customer or an organization."""

    user_group_id: UUID | None


class Reading:
    """What is read of licenses for one viewer: the facts, and what the viewer may know of each."""

    def __init__(self, viewer: Viewer) -> None:
        self._viewer = viewer
        self._reaches = viewer.reaches()
        self._is_staff = viewer.staff_may("view")
        self._rights = cache(self._rights_by)

    def rows(self, licenses: LicenseQuerySet) -> Iterator[tuple[Facts, Rights]]:
        """Yield what is read of `licenses`, in no order."""
        status = Case(*(When(status_q(each), then=Value(each.slug)) for each in Status), output_field=CharField())
        flags = self._flags()
        told = licenses.annotate(status_slug=status, has_begun_already=HAS_BEGUN, **flags)
        for values in told.values_list(*_FACTS, *flags):
            yield Facts._make(values[: len(_FACTS)]), self._rights(values[len(_FACTS) :])

    def _flags(self) -> "dict[str, ExpressionWrapper[Q]]":
        """Return whether each way of seeing holds, and whether the viewer’s group serves customer or organization."""
        group = self._viewer.group_id
        conditions = {f"by_{reach.way.name.lower()}": _as_q(reach) for reach in self._reaches}
        conditions["serves_customer"] = Q(customer__user_group=group) if group else Q(pk__in=())
        conditions["entered_customer"] = (
            Q(entered__user_group=group, entered__customer=F("customer")) if group else Q(pk__in=())
        )
        conditions["serves_organization"] = Q(organization__user_group=group) if group else Q(pk__in=())
        return {name: ExpressionWrapper(each, BooleanField()) for name, each in conditions.items()}

    def _rights_by(self, flags: tuple[bool | None, ...]) -> Rights:
        viewer = self._viewer
        *held, serves_customer, entered_customer, serves_organization = flags
        ways = frozenset(reach.way for reach, is_so in zip(self._reaches, held, strict=True) if is_so)
        ways |= {Way.STAFF} if self._is_staff else set()
        return Rights(
            shows_key=RULES[Action.SHOW_KEY].allows(viewer, ways),
            shows_order=bool(ways & _SEES_ORDERS),
            knows_customer=knows_customer(viewer, ways, _Served(viewer.group_id if serves_customer else None)),
            knows_entered=bool(entered_customer),
            knows_organization=knows_organization(
                viewer, ways, _Served(viewer.group_id if serves_organization else None)
            ),
        )


def _as_q(reach: Reach) -> Q:
    exists = Q(deleted_at=None)
    return exists if reach.column is None else exists & Q(**{f"{reach.column}__in": reach.ids})


Column = Callable[[Facts, Rights], Cell]


def columns(viewer: Viewer) -> Iterator[tuple[str, Column]]:
    """Yield the name of each column that the list has for `viewer`, and what stands in it."""
    statuses = {status.slug: str(status.label) for status in Status}
    models = {model.value: str(model.label) for model in LicenseModel}
    yield _("Product"), lambda facts, _rights: facts.product
    yield _("Version"), lambda facts, _rights: f"{facts.major}.{facts.minor}"
    yield _("Activation key"), _key
    yield _("Status"), lambda facts, _rights: statuses[facts.status]
    yield _("License model"), lambda facts, _rights: models[facts.license_model]
    any_computer = _("any computer")
    yield _("Activations in use"), lambda facts, _rights: None if facts.is_generic else facts.activations_in_use
    yield _("Activations allowed"), lambda facts, _rights: any_computer if facts.is_generic else facts.max_activations
    yield _("Expires on"), _end
    yield _("Updates included until"), lambda facts, _rights: facts.maintenance_until
    if shows_customers(viewer):
        yield _("Customer"), _customer
    if shows_organizations(viewer):
        yield _("Organization"), _organization
    if viewer.group_id is not None or viewer.staff_may("view"):
        yield _("Order ID"), lambda facts, rights: facts.order_id if rights.shows_order else None


def _key(facts: Facts, rights: Rights) -> Cell:
    """Return the whole activation key, or only its end, as pages show it."""
    return facts.activation_key if rights.shows_key else keys.mask(facts.activation_key)


def _end(facts: Facts, _rights: Rights) -> Cell:
    """Return the day on which a license expires; in words where its days begin with the first activation."""
    if facts.expires_after_days is None or facts.has_begun or has_ended(facts.expires_on):
        return facts.expires_on
    return days_in_words(facts.expires_after_days, facts.expires_on)


def _customer(facts: Facts, rights: Rights) -> Cell:
    """Return what the list shows: the customer's name, the one that the group typed, else the licensee."""
    if facts.customer_email is None:
        return None
    if rights.knows_customer:
        return facts.customer_name or facts.customer_email
    return facts.entered_name if rights.knows_entered else facts.licensee


def _organization(facts: Facts, rights: Rights) -> Cell:
    return facts.organization_name if rights.knows_organization else None

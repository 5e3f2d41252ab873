"""What a list of licenses is narrowed to: the state of the list that stands in its URL.

Unknown values are ignored (Product rules, section 8), and so is whatever names a product, a
person or an organization that does not exist for the viewer.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial
from typing import TypeVar
from urllib.parse import urlencode
from uuid import UUID

from django.db import models
from django.db.models import Model, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from licenses.models import Activation, LicenseModel
from licenses.ordering import Order
from licenses.products import OfferedProduct, offered_products
from licenses.querysets import visible_licenses
from licenses.searching import read_text
from licenses.sharing import names_known_q
from licenses.status import Status, goes_on_q, status_q
from licenses.terms import SOON_DAYS, last_ended_date, today
from organizations.access import Action, narrowed
from organizations.models import Customer, EnteredCustomer, Organization
from organizations.viewer import Viewer

RowT = TypeVar("RowT", bound=Model)


class Within(models.IntegerChoices):
    """Within how many days a license expires, or, below zero, has expired; a revoked one does not."""

    RECENTLY = -30, _("Expired in the last 30 days")
    WEEK = 7, _("Expiring within 7 days")
    MONTH = 30, _("Expiring within 30 days")
    QUARTER = 90, _("Expiring within 90 days")
    YEAR = 365, _("Expiring within a year")


class Updates(models.TextChoices):
    """What has become of the maintenance plan; it ends only on licenses that go on themselves."""

    ENDING = "ending", _("Updates end within 30 days")
    ENDED = "ended", _("Updates ended")


class Files(models.TextChoices):
    """Whether computers need a new license file, which the viewer may get for them."""

    OUTDATED = "outdated", _("License files out of date")


@dataclass(frozen=True)
class Filters:
    """What a license has to be to stand in the list; None where anything will do. The names stand in URLs.

    `gets_files_of` says of which licenses the viewer may get license files, `knows_names_of` of
    which they may know that they are the organization's and the customer's.
    """

    status: Status | None = None
    product: OfferedProduct | None = None
    model: LicenseModel | None = None
    expires: Within | None = None
    updates: Updates | None = None
    files: Files | None = None
    organization: Organization | None = None
    customer: Customer | EnteredCustomer | None = None
    gets_files_of: Q = field(default_factory=Q)
    knows_names_of: Q = field(default_factory=Q)

    @classmethod
    def read(
        cls, viewer: Viewer, parameters: Mapping[str, str], products: Sequence[OfferedProduct] | None = None
    ) -> "Filters":
        """Return the filters in a URL's parameters, as far as they mean something to `viewer`.

        `products` are those that exist for `viewer`, where they have been asked for already.
        """
        organization = _row(partial(Organization.objects.visible_to, viewer), parameters.get("organization", ""))
        customer = _customer(viewer, parameters.get("customer", ""))
        return cls(
            status=_status(parameters.get("status", "")),
            product=_product(viewer, parameters.get("product", ""), products),
            model=_choice(LicenseModel, parameters.get("model", "")),
            expires=_choice(Within, parameters.get("expires", "")),
            updates=_choice(Updates, parameters.get("updates", "")),
            files=_choice(Files, parameters.get("files", "")),
            organization=organization,
            customer=customer,
            gets_files_of=visible_licenses(narrowed(viewer, Action.GET_LICENSE_FILE)),
            knows_names_of=names_known_q(viewer, customer, organization),
        )

    def as_q(self) -> Q:
        """Return the condition on licenses."""
        condition = status_q(self.status) if self.status else Q()
        if self.product:
            condition &= Q(product_version__in=[version.pk for version in self.product.versions])
        if self.model:
            condition &= Q(license_model=self.model)
        if self.expires:
            condition &= _expires_q(self.expires)
        if self.updates:
            condition &= _updates_q(self.updates)
        if self.files:
            condition &= Q(pk__in=Activation.objects.needing_license_file().values("license_id")) & self.gets_files_of
        if self.organization:
            condition &= Q(organization=self.organization)
        if self.customer:
            condition &= _customer_q(self.customer)
        return condition & self.knows_names_of

    def parameters(self) -> dict[str, str]:
        """Return the filters as they stand in a URL, without those that are not set."""
        return {name: _as_text(value) for name, value in self._set()}

    def chips(self) -> Iterator[tuple[str, str]]:
        """Yield each filter that is set: its name in the URL, and what it says."""
        for name, value in self._set():
            yield name, _in_words(value)

    def _set(self) -> Iterator[tuple[str, "Value"]]:
        for name in NAMES:
            value = getattr(self, name)
            if value is not None:
                yield name, value


Value = Status | models.Choices | OfferedProduct | Organization | Customer | EnteredCustomer

NAMES = ("status", "product", "model", "expires", "updates", "files", "organization", "customer")
"""The filters in the order in which the list names them."""


@dataclass(frozen=True)
class Criteria:
    """The whole state of a license list, except the page: filters, search text, order."""

    filters: Filters = Filters()
    text: str = ""
    order: Order = Order.NEWEST

    @classmethod
    def read(
        cls, viewer: Viewer, parameters: Mapping[str, str], products: Sequence[OfferedProduct] | None = None
    ) -> "Criteria":
        """Return the state in a URL's parameters, on the terms of `Filters.read`."""
        order = _choice(Order, parameters.get("order", "")) or Order.NEWEST
        return cls(Filters.read(viewer, parameters, products), read_text(parameters), order)

    def parameters(self, **changed: str | None) -> dict[str, str]:
        """Return the state as it stands in a URL, with parameters `changed`; None takes one away."""
        found: dict[str, str | None] = {**self.filters.parameters()}
        if self.text:
            found["q"] = self.text
        if self.order is not Order.NEWEST:
            found["order"] = self.order.value
        return {name: value for name, value in {**found, **changed}.items() if value is not None}

    def url(self, **changed: str | None) -> str:
        """Return the list's address with this state."""
        return "?" + urlencode(self.parameters(**changed))

    @property
    def is_narrowed(self) -> bool:
        """Whether the list holds less than everything that exists for the person."""
        return bool(self.text) or bool(self.filters.parameters())


def _status(text: str) -> Status | None:
    return next((status for status in Status if status.slug == text), None)


ChoicesT = TypeVar("ChoicesT", bound=models.Choices)


def _choice(choices: type[ChoicesT], text: str) -> ChoicesT | None:
    return next((each for each in choices if str(each.value) == text), None)


def _product(viewer: Viewer, text: str, products: Sequence[OfferedProduct] | None) -> OfferedProduct | None:
    if not text:
        return None
    offered = offered_products(viewer) if products is None else products
    return next((product for product in offered if str(product.pk) == text), None)


def _customer(viewer: Viewer, text: str) -> Customer | EnteredCustomer | None:
    def customers() -> QuerySet[Customer]:
        return Customer.objects.visible_to(viewer).select_related("user")

    return _row(customers, text) or _row(partial(EnteredCustomer.objects.visible_to, viewer), text)


def _customer_q(customer: Customer | EnteredCustomer) -> Q:
    if isinstance(customer, Customer):
        return Q(customer=customer)
    return Q(entered=customer, customer=customer.customer_id)


def _row(rows: Callable[[], QuerySet[RowT]], text: str) -> RowT | None:
    try:
        return rows().filter(pk=UUID(text)).first() if text else None
    except ValueError:
        return None


def _in_words(value: Value) -> str:
    if isinstance(value, Customer):
        return value.user.get_full_name()
    if isinstance(value, EnteredCustomer):
        return value.full_name
    return str(value.label if isinstance(value, Status | models.Choices) else value)


def _as_text(value: Value) -> str:
    if isinstance(value, Status):
        return value.slug
    return str(value.value if isinstance(value, models.Choices) else value.pk)


def _expires_q(within: Within) -> Q:
    ended = last_ended_date()
    first, last = (ended + timedelta(days=within), ended) if within < 0 else (ended, today() + timedelta(days=within))
    return Q(revoked_at=None, expires_on__gt=first, expires_on__lte=last)


def _updates_q(updates: Updates) -> Q:
    if updates is Updates.ENDED:
        return Q(maintenance_until__lte=last_ended_date())
    last = today() + timedelta(days=SOON_DAYS)
    return goes_on_q() & Q(maintenance_until__gt=last_ended_date(), maintenance_until__lte=last)

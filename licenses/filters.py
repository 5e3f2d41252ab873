"""What a list of licenses is narrowed to: the state of the list that stands in its URL.

Unknown values are ignored (Product rules, section 8), and so is whatever names a product, a
person or an organization that does not exist for the viewer.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields
from datetime import timedelta
from typing import TypeVar
from urllib.parse import urlencode
from uuid import UUID

from django.db import models
from django.db.models import Model, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from licenses import activation_key as keys
from licenses.models import Activation, LicenseModel, Product
from licenses.ordering import Order
from licenses.products import visible_products
from licenses.searching import MAX_TEXT
from licenses.status import Status, status_q
from licenses.terms import SOON_DAYS, last_ended_date, today
from organizations.models import Customer, Organization
from organizations.viewer import Viewer

RowT = TypeVar("RowT", bound=Model)


class Within(models.IntegerChoices):
    """How many days ahead a license expires."""

    WEEK = 7, _("Expiring within 7 days")
    MONTH = 30, _("Expiring within 30 days")
    QUARTER = 90, _("Expiring within 90 days")
    YEAR = 365, _("Expiring within a year")


class Updates(models.TextChoices):
    """What has become of the maintenance plan."""

    ENDING = "ending", _("Updates end within 30 days")
    ENDED = "ended", _("Updates ended")


class Files(models.TextChoices):
    """Whether computers need a new license file."""

    OUTDATED = "outdated", _("License files out of date")


@dataclass(frozen=True)
class Filters:
    """What a license has to be to stand in the list; None where anything will do. The names stand in URLs."""

    status: Status | None = None
    product: Product | None = None
    model: LicenseModel | None = None
    expires: Within | None = None
    updates: Updates | None = None
    files: Files | None = None
    organization: Organization | None = None
    customer: Customer | None = None

    @classmethod
    def read(cls, viewer: Viewer, parameters: Mapping[str, str]) -> "Filters":
        """Return the filters in a URL's parameters, as far as they mean something to `viewer`."""
        return cls(
            status=_status(parameters.get("status", "")),
            product=_row(visible_products(viewer), parameters.get("product", "")),
            model=_choice(LicenseModel, parameters.get("model", "")),
            expires=_choice(Within, parameters.get("expires", "")),
            updates=_choice(Updates, parameters.get("updates", "")),
            files=_choice(Files, parameters.get("files", "")),
            organization=_row(Organization.objects.visible_to(viewer), parameters.get("organization", "")),
            customer=_row(Customer.objects.visible_to(viewer).select_related("user"), parameters.get("customer", "")),
        )

    def as_q(self) -> Q:
        """Return the condition on licenses."""
        condition = status_q(self.status) if self.status else Q()
        if self.product:
            condition &= Q(product_version__in=[version.pk for version in self.product.versions.all()])
        if self.model:
            condition &= Q(license_model=self.model)
        if self.expires:
            last = today() + timedelta(days=self.expires)
            condition &= Q(expires_on__gt=last_ended_date(), expires_on__lte=last)
        if self.updates:
            condition &= _updates_q(self.updates)
        if self.files:
            condition &= Q(pk__in=Activation.objects.needing_license_file().values("license_id"))
        if self.organization:
            condition &= Q(organization=self.organization)
        if self.customer:
            condition &= Q(customer=self.customer)
        return condition

    def parameters(self) -> dict[str, str]:
        """Return the filters as they stand in a URL, without those that are not set."""
        return {name: _as_text(value) for name, value in self._set()}

    def chips(self) -> Iterator[tuple[str, str]]:
        """Yield each filter that is set: its name in the URL, and what it says."""
        for name, value in self._set():
            yield name, _in_words(value)

    def _set(self) -> Iterator[tuple[str, "Status | models.Choices | Model"]]:
        for each in fields(self):
            value = getattr(self, each.name)
            if value is not None:
                yield each.name, value


@dataclass(frozen=True)
class Criteria:
    """The whole state of a license list, except the page: filters, search text, order."""

    filters: Filters = Filters()
    text: str = ""
    order: Order = Order.NEWEST

    @classmethod
    def read(cls, viewer: Viewer, parameters: Mapping[str, str]) -> "Criteria":
        """Return the state in a URL's parameters. A whole activation key is not taken from a URL."""
        text = parameters.get("q", "").strip()[:MAX_TEXT]
        order = _choice(Order, parameters.get("order", "")) or Order.NEWEST
        return cls(Filters.read(viewer, parameters), "" if keys.is_own_format(text) else text, order)

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


def _row(rows: QuerySet[RowT], text: str) -> RowT | None:
    try:
        return rows.filter(pk=UUID(text)).first()
    except ValueError:
        return None


def _in_words(value: "Status | models.Choices | Model") -> str:
    if isinstance(value, Customer):
        return value.user.get_full_name()
    return str(value.label if isinstance(value, Status | models.Choices) else value)


def _as_text(value: "Status | models.Choices | Model") -> str:
    if isinstance(value, Status):
        return value.slug
    return str(value.value if isinstance(value, models.Choices) else value.pk)


def _updates_q(updates: Updates) -> Q:
    if updates is Updates.ENDED:
        return Q(maintenance_until__lte=last_ended_date())
    return Q(maintenance_until__gt=last_ended_date(), maintenance_until__lte=today() + timedelta(days=SOON_DAYS))

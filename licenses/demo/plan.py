"""A demo license as a row of a table: what was sold to whom, and what happened since."""

from dataclasses import dataclass

from licenses.demo.people import STELLA
from licenses.demo.steps import Step
from licenses.models import LicenseModel, QuotaPer

PERMANENT, SUBSCRIPTION, TRIAL = LicenseModel.PERMANENT, LicenseModel.SUBSCRIPTION, LicenseModel.TRIAL


@dataclass(frozen=True)
class Quota:
    """A license's own deactivation quota."""

    allowed: int
    days: int
    per: QuotaPer = QuotaPer.LICENSE


@dataclass(frozen=True, kw_only=True)
class LicensePlan:
    """A license. `issued` counts days before today; `expires` and `updates` count days from today.

    `customer` is an address and `organization` a name; without a customer, steps name who does
    them. It is issued to the organization, else to the customer's company or the customer.
    """

    product: str
    version: tuple[int, int]
    model: LicenseModel
    issued: int
    by: str = STELLA
    customer: str = ""
    organization: str = ""
    group: str = ""
    activations: int = 1
    floating_seats: int | None = None
    features: tuple[str, ...] = ()
    expires: int | None = None
    expires_after: int | None = None
    updates: int | None = None
    quota: Quota | None = None
    key: str = ""
    order: str = ""
    comment: str = ""
    steps: tuple[Step, ...] = ()

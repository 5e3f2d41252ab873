"""Which licenses fit what a vendor's program asks for: of its product, and the viewer's to activate.

Somebody may have a hundred thousand of them, so each way of seeing gives its newest few by its
own index; the list of licenses shows the rest.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from uuid import UUID

from django.db.models import F, Q

from licenses.doors import Door, doors
from licenses.ends import learn_beginnings
from licenses.errors import LicenseError, Reason
from licenses.models import Activation, License, Product
from licenses.querysets import ways_apart
from licenses.refusals import activation_refusal, end_refusal
from licenses.sharing import customer_name
from licenses.status import goes_on_q
from organizations.access import Action, may, narrowed
from organizations.paging import union_of
from organizations.viewer import Viewer

POSSIBLE_SHOWN = 10
IMPOSSIBLE_SHOWN = 5
RELATED = ("product_version__product", "customer__user", "entered", "organization", "user_group")


@dataclass(frozen=True)
class Choice:
    """A license that fits: whether it is active on that computer already, and why it cannot be activated now.

    `can_replace` says whether the viewer may then replace one of its computers.
    """

    license: License
    is_active_here: bool = False
    refusal: LicenseError | None = None
    doors: list[Door] = field(default_factory=list)
    can_replace: bool = False


@dataclass(frozen=True)
class Fitting:
    """The licenses of a product that fit, best first; some that fit but cannot be activated now.

    `exist` says whether there are licenses of the product for the viewer at all, theirs to activate or not.
    """

    possible: list[Choice]
    impossible: list[Choice]
    has_more: bool
    exist: bool


def fitting_licenses(viewer: Viewer, product: Product, computer_id: str) -> Fitting:
    """Return which licenses of `product` `viewer` may activate on the computer `computer_id` (empty: on any).

    One that is active there already comes first: activating it uses nothing up. Then one's own,
    then the newest.
    """
    actor = narrowed(viewer, Action.ACTIVATE)
    of_product = Q(product_version__in=[version.pk for version in product.versions.all()], deleted_at=None)
    goes_on = of_product & goes_on_q()
    has_left = Q(activations_in_use__lt=F("max_activations"))
    active = _active_on(actor, goes_on, computer_id)
    possible = _newest(actor, goes_on & has_left, POSSIBLE_SHOWN + 1) | active
    impossible = _newest(actor, of_product & ~(goes_on_q() & has_left), IMPOSSIBLE_SHOWN + len(active))
    rows = _rows(actor, possible | impossible)
    fitting = [_choice(viewer, license, license.pk in active) for license in rows if license.pk in possible]
    others = [_choice(viewer, license) for license in rows if license.pk not in possible]
    fitting.sort(key=lambda choice: _rank(viewer, choice))
    return Fitting(
        fitting[:POSSIBLE_SHOWN],
        others[:IMPOSSIBLE_SHOWN],
        has_more=len(fitting) > POSSIBLE_SHOWN or len(others) > IMPOSSIBLE_SHOWN,
        exist=bool(rows) or License.objects.visible_to(viewer).filter(of_product).exists(),
    )


def _active_on(actor: Viewer, goes_on: Q, computer_id: str) -> set[UUID]:
    if not computer_id:
        return set()
    here = Activation.objects.in_use().filter(computer_id=computer_id).values("license_id")
    licenses = License.objects.visible_to(actor).filter(goes_on, pk__in=here).order_by("-pk")
    return set(licenses.values_list("pk", flat=True)[:POSSIBLE_SHOWN])


def _newest(actor: Viewer, condition: Q, size: int) -> set[UUID]:
    """Return the newest `size` for each way of seeing, by its own index."""
    arms = [License.objects.filter(way, condition).order_by("-pk")[:size] for way in ways_apart(actor)]
    return {row[0] for row in union_of(arms, "pk")}


def _rows(actor: Viewer, ids: Iterable[UUID]) -> list[License]:
    rows = License.objects.visible_to(actor).filter(pk__in=ids)
    found = list(rows.select_related(*RELATED).defer("comment").order_by("-pk"))
    learn_beginnings(found)
    return found


def _choice(viewer: Viewer, license: License, is_active_here: bool = False) -> Choice:
    refusal = end_refusal(license) if is_active_here else activation_refusal(license)
    can_replace = refusal is not None and refusal.reason is Reason.NONE_LEFT and may(viewer, Action.REPLACE, license)
    ways_on = doors(viewer, license, refusal)
    license.shown_customer = customer_name(viewer, license)
    return Choice(license, is_active_here, refusal, ways_on, can_replace)


def _rank(viewer: Viewer, choice: Choice) -> tuple[bool, bool, int]:
    license = choice.license
    is_own = license.customer_id is not None and license.customer_id == viewer.customer_id
    return not choice.is_active_here, not is_own, -license.pk.int

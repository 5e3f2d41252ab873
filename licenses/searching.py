"""Finding licenses by a text: what is compared, within what a viewer sees and may know.

Exactly: the last five characters of a key, a computer ID, an e-mail address. By their
beginning: names of customers, companies and organizations, licensees, order ids, computer
names. By any part: names of products. Names and addresses are compared only where the
viewer may know them, order ids only for the license's user group and staff (Product rules,
section 3), so that finding tells nobody more than the pages do.
"""

from collections.abc import Iterator
from functools import cached_property
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db.models import Q

from accounts.fields import begins_with
from accounts.names import fold
from accounts.people import normalize_email
from licenses import activation_key as keys
from licenses.issuing import SHORTEST_KEY
from licenses.models import Activation, License, ProductVersion
from licenses.querysets import LicenseQuerySet, seen_by_way
from organizations.privileges import Privilege
from organizations.viewer import Viewer, Way

EACH_SHOWN = 100
"""How many licenses, the newest, each comparison finds at most."""
MAX_TEXT = 200

_SEES_NAMES = frozenset({Way.OWN, Way.CONTACT, Way.STAFF})
_SEES_ORDERS = frozenset({Way.GROUP, Way.STAFF})


def could_be_key(text: str) -> bool:
    """Return whether `text` may be a whole activation key, or most of one, and so must not stand in a URL."""
    folded = keys.fold(text)
    if "@" in text or len(folded) < SHORTEST_KEY:
        return False
    return keys.is_own_format(text) or any(character.isdigit() for character in folded)


def license_of_key(viewer: Viewer, text: str) -> License | None:
    """Return the license whose whole activation key `text` is, if it exists for `viewer`."""
    folded = keys.fold(text)
    if len(folded) < SHORTEST_KEY:
        return None
    return License.objects.visible_to(viewer).filter(folded_key=folded).first()


class Search:
    """A text to find licenses or computers by, for one viewer."""

    def __init__(self, viewer: Viewer, text: str) -> None:
        self.viewer = viewer
        self.text = text.strip()[:MAX_TEXT]
        self.folded = fold(self.text)

    def arms(self, rows: LicenseQuerySet) -> list[LicenseQuerySet]:
        """Return which of `rows` each comparison finds: the newest EACH_SHOWN, each by an index."""
        if not self.folded:
            return []
        return [
            rows.filter(way_condition, condition).order_by("-pk")[:EACH_SHOWN]
            for way, way_condition in seen_by_way(self.viewer)
            for condition in self.conditions(way)
        ]

    def conditions(self, way: Way, prefix: str = "") -> Iterator[Q]:
        """Yield what is compared with the text on licenses that are seen in this `way`; `prefix` leads to the license.

        Computers are compared by `computers`, from whichever side they are asked for.
        """
        tail = keys.fold(self.text)
        if len(tail) == keys.GROUP and "@" not in self.text:
            yield Q(**{f"{prefix}key_tail": tail})
        if not prefix:
            for computers in self.computers():
                yield Q(pk__in=Activation.objects.in_use().filter(computers).values("license_id"))
        if self._versions:
            yield Q(**{f"{prefix}product_version_id__in": self._versions})
        yield begins_with(f"{prefix}folded_licensee", self.folded)
        if way in _SEES_ORDERS:
            yield begins_with(f"{prefix}folded_order_id", self.folded)
        yield from self._people(way, prefix)

    def computers(self) -> Iterator[Q]:
        """Yield what is compared with the text on computers in use."""
        yield Q(computer_id=self.text)
        yield begins_with("folded_computer_name", self.folded)

    def _people(self, way: Way, prefix: str) -> Iterator[Q]:
        """Yield the comparisons with names and addresses, where those who see in this `way` may know them."""
        group = self.viewer.group_id
        knows_customers = Q() if way in _SEES_NAMES else Q(**{f"{prefix}customer__user_group_id": group})
        if "@" in self.text:
            yield Q(**{f"{prefix}customer__user__email": _as_address(self.text)}) & knows_customers
            return
        yield begins_with(f"{prefix}customer__user__folded_name", self.folded) & knows_customers
        yield begins_with(f"{prefix}customer__folded_company", self.folded) & knows_customers
        knows_all = way in _SEES_NAMES or self.viewer.has(Privilege.VIEW_ALL_ORGANIZATIONS)
        knows_organizations = Q() if knows_all else Q(**{f"{prefix}organization__user_group_id": group})
        yield begins_with(f"{prefix}organization__folded_name", self.folded) & knows_organizations

    @cached_property
    def _versions(self) -> list[UUID]:
        """The versions of the products whose name contains the text; products are few."""
        versions = ProductVersion.objects.select_related("product")
        return [version.pk for version in versions if self.folded in fold(version.product.name)]


def _as_address(text: str) -> str:
    try:
        return normalize_email(text)
    except ValidationError:
        return text.lower()

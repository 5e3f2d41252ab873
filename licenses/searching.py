"""Finding licenses by a text: what is compared, within what a viewer sees and may know.

Exactly: the last five characters of a key, a computer ID. By any part, from three letters on:
names of customers, companies, organizations and products, licensees, e-mail addresses, order
ids, computer names. Names are compared only where the viewer may know them, addresses and
companies only of customers that exist for the viewer, order ids only for the license's user
group and staff (Product rules, section 3), so that finding tells nobody more than the pages do.

On PostgreSQL the indexes of `accounts.trigrams` find parts of words; for each comparison it
chooses between them and the licenses that the viewer sees, the newest first. SQLite reads.
"""

from collections.abc import Iterator, Mapping
from functools import cached_property, reduce
from operator import or_
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db.models import F, Q
from django.utils.translation import gettext as _

from accounts.fields import SHORTEST_PART, address_has_part, begins_with, has_part
from accounts.names import fold
from accounts.people import normalize_email
from licenses import activation_key as keys
from licenses.issuing import SHORTEST_KEY
from licenses.models import Activation, License, ProductVersion
from licenses.querysets import ActivationQuerySet, LicenseQuerySet, seen_by_way
from licenses.sharing import NAMES_KNOWN
from organizations.models import EnteredCustomer, Organization
from organizations.privileges import Privilege
from organizations.querysets import visible_customers
from organizations.viewer import Viewer, Way

EACH_SHOWN = 100
"""How many licenses, the newest, each comparison finds at most."""
FEW = 200
"""How many organizations are looked up beforehand at most; one in a hundred where there are 20,000."""
MAX_TEXT = 200
SHORTEST_BEGINNING = 6
"""How much of an activation key may stand in a URL while somebody is still typing, less one."""

_SEES_ORDERS = frozenset({Way.GROUP, Way.STAFF})


def could_be_key(text: str, shortest: int = SHORTEST_KEY) -> bool:
    """Return whether `text` may be a whole activation key, or most of one, and so must not stand in a URL.

    Only if it finds something else, it may: a computer ID looks much the same. `shortest` is the
    number of letters and digits from which on it may; keys of every format are meant.
    """
    folded = keys.fold(keys.as_typed(text))
    if keys.holds_key(text):
        return True
    if "@" in text or len(folded) < shortest:
        return False
    return len(text.split()) == 1 or keys.is_own_format(text) or any(each.isdigit() for each in folded)


def read_text(parameters: Mapping[str, str]) -> str:
    """Return the text to search for in a URL's parameters. A whole activation key is not taken from there."""
    text = parameters.get("q", "").strip()[:MAX_TEXT]
    return "" if keys.holds_key(text) else text


def searched_by(viewer: Viewer) -> list[str]:
    """Return, in words, what a text is compared with for `viewer`."""
    ways = {way for way, _condition in seen_by_way(viewer)}
    found = [
        _("a whole activation key, or its last five characters"),
        _("the ID of a computer in use, or any part of its name"),
        _("any part of a product’s name"),
        _("any part of a licensee’s name"),
    ]
    if ways - {Way.OWN}:
        found.append(
            _("any part of a customer’s name, company or e-mail address, which with an @ is typed from its beginning")
        )
        found.append(_("any part of an organization’s name"))
    if ways & _SEES_ORDERS:
        found.append(_("any part of an order id"))
    found.append(_("parts from three letters on, before that whole words at the beginning"))
    return found


def license_of_key(viewer: Viewer, text: str) -> License | None:
    """Return the license whose whole activation key `text` is, if it exists for `viewer`."""
    folded = keys.fold(keys.as_typed(text))
    if len(folded) < SHORTEST_KEY:
        return None
    return License.objects.visible_to(viewer).filter(folded_key=folded).first()


def found_in_words(number: int) -> str:
    """Return how many a search found: each comparison stops at EACH_SHOWN, so from there on there may be more."""
    return f"{number}+" if number >= EACH_SHOWN else str(number)


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
            for condition in (
                *self._together_if_own(way),
                *self._licenses_by_computer(is_any=way is Way.STAFF and not rows.query.has_filters()),
            )
        ]

    def _together_if_own(self, way: Way) -> list[Q]:
        """Return the comparisons of `licenses`; one's own licenses are few, and looked at once for all of them."""
        conditions = list(self.licenses(way))
        return [reduce(or_, conditions)] if way is Way.OWN else conditions

    def computer_arms(self) -> list[ActivationQuerySet]:
        """Return which computers in use each comparison finds: those of the newest licenses, EACH_SHOWN of them.

        First the licenses, by the index of a way of seeing: from the computers on, the database would
        walk through all there are, the newest first, until enough of them are the viewer's.
        """
        if not self.folded:
            return []
        return [rows.order_by("-license_id", "-pk")[:EACH_SHOWN] for rows in self._computers_of_newest()]

    def _computers_of_newest(self) -> Iterator[ActivationQuerySet]:
        """Yield, for each comparison, the computers of the newest licenses for which it finds any."""
        in_use = Activation.objects.in_use()
        for way, way_condition in seen_by_way(self.viewer):
            rows = License.objects.filter(way_condition).order_by("-pk")
            for condition, by_computer in zip(self.computers(), self._licenses_by_computer(), strict=True):
                yield in_use.filter(condition, license__in=rows.filter(by_computer)[:EACH_SHOWN].values("pk"))
            for condition in self.licenses(way):
                newest = rows.filter(condition, activations_in_use__gt=0)[:EACH_SHOWN]
                yield in_use.filter(license__in=newest.values("pk"))

    def licenses(self, way: Way) -> Iterator[Q]:
        """Yield what is compared with the text on licenses that are seen in this `way`, their computers apart."""
        tail = keys.fold(self.text)
        if len(tail) == keys.GROUP and "@" not in self.text:
            yield Q(key_tail=tail)
        if self._versions:
            yield Q(product_version_id__in=self._versions)
        yield self._has("folded_licensee")
        if way in _SEES_ORDERS:
            yield self._has("folded_order_id")
        yield from self._people(way)
        if way is Way.GROUP and self._entered:
            yield Q(entered_id__in=self._entered, entered__customer=F("customer"))

    def computers(self) -> Iterator[Q]:
        """Yield what is compared with the text on computers in use; an ID as typed, and in one case or the other."""
        yield Q(computer_id__in=sorted({self.text, self.text.lower(), self.text.upper()}))
        yield self._has("folded_computer_name")

    def _licenses_by_computer(self, *, is_any: bool = False) -> Iterator[Q]:
        """Yield the conditions on licenses with such a computer; where any license fits, its newest are enough."""
        for condition in self.computers():
            found = Activation.objects.in_use().filter(condition).values("license_id")
            newest = found.order_by("-license_id").distinct()[:EACH_SHOWN]
            yield Q(pk__in=newest if is_any else found)

    def _people(self, way: Way) -> Iterator[Q]:
        """Yield the comparisons with names and addresses, where those who see in this `way` may know them."""
        group = self.viewer.group_id
        knows_customers = Q() if way in NAMES_KNOWN else Q(customer__user_group_id=group)
        exists = visible_customers(self.viewer, "customer__") & knows_customers
        yield self._has_address("customer__user__email") & exists
        if "@" in self.text:
            return
        yield self._has("customer__user__folded_name") & knows_customers
        yield self._has("customer__folded_company") & exists
        if way is not Way.CONTACT:
            yield from self._organizations(way)
        elif self._managed:
            yield Q(organization_id__in=self._managed)

    def _organizations(self, way: Way) -> Iterator[Q]:
        """Yield the comparison with the names of organizations that those who see in this `way` may know.

        Few are known beforehand: joined, the database would walk through all licenses to find the few of
        theirs. Of many, the newest licenses are soon found.
        """
        knows_all = way in NAMES_KNOWN or self.viewer.has(Privilege.VIEW_ALL_ORGANIZATIONS)
        known = Q() if knows_all else Q(user_group_id=self.viewer.group_id)
        few = list(Organization.objects.filter(self._has("folded_name"), known).values_list("pk", flat=True)[: FEW + 1])
        if len(few) > FEW:
            joined = Q() if knows_all else Q(organization__user_group_id=self.viewer.group_id)
            yield self._has("organization__folded_name") & joined
        elif few:
            yield Q(organization_id__in=few)

    def _has(self, column: str) -> Q:
        """Return the condition that a derived `column` contains the text; a short one has to be its first word.

        One or two letters stand in what thousands are called: finding the newest among them would
        keep the database busy with each letter that somebody types.
        """
        if len(self.folded) >= SHORTEST_PART:
            return has_part(column, self.folded)
        return Q(**{column: self.folded}) | begins_with(column, f"{self.folded} ")

    def _has_address(self, column: str) -> Q:
        """Return the condition that an e-mail address contains the text; a short one finds none."""
        if len(self.text) < SHORTEST_PART:
            return Q(**{column: self.text.lower()})
        return address_has_part(column, _as_address(self.text))

    @cached_property
    def _entered(self) -> list[UUID]:
        """What the viewer's user group typed, and the text finds, of customers whom it does not serve: the newest."""
        found = self._has_address("email")
        if "@" not in self.text:
            found |= self._has("folded_name") | self._has("folded_company")
        rows = EnteredCustomer.objects.visible_to(self.viewer).filter(found)
        return list(rows.order_by("-pk").values_list("pk", flat=True)[:EACH_SHOWN])

    @cached_property
    def _managed(self) -> list[UUID]:
        """The organizations that the viewer is contact of and whose name contains the text.

        Known beforehand they cost nothing; joined, each of their licenses would be looked at to find none.
        """
        if not any(self.folded in fold(name) for name in self.viewer.contact_of_names):
            return []
        managed = Organization.objects.visible_to(self.viewer).filter(pk__in=self.viewer.contact_of)
        return list(managed.filter(self._has("folded_name")).values_list("pk", flat=True))

    @cached_property
    def _versions(self) -> list[UUID]:
        return versions_named(self.text)


def versions_named(text: str) -> list[UUID]:
    """Return the versions of the products whose name contains the text; products are few."""
    folded = fold(text)
    versions = ProductVersion.objects.order_by().values_list("pk", "product__name")
    return [pk for pk, name in versions if folded in fold(name)]


def _as_address(text: str) -> str:
    try:
        return normalize_email(text)
    except ValidationError:
        return text.lower()

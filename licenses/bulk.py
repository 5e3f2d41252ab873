"""What renewing or revoking a selection of licenses would do, license by license: said before anything is done."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.audit import Actor, Kind
from licenses.errors import LicenseError
from licenses.issuers import Issuer, changers_of
from licenses.issuing import is_revoked_already, revoke
from licenses.limits import changes_refusal
from licenses.models import License
from licenses.renewing import Renewal, renewed
from licenses.sharing import active_groups, not_allowed, onlookers
from organizations.access import RULES, Action, may
from organizations.viewer import Viewer, Way

MOST_AT_ONCE = 200


@dataclass(frozen=True)
class Bulk:
    """What a person may do with licenses that they select in the list."""

    renew: bool
    revoke: bool
    export: bool


def bulk_of(viewer: Viewer) -> Bulk | None:
    """Return what `viewer` may do with several licenses at once; None where it is nothing that changes one."""
    found = Bulk(*(_has_way(viewer, action) for action in (Action.RENEW, Action.REVOKE, Action.EXPORT)))
    return found if found.renew or found.revoke else None


def _has_way(viewer: Viewer, action: Action) -> bool:
    ways = [Way.GROUP] if viewer.group_id is not None else []
    return RULES[action].allows(viewer, [*ways, Way.STAFF])


@dataclass(frozen=True)
class Part:
    """One selected license: as it is, as it would be, and why that is not possible."""

    license: License
    after: License | None = None
    refusal: str = ""

    @property
    def is_possible(self) -> bool:
        """Whether it can be done now."""
        return not self.refusal


@dataclass(frozen=True)
class Chosen:
    """The selected licenses that exist for the viewer, with who acts on each."""

    parts: list[Part]
    issuer: Issuer | None
    actors: Mapping[UUID, Actor]

    @property
    def possible(self) -> list[Part]:
        """Those with which it can be done now."""
        return [part for part in self.parts if part.is_possible]

    @property
    def impossible(self) -> list[Part]:
        """Those with which it cannot, with the reasons."""
        return [part for part in self.parts if not part.is_possible]

    @property
    def is_forbidden(self) -> bool:
        """Whether nothing of it is theirs to do."""
        return bool(self.parts) and not self.actors


def chosen(viewer: Viewer, licenses: Sequence[License], action: Action) -> Chosen:
    """Return the selected `licenses`, which exist for `viewer`, and which of them are theirs to do `action` with."""
    issuers = changers_of(viewer, [each for each in licenses if may(viewer, action, each)], action)
    groups = active_groups() if len(issuers) < len(licenses) else []
    parts = [
        Part(each)
        if each.pk in issuers
        else Part(each, refusal=not_allowed(viewer, action, each, list(onlookers(each, groups))))
        for each in licenses
    ]
    limited = [issuer for issuer in issuers.values() if issuer.group is not None]
    first = next(iter([*limited, *issuers.values()]), None)
    return Chosen(parts, first, {pk: issuer.actor for pk, issuer in issuers.items()})


def with_renewal(selected: Chosen, renewal: Renewal | None) -> Chosen:
    """Return the selection with what `renewal` makes of each license, or why it cannot."""
    parts = [_renewed(part, renewal, selected) if part.is_possible and renewal else part for part in selected.parts]
    return Chosen(parts, selected.issuer, selected.actors)


def _renewed(part: Part, renewal: Renewal, selected: Chosen) -> Part:
    actor, group = selected.actors[part.license.pk], selected.issuer.group if selected.issuer else None
    try:
        after = renewed(part.license, renewal)
    except LicenseError as refusal:
        return Part(part.license, refusal=refusal.sentence)
    if actor.kind is Kind.GROUP and group is not None:
        late = changes_refusal(group, part.license, after, timezone.now())
        if late is not None:
            return Part(part.license, refusal=late.sentence)
    return Part(part.license, after)


def without_revoked(selected: Chosen) -> Chosen:
    """Return the selection with those out of question that are revoked already."""
    parts = [
        Part(part.license, refusal=_("This license is revoked already."))
        if part.is_possible and is_revoked_already(part.license, selected.actors[part.license.pk])
        else part
        for part in selected.parts
    ]
    return Chosen(parts, selected.issuer, selected.actors)


@transaction.atomic
def revoke_several(license_ids: Sequence[UUID], actors: Mapping[UUID, Actor], *, reason: str) -> int:
    """Revoke licenses, all or none, each by its actor; return how many were not revoked before.

    Raises LicenseError as `revoke` does.
    """
    return sum(revoke(each, actors[each], reason=reason) for each in sorted(license_ids))

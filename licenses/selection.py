"""What deactivating a selection of computers would do, license by license: said before anything is done."""

from collections.abc import Collection, Iterable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from itertools import groupby
from uuid import UUID

from django.utils import timezone

from accounts.audit import Actor
from licenses.doors import Door, doors
from licenses.errors import LicenseError
from licenses.models import Activation, License
from licenses.quota import Quota, quota_refusal, quotas_of
from licenses.refusals import is_exempt_from_quota
from licenses.sharing import active_groups, not_allowed, onlookers
from organizations.access import Action, may
from organizations.viewer import Viewer

MOST_AT_ONCE = 200


@dataclass(frozen=True)
class Share:
    """The selected computers in use of one license, and what deactivating them means there.

    `quota` is what is left before, `quota_after` what is left then; both are None where
    nothing is limited. `not_allowed` says that it is not the viewer's to do, `refusal` that it is
    not possible now; `doors` are the ways on.
    """

    license: License
    computers: list[Activation]
    actor: Actor
    quota: Quota | None = None
    quota_after: Quota | None = None
    not_allowed: str = ""
    refusal: LicenseError | None = None
    doors: list[Door] = field(default_factory=list)

    @property
    def is_possible(self) -> bool:
        """Whether all these computers can be deactivated now."""
        return not self.not_allowed and self.refusal is None

    @property
    def can_be_fewer(self) -> bool:
        """Whether some of these computers could be deactivated, if not all."""
        return self.refusal is not None and self.quota is not None and self.quota.left > 0


@dataclass(frozen=True)
class Selection:
    """The selected computers that exist for the viewer: those in use by license, newest first; those free already."""

    shares: list[Share]
    free_already: list[Activation]

    @property
    def possible(self) -> list[Share]:
        """What can be deactivated now."""
        return [share for share in self.shares if share.is_possible]

    @property
    def impossible(self) -> list[Share]:
        """What cannot, with the reasons."""
        return [share for share in self.shares if not share.is_possible]

    @property
    def computers(self) -> list[Activation]:
        """The computers that can be deactivated now."""
        return [computer for share in self.possible for computer in share.computers]

    @property
    def is_theirs(self) -> bool:
        """Whether all of it is the viewer's to deactivate, as far as quotas let them."""
        return not any(share.not_allowed for share in self.shares)

    @property
    def actors(self) -> dict[UUID, Actor]:
        """Who acts on each license that is theirs to deactivate, by its id."""
        return {share.license.pk: share.actor for share in self.shares if not share.not_allowed}


def ids_in(texts: Iterable[str]) -> list[UUID]:
    """Return the ids that were sent, each once; what is no id names nothing."""
    found: dict[UUID, None] = {}
    for text in texts:
        with suppress(ValueError):
            found[UUID(text)] = None
    return list(found)


def selection_of(viewer: Viewer, activations: Collection[Activation]) -> Selection:
    """Return what deactivating `activations`, which exist for `viewer`, would do at present."""
    now = timezone.now()
    in_use = sorted((each for each in activations if each.is_in_use), key=_newest_first)
    licenses = {each.license_id: each.license for each in in_use}
    quotas = quotas_of(list(licenses.values()), now)
    refused = _not_allowed(viewer, licenses.values())
    shares = [
        _share(viewer, licenses[license_id], list(computers), quotas[license_id], refused.get(license_id, ""), now)
        for license_id, computers in groupby(in_use, lambda each: each.license_id)
    ]
    return Selection(shares, [each for each in activations if not each.is_in_use])


def _newest_first(activation: Activation) -> tuple[int, int]:
    return -activation.license_id.int, -activation.pk.int


def _share(
    viewer: Viewer, license: License, computers: list[Activation], quota: Quota | None, refused: str, now: datetime
) -> Share:
    actor, number = viewer.actor_on(viewer.ways_to(license)), len(computers)
    if refused:
        return Share(license, computers, actor, not_allowed=refused)
    if quota is None or is_exempt_from_quota(actor):
        return Share(license, computers, actor)
    if refusal := quota_refusal(quota, number):
        return Share(license, computers, actor, quota, refusal=refusal, doors=doors(viewer, license, refusal))
    return Share(license, computers, actor, quota, quota.after(number, now))


def _not_allowed(viewer: Viewer, licenses: Iterable[License]) -> dict[UUID, str]:
    """Return for each license whose computers are not the viewer's to deactivate the sentence that names who can."""
    others = [license for license in licenses if not may(viewer, Action.DEACTIVATE, license)]
    groups = active_groups() if others else []
    return {
        license.pk: not_allowed(viewer, Action.DEACTIVATE, license, list(onlookers(license, groups)))
        for license in others
    }

"""Staff credit licenses to a user group: so many may be issued again (Product rules, section 5)."""

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.audit import Actor, Concerned, record
from licenses.errors import LicenseError, Reason
from licenses.issuing import MAX_REASON
from licenses.limits import count_issued, issued_of, locked_group
from licenses.models import LicenseModel
from organizations.models import UserGroup


@transaction.atomic
def credit(
    group_id: UUID,
    model: LicenseModel,
    number: int,
    actor: Actor,
    *,
    seen: int,
    reason: str,
    now: datetime | None = None,
) -> UserGroup:
    """Count `number` licenses of `model` as not issued by the group, and return it: its only counters that ever fall.

    `seen` is how many the form said were issued: one sent twice credits once. Raises LicenseError where
    it is another number by now, without a reason, and for more than the group has issued.
    """
    reason = reason.strip()
    if not reason or len(reason) > MAX_REASON:
        raise LicenseError(Reason.BAD_REASON, _("Say in at most 500 characters why licenses are credited."))
    group = locked_group(group_id)
    if refusal := _refusal(group, model, number, seen):
        raise refusal
    count_issued(group, model, -number)
    record(
        actor,
        "user_group.credit_given",
        group,
        concerned=Concerned(user_group_id=group.pk),
        details={"license_model": model, "number": number, "before": seen, "reason": reason},
        now=now,
    )
    return group


def _refusal(group: UserGroup, model: LicenseModel, number: int, seen: int) -> LicenseError | None:
    """Return why so many cannot be credited to the locked group by who saw `seen` of them issued, or None."""
    issued = issued_of(group, model)
    if issued != seen:
        sentence = _(
            "%(group)s had issued %(seen)d of these when this was asked, and now %(issued)d: somebody credited or "
            "issued licenses meanwhile, perhaps this form itself. Look at the numbers again."
        )
        return LicenseError(Reason.STALE, sentence % {"group": group.name, "seen": seen, "issued": issued})
    if not 1 <= number <= issued:
        sentence = _("%(group)s has issued %(issued)d of these, so from 1 to %(issued)d can be credited.")
        return LicenseError(Reason.LIMIT_OF_NUMBER, sentence % {"group": group.name, "issued": issued})
    return None

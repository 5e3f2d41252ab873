"""Make or renew licenses and mail them to their customers in one step: all of it, or nothing (section 5)."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.audit import Actor
from licenses.errors import LicenseError, Reason
from licenses.mailing import mail_licenses
from licenses.models import License, MailTemplate
from licenses.orders import Order, Placed, place
from licenses.overtaken import refused_when_gone
from licenses.renewing import Renewal, renew_several


@refused_when_gone()
def place_and_mail(
    order: Order, template: MailTemplate, group_id: UUID | None, actor: Actor, now: datetime | None = None
) -> tuple[Placed, int]:
    """Make all licenses of `order`, queue their mails, and return what was made and how many mails these are.

    An order sent twice makes and mails nothing more. Raises LicenseError as `place` does, and for
    an order for nobody in particular.
    """
    if not order.recipients:
        sentence = _("Enter whose the licenses are: a mail needs somebody who gets it.")
        raise LicenseError(Reason.NO_RECIPIENT, sentence)
    placed = place(order, group_id, actor, now)
    if not placed.is_new:
        return placed, 0
    return placed, mail_licenses([license.pk for license in placed.licenses], template, actor, now)


@transaction.atomic
def renew_and_mail(
    license_ids: Sequence[UUID],
    actors: Mapping[UUID, Actor],
    renewal: Renewal,
    template: MailTemplate,
    *,
    edited_at: datetime | None = None,
) -> tuple[list[License], int]:
    """Renew licenses, queue the mails to those who are customers of one, and return both: the licenses, how many mails.

    A form sent twice renews and mails once, however much later it comes again. Raises LicenseError
    as `renew_several` does, and when none of the licenses has a customer.
    """
    at = timezone.now()
    done = renew_several(license_ids, actors, renewal, edited_at=edited_at, now=at)
    if refusal := nobody_to_mail(done):
        raise refusal
    if edited_at is not None and any(at != each.edited_at > edited_at for each in done):
        return done, 0
    number = 0
    for actor in dict.fromkeys(actors[each.pk] for each in done):
        theirs = [each.pk for each in done if each.customer_id is not None and actors[each.pk] == actor]
        number += mail_licenses(theirs, template, actor)
    return done, number


def nobody_to_mail(licenses: Sequence[License]) -> LicenseError | None:
    """Return that none of the licenses has a customer who could be mailed, or None."""
    if any(license.customer_id is not None for license in licenses):
        return None
    sentence = _("None of these licenses has a customer to whom it could be mailed.")
    if len(licenses) == 1:
        sentence = _("This license is nobody’s, so there is nobody to mail it to.")
    return LicenseError(Reason.NO_RECIPIENT, sentence)

"""The mail of an invitation: how often an address gets one, what it says of who invites, and its end.

Product rules, section 4: 50 a day for each organization, one a day for each address, from wherever it is invited.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.conf import settings
from django.db import connection
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.letters import write_letter_to
from accounts.mail import Lane, queue, take_back
from accounts.names import is_plain_name
from organizations.membership.managing import Refused
from organizations.models import Invitation, InvitationBlock, Organization

LIFETIME = timedelta(days=7)
DAY = timedelta(days=1)
MAILS_A_DAY = 50
"""How many invitations an organization may mail within 24 hours."""


def mailed_lately(organization: Organization, at: datetime) -> int:
    """Return how many invitations the organization mailed within the last 24 hours."""
    return Invitation.objects.filter(organization=organization, mailed_at__gt=at - DAY).count()


def refuse_too_many(organization: Organization, at: datetime, wanted: int) -> None:
    """Refuse more than MAILS_A_DAY invitation mails of an organization within 24 hours."""
    mailed = mailed_lately(organization, at)
    if mailed + wanted > MAILS_A_DAY:
        numbers = {"mailed": mailed, "limit": MAILS_A_DAY}
        sent = _("%(mailed)d of %(limit)d invitation mails were sent within 24 hours") % numbers
        asked = ngettext("you asked for %(wanted)d more", "you asked for %(wanted)d more", wanted) % {"wanted": wanted}
        raise Refused(_("%(sent)s; %(asked)s. Try again tomorrow.") % {"sent": sent, "asked": asked})


def mail(invitation: Invitation, token: str, at: datetime) -> None:
    """Queue the mail: not at all to who blocked the organization, and to nobody more often than once a day.

    Nobody at the organization learns of either: a mail that has to wait goes out when a day has
    passed since the last one from anywhere. None goes out after the invitation has expired.
    """
    if InvitationBlock.objects.filter(organization=invitation.organization_id, email=invitation.email).exists():
        return
    letter = write_letter_to(
        invitation.email,
        "invitation",
        link=settings.PORTAL_URL + reverse("organizations:join", kwargs={"invitation_token": token}),
        inviter=inviter_of(invitation),
        organization=invitation.organization.name,
        until=invitation.expires_at,
    )
    queue(
        letter,
        invitation.email,
        Lane.NOTICE,
        not_before=_turn_of(invitation, at),
        expires_at=invitation.expires_at,
        about=str(invitation.pk),
    )


def take_back_mails(invitations: Sequence[Invitation]) -> None:
    """Let no mail go out any more that waits with a link to one of these invitations."""
    take_back([str(each.pk) for each in invitations])


def inviter_of(invitation: Invitation) -> str:
    """Return who invites, as a stranger reads it: the name that they gave themselves, if it is plainly one.

    It would else carry any text and any address to any stranger, from the portal's own.
    """
    name = invitation.invited_by.get_full_name()
    if is_plain_name(name):
        return name
    return _("Somebody who looks after %(organization)s") % {"organization": invitation.organization.name}


def _turn_of(invitation: Invitation, at: datetime) -> datetime | None:
    """Return when a day has passed since the last mail to the address, those that wait for their own turn too.

    Of two organizations that invite it at the same moment, the second waits here for the first.
    """
    _lock_address(invitation.email)
    others = Invitation.objects.filter(email=invitation.email, mailed_at__gt=at - LIFETIME).exclude(pk=invitation.pk)
    turn = None
    for mailed_at in others.order_by("mailed_at").values_list("mailed_at", flat=True):
        turn = max(mailed_at, turn) + DAY if turn else mailed_at + DAY
    return turn if turn is not None and turn > at else None


def _lock_address(email: str) -> None:
    """Hold the address until the transaction ends: whoever invites it too waits, and then sees what was mailed.

    There may be no row to lock, and nobody to whom it belongs. SQLite lets one write at a time anyway.
    """
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"invitation mail to {email}"])

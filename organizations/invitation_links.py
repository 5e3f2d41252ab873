"""What all invitations have in common: the mailed link, what its mail says of who invites, and how often it goes out.

Product rules, section 4: one invitation mail a day for each address, from wherever it is invited.
"""

import hashlib
import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import chain

from django.db import connection
from django.utils.translation import gettext as _

from accounts.letters import Letter
from accounts.mail import Lane, queue, take_back
from accounts.names import is_plain_name
from organizations.models import GroupInvitation, Invitation
from organizations.models.invitations import Invited

LIFETIME = timedelta(days=7)
DAY = timedelta(days=1)
DOUBLED = timedelta(minutes=1)
"""Within this time, the same form from the same person is one that was sent twice."""

MAILS_A_DAY = 50
"""How many invitations an organization or a user group may mail within 24 hours."""


def new_token() -> str:
    """Return what a mailed link ends with."""
    return secrets.token_urlsafe(24)


def hash_of(token: str) -> str:
    """Return what is kept of a token."""
    return hashlib.sha256(token.encode()).hexdigest()


def inviter_of(invitation: Invited) -> str:
    """Return who invites, as a stranger reads it: the name that they gave themselves, if it is plainly one.

    It would else carry any text and any address to any stranger, from the portal's own.
    """
    name = invitation.invited_by.get_full_name()
    if is_plain_name(name):
        return name
    return _("Somebody who looks after %(organization)s") % {"organization": invitation.into}


def post(letter: Letter, invitation: Invitation | GroupInvitation, at: datetime) -> None:
    """Queue the mail of an invitation: it waits for its turn, and goes out no more once the invitation has ended."""
    queue(
        letter,
        invitation.email,
        Lane.NOTICE,
        not_before=_turn_of(invitation, at),
        expires_at=invitation.expires_at,
        about=str(invitation.pk),
    )


def take_back_mails(invitations: Sequence[Invited]) -> None:
    """Let no mail go out any more that waits with a link to one of these invitations."""
    take_back([str(each.pk) for each in invitations])


def _turn_of(invitation: Invitation | GroupInvitation, at: datetime) -> datetime | None:
    """Return when a day has passed since the last mail to the address, those that wait for their own turn too.

    Of two who invite it at the same moment, the second waits here for the first.
    """
    _lock_address(invitation.email)
    facts = {"email": invitation.email, "mailed_at__gt": at - LIFETIME}
    mailed = chain.from_iterable(
        rows.filter(**facts).exclude(pk=invitation.pk).values_list("mailed_at", flat=True)
        for rows in (Invitation.objects.all(), GroupInvitation.objects.all())
    )
    turn = None
    for mailed_at in sorted(mailed):
        turn = max(mailed_at, turn) + DAY if turn else mailed_at + DAY
    return turn if turn is not None and turn > at else None


def _lock_address(email: str) -> None:
    """Hold the address until the transaction ends: whoever invites it too waits, and then sees what was mailed.

    There may be no row to lock, and nobody to whom it belongs. SQLite lets one write at a time anyway.
    """
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"invitation mail to {email}"])

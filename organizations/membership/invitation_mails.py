"""The mail by which an organization invites: how many a day, and to whom none goes.

Product rules, section 4: 50 a day for each organization, none to who blocked it.
"""

from datetime import datetime

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.letters import write_letter_to
from organizations.invitation_links import DAY, MAILS_A_DAY, inviter_of, post
from organizations.membership.managing import Refused
from organizations.models import Invitation, InvitationBlock, Organization


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
    post(letter, invitation, at)

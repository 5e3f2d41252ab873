"""Saying *This was not me*: who reads the mail about a change undoes what it let in, and shuts everybody out."""

from datetime import datetime, timedelta
from uuid import UUID

from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from accounts.audit import Actor, Detail, record
from accounts.letters import write_letter
from accounts.mail import queue
from accounts.models import AuditEvent, User
from accounts.notices import Notice
from accounts.sessions import end_every_session

TOLD_AFTER = timedelta(minutes=1)
"""How long after a change, at most, its mail was written: what it tells of was there a little earlier."""


class UsedUp(Exception):
    """Somebody said this already, or nobody is there any more whom it is about."""


def is_used_up(notice: Notice) -> bool:
    """Return whether *This was not me* was said of a notice already, or there is nobody to say it."""
    user = User.objects.filter(pk=UUID(notice.user_id)).first()
    return user is None or _was_said(user, notice)


@transaction.atomic
def say_not_me(notice: Notice) -> bool:
    """Shut out whoever else signs in as this person; return whether the person may go on, by a new password.

    Every session ends, the password is of no more use, and identities and second steps that were
    added since are removed. The person is switched off until staff have looked where the mail went
    to an address that is no longer theirs, since two mailboxes contradict each other; and if they
    lose a second step, since a mailbox alone must not get around that.
    Raises UsedUp the second time.
    """
    user = User.objects.select_for_update().filter(pk=UUID(notice.user_id)).first()
    if user is None or _was_said(user, notice):
        raise UsedUp
    since = notice.at - TOLD_AFTER
    SocialAccount.objects.filter(user=user, date_joined__gte=since).delete()
    is_weaker = _remove_second_steps(user, since)
    user.password, user.must_change_password = make_password(None), False
    user.is_active = user.is_active and notice.went_to(user.email) and not is_weaker
    user.save(update_fields=["password", "must_change_password", "is_active"])
    end_every_session(user)
    said: dict[str, Detail] = {"letter": notice.letter, "at": notice.at.isoformat()}
    record(Actor.of(user), "not_me", user, details={**said, "is_switched_off": not user.is_active})
    _tell_support(user, notice)
    return user.is_active


def _remove_second_steps(user: User, since: datetime) -> bool:
    """Remove what was added since, and tell whether anything was; recovery codes go with what they stand in for."""
    steps = Authenticator.objects.filter(user=user)
    removed, _rows = steps.filter(created_at__gte=since).delete()
    if not steps.exclude(type=Authenticator.Type.RECOVERY_CODES).exists():
        steps.delete()
    return removed > 0


def _was_said(user: User, notice: Notice) -> bool:
    said = AuditEvent.objects.filter(target_id=user.pk, action="not_me").values_list("details", flat=True)
    return any((each["letter"], each["at"]) == (notice.letter, notice.at.isoformat()) for each in said)


def _tell_support(user: User, notice: Notice) -> None:
    """Mail the vendor, whose people speak the portal's own language."""
    if settings.PORTAL_SUPPORT_ADDRESS:
        link = settings.PORTAL_URL + reverse("admin:accounts_user_change", args=[user.pk])
        facts = {"letter": notice.letter, "is_switched_off": not user.is_active, "at": timezone.now()}
        queue(write_letter("not_me_said", User(email=user.email), link=link, **facts), settings.PORTAL_SUPPORT_ADDRESS)

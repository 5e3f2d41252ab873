"""Mails that waited when a backup was made that was restored: staff release them, or remove them.

Nobody knows which of them the portal before still sent, so none of them goes out by itself.
"""

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from post_office.models import STATUS

from accounts.mail import LIFETIME, ON_HOLD, Lane
from accounts.models import Mail


def on_hold() -> "QuerySet[Mail]":
    """Return the mails that are on hold, in the order in which they were written."""
    return Mail.objects.filter(status=ON_HOLD).order_by("id")


@transaction.atomic
def release_held() -> int:
    """Let the worker send what is on hold, with as much time as if it had been written now; return how many."""
    now = timezone.now()
    return sum(
        on_hold()
        .filter(priority=lane)
        .update(status=STATUS.queued, scheduled_time=None, expires_at=now + LIFETIME[lane], created=now)
        for lane in Lane
    )


@transaction.atomic
def remove_held() -> int:
    """Remove what is on hold, unsent; return how many mails."""
    number = on_hold().count()
    on_hold().delete()
    return number

"""A person's sessions end together: with a password, an address, a lost second step, or when they say so."""

from allauth.usersessions.models import UserSession
from django.db.models import F

from accounts.models import User


def end_every_session(user: User) -> None:
    """End every session of `user`, in whatever browser; call it in the transaction of its cause.

    A view that wants to keep the session of its own request calls Django's
    `update_session_auth_hash(request, user)` afterwards.
    """
    User.objects.filter(pk=user.pk).update(sessions_ended=F("sessions_ended") + 1)
    user.refresh_from_db(fields=["sessions_ended"])
    UserSession.objects.filter(user=user).delete()

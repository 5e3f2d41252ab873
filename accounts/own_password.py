"""A person's password changes: by its owner, by a link, or by staff."""

from django.db import transaction

from accounts.audit import Actor, record
from accounts.models import User
from accounts.notices import tell


class PasswordChangedMeanwhile(Exception):
    """Somebody else changed the password, or switched the person off, since this was decided."""


def choose_password(user: User, password: str) -> None:
    """Set the first password, or another, by a link that only its owner can read."""
    _set_password(user, password, Actor.person(user), "password_set")


def change_password(user: User, password: str) -> None:
    """Set another password, whose owner has just typed the present one."""
    _set_password(user, password, Actor.person(user), "password_changed")


def give_password(user: User, password: str, actor: Actor) -> None:
    """Set a password that staff tell the person, and that has to be changed at the first sign-in."""
    _set_password(user, password, actor, "password_given")


def _set_password(user: User, password: str, actor: Actor, action: str) -> None:
    """Set, write down and announce; ends every session of the person and every link that was sent.

    Whoever decided on an outdated password gets PasswordChangedMeanwhile: of two who use the
    same link at once only one is right.
    """
    before, must_change = user.password, action == "password_given"
    user.set_password(password)
    with transaction.atomic():
        rows = User.objects.filter(pk=user.pk, password=before, email=user.email, is_active=True)
        if not rows.update(password=user.password, must_change_password=must_change):
            raise PasswordChangedMeanwhile
        user.must_change_password = must_change
        record(actor, action, user)
        tell(user, "password_given" if action == "password_given" else "password_changed")

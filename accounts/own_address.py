"""A person's e-mail address changes: by its owner alone, who confirms it at the new one (Product rules, section 4).

The address is the key to everything the person has. So what belonged to the old one ends: identities
at providers, second steps, every session, every link and code that was mailed to it.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from functools import partial

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.core import signing
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from accounts.audit import SYSTEM, Actor, Detail, record
from accounts.keyed_marks import is_one_of, make_mark
from accounts.letters import Letter, write_letter
from accounts.mail import ask_for
from accounts.models import AuditEvent, User
from accounts.notices import tell
from accounts.sessions import end_every_session

REQUEST = "address_link"
LIFETIME = timedelta(hours=1)
SALT = "accounts.own_address"


Told = Callable[[User, str], None]
"""What wants to know, in the transaction of the change, whose address it is and which one it was before."""


class _Registered:
    told: Told | None = None


def register(told: Told) -> None:
    """Let `told` know of every change from now on: the organizations app does so when it starts."""
    _Registered.told = told


class AddressTaken(Exception):
    """Somebody else has this address by now."""


class NeverTheirs(Exception):
    """The audit trail does not tell of the address as one that the person had."""


class LinkOutdated(Exception):
    """The person's password or address changed, or they were signed out everywhere, since the link was asked for."""


@dataclass(frozen=True)
class Change:
    """What a link asks for: whose address becomes which, decided in which state of their sign-in."""

    user_id: str
    address: str
    state: str

    def is_for(self, user: User) -> bool:
        """Return whether the link is this person's, and nothing of their sign-in changed since."""
        return self.user_id == user.pk.hex and is_one_of(self.state, partial(_state, user))


@transaction.atomic
def request_change(user: User, address: str) -> None:
    """Ask for a link by mail to `address`, in the form the portal keeps.

    Does the same whether the address is free or somebody's, in the same time (S4): the worker
    finds out, and tells an owner instead.
    """
    record(Actor.of(user), "address_link_requested", user)
    ask_for(REQUEST, address, lifetime=LIFETIME, user=user.pk.hex, state=_state(user))


def letter_with_address_link(address: str, facts: Mapping[str, str]) -> Letter | None:
    """Return the mail to the new address: the link, or to its owner that somebody wants to have it.

    None when the person was switched off, or their sign-in changed, since the link was asked for.
    """
    change = Change(facts["user"], address, facts["state"])
    user = User.objects.filter(pk=change.user_id, is_active=True).first()
    if user is None or not change.is_for(user):
        return None
    if owner := User.objects.filter(email=address).first():
        return write_letter("address_taken", owner)
    link = settings.PORTAL_URL + reverse("accounts:confirm_address", kwargs={"address_token": make_token(change)})
    return write_letter("address_link", user, link=link, until=timezone.now() + LIFETIME)


def make_token(change: Change) -> str:
    """Return the text of a link, which works for one hour."""
    return signing.dumps([change.user_id, change.address, change.state], salt=SALT)


def read_token(token: str) -> Change | None:
    """Return what a link asks for; None when it is too old, or none of the portal's."""
    try:
        return Change(*signing.loads(token, salt=SALT, max_age=LIFETIME))
    except signing.BadSignature:
        return None


@transaction.atomic
def change_address(user: User, change: Change) -> None:
    """Give the person the address that they confirmed, and end what belonged to the one before.

    Raises LinkOutdated, or AddressTaken. A view that keeps the session of its own request calls
    `keep_this_session` afterwards.
    """
    person = User.objects.select_for_update().filter(pk=user.pk, is_active=True).first()
    if person is None or not change.is_for(person):
        raise LinkOutdated
    before = person.email
    _move(person, change.address)
    details: dict[str, Detail] = {"email": {"before": before, "after": person.email}}
    record(Actor.of(person), "address_changed", person, details=details)
    tell(person, "address_changed", to=before, old_address=before)


def give_back_address(person: User, former: str) -> None:
    """Give a person an address back that was theirs, after somebody else had changed it; staff decide that.

    What belonged to the present one ends, and both are told. Raises NeverTheirs, or AddressTaken.
    """
    changes = AuditEvent.objects.filter(target_id=person.pk, action__in=("address_changed", "address_given_back"))
    were = {str(each["email"]["before"]) for each in changes.values_list("details", flat=True)}
    if former not in were:
        raise NeverTheirs
    before = person.email
    with transaction.atomic():
        person = User.objects.select_for_update().get(pk=person.pk)
        _move(person, former)
        person.password, person.must_change_password, person.is_active = make_password(None), False, True
        person.save(update_fields=["password", "must_change_password", "is_active"])
        details: dict[str, Detail] = {"email": {"before": before, "after": former}}
        record(SYSTEM, "address_given_back", person, details=details)
        tell(person, "address_given_back", old_address=before)


def _move(person: User, address: str) -> None:
    """Give the locked person the address, and end what belonged to the one before; raise AddressTaken."""
    before, person.email = person.email, address
    try:
        with transaction.atomic():
            person.save(update_fields=["email"])
            EmailAddress.objects.filter(user=person).delete()
            EmailAddress.objects.create(user=person, email=person.email, verified=True, primary=True)
    except IntegrityError:
        raise AddressTaken from None
    SocialAccount.objects.filter(user=person).delete()
    Authenticator.objects.filter(user=person).delete()
    end_every_session(person)
    if _Registered.told is None:
        raise RuntimeError("the organizations app has not started")
    _Registered.told(person, before)


def _state(user: User, key: str | None = None) -> str:
    """Return a mark of what a link ends with: password, address, and every session being ended."""
    return make_mark(SALT, user.session_mark(key), key)

"""The second step of signing in: an authenticator app, passkeys, and recovery codes for when both are out of reach."""

from allauth.mfa.adapter import DefaultMFAAdapter, get_adapter
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from django.conf import settings
from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.audit import Actor, Detail, record
from accounts.demo import is_demo
from accounts.models import User
from accounts.notices import tell
from accounts.secret_box import open_sealed, seal
from accounts.sessions import end_every_session

Kind = Authenticator.Type
STEPS = (Kind.TOTP, Kind.WEBAUTHN)
"""What counts as a second step; recovery codes only stand in for it."""

MOST_PASSKEYS = 20


class SecondStepRefused(Exception):
    """The change cannot be made as things are now."""


class SecondStepNeeded(SecondStepRefused):
    """It is the last one of somebody who must have one."""


class SecondStepThere(SecondStepRefused):
    """There is an authenticator app already, or there are as many passkeys as anybody may have."""


class SecondStepMissing(SecondStepRefused):
    """There is no such second step, or none that recovery codes could stand in for."""


class SecondStepAdapter(DefaultMFAAdapter):
    """Keeps secrets encrypted, and knows who must have a second step."""

    def encrypt(self, text: str) -> str:
        """Return a secret as it lies in the database."""
        return seal(text.encode())

    def decrypt(self, encrypted_text: str) -> str:
        """Return a secret of the database; raise SecretUnreadableError when no key opens it."""
        return open_sealed(encrypted_text).decode()

    def get_totp_issuer(self) -> str:
        """Return under which name an authenticator app lists the codes."""
        return settings.PORTAL_NAME

    def is_required_for(self, user: User) -> bool:
        """Return whether `user` must have a second step: PORTAL_SECOND_STEP_FOR, as far as it is known here."""
        return user.is_staff and "staff" in required_of()


def required_of() -> frozenset[str]:
    """Return the roles that must have a second step: staff unless set otherwise, and nobody in a demo."""
    if settings.PORTAL_SECOND_STEP_FOR is not None:
        return settings.PORTAL_SECOND_STEP_FOR
    return frozenset() if is_demo() else frozenset({"staff"})


def is_required_for(user: User) -> bool:
    """Return whether `user` must have a second step, whatever their roles."""
    adapter = get_adapter()
    return isinstance(adapter, SecondStepAdapter) and adapter.is_required_for(user)


def has_second_step(user: User) -> bool:
    """Return whether signing in asks `user` for a second step; of the person of a request that is known already."""
    known: bool | None = getattr(user, "has_second_step", None)
    return known if known is not None else _has_step(user)


def _has_step(user: User) -> bool:
    return Authenticator.objects.filter(user_id=user.pk, type__in=STEPS).exists()


def with_second_step(people: "QuerySet[User]") -> "QuerySet[User]":
    """Return the same people, each with `has_second_step`, found by the same query."""
    steps = Authenticator.objects.filter(user_id=OuterRef("pk"), type__in=STEPS)
    return people.annotate(has_second_step=Exists(steps))


def ways_to_confirm(user: User) -> list[dict[str, str]]:
    """Return by which second steps `user` can show that it is still them, in the order in which they are offered."""
    kinds = set(Authenticator.objects.filter(user=user).values_list("type", flat=True))
    by_code = {"id": "code", "description": _("Use a code"), "url": reverse("mfa_reauthenticate")}
    by_passkey = {"id": "passkey", "description": _("Use a passkey"), "url": reverse("mfa_reauthenticate_webauthn")}
    ways = [by_code] if kinds & {Kind.TOTP, Kind.RECOVERY_CODES} else []
    if Kind.WEBAUTHN in kinds:
        ways.insert(1 if Kind.TOTP in kinds else 0, by_passkey)
    return ways


@transaction.atomic
def add_app(user: User, secret: str, counter: int, actor: Actor) -> None:
    """Let codes of the authenticator app that knows `secret` be the second step.

    `counter` is the time step whose code proved that it does; that code does nothing any more.
    Ends every session. Raises SecondStepThere.
    """
    _lock(user)
    if Authenticator.objects.filter(user=user, type=Kind.TOTP).exists():
        raise SecondStepThere
    secrets = {"secret": get_adapter().encrypt(secret), "counter": counter}
    Authenticator.objects.create(user=user, type=Kind.TOTP, data=secrets)
    _added(user, Kind.TOTP, actor)


@transaction.atomic
def add_passkey(user: User, name: str, credential: dict[str, object], actor: Actor) -> None:
    """Let a passkey be the second step, or sign in by itself; `accounts.passkeys` has checked it.

    Ends every session. Raises SecondStepThere.
    """
    _lock(user)
    passkeys = Authenticator.objects.filter(user=user, type=Kind.WEBAUTHN)
    has_it = any(each.data["credential"]["id"] == credential["id"] for each in passkeys)
    if has_it or len(passkeys) >= MOST_PASSKEYS:
        raise SecondStepThere
    Authenticator.objects.create(user=user, type=Kind.WEBAUTHN, data={"name": name, "credential": credential})
    _added(user, Kind.WEBAUTHN, actor)


@transaction.atomic
def rename_passkey(user: User, passkey_id: int, name: str) -> None:
    """Call one of the person's passkeys `name`. Raises SecondStepMissing."""
    _lock(user)
    passkey = _the(user, passkey_id)
    if passkey.type != Kind.WEBAUTHN:
        raise SecondStepMissing
    passkey.data["name"] = name
    passkey.save(update_fields=["data"])


@transaction.atomic
def remove(user: User, authenticator_id: int, actor: Actor) -> None:
    """Take one second step away, and with the last one the recovery codes; ends every session.

    Raises SecondStepNeeded for the last one of somebody who must have one, SecondStepMissing when it is gone.
    """
    _lock(user)
    gone = _the(user, authenticator_id)
    others = Authenticator.objects.filter(user=user, type__in=STEPS).exclude(pk=gone.pk)
    is_last = not others.exists()
    if is_last and is_required_for(user):
        raise SecondStepNeeded
    gone.delete()
    if is_last:
        Authenticator.objects.filter(user=user).delete()
    end_every_session(user)
    record(actor, "second_step_removed", user, details=_kind(gone.type))
    tell(user, "second_step_removed", kind=str(gone.type), is_last=is_last)


@transaction.atomic
def make_recovery_codes(user: User, actor: Actor) -> None:
    """Put new recovery codes in the place of those there are. Raises SecondStepMissing without a second step."""
    _lock(user)
    if not _has_step(user):
        raise SecondStepMissing
    Authenticator.objects.filter(user=user, type=Kind.RECOVERY_CODES).delete()
    RecoveryCodes.activate(user)
    record(actor, "recovery_codes_made", user)
    tell(user, "recovery_codes_made")


@transaction.atomic
def reset_second_step(user: User, actor: Actor) -> None:
    """Take every second step away from somebody who lost theirs, and end every session.

    Raises SecondStepMissing when there is none.
    """
    _lock(user)
    deleted, _rows = Authenticator.objects.filter(user=user).delete()
    if not deleted:
        raise SecondStepMissing
    end_every_session(user)
    record(actor, "second_step_reset", user)
    tell(user, "second_step_reset")


def recovery_codes_of(user: User) -> Authenticator | None:
    """Return what keeps the person's recovery codes, if they have any."""
    return Authenticator.objects.filter(user=user, type=Kind.RECOVERY_CODES).first()


def _lock(user: User) -> None:
    """Let changes of one person's second steps happen one after the other."""
    User.objects.select_for_update().get(pk=user.pk)


def _the(user: User, authenticator_id: int) -> Authenticator:
    found: Authenticator | None = Authenticator.objects.filter(user=user, pk=authenticator_id, type__in=STEPS).first()
    if found is None:
        raise SecondStepMissing
    return found


def _added(user: User, kind: str, actor: Actor) -> None:
    """Write down and announce; sessions that never saw a second step end, and the first one brings recovery codes."""
    RecoveryCodes.activate(user)
    end_every_session(user)
    record(actor, "second_step_added", user, details=_kind(kind))
    tell(user, "second_step_added", kind=str(kind))


def _kind(kind: str) -> dict[str, Detail]:
    return {"kind": "app" if kind == Kind.TOTP else "passkey"}

"""Write down what happened, in the transaction in which it happens."""

from collections.abc import Iterable
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from django.db import models
from django.utils import timezone

from accounts.ids import uuid7
from accounts.models import AuditEvent, User

Detail = str | int | float | bool | None | list[str] | dict[str, "Detail"]
Kind = AuditEvent.ActorKind


@dataclass(frozen=True)
class Origin:
    """Where a request came from: client address (None when unknown) and request id."""

    address: str | None = None
    request_id: str = ""


origin: ContextVar[Origin] = ContextVar("origin", default=Origin())  # noqa: B039  # frozen, so sharing it is safe


@dataclass(frozen=True)
class Actor:
    """Who did something, and in which role: as a person, for a group, for the vendor, or the portal itself."""

    kind: Kind
    user_id: UUID | None
    name: str
    group_name: str = ""
    group_id: UUID | None = None

    @classmethod
    def person(cls, user: User) -> "Actor":
        """Return `user` acting for themselves."""
        return cls(Kind.PERSON, user.pk, user.get_full_name())

    @classmethod
    def vendor(cls, user: User) -> "Actor":
        """Return `user` acting as one of the vendor's people."""
        return cls(Kind.VENDOR, user.pk, user.get_full_name())

    @classmethod
    def of(cls, user: User) -> "Actor":
        """Return `user` as who they are: one of the vendor's people, or a person."""
        return cls.vendor(user) if user.is_staff else cls.person(user)


SYSTEM = Actor(Kind.SYSTEM, None, "portal")


@dataclass(frozen=True)
class Concerned:
    """The customer, organization and user group that an event concerns when it happens."""

    customer_id: UUID | None = None
    organization_id: UUID | None = None
    user_group_id: UUID | None = None


def record(
    actor: Actor,
    action: str,
    target: models.Model,
    *,
    concerned: Concerned | None = None,
    details: dict[str, Detail] | None = None,
    now: datetime | None = None,
) -> AuditEvent:
    """Append one event to the audit trail and return it.

    `details` holds what changed, before and after; never keys, tokens or secrets (S6).
    `now` is the moment it happened, the present by default.
    """
    [event] = record_each(actor, action, target, [details or {}], concerned=concerned, now=now)
    return event


def record_each(
    actor: Actor,
    action: str,
    target: models.Model,
    all_details: Iterable[dict[str, Detail]],
    *,
    concerned: Concerned | None = None,
    now: datetime | None = None,
) -> list[AuditEvent]:
    """Append what happened to the same target several times at once: one event for each of `all_details`, in order."""
    concerned = concerned or Concerned()
    return record_many(actor, action, [Happening(target, concerned, details) for details in all_details], now)


@dataclass(frozen=True)
class Happening:
    """One of several things that happened at once: to what, whom it concerned, and what changed."""

    target: models.Model
    concerned: Concerned = Concerned()
    details: dict[str, Detail] = field(default_factory=dict)


def record_many(
    actor: Actor, action: str, happenings: Iterable[Happening], now: datetime | None = None
) -> list[AuditEvent]:
    """Append what happened to several targets at once, one event for each, in order; few statements for any number."""
    came_from, at = origin.get(), now or timezone.now()
    return AuditEvent.objects.bulk_create(
        AuditEvent(
            id=uuid7(at),
            at=at,
            actor_id=actor.user_id,
            actor_kind=actor.kind,
            actor_name=actor.name[:254],
            actor_group_name=actor.group_name,
            action=action,
            target_type=each.target._meta.model_name or "",
            target_id=each.target.pk,
            target_label=str(each.target)[:300],
            customer_id=each.concerned.customer_id,
            organization_id=each.concerned.organization_id,
            user_group_id=each.concerned.user_group_id,
            details=each.details,
            address=came_from.address,
            request_id=came_from.request_id,
        )
        for each in happenings
    )


def as_detail(value: object) -> Detail:
    """Return a field's value in a form that the audit trail can keep."""
    match value:
        case None | bool() | int() | float() | str():
            return value
        case datetime() | date():
            return value.isoformat()
        case Decimal():
            return str(value)
        case list() | tuple() | set():
            return sorted(str(each) for each in value)
        case _:
            return str(value)

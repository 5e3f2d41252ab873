"""Inviting many at once: what will happen to each line of a list, and then doing it (Product rules, section 4)."""

import csv
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from enum import Enum
from io import StringIO
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.names import LONGEST_NAME, folds_short, is_readable, name_in
from accounts.people import normalize_email
from organizations.invitation_links import DAY, MAILS_A_DAY
from organizations.membership.invitation_mails import mailed_lately, refuse_too_many
from organizations.membership.invitations import invite
from organizations.membership.managing import Task, lock
from organizations.models import Customer, Invitation, Organization
from organizations.viewer import Viewer

MOST_LINES = 10_000
ASKED_AT_ONCE = 500
HEADINGS = {"email", "e-mail", "email address", "e-mail address", "mail"}
"""What stands above the addresses in a file with a heading, in lower case."""


class Outcome(Enum):
    """What will happen to a line."""

    INVITE = "invite"
    SKIP = "skip"
    WRONG = "wrong"


@dataclass(frozen=True)
class Line:
    """One line of the list, by its number, with what was read from it and what will happen."""

    number: int
    text: str
    email: str = ""
    full_name: str = ""
    outcome: Outcome = Outcome.INVITE
    why: str = ""


@dataclass(frozen=True)
class Plan:
    """What will happen to every line."""

    lines: list[Line]
    is_outside_meant: bool
    has_outside: bool

    @property
    def invited(self) -> list[Line]:
        """Return the lines whose people get an invitation."""
        return [line for line in self.lines if line.outcome is Outcome.INVITE]

    @property
    def is_possible(self) -> bool:
        """Return whether anybody is invited."""
        return bool(self.invited)

    @property
    def wrong(self) -> list[Line]:
        """Return the lines that cannot be understood."""
        return [line for line in self.lines if line.outcome is Outcome.WRONG]


def lines_of(text: str) -> list[Line]:
    """Return the lines of a pasted list or a CSV file: name and address, in either order, or an address alone.

    Empty lines and a heading are left out. Lines end as anywhere, fields at commas, semicolons or tabs.
    """
    found = []
    for number, raw in enumerate(text.replace("\r\n", "\n").replace("\r", "\n").split("\n"), start=1):
        if raw.strip():
            found.append(_read(number, raw.strip()))
    return found[1:] if found and HEADINGS.intersection(_fields(found[0].text.lower())) else found


def _fields(raw: str) -> list[str]:
    separator = next((each for each in ";\t" if each in raw), ",")
    return [each.strip() for each in next(csv.reader(StringIO(raw), delimiter=separator), [])]


def _read(number: int, raw: str) -> Line:
    fields = _fields(raw)
    addresses = [each for each in fields if "@" in each]
    if len(addresses) != 1:
        return Line(number, raw, outcome=Outcome.WRONG, why=_("There is no address, or more than one."))
    names = [each for each in fields if each and "@" not in each]
    return _checked(Line(number, raw, addresses[0], " ".join(names)))


def _checked(line: Line) -> Line:
    """Return the line with its address in the form the portal keeps, or with what is wrong."""
    try:
        email = normalize_email(line.email)
        name = line.full_name or name_in(email)
        if len(name) > LONGEST_NAME:
            raise ValidationError(_("The name has more than %(limit)d characters.") % {"limit": LONGEST_NAME})
        is_readable(name)
        folds_short(name)
    except ValidationError as error:
        return Line(line.number, line.text, outcome=Outcome.WRONG, why=" ".join(error.messages))
    return Line(line.number, line.text, email, name)


def plan(
    organization: Organization, lines: Iterable[Line], *, is_outside_meant: bool, now: datetime | None = None
) -> Plan:
    """Return what inviting these lines would do; few queries for any number of them."""
    lines, at = list(lines), now or timezone.now()
    addresses = [line.email for line in lines if line.outcome is Outcome.INVITE]
    facts = _Facts(
        members=frozenset(_among(addresses, organization.members.values_list("user__email", flat=True), "user__email")),
        mailed=frozenset(
            _among(
                addresses,
                Invitation.objects.open()
                .filter(organization=organization, mailed_at__gt=at - DAY)
                .values_list("email", flat=True),
                "email",
            )
        ),
        domains=frozenset(organization.domains.values_list("domain", flat=True)),
        times=Counter(),
    )
    planned = [_planned(line, facts, is_outside_meant=is_outside_meant) for line in lines]
    planned = list(_within_limit(planned, MAILS_A_DAY - mailed_lately(organization, at)))
    has_outside = any(_is_outside(line, facts) for line in lines if line.email)
    return Plan(planned, is_outside_meant, has_outside)


@dataclass(frozen=True)
class _Facts:
    members: frozenset[str]
    mailed: frozenset[str]
    domains: frozenset[str]
    times: Counter[str]


def _among(
    addresses: list[str], rows: "QuerySet[Customer, str] | QuerySet[Invitation, str]", column: str
) -> Iterator[str]:
    for start in range(0, len(addresses), ASKED_AT_ONCE):
        yield from rows.filter(**{f"{column}__in": addresses[start : start + ASKED_AT_ONCE]})


def _planned(line: Line, facts: _Facts, *, is_outside_meant: bool) -> Line:
    if line.outcome is not Outcome.INVITE:
        return line
    facts.times[line.email] += 1
    why = _why_not(line, facts, is_outside_meant=is_outside_meant)
    outcome = Outcome.SKIP if why else Outcome.INVITE
    return Line(line.number, line.text, line.email, line.full_name, outcome, why)


def _within_limit(lines: Iterable[Line], left: int) -> Iterator[Line]:
    """Leave out whom the organization could only mail tomorrow."""
    words = _("Beyond the %(limit)d invitation mails of 24 hours; invite them tomorrow.") % {"limit": MAILS_A_DAY}
    for line in lines:
        left -= line.outcome is Outcome.INVITE
        is_beyond = line.outcome is Outcome.INVITE and left < 0
        yield replace(line, outcome=Outcome.SKIP, why=words) if is_beyond else line


def _why_not(line: Line, facts: _Facts, *, is_outside_meant: bool) -> str:
    if facts.times[line.email] > 1:
        return _("The address stands in the list before.")
    if line.email in facts.members:
        return _("Belongs to the organization already.")
    if line.email in facts.mailed:
        return _("Was mailed within the last 24 hours.")
    if _is_outside(line, facts) and not is_outside_meant:
        return _("Outside of the organization’s mail domains; confirm that this is meant.")
    return ""


def _is_outside(line: Line, facts: _Facts) -> bool:
    return bool(facts.domains) and line.email.rpartition("@")[2] not in facts.domains


@transaction.atomic
def invite_all(viewer: Viewer, organization_id: UUID, planned: Plan, now: datetime | None = None) -> int:
    """Invite everybody whom the plan invites, all or nobody, and return how many. Raises Refused, NoLongerYours.

    In the order of their addresses, each of which is held until the end: so no two who invite many wait for each other.
    """
    at = now or timezone.now()
    organization = lock(viewer, organization_id, Task.INVITE)
    refuse_too_many(organization, at, len(planned.invited))
    for line in sorted(planned.invited, key=lambda each: each.email):
        invite(viewer, organization_id, line.email, line.full_name, is_outside_meant=planned.is_outside_meant, now=at)
    return len(planned.invited)

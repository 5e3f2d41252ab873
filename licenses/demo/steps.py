"""What happens to a demo license, one step after the other, each through the portal's own story."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import ClassVar, Protocol
from uuid import UUID

from accounts.audit import Actor
from licenses import activation, issuing, license_files, terms
from licenses.demo.people import STELLA
from licenses.downloads import record_download
from licenses.models import Activation, License, LicenseFile, Platform, ReleaseFile
from licenses.state import State, state_of
from organizations.access import Action


@dataclass
class Course:
    """A license on its way through its steps: its computers by name, and what the steps need to know."""

    license_id: UUID
    today: datetime
    computer_ids: dict[str, str]
    activations: dict[str, UUID] = field(default_factory=dict)

    def started(self, computer: str, outcome: activation.Outcome) -> None:
        """Keep the activation of `computer`."""
        self.activations[computer] = outcome.activation.pk


class Step(Protocol):
    """Something that happened so many days ago, done by the person with this address (empty: the customer)."""

    @property
    def ago(self) -> int: ...
    @property
    def by(self) -> str: ...
    @property
    def action(self) -> Action:
        """What the person needs to be allowed to do."""

    def happen(self, course: Course, actor: Actor, now: datetime) -> None:
        """Let it happen at the moment `now`."""


@dataclass(frozen=True)
class Activate:
    """Somebody activates a computer. `seen`: its program last asked so many days ago."""

    ago: int
    computer: str
    by: str = ""
    seen: int | None = None
    action: ClassVar[Action] = Action.ACTIVATE

    def happen(self, course: Course, actor: Actor, now: datetime) -> None:
        computer_id = course.computer_ids[self.computer]
        outcome = activation.activate(
            course.license_id, actor, computer_id=computer_id, computer_name=self.computer, now=now
        )
        course.started(self.computer, outcome)


@dataclass(frozen=True)
class Replace:
    """Somebody activates `computer` in the place of `old`."""

    ago: int
    old: str
    computer: str
    by: str = ""
    seen: int | None = None
    action: ClassVar[Action] = Action.REPLACE

    def happen(self, course: Course, actor: Actor, now: datetime) -> None:
        outcome = activation.replace(
            course.activations[self.old],
            actor,
            computer_id=course.computer_ids[self.computer],
            computer_name=self.computer,
            now=now,
        )
        course.started(self.computer, outcome)


@dataclass(frozen=True)
class Deactivate:
    """Somebody gives an activation back."""

    ago: int
    computer: str
    by: str = ""
    action: ClassVar[Action] = Action.DEACTIVATE

    def happen(self, course: Course, actor: Actor, now: datetime) -> None:
        activation.deactivate(course.activations[self.computer], actor, now)


@dataclass(frozen=True)
class Rename:
    """Somebody gives a computer another name; the steps go on calling it by its first one."""

    ago: int
    computer: str
    name: str
    by: str = ""
    action: ClassVar[Action] = Action.RENAME_COMPUTER

    def happen(self, course: Course, actor: Actor, now: datetime) -> None:
        activation.rename_computer(course.activations[self.computer], actor, name=self.name, was=self.computer, now=now)


@dataclass(frozen=True)
class NewFiles:
    """Somebody gets new license files for all computers, as one does before theirs end or after a change."""

    ago: int
    by: str = ""
    action: ClassVar[Action] = Action.GET_LICENSE_FILE

    def happen(self, course: Course, actor: Actor, now: datetime) -> None:
        in_use = Activation.objects.in_use().filter(license_id=course.license_id).order_by("pk")
        for activation_id in in_use.values_list("pk", flat=True):
            license_files.issue_license_file(activation_id, actor, now)


@dataclass(frozen=True)
class Download:
    """Somebody downloads a release for a platform."""

    ago: int
    version: str
    platform: Platform
    by: str = ""
    action: ClassVar[Action] = Action.DOWNLOAD_RELEASE

    def happen(self, course: Course, actor: Actor, now: datetime) -> None:
        license = License.objects.select_related("product_version__product").get(pk=course.license_id)
        of_product = ReleaseFile.objects.filter(release__product_version__product=license.product.pk)
        file = of_product.select_related("release").get(release__version=self.version, platform=self.platform)
        record_download(license, file, actor, now)


@dataclass(frozen=True)
class Change:
    """The vendor or the reseller renews, upgrades or enlarges a license; dates are days from today."""

    ago: int
    by: str = STELLA
    expires: int | None = None
    updates: int | None = None
    activations: int | None = None
    version: tuple[int, int] | None = None
    action: ClassVar[Action] = Action.EDIT

    def happen(self, course: Course, actor: Actor, now: datetime) -> None:
        license = License.objects.select_related("product_version__product").get(pk=course.license_id)
        if self.expires is not None:
            license.expires_on = terms.today(course.today) + timedelta(days=self.expires)
        if self.updates is not None:
            license.maintenance_until = terms.today(course.today) + timedelta(days=self.updates)
        if self.activations is not None:
            license.max_activations = self.activations
        if self.version is not None:
            major, minor = self.version
            license.product_version = license.product.versions.get(major=major, minor=minor)
        issuing.edit(license, actor, now=now)


@dataclass(frozen=True)
class Revoke:
    """The vendor or the reseller ends a license."""

    ago: int
    reason: str
    by: str = STELLA
    action: ClassVar[Action] = Action.REVOKE

    def happen(self, course: Course, actor: Actor, now: datetime) -> None:
        issuing.revoke(course.license_id, actor, reason=self.reason, now=now)


@dataclass(frozen=True)
class Reinstate:
    """The vendor or the reseller undoes that."""

    ago: int
    by: str = STELLA
    action: ClassVar[Action] = Action.REVOKE

    def happen(self, course: Course, actor: Actor, now: datetime) -> None:
        issuing.reinstate(course.license_id, actor, now=now)


@dataclass(frozen=True)
class Seen:
    """The program on a computer asks what has become of its license file, and hears that it is current."""

    ago: int
    computer: str
    by: str = ""
    action: ClassVar[Action] = Action.SEE

    def happen(self, course: Course, actor: Actor, now: datetime) -> None:
        """Keep the moment, as `licenses.state` does; the signed answer itself is of no use here."""
        seen = Activation.objects.select_related("license").get(pk=course.activations[self.computer])
        file = LicenseFile(pk=seen.license_file_id, activation=seen)
        if state_of(file, now) is not State.CURRENT:
            raise ValueError(f"{self.computer} was not in use any more {self.ago} days ago")
        seen.last_seen_at = now
        seen.save(update_fields=["last_seen_at"])


def fleet(names: str, numbers: range, ago: int, by: str = "") -> list[Activate]:
    """Return the activations, on one day, of computers called like `names` ("TABLET-{:02}"); most were seen lately."""
    return [Activate(ago, names.format(number), by, seen=_last_seen(number)) for number in numbers]


def _last_seen(number: int) -> int | None:
    """Return a day that differs from computer to computer; every ninth is kept switched off."""
    return None if number % 9 == 4 else (number * 5) % 7

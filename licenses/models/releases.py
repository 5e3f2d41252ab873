"""Releases of products, the files people download, and who downloaded what."""

from datetime import datetime
from enum import Enum

from django.core.exceptions import ValidationError
from django.core.files.storage import Storage, storages
from django.core.validators import MaxLengthValidator, MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.fields import DerivedCharField
from accounts.ids import uuid7
from accounts.models import User
from licenses.models.licenses import License
from licenses.models.products import ProductVersion
from licenses.querysets import ReleaseQuerySet
from licenses.terms import FIRST_DATE, LAST_DATE
from licenses.versions import MAX_VERSION, MAX_VERSION_ORDER, is_version, parse, version_order

MAX_NOTES = 100_000
MAX_FILE_NAME = 200


def release_files_storage() -> Storage:
    """Return where files of releases lie: a folder, or S3."""
    return storages["release_files"]


class ReleaseState(Enum):
    """Where a release is in its life."""

    DRAFT = "draft"
    SCHEDULED = "scheduled"
    PUBLISHED = "published"
    WITHDRAWN = "withdrawn"

    @property
    def label(self) -> str:
        """The state in words."""
        match self:
            case ReleaseState.DRAFT:
                return _("Draft")
            case ReleaseState.SCHEDULED:
                return _("Scheduled")
            case ReleaseState.PUBLISHED:
                return _("Published")
            case ReleaseState.WITHDRAWN:
                return _("Withdrawn")


class Platform(models.TextChoices):
    """On what a file runs."""

    WINDOWS = "windows", gettext_lazy("Windows (64-bit)")
    WINDOWS_ARM = "windows-arm", gettext_lazy("Windows (ARM)")
    MACOS = "macos", gettext_lazy("macOS")
    LINUX = "linux", gettext_lazy("Linux (x86-64)")
    LINUX_ARM = "linux-arm", gettext_lazy("Linux (ARM64)")
    DEBIAN = "debian", gettext_lazy("Debian and Ubuntu (deb)")
    RED_HAT = "red-hat", gettext_lazy("Fedora and Red Hat (rpm)")
    ANY = "any", gettext_lazy("All platforms")


class Release(models.Model):
    """A build of a product version. For customers it exists from `published_at` on, which may lie ahead."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    product_version = models.ForeignKey(
        ProductVersion,
        on_delete=models.PROTECT,
        related_name="releases",
        db_index=False,
        verbose_name=gettext_lazy("product version"),
    )
    version = models.CharField(
        gettext_lazy("version"),
        max_length=MAX_VERSION,
        validators=[is_version],
        help_text=gettext_lazy("Such as 4.1.5 or 4.2.0-rc.1; it begins with the number of the product version."),
    )
    version_order = DerivedCharField(source="version", by=version_order, max_length=MAX_VERSION_ORDER)
    released_on = models.DateField(
        gettext_lazy("released on"),
        validators=[MinValueValidator(FIRST_DATE), MaxValueValidator(LAST_DATE)],
        help_text=gettext_lazy("Licenses whose updates are included until this day or later include it."),
    )
    notes = models.TextField(
        gettext_lazy("release notes"),
        max_length=MAX_NOTES,
        validators=[MaxLengthValidator(MAX_NOTES)],
        blank=True,
        help_text=gettext_lazy("In Markdown. Everybody with a license of the product can read them."),
    )
    published_at = models.DateTimeField(gettext_lazy("published at"), null=True, editable=False)
    withdrawn_at = models.DateTimeField(gettext_lazy("withdrawn at"), null=True, editable=False)
    withdrawn_reason = models.CharField(gettext_lazy("reason"), max_length=500, blank=True, editable=False)
    mail_when_published = models.BooleanField(
        gettext_lazy("mail customers"),
        default=False,
        help_text=gettext_lazy("Once it is published, everybody whose license includes it gets one mail."),
    )
    announced_up_to = models.UUIDField(null=True, editable=False)
    """The customer up to whom mails are in the queue, in the order of their ids."""
    announced_at = models.DateTimeField(gettext_lazy("mailed at"), null=True, editable=False)
    edited_at = models.DateTimeField(gettext_lazy("edited at"), auto_now=True)

    objects = ReleaseQuerySet.as_manager()

    class Meta:
        verbose_name = gettext_lazy("release")
        verbose_name_plural = gettext_lazy("releases")
        indexes = [
            models.Index(
                fields=["published_at"],
                condition=Q(mail_when_published=True, announced_at=None),
                name="release_to_announce",
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["product_version", "version_order"],
                name="release_version_unique",
                violation_error_message=gettext_lazy("There is a release of this version already."),
            ),
            models.CheckConstraint(condition=~Q(version_order=""), name="release_has_version"),
            models.CheckConstraint(
                condition=Q(released_on__range=(FIRST_DATE, LAST_DATE)), name="release_date_in_range"
            ),
            models.CheckConstraint(
                condition=Q(withdrawn_at=None, withdrawn_reason="")
                | Q(withdrawn_at__isnull=False, published_at__isnull=False) & ~Q(withdrawn_reason=""),
                name="release_withdrawn_for_a_reason",
            ),
            models.CheckConstraint(
                condition=Q(announced_at=None) | Q(published_at__isnull=False), name="release_announced_once_published"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.product_version.product.name} {self.version}"

    def clean(self) -> None:
        """Refuse a version of another milestone: 4.1.5 belongs to 4.1."""
        version = parse(self.version)
        milestone: ProductVersion | None = getattr(self, "product_version", None)
        if version and milestone and version.numbers[:2] != (milestone.major, milestone.minor):
            sentence = _("A release of %(version)s begins with %(number)s.")
            facts = {"version": milestone, "number": milestone.number}
            raise ValidationError({"version": sentence % facts})

    @property
    def is_pre_release(self) -> bool:
        """Whether its version says that it comes before the release proper."""
        version = parse(self.version)
        return version is not None and version.is_pre_release

    def state(self, now: datetime | None = None) -> ReleaseState:
        """Return where the release is in its life at `now`, the present by default."""
        if self.withdrawn_at is not None:
            return ReleaseState.WITHDRAWN
        if self.published_at is None:
            return ReleaseState.DRAFT
        return ReleaseState.PUBLISHED if self.published_at <= (now or timezone.now()) else ReleaseState.SCHEDULED


class ReleaseFile(models.Model):
    """What people download: one file of a release for each platform. Size and SHA-256 are what the server computed."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    release = models.ForeignKey(
        Release,
        on_delete=models.PROTECT,
        related_name="files",
        db_index=False,
        verbose_name=gettext_lazy("release"),
    )
    platform = models.CharField(gettext_lazy("platform"), max_length=20, choices=Platform)
    file = models.FileField(
        gettext_lazy("file"), storage=release_files_storage, max_length=255, unique=True, editable=False
    )
    name = models.CharField(
        gettext_lazy("file name"),
        max_length=MAX_FILE_NAME,
        help_text=gettext_lazy("The name that people get; any language."),
    )
    size = models.PositiveBigIntegerField(gettext_lazy("size"), editable=False)
    sha256 = models.CharField(gettext_lazy("SHA-256"), max_length=64, editable=False)
    uploaded_at = models.DateTimeField(gettext_lazy("uploaded at"), default=timezone.now, editable=False)
    uploaded_by = models.ForeignKey(
        User,
        on_delete=models.PROTECT,
        null=True,
        editable=False,
        related_name="+",
        verbose_name=gettext_lazy("uploaded by"),
    )

    class Meta:
        verbose_name = gettext_lazy("release file")
        verbose_name_plural = gettext_lazy("release files")
        constraints = [
            models.UniqueConstraint(
                fields=["release", "platform"],
                name="release_file_once_per_platform",
                violation_error_message=gettext_lazy("The release has a file for this platform already."),
            ),
            models.CheckConstraint(condition=Q(platform__in=Platform.values), name="release_file_platform_known"),
            models.CheckConstraint(condition=Q(size__gte=1), name="release_file_not_empty"),
            models.CheckConstraint(condition=Q(sha256__regex=r"^[0-9a-f]{64}\Z"), name="release_file_has_sha256"),
            models.CheckConstraint(
                condition=~Q(name="") & ~Q(name__contains="/") & ~Q(name__contains="\\"), name="release_file_has_name"
            ),
            models.CheckConstraint(condition=~Q(file=""), name="release_file_is_somewhere"),
        ]

    def __str__(self) -> str:
        return self.name


class Download(models.Model):
    """That a person downloaded a release for a platform by a license; each single time is in the audit trail."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    license = models.ForeignKey(
        License,
        on_delete=models.PROTECT,
        related_name="downloads",
        db_index=False,
        verbose_name=gettext_lazy("license"),
    )
    release = models.ForeignKey(
        Release, on_delete=models.PROTECT, related_name="downloads", verbose_name=gettext_lazy("release")
    )
    platform = models.CharField(gettext_lazy("platform"), max_length=20, choices=Platform)
    user = models.ForeignKey(
        User, on_delete=models.PROTECT, db_index=False, related_name="+", verbose_name=gettext_lazy("person")
    )
    first_at = models.DateTimeField(gettext_lazy("first at"), default=timezone.now)
    last_at = models.DateTimeField(gettext_lazy("last at"), default=timezone.now)

    class Meta:
        verbose_name = gettext_lazy("download")
        verbose_name_plural = gettext_lazy("downloads")
        indexes = [models.Index(fields=["user", "release"], name="download_user")]
        constraints = [
            models.UniqueConstraint(
                fields=["license", "release", "platform", "user"], name="download_once_per_person_and_platform"
            ),
            models.CheckConstraint(condition=Q(platform__in=Platform.values), name="download_platform_known"),
            models.CheckConstraint(condition=Q(last_at__gte=F("first_at")), name="download_last_after_first"),
        ]

    def __str__(self) -> str:
        return f"{self.release} · {self.get_platform_display()}"

"""Activations of licenses on computers, and the license files issued for them."""

from datetime import timedelta

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.fields import DerivedCharField
from accounts.ids import uuid7
from accounts.models import AuditEvent, User
from accounts.names import MAX_FOLDED, fold, folds_short
from licenses.models.licenses import License
from licenses.querysets import ActivationQuerySet
from organizations.models import UserGroup

UNDO_PERIOD = timedelta(hours=1)


IN_USE, FORMER = Q(deactivated_at=None), Q(deactivated_at__isnull=False)


def _index_of_computers(column: str, name: str) -> models.Index:
    """Return the index by which computers in use are found; it knows their licenses, so that it answers alone."""
    return models.Index(fields=[column], include=["license"], condition=IN_USE, name=name)


class Activation(models.Model):
    """One computer using a license, from activating to deactivating."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    license = models.ForeignKey(
        License, on_delete=models.PROTECT, related_name="activations", db_index=False, verbose_name=_("license")
    )
    computer_id = models.CharField(_("computer ID"), max_length=255)
    computer_name = models.CharField(_("computer name"), max_length=100, blank=True, validators=[folds_short])
    folded_computer_name = DerivedCharField(source="computer_name", by=fold, max_length=MAX_FOLDED)
    renamed_at = models.DateTimeField(_("renamed at"), null=True, editable=False)
    client_version = models.CharField(_("client version"), max_length=50, blank=True)
    activated_at = models.DateTimeField(_("activated at"), default=timezone.now)
    activated_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("activated by")
    )
    activated_as = models.CharField(_("activated as"), max_length=10, choices=AuditEvent.ActorKind)
    activated_for = models.ForeignKey(
        UserGroup,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("activated for"),
        help_text=_("The user group in whose name it was activated."),
    )
    deactivated_at = models.DateTimeField(_("deactivated at"), null=True, blank=True)
    deactivated_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("deactivated by")
    )
    counts_for_quota = models.BooleanField(_("counts for the quota"), default=False)
    license_file_id = models.CharField(_("license file id"), max_length=32, unique=True)
    license_file_issued_at = models.DateTimeField(_("license file issued at"))
    license_file_ends_at = models.DateTimeField(_("license file ends at"), null=True)
    last_seen_at = models.DateTimeField(_("last seen at"), null=True, blank=True)

    activated_by_name = ""
    """Who activated it, as the viewer of a page may know it; set by the page."""

    objects = ActivationQuerySet.as_manager()

    class Meta:
        verbose_name = _("activation")
        verbose_name_plural = _("activations")
        indexes = [
            models.Index(fields=["license", "deactivated_at", "id"], name="activation_license"),
            _index_of_computers("computer_id", name="activation_computer_id"),
            _index_of_computers("folded_computer_name", name="activation_computer_name"),
            models.Index(fields=["computer_id"], condition=FORMER, name="former_computer_id"),
            models.Index(fields=["folded_computer_name"], condition=FORMER, name="former_computer_name"),
            models.Index(fields=["deactivated_at"], condition=FORMER, name="former_since"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["license", "computer_id"],
                condition=Q(deactivated_at=None),
                name="one_open_activation_per_computer",
            ),
            models.CheckConstraint(condition=~Q(computer_id=""), name="activation_has_computer_id"),
            models.CheckConstraint(
                condition=Q(counts_for_quota=False) | Q(deactivated_at__isnull=False),
                name="only_deactivated_counts_for_quota",
            ),
        ]

    def __str__(self) -> str:
        return self.label

    @property
    def label(self) -> str:
        """The computer's name, or its ID where it has none."""
        return self.computer_name or self.computer_id

    @property
    def is_in_use(self) -> bool:
        """Whether the computer uses the license now."""
        return self.deactivated_at is None

    @property
    def can_undo(self) -> bool:
        """Whether activating the same computer again takes its deactivation out of the quota: for an hour."""
        return self.deactivated_at is not None and timezone.now() < self.deactivated_at + UNDO_PERIOD

    @property
    def needs_license_file(self) -> bool:
        """Whether its license file no longer says what license and computer say, or has ended.

        Not on a revoked or expired license, for which there are no new files.
        """
        if self.license.revoked_at is not None or self.license.is_expired:
            return False
        issued_at, ends_at = self.license_file_issued_at, self.license_file_ends_at
        has_ended = ends_at is not None and ends_at <= timezone.now()
        was_renamed = self.renamed_at is not None and self.renamed_at > issued_at
        return has_ended or was_renamed or self.license.terms_changed_at > issued_at


class LicenseFile(models.Model):
    """A license file as it was signed; the newest one of an activation is the current one."""

    id = models.CharField(_("license file id"), primary_key=True, max_length=32)
    activation = models.ForeignKey(Activation, on_delete=models.PROTECT, related_name="license_files")
    issued_at = models.DateTimeField(_("issued at"))
    text = models.TextField(_("signed text"))

    class Meta:
        verbose_name = _("license file")
        verbose_name_plural = _("license files")

    def __str__(self) -> str:
        return self.id


class GenericFile(models.Model):
    """A license file of a generic license as it was signed: it fits any computer. The newest one is the current one."""

    id = models.CharField(_("license file id"), primary_key=True, max_length=32)
    license = models.ForeignKey(
        License, on_delete=models.PROTECT, related_name="generic_files", db_index=False, verbose_name=_("license")
    )
    issued_at = models.DateTimeField(_("issued at"))
    ends_at = models.DateTimeField(_("ends at"))
    text = models.TextField(_("signed text"))

    class Meta:
        verbose_name = _("license file for any computer")
        verbose_name_plural = _("license files for any computer")
        indexes = [models.Index(fields=["license", "issued_at"], name="generic_file_license")]

    def __str__(self) -> str:
        return self.id

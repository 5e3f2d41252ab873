"""Licenses, their activations, and the license files issued for them."""

from datetime import timedelta

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.fields import DerivedCharField
from accounts.ids import uuid7
from accounts.models import AuditEvent, User
from licenses import activation_key as keys
from licenses import terms
from licenses.models.products import MAX_COUNT, MAX_DAYS, Feature, Product, ProductVersion, QuotaPer, quota_is_whole
from licenses.querysets import ActivationQuerySet, LicenseQuerySet
from licenses.status import Badge, LicenseModel, Status, notices_of, status_of
from organizations.models import Customer, Organization, UserGroup

UNDO_PERIOD = timedelta(hours=1)
_DATE_RANGE = [MinValueValidator(terms.FIRST_DATE), MaxValueValidator(terms.LAST_DATE)]


class License(models.Model):
    """What was bought: the right to activate a product on a number of computers."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    activation_key = models.CharField(_("activation key"), max_length=100)
    folded_key = DerivedCharField(source="activation_key", by=keys.fold, max_length=100)
    key_tail = DerivedCharField(source="activation_key", by=keys.tail, max_length=5)
    product_version = models.ForeignKey(ProductVersion, on_delete=models.PROTECT, verbose_name=_("product version"))
    license_model = models.CharField(_("license model"), max_length=12, choices=LicenseModel)
    customer = models.ForeignKey(
        Customer, on_delete=models.PROTECT, null=True, blank=True, db_index=False, verbose_name=_("customer")
    )
    licensee = models.CharField(
        _("licensee"), max_length=200, help_text=_("Whom the license is issued to; license files say so.")
    )
    organization = models.ForeignKey(
        Organization,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        db_index=False,
        verbose_name=_("organization"),
        help_text=_("Its contacts see and manage this license."),
    )
    user_group = models.ForeignKey(
        UserGroup, on_delete=models.PROTECT, null=True, blank=True, db_index=False, verbose_name=_("user group")
    )
    created_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, editable=False, related_name="+", verbose_name=_("created by")
    )
    created_at = models.DateTimeField(_("created at"), default=timezone.now, editable=False)
    max_activations = models.PositiveIntegerField(
        _("activations allowed"), default=1, validators=[MaxValueValidator(MAX_COUNT)]
    )
    activations_in_use = models.PositiveIntegerField(_("activations in use"), default=0, editable=False)
    floating_seats = models.PositiveIntegerField(
        _("floating seats"), null=True, blank=True, validators=[MaxValueValidator(MAX_COUNT)]
    )
    features = models.ManyToManyField(Feature, blank=True, verbose_name=_("features"))
    expires_on = models.DateField(_("expires on"), null=True, blank=True, validators=_DATE_RANGE)
    expires_after_days = models.PositiveIntegerField(
        _("expires after days"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1), MaxValueValidator(MAX_DAYS)],
        help_text=_("Counted from the first activation."),
    )
    maintenance_until = models.DateField(_("updates included until"), null=True, blank=True, validators=_DATE_RANGE)
    deactivations_allowed = models.PositiveIntegerField(
        _("deactivations allowed"),
        null=True,
        blank=True,
        validators=[MaxValueValidator(MAX_COUNT)],
        help_text=_("Empty: as the product says."),
    )
    deactivation_days = models.PositiveIntegerField(
        _("within days"), null=True, blank=True, validators=[MinValueValidator(1), MaxValueValidator(MAX_DAYS)]
    )
    deactivations_per = models.CharField(_("counted"), max_length=10, choices=QuotaPer, default=QuotaPer.ACTIVATION)
    order_id = models.CharField(_("order id"), max_length=100, blank=True)
    comment = models.TextField(_("comment"), max_length=10_000, blank=True)
    revoked_at = models.DateTimeField(_("revoked at"), null=True, editable=False)
    revoked_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, editable=False, related_name="+", verbose_name=_("revoked by")
    )
    revoked_reason = models.CharField(_("reason"), max_length=500, blank=True, editable=False)
    deleted_at = models.DateTimeField(_("deleted at"), null=True, editable=False)
    terms_changed_at = models.DateTimeField(_("terms changed at"), default=timezone.now, editable=False)
    edited_at = models.DateTimeField(_("edited at"), auto_now=True)

    shown_customer = ""
    """The customer's name as the viewer of a list may know it; set by the list."""
    shown_organization = ""
    """The organization's name, likewise."""

    objects = LicenseQuerySet.as_manager()

    class Meta:
        verbose_name = _("license")
        verbose_name_plural = _("licenses")
        indexes = [
            models.Index(fields=["customer", "id"], name="license_customer"),
            models.Index(fields=["organization", "id"], name="license_organization"),
            models.Index(fields=["user_group", "id"], name="license_user_group"),
            models.Index(fields=["key_tail"], name="license_key_tail"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["folded_key"], name="activation_key_unique"),
            models.CheckConstraint(condition=~Q(folded_key=""), name="license_has_key"),
            models.CheckConstraint(
                condition=Q(activations_in_use__gte=0) & Q(activations_in_use__lte=F("max_activations")),
                name="activations_in_use_within_allowed",
                violation_error_message=_("More computers are in use than this would allow."),
            ),
            models.CheckConstraint(
                condition=Q(license_model=LicenseModel.PERMANENT)
                | Q(expires_on__isnull=False)
                | Q(expires_after_days__isnull=False),
                name="trial_or_subscription_expires",
                violation_error_message=_(
                    "A trial or a subscription needs a date on which, or days after which, it expires."
                ),
            ),
            models.CheckConstraint(condition=Q(license_model__in=LicenseModel.values), name="license_model_known"),
            models.CheckConstraint(
                condition=quota_is_whole(""),
                name="license_quota_is_whole",
                violation_error_message=_("A deactivation quota needs a number and a period of days."),
            ),
            models.CheckConstraint(
                condition=(Q(expires_on=None) | Q(expires_on__range=(terms.FIRST_DATE, terms.LAST_DATE)))
                & (Q(maintenance_until=None) | Q(maintenance_until__range=(terms.FIRST_DATE, terms.LAST_DATE))),
                name="license_dates_in_range",
            ),
            models.CheckConstraint(
                condition=Q(expires_after_days=None) | Q(expires_after_days__gte=1, expires_after_days__lte=MAX_DAYS),
                name="license_duration_in_range",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.product_version} · {self.masked_key}"

    def get_absolute_url(self) -> str:
        """Return the address of the license's page."""
        return reverse("licenses:detail", args=[self.pk])

    @property
    def product(self) -> Product:
        """The product that is licensed."""
        return self.product_version.product

    @property
    def masked_key(self) -> str:
        """The activation key with its last five characters visible."""
        return keys.mask(self.activation_key)

    @property
    def activations_left(self) -> int:
        """On how many more computers the license can be activated now."""
        return self.max_activations - self.activations_in_use

    @property
    def is_deleted(self) -> bool:
        """Whether the license exists for staff alone."""
        return self.deleted_at is not None

    @property
    def is_expired(self) -> bool:
        """Whether the date on which it expires has ended everywhere on earth."""
        return terms.has_ended(self.expires_on)

    @property
    def status(self) -> Status:
        """Revoked, expired, activated, partly activated or not activated; first match wins."""
        return status_of(self)

    @property
    def notices(self) -> list[Badge]:
        """What stands beside the status: trial, expires soon, updates ended or end soon."""
        return notices_of(self)


class Activation(models.Model):
    """One computer using a license, from activating to deactivating."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    license = models.ForeignKey(
        License, on_delete=models.PROTECT, related_name="activations", db_index=False, verbose_name=_("license")
    )
    computer_id = models.CharField(_("computer ID"), max_length=255)
    computer_name = models.CharField(_("computer name"), max_length=100, blank=True)
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
        indexes = [models.Index(fields=["license", "deactivated_at", "id"], name="activation_license")]
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

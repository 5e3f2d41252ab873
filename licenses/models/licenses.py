"""Licenses."""

from functools import cache
from uuid import UUID

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.fields import DerivedCharField
from accounts.ids import uuid7
from accounts.models import AuditEvent, User
from accounts.names import MAX_FOLDED, fold, folds_short
from licenses import activation_key as keys
from licenses import terms
from licenses.models.batches import Batch
from licenses.models.products import MAX_COUNT, MAX_DAYS, Feature, Product, ProductVersion, QuotaPer, quota_is_whole
from licenses.querysets import LicenseQuerySet
from licenses.status import LicenseModel, Notice, Status, notices_of, status_of
from organizations.models import Customer, EnteredCustomer, Organization, UserGroup

_NOBODYS_ID = str(UUID(int=0))
_DATE_RANGE = [MinValueValidator(terms.FIRST_DATE), MaxValueValidator(terms.LAST_DATE)]


def _indexes_of_a_way(column: str) -> list[models.Index]:
    """Return the indexes by which one way of seeing reads its licenses: in each order, by product, and counting.

    What they include lets an index alone count all, the revoked and the expired ones. The
    counter of activations stands in none: each activation would have to change every index.
    """
    is_revoked = Q(revoked_at__isnull=False)
    state = ["deleted_at", "revoked_at"]
    return [
        models.Index(fields=[column, "id"], include=["deleted_at"], name=f"license_{column}"),
        models.Index(
            fields=[column, "id"], include=["deleted_at"], condition=is_revoked, name=f"license_{column}_revoked"
        ),
        models.Index(fields=[column, "expires_on", "id"], include=state, name=f"license_{column}_expires"),
        models.Index(fields=[column, "maintenance_until", "id"], name=f"license_{column}_updates"),
        models.Index(fields=[column, "product_version", "id"], name=f"license_{column}_version"),
    ]


@cache
def _address_of_a_page() -> str:
    """Return the address of a license's page, with an id to put the license's in place of; a list has 25 of them."""
    return reverse("licenses:detail", args=[_NOBODYS_ID])


class License(models.Model):
    """What was bought: the right to activate a product on a number of computers."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    activation_key = models.CharField(_("activation key"), max_length=100)
    folded_key = DerivedCharField(source="activation_key", by=keys.fold, max_length=100)
    key_tail = DerivedCharField(source="activation_key", by=keys.tail, max_length=5)
    product_version = models.ForeignKey(
        ProductVersion, on_delete=models.PROTECT, db_index=False, verbose_name=_("product version")
    )
    license_model = models.CharField(_("license model"), max_length=12, choices=LicenseModel)
    customer = models.ForeignKey(
        Customer, on_delete=models.PROTECT, null=True, blank=True, db_index=False, verbose_name=_("customer")
    )
    licensee = models.CharField(
        _("licensee"),
        max_length=200,
        validators=[folds_short],
        help_text=_("Whom the license is issued to; license files say so."),
    )
    folded_licensee = DerivedCharField(source="licensee", by=fold, max_length=MAX_FOLDED, db_index=True)
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
    entered = models.ForeignKey(
        EnteredCustomer,
        on_delete=models.SET_NULL,
        null=True,
        editable=False,
        db_index=False,
        related_name="+",
        verbose_name=_("customer as entered by the user group"),
    )
    created_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, editable=False, related_name="+", verbose_name=_("created by")
    )
    created_at = models.DateTimeField(_("created at"), default=timezone.now, editable=False)
    batch = models.ForeignKey(
        Batch,
        on_delete=models.PROTECT,
        null=True,
        editable=False,
        db_index=False,
        related_name="+",
        verbose_name=_("order"),
    )
    is_generic = models.BooleanField(
        _("generic"),
        default=False,
        editable=False,
        help_text=_("Its license file fits any computer; nothing is activated."),
    )
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
    order_id = models.CharField(_("order id"), max_length=100, blank=True, validators=[folds_short])
    folded_order_id = DerivedCharField(source="order_id", by=fold, max_length=MAX_FOLDED, db_index=True)
    comment = models.TextField(_("comment"), max_length=10_000, blank=True)
    revoked_at = models.DateTimeField(_("revoked at"), null=True, editable=False)
    revoked_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, editable=False, related_name="+", verbose_name=_("revoked by")
    )
    revoked_as = models.CharField(
        _("revoked as"), max_length=10, choices=AuditEvent.ActorKind, blank=True, editable=False
    )
    revoked_reason = models.CharField(_("reason"), max_length=500, blank=True, editable=False)
    deleted_at = models.DateTimeField(_("deleted at"), null=True, editable=False)
    terms_changed_at = models.DateTimeField(_("terms changed at"), default=timezone.now, editable=False)
    edited_at = models.DateTimeField(_("edited at"), auto_now=True)

    shown_customer = ""
    """The customer's name as the viewer of a list may know it; set by the list."""
    shown_organization = ""
    """The organization's name, likewise."""
    customer_url = ""
    """The list narrowed to the customer, where they exist for the viewer; set by the list."""
    organization_url = ""
    """The list narrowed to the organization, likewise."""
    was_ever_activated: bool | None = None
    """Whether there was an activation, where a list asked for all of its rows at once; None: nobody asked."""
    can_select = False
    """Whether the viewer of a list may do something with several such licenses at once; set by the list."""

    objects = LicenseQuerySet.as_manager()

    class Meta:
        verbose_name = _("license")
        verbose_name_plural = _("licenses")
        indexes = [
            *_indexes_of_a_way("customer"),
            *_indexes_of_a_way("organization"),
            *_indexes_of_a_way("user_group"),
            models.Index(
                fields=["organization", "id"],
                include=["deleted_at"],
                condition=Q(customer__isnull=True),
                name="license_organization_nobodys",
            ),
            models.Index(fields=["expires_on", "id"], name="license_expires"),
            models.Index(fields=["maintenance_until", "id"], name="license_updates"),
            models.Index(fields=["product_version", "id"], name="license_version"),
            models.Index(fields=["key_tail"], name="license_key_tail"),
            models.Index(fields=["batch", "id"], condition=Q(batch__isnull=False), name="license_batch"),
            models.Index(fields=["entered", "id"], condition=Q(entered__isnull=False), name="license_entered"),
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
            models.CheckConstraint(
                condition=Q(is_generic=False) | Q(max_activations=0, expires_after_days=None),
                name="generic_license_activates_nothing",
                violation_error_message=_("A generic license is not activated, so it has no activations and no days."),
            ),
            models.CheckConstraint(
                condition=Q(revoked_as="") | Q(revoked_at__isnull=False), name="only_revoked_was_revoked_as_somebody"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.product_version} · {self.masked_key}"

    def get_absolute_url(self) -> str:
        """Return the address of the license's page."""
        return _address_of_a_page().replace(_NOBODYS_ID, str(self.pk))

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
    def is_beginning_in_doubt(self) -> bool:
        """Whether only the activations tell if the days that begin with the first one have begun."""
        is_in_doubt = bool(self.expires_after_days and self.expires_on and not self.activations_in_use)
        return is_in_doubt and not self._state.adding and self.was_ever_activated is None

    @property
    def has_begun(self) -> bool:
        """Whether the days that begin with the first activation have begun."""
        if not self.expires_after_days or self.expires_on is None:
            return False
        if self.is_beginning_in_doubt:
            return self.activations.exists()
        return bool(self.activations_in_use or self.was_ever_activated)

    @property
    def days_to_begin(self) -> int | None:
        """How many days the license lasts from its first activation on; None once they began, or nothing can begin."""
        return None if self.is_expired or self.has_begun else self.expires_after_days

    @property
    def status(self) -> Status:
        """Revoked, expired, activated, partly activated or not activated; first match wins."""
        return status_of(self)

    @property
    def notices(self) -> tuple[Notice, ...]:
        """What stands beside the status: trial, expires soon, updates ended or end soon."""
        return notices_of(self)

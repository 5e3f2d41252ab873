"""What the vendor sells: products, their versions and features."""

import regex
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator, RegexValidator, URLValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.ids import uuid7
from licenses.terms import FIRST_DATE, LAST_DATE

MAX_DAYS = 36_500
MAX_COUNT = 1_000_000
PATTERN_SECONDS = 0.1


class QuotaPer(models.TextChoices):
    """What a deactivation quota counts against."""

    ACTIVATION = "activation", gettext_lazy("per activation allowed")
    LICENSE = "license", gettext_lazy("in all")


class AfterDeactivation(models.TextChoices):
    """What is true of the old computer once it was deactivated."""

    FILE_ENDS = "file_ends", gettext_lazy("The computer keeps working until its license file ends.")
    NEXT_CHECK = "next_check", gettext_lazy("The computer keeps working until the program next checks its license.")
    REMOVED_THERE = "removed_there", gettext_lazy("The computer keeps working until the license is removed there.")


def is_pattern(pattern: str) -> None:
    """Raise ValidationError unless `pattern` is a regular expression."""
    try:
        regex.compile(pattern)
    except (regex.error, OverflowError, RecursionError) as error:
        raise ValidationError(_("This is not a regular expression: %(error)s."), params={"error": error}) from None


def quota_is_whole(prefix: str) -> Q:
    """Return the condition that a quota has both a number and a period of at least a day, or neither."""
    allowed, days = f"{prefix}deactivations_allowed", f"{prefix}deactivation_days"
    return Q(**{f"{allowed}__isnull": True, f"{days}__isnull": True}) | Q(
        **{f"{allowed}__isnull": False, f"{days}__isnull": False, f"{days}__gte": 1, f"{days}__lte": MAX_DAYS}
    )


class Product(models.Model):
    """A product of the vendor."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    name = models.CharField(gettext_lazy("name"), max_length=200)
    slug = models.SlugField(
        gettext_lazy("slug"),
        max_length=50,
        unique=True,
        help_text=gettext_lazy("Names the product in license files (aud); do not change it once files were issued."),
    )
    description = models.TextField(gettext_lazy("description"), max_length=10_000, blank=True)
    default_deactivations_allowed = models.PositiveIntegerField(
        gettext_lazy("deactivations allowed"),
        null=True,
        blank=True,
        validators=[MaxValueValidator(MAX_COUNT)],
        help_text=gettext_lazy("How often people may deactivate within the period below. Empty: no limit."),
    )
    default_deactivation_days = models.PositiveIntegerField(
        gettext_lazy("within days"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1), MaxValueValidator(MAX_DAYS)],
    )
    default_deactivations_per = models.CharField(
        gettext_lazy("counted"), max_length=10, choices=QuotaPer, default=QuotaPer.ACTIVATION
    )
    license_file_days = models.PositiveIntegerField(
        gettext_lazy("license file days"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1), MaxValueValidator(MAX_DAYS)],
        help_text=gettext_lazy("A license file ends after so many days and is issued anew. Empty: with the license."),
    )
    generic_allowed = models.BooleanField(
        gettext_lazy("generic licenses allowed"),
        default=False,
        help_text=gettext_lazy(
            "The license file of a generic license fits any computer until it ends after the license file days, "
            "which have to be set."
        ),
    )
    renew_url = models.URLField(
        gettext_lazy("link to renew"), blank=True, validators=[URLValidator(schemes=["http", "https"])]
    )
    buy_more_url = models.URLField(
        gettext_lazy("link to buy more"), blank=True, validators=[URLValidator(schemes=["http", "https"])]
    )
    computer_id_pattern = models.CharField(
        gettext_lazy("computer ID pattern"),
        max_length=500,
        blank=True,
        validators=[is_pattern],
        help_text=gettext_lazy("A regular expression. A computer ID that does not fit is asked about."),
    )
    computer_id_example = models.CharField(gettext_lazy("computer ID example"), max_length=255, blank=True)
    computer_id_help = models.TextField(gettext_lazy("where to find the computer ID"), max_length=2_000, blank=True)
    license_file_help = models.TextField(gettext_lazy("where to put the license file"), max_length=2_000, blank=True)
    after_deactivation = models.CharField(
        gettext_lazy("after deactivation"),
        max_length=20,
        choices=AfterDeactivation,
        default=AfterDeactivation.NEXT_CHECK,
        help_text=gettext_lazy("What people are told about the old computer."),
    )
    edited_at = models.DateTimeField(gettext_lazy("edited at"), auto_now=True)

    class Meta:
        verbose_name = gettext_lazy("product")
        verbose_name_plural = gettext_lazy("products")
        ordering = ["name"]
        constraints = [
            models.CheckConstraint(condition=~Q(slug="") & ~Q(name=""), name="product_has_name_and_slug"),
            models.CheckConstraint(
                condition=quota_is_whole("default_"),
                name="product_quota_is_whole",
                violation_error_message=gettext_lazy("A deactivation quota needs a number and a period of days."),
            ),
            models.CheckConstraint(
                condition=Q(license_file_days=None) | Q(license_file_days__gte=1, license_file_days__lte=MAX_DAYS),
                name="product_license_file_days_in_range",
            ),
            models.CheckConstraint(
                condition=Q(generic_allowed=False) | Q(license_file_days__isnull=False),
                name="product_generic_files_end",
                violation_error_message=gettext_lazy(
                    "License files of generic licenses have to end: set the license file days."
                ),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def fits_computer_id(self, computer_id: str) -> bool:
        """Return whether `computer_id` has the form that this product's IDs usually have.

        A pattern that takes longer than PATTERN_SECONDS to decide fits nothing, so that no
        combination of pattern and ID can keep a server busy.
        """
        if not self.computer_id_pattern:
            return True
        try:
            return regex.fullmatch(self.computer_id_pattern, computer_id, timeout=PATTERN_SECONDS) is not None
        except TimeoutError:
            return False


class ProductVersion(models.Model):
    """A licensed milestone of a product: major.minor."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    product = models.ForeignKey(Product, on_delete=models.PROTECT, related_name="versions")
    major = models.PositiveIntegerField(gettext_lazy("major"), validators=[MaxValueValidator(MAX_COUNT)])
    minor = models.PositiveIntegerField(gettext_lazy("minor"), validators=[MaxValueValidator(MAX_COUNT)])
    released_on = models.DateField(
        gettext_lazy("released on"), validators=[MinValueValidator(FIRST_DATE), MaxValueValidator(LAST_DATE)]
    )

    class Meta:
        verbose_name = gettext_lazy("product version")
        verbose_name_plural = gettext_lazy("product versions")
        ordering = ["product__name", "-major", "-minor"]
        constraints = [
            models.UniqueConstraint(fields=["product", "major", "minor"], name="product_version_unique"),
            models.CheckConstraint(
                condition=Q(released_on__range=(FIRST_DATE, LAST_DATE)), name="product_version_date_in_range"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.product.name} {self.number}"

    @property
    def number(self) -> str:
        """The version as people write it, such as 4.1."""
        return f"{self.major}.{self.minor}"


class Feature(models.Model):
    """A part of a product that a license may include; license files list its code."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    product = models.ForeignKey(Product, on_delete=models.PROTECT, related_name="features")
    code = models.CharField(
        gettext_lazy("code"),
        max_length=50,
        validators=[RegexValidator(r"^[A-Za-z0-9._-]+\Z", gettext_lazy("Letters, digits, dots, dashes, underscores."))],
    )
    name = models.CharField(gettext_lazy("name"), max_length=200)

    class Meta:
        verbose_name = gettext_lazy("feature")
        verbose_name_plural = gettext_lazy("features")
        ordering = ["product__name", "name"]
        constraints = [
            models.UniqueConstraint(fields=["product", "code"], name="feature_code_unique_in_product"),
            models.CheckConstraint(condition=~Q(code=""), name="feature_has_code"),
        ]

    def __str__(self) -> str:
        return self.name

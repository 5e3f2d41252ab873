"""WHOSE licenses are: customers and their organizations."""

from django.core.validators import RegexValidator
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.fields import DerivedCharField
from accounts.ids import uuid7
from accounts.models import User
from accounts.names import MAX_FOLDED, fold, folds_short
from organizations.mail_domains import PUBLIC_MAIL_DOMAINS
from organizations.models.user_groups import UserGroup
from organizations.querysets import CustomerQuerySet, OrganizationQuerySet
from organizations.tenants import PUBLIC_TENANTS, TENANT_ID


class Organization(models.Model):
    """A customer company. Its two contacts manage it with equal rights."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    name = models.CharField(_("name"), max_length=200, validators=[folds_short])
    folded_name = DerivedCharField(source="name", by=fold, max_length=MAX_FOLDED)
    primary_contact = models.ForeignKey(
        "organizations.Customer",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="primary_contact_of",
        verbose_name=_("primary contact"),
    )
    secondary_contact = models.ForeignKey(
        "organizations.Customer",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="secondary_contact_of",
        verbose_name=_("secondary contact"),
    )
    user_group = models.ForeignKey(
        UserGroup,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="organizations",
        verbose_name=_("user group"),
        help_text=_("The reseller that serves this organization."),
    )
    outside_reason = models.CharField(
        _("why contacts are from outside"),
        max_length=500,
        blank=True,
        help_text=_("Why somebody who is no member may be a contact, such as a holding or an IT service firm."),
    )
    notes = models.TextField(_("notes"), max_length=10_000, blank=True)
    edited_at = models.DateTimeField(_("edited at"), auto_now=True)

    objects = OrganizationQuerySet.as_manager()

    class Meta:
        verbose_name = _("organization")
        verbose_name_plural = _("organizations")
        constraints = [
            models.UniqueConstraint(
                fields=["folded_name", "user_group"],
                name="organization_name_unique_in_group",
                violation_error_message=_("The user group has an organization of this name already."),
            ),
            models.UniqueConstraint(
                fields=["folded_name"],
                condition=Q(user_group=None),
                name="organization_name_unique_without_group",
                violation_error_message=_("There is an organization of this name already."),
            ),
            models.CheckConstraint(condition=~Q(folded_name=""), name="organization_has_name"),
            models.CheckConstraint(
                condition=~Q(primary_contact=F("secondary_contact")),
                name="organization_contacts_differ",
                violation_error_message=_("Primary and secondary contact must be two people."),
            ),
        ]

    def __str__(self) -> str:
        return self.name


class OrganizationDomain(models.Model):
    """A mail domain of an organization, entered by staff only."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    organization = models.ForeignKey(
        Organization, on_delete=models.CASCADE, related_name="domains", verbose_name=_("organization")
    )
    domain = models.CharField(_("domain"), max_length=253, unique=True)

    class Meta:
        verbose_name = _("mail domain")
        verbose_name_plural = _("mail domains")
        constraints = [
            models.CheckConstraint(condition=Q(domain=Lower("domain")), name="domain_lower_case"),
            models.CheckConstraint(
                condition=Q(domain__regex=r"^[!-~]+[.][!-~]+\Z") & ~Q(domain__contains="@"),
                name="domain_ascii_with_dot",
            ),
            models.CheckConstraint(
                condition=~Q(domain__in=PUBLIC_MAIL_DOMAINS),
                name="domain_not_public",
                violation_error_message=_("This is a public mail domain: anybody can have an address there."),
            ),
        ]

    def __str__(self) -> str:
        return self.domain


class OrganizationTenant(models.Model):
    """A Microsoft tenant of an organization, entered by staff only: it vouches for the addresses of its members."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    organization = models.ForeignKey(
        Organization, on_delete=models.CASCADE, related_name="tenants", verbose_name=_("organization")
    )
    tenant_id = models.CharField(
        _("tenant id"),
        max_length=36,
        unique=True,
        help_text=_("As Microsoft shows it, such as 0a1b2c3d-4e5f-4a6b-8c7d-9e0f1a2b3c4d."),
    )

    class Meta:
        verbose_name = _("Microsoft tenant")
        verbose_name_plural = _("Microsoft tenants")
        constraints = [
            models.CheckConstraint(condition=Q(tenant_id__regex=TENANT_ID), name="tenant_id_lower_case_uuid"),
            models.CheckConstraint(
                condition=~Q(tenant_id__in=PUBLIC_TENANTS),
                name="tenant_not_public",
                violation_error_message=_("Anybody can have an account in this tenant."),
            ),
        ]

    def __str__(self) -> str:
        return self.tenant_id


class Customer(models.Model):
    """A person the vendor knows: one sign-in, at most one organization, maybe served by one user group."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    user = models.OneToOneField(User, on_delete=models.PROTECT, related_name="customer", verbose_name=_("person"))
    organization = models.ForeignKey(
        Organization,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="members",
        verbose_name=_("organization"),
    )
    user_group = models.ForeignKey(
        UserGroup,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="customers",
        verbose_name=_("user group"),
        help_text=_("The reseller that serves this customer."),
    )
    phone = models.CharField(_("phone"), max_length=50, blank=True)
    company = models.CharField(_("company"), max_length=200, blank=True, validators=[folds_short])
    folded_company = DerivedCharField(source="company", by=fold, max_length=MAX_FOLDED, db_index=True)
    address = models.TextField(_("address"), max_length=1_000, blank=True)
    country = models.CharField(
        _("country"),
        max_length=2,
        blank=True,
        validators=[RegexValidator(r"^[A-Z]{2}$", _("Two capital letters (ISO 3166-1), such as DE or US."))],
        help_text=_("Two capital letters (ISO 3166-1), such as DE or US."),
    )
    external_id = models.CharField(
        _("external id"), max_length=100, blank=True, help_text=_("The customer's number in another system.")
    )
    staff_notes = models.TextField(_("staff notes"), max_length=10_000, blank=True)
    has_opted_out_of_mail = models.BooleanField(
        _("wants no mails about releases"),
        default=False,
        help_text=_("Mails about sign-in, licenses and organizations come nevertheless."),
    )
    created_at = models.DateTimeField(_("created at"), default=timezone.now, editable=False)
    edited_at = models.DateTimeField(_("edited at"), auto_now=True)

    objects = CustomerQuerySet.as_manager()

    class Meta:
        verbose_name = _("customer")
        verbose_name_plural = _("customers")
        indexes = [models.Index(fields=["external_id"], name="customer_external_id")]

    def __str__(self) -> str:
        return f"{self.user.full_name} <{self.user.email}>"

"""What a user group typed of somebody whom the portal knew already and the group does not serve."""

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.fields import DerivedCharField
from accounts.ids import uuid7
from accounts.names import MAX_FOLDED, fold, folds_short
from organizations.models.organizations import Customer
from organizations.models.user_groups import UserGroup
from organizations.querysets import EnteredCustomerQuerySet


class EnteredCustomer(models.Model):
    """All that a user group sees of such a customer: its own words, as if the customer were new (section 5).

    The customer stays with whom they are, and learns nothing of what is noted here. Once the group
    serves them, the customer's own row takes the place of this one.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    user_group = models.ForeignKey(
        UserGroup, on_delete=models.CASCADE, related_name="entered_customers", verbose_name=_("user group")
    )
    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="+", verbose_name=_("customer"))
    email = models.CharField(_("e-mail address"), max_length=254)
    full_name = models.CharField(_("full name"), max_length=150, validators=[folds_short])
    folded_name = DerivedCharField(source="full_name", by=fold, max_length=MAX_FOLDED)
    phone = models.CharField(_("phone"), max_length=50, blank=True)
    company = models.CharField(_("company"), max_length=200, blank=True, validators=[folds_short])
    folded_company = DerivedCharField(source="company", by=fold, max_length=MAX_FOLDED)
    address = models.TextField(_("address"), max_length=1_000, blank=True)
    country = models.CharField(_("country"), max_length=2, blank=True)
    created_at = models.DateTimeField(_("created at"), default=timezone.now, editable=False)

    objects = EnteredCustomerQuerySet.as_manager()

    class Meta:
        verbose_name = _("customer entered by a user group")
        verbose_name_plural = _("customers entered by user groups")
        indexes = [models.Index(fields=["user_group", "id"], name="entered_customer_group")]
        constraints = [
            models.UniqueConstraint(fields=["user_group", "email"], name="entered_customer_once"),
            models.CheckConstraint(condition=~Q(folded_name=""), name="entered_customer_has_name"),
        ]

    def __str__(self) -> str:
        return f"{self.full_name} <{self.email}>"

"""Which products a user group may issue."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.ids import uuid7
from licenses.models.products import Product
from organizations.models import UserGroup


class GroupProduct(models.Model):
    """A product that a user group may issue; one that may issue all needs none of these (Product rules, section 2)."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    user_group = models.ForeignKey(
        UserGroup, on_delete=models.CASCADE, related_name="products", verbose_name=_("user group")
    )
    product = models.ForeignKey(Product, on_delete=models.CASCADE, related_name="+", verbose_name=_("product"))

    class Meta:
        verbose_name = _("product that a user group may issue")
        verbose_name_plural = _("products that user groups may issue")
        constraints = [models.UniqueConstraint(fields=["user_group", "product"], name="group_product_once")]

    def __str__(self) -> str:
        return f"{self.user_group} · {self.product}"

"""Licenses that were made by one order."""

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.ids import uuid7
from accounts.models import User
from licenses.querysets import BatchQuerySet
from organizations.models import UserGroup


class Batch(models.Model):
    """One order: the licenses that one form made at once.

    `token` is the form's: sent twice, it has one effect.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    token = models.UUIDField(_("form"), editable=False)
    user_group = models.ForeignKey(
        UserGroup, on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("user group")
    )
    created_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", verbose_name=_("created by"))
    created_at = models.DateTimeField(_("created at"), default=timezone.now)

    objects = BatchQuerySet.as_manager()

    class Meta:
        verbose_name = _("order")
        verbose_name_plural = _("orders")
        constraints = [models.UniqueConstraint(fields=["created_by", "token"], name="order_form_has_one_effect")]

    def __str__(self) -> str:
        return f"{self.created_at:%Y-%m-%d %H:%M}"

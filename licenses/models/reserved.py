"""Licenses that wait for somebody who was invited."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.ids import uuid7
from licenses.models.licenses import License
from organizations.models import Invitation


class ReservedLicense(models.Model):
    """A license that is assigned to an invitation, and arrives with its acceptance (Product rules, section 4)."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    license = models.OneToOneField(
        License, on_delete=models.CASCADE, related_name="reserved", verbose_name=_("license")
    )
    invitation = models.ForeignKey(Invitation, on_delete=models.CASCADE, related_name="+", verbose_name=_("invitation"))

    class Meta:
        verbose_name = _("license that waits for an invitation")
        verbose_name_plural = _("licenses that wait for an invitation")

    def __str__(self) -> str:
        return f"{self.license} → {self.invitation}"

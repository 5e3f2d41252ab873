"""The keys that sign license files."""

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.ids import uuid7
from licenses.models.products import Product


class SigningKey(models.Model):
    """An Ed25519 key pair of a product. One signs; retired ones stay valid for verifying."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    product = models.ForeignKey(
        Product, on_delete=models.PROTECT, related_name="signing_keys", verbose_name=_("product")
    )
    key_id = models.CharField(_("key id"), max_length=43, unique=True)
    public_key = models.CharField(_("public key"), max_length=43, help_text=_("32 bytes in base64url (RFC 8037, x)."))
    private_key = models.TextField(_("private key"), editable=False, help_text=_("Encrypted."))
    created_at = models.DateTimeField(_("created at"), default=timezone.now)
    retired_at = models.DateTimeField(_("retired at"), null=True, blank=True)

    class Meta:
        verbose_name = _("signing key")
        verbose_name_plural = _("signing keys")
        ordering = ["-created_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["product"], condition=Q(retired_at=None), name="one_active_signing_key_per_product"
            ),
        ]

    def __str__(self) -> str:
        return self.key_id

"""What a user group may be allowed to do, one privilege for one thing (Product rules, section 5)."""

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy


class Privilege(models.TextChoices):
    """The privileges of a user group. Every one is off until staff tick it."""

    CREATE = "create", gettext_lazy("Create licenses")
    ACTIVATE = "activate", gettext_lazy("Activate licenses")
    DEACTIVATE = "deactivate", gettext_lazy("Deactivate licenses")
    DELETE = "delete", gettext_lazy("Delete licenses that were never activated")
    REVOKE = "revoke", gettext_lazy("Revoke and reinstate licenses")
    EDIT = "edit", gettext_lazy("Edit licenses")
    RENEW = "renew", gettext_lazy("Renew licenses")
    VIEW_ALL = "view_all", gettext_lazy("See the licenses of everybody (facts and computers only)")
    VIEW_ALL_ORGANIZATIONS = "view_all_organizations", gettext_lazy("See all organizations (names and contacts only)")
    EXPORT = "export", gettext_lazy("Export what a list shows")
    SET_EXPIRY_DURATION = "set_expiry_duration", gettext_lazy("Set after how many days a license expires")
    SET_EXPIRY_DATE = "set_expiry_date", gettext_lazy("Set the date on which a license expires")
    SET_FLOATING_SEATS = "set_floating_seats", gettext_lazy("Set floating seats")
    SET_GENERIC = "set_generic", gettext_lazy("Create generic licenses")
    SET_MAINTENANCE = "set_maintenance", gettext_lazy("Set until when updates are included")
    SET_FEATURES = "set_features", gettext_lazy("Choose features")
    EDIT_CUSTOMERS = "edit_customers", gettext_lazy("Create and edit customers")
    DELETE_CUSTOMERS = "delete_customers", gettext_lazy("Delete customers")
    MANAGE_ORGANIZATIONS = "manage_organizations", gettext_lazy("Manage organizations (name, notes, invitations)")
    SEND_MAIL = "send_mail", gettext_lazy("Send mail to customers")


def are_privileges(names: object) -> None:
    """Raise ValidationError unless `names` is a list of privileges, each at most once."""
    if not isinstance(names, list) or any(not isinstance(name, str) for name in names):
        raise ValidationError(_("Privileges are a list of names."), code="invalid")
    unknown = [name for name in names if name not in Privilege.values]
    if unknown:
        raise ValidationError(
            _("There is no privilege named %(names)s."), code="unknown", params={"names": ", ".join(unknown)}
        )
    if len(set(names)) != len(names):
        raise ValidationError(_("A privilege stands in the list twice."), code="twice")

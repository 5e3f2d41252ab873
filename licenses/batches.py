"""The activation keys of an order, for those who may act on its licenses (S6)."""

from collections.abc import Sequence

from django.utils.translation import gettext as _

from licenses.ends import end_in_words, learn_beginnings
from licenses.models import Batch, License
from licenses.querysets import LicenseQuerySet
from licenses.sharing import customer_name
from licenses.showing_keys import show_keys
from organizations.access import Action, narrowed
from organizations.spreadsheets import Cell
from organizations.viewer import Viewer


def licenses_with_keys(viewer: Viewer, batch: Batch) -> LicenseQuerySet:
    """Return the licenses of an order whose whole keys `viewer` may see, oldest first."""
    rows: LicenseQuerySet = License.objects.visible_to(narrowed(viewer, Action.SHOW_KEY)).filter(batch=batch)
    related = ("product_version__product", "customer__user", "entered", "organization")
    return rows.select_related(*related).defer("comment").order_by("pk")


def licenses_to_mail(viewer: Viewer, batch: Batch) -> LicenseQuerySet:
    """Return the licenses of an order that `viewer` may mail to their customers."""
    rows: LicenseQuerySet = License.objects.visible_to(narrowed(viewer, Action.MAIL)).filter(batch=batch)
    return rows.filter(revoked_at=None, customer__isnull=False)


def key_rows(viewer: Viewer, licenses: Sequence[License]) -> tuple[list[str], list[list[Cell]]]:
    """Return the columns and rows of a table with the whole keys; the trail of each license keeps who got them."""
    head = [_("Product"), _("Activation key"), _("Licensee"), _("Customer"), _("Expires on"), _("Order ID")]
    learn_beginnings(licenses)
    keys = show_keys(licenses, viewer.actor_on(viewer.ways_to(licenses[0])))
    rows: list[list[Cell]] = [
        [str(each.product_version), key, each.licensee, customer_name(viewer, each), _end(each), each.order_id]
        for each, key in zip(licenses, keys, strict=True)
    ]
    return head, rows


def _end(license: License) -> Cell:
    """Return the day on which a license expires, or words where that is not known yet."""
    return end_in_words(license) if license.days_to_begin else license.expires_on

"""What a mail about licenses will say, before they are made or renewed: as typed so far, the rest as an example."""

from collections.abc import Sequence
from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.names import name_in
from licenses import activation_key
from licenses.errors import LicenseError
from licenses.issuers import Issuer
from licenses.mailing import Preview, preview, preview_to
from licenses.models import License, MailTemplate
from licenses.orders import Order, pattern_of
from licenses.recipients import Known, known_recipient
from licenses.renewing import Renewal, renewed
from organizations.viewer import Viewer

MOST_SHOWN = 3
NO_ID, NO_KEY = UUID(int=0), "X" * activation_key.LENGTH


def preview_of_order(viewer: Viewer, issuer: Issuer, template: MailTemplate, order: Order) -> Preview:
    """Return the mail to the first customer of `order`, about at most MOST_SHOWN licenses, before there are any."""
    known = _first(viewer, issuer, order)
    license = pattern_of(order, issuer.group, timezone.now())
    license.pk, license.activation_key = NO_ID, activation_key.show(NO_KEY)
    license.licensee = order.licensee or known.licensee
    return preview_to(known.name, template, [license] * min(order.number, MOST_SHOWN))


def _first(viewer: Viewer, issuer: Issuer, order: Order) -> Known:
    """Return who gets the first mail, as the issuer knows them; an example while nobody is chosen."""
    if not order.recipients:
        return Known(_("Anna Berg"), _("Anna Berg"))
    typed = order.recipients[0]
    name = typed.name or name_in(typed.address)
    return known_recipient(viewer, issuer, typed.address) or Known(name, name)


def renewal_preview(
    viewer: Viewer, template: MailTemplate | None, licenses: Sequence[License], renewal: Renewal | None
) -> Preview | None:
    """Return the mail to the first customer of `licenses` as they are after `renewal`, where that is possible."""
    first = next((each.customer_id for each in licenses if each.customer_id is not None), None)
    if template is None or first is None:
        return None
    return preview(viewer, template, [_after(each, renewal) for each in licenses if each.customer_id == first])


def _after(license: License, renewal: Renewal | None) -> License:
    try:
        return renewed(license, renewal) if renewal is not None else license
    except LicenseError:
        return license

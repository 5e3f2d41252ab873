"""The ways on beside a refusal (*No closed door*, Product rules, section 4)."""

from dataclasses import dataclass
from urllib.parse import quote, urlencode

from django.conf import settings
from django.utils.translation import gettext as _

from licenses.errors import LicenseError, Reason
from licenses.models import License, Product
from organizations.viewer import Viewer

_RENEWING = {Reason.EXPIRED}
_BUYING = {Reason.NONE_LEFT, Reason.QUOTA_USED_UP}


@dataclass(frozen=True)
class Door:
    """A link beside a refusal. `kind` is "renew", "buy" or "mail"."""

    label: str
    url: str
    kind: str


def doors(viewer: Viewer, license: License, refusal: LicenseError | None) -> list[Door]:
    """Return what helps somebody who was refused: the product's own link, and a mail to whoever serves the license."""
    if refusal is None:
        return []
    product, found = license.product, []
    if refusal.reason in _RENEWING and product.renew_url:
        found.append(Door(_("Renew this license"), product.renew_url, "renew"))
    if refusal.reason is Reason.NOT_COVERED and product.renew_url:
        found.append(Door(_("Renew the updates"), product.renew_url, "renew"))
    if refusal.reason in _BUYING and product.buy_more_url:
        found.append(Door(_("Buy more activations"), product.buy_more_url, "buy"))
    if address := serving_address(viewer, license):
        found.append(Door(_("Write to %(address)s") % {"address": address}, _mail(license, refusal, address), "mail"))
    return found


def doors_to(product: Product) -> list[Door]:
    """Return what helps somebody who has no license of `product`: the product's own link, and a mail to the vendor."""
    found, address = [], settings.PORTAL_SUPPORT_ADDRESS
    if product.buy_more_url:
        found.append(Door(_("Buy %(product)s") % {"product": product.name}, product.buy_more_url, "buy"))
    if address:
        subject = _("A license of %(product)s") % {"product": product.name}
        body = _("The portal says: %(sentence)s") % {"sentence": no_license(product)}
        found.append(Door(_("Write to %(address)s") % {"address": address}, _mail_to(address, subject, body), "mail"))
    return found


def no_license(product: Product) -> str:
    """Return the sentence for somebody who has no license of `product`."""
    sentence = _(
        "There is no license of %(product)s here for you to activate. "
        "It may have been issued to another of your addresses, or to a colleague."
    )
    return sentence % {"product": product.name}


def serving_address(viewer: Viewer, license: License) -> str:
    """Return the address of whoever serves `license`: its user group while switched on, else the vendor's support.

    The group's own members are told the vendor's.
    """
    group = license.user_group
    is_served = group is not None and group.is_active and group.pk != viewer.group_id
    return group.email if group is not None and is_served else settings.PORTAL_SUPPORT_ADDRESS


def _mail(license: License, refusal: LicenseError, address: str) -> str:
    """Return a prepared mail that names the license by the end of its key, never by the whole of it."""
    subject = _("%(product)s, license ending in %(tail)s") % {
        "product": license.product_version,
        "tail": license.key_tail,
    }
    body = _("The portal says: %(sentence)s") % {"sentence": refusal.sentence}
    return _mail_to(address, subject, body)


def _mail_to(address: str, subject: str, body: str) -> str:
    return f"mailto:{quote(address, safe='@')}?{urlencode({'subject': subject, 'body': body}, quote_via=quote)}"

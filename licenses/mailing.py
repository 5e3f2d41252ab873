"""Mailing licenses to their customers, as staff's templates say it (Product rules, section 5).

The preview shows what the sender may know: names as elsewhere, of a key its last characters. The
mail itself goes to nobody but the license's customer.
"""

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby
from uuid import UUID
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from accounts.audit import Actor, Happening, Kind, record_many
from accounts.letters import Letter, compose, paragraphs_of
from accounts.mail import Lane, queue_many
from accounts.models import AuditEvent, User
from accounts.names import is_plain_name
from licenses.ends import end_in_words, learn_beginnings
from licenses.errors import LicenseError, Reason
from licenses.locking import concerned_by, hold_rights
from licenses.mail_variables import fill
from licenses.models import License, MailTemplate
from licenses.sharing import customer_name
from licenses.wording import day_in_words
from organizations.access import Action
from organizations.events import vendor_name
from organizations.viewer import Viewer

MAILED = "license.mailed"
DOUBLED = timedelta(minutes=1)
"""Within this time, the same mail from the same person is one that was sent twice."""
DAY = timedelta(days=1)
MOST_A_DAY = 3
"""How often the same mail about one license may be sent within a day before a user group has to wait."""

RELATED = ("product_version__product", "customer__user", "entered", "user_group")


@dataclass(frozen=True)
class Preview:
    """A mail as its sender may see it before it is sent."""

    to: str
    subject: str
    paragraphs: list[str]


def mail_refusal(license: License) -> LicenseError | None:
    """Return why a license cannot be mailed to its customer, or None."""
    if license.customer_id is None:
        return LicenseError(Reason.UNKNOWN_CUSTOMER, _("This license is nobody’s, so there is nobody to mail it to."))
    if license.revoked_at is not None:
        return LicenseError(Reason.REVOKED, _("This license was revoked, so it is not mailed. Reinstate it first."))
    return None


def preview(viewer: Viewer, template: MailTemplate, licenses: Sequence[License]) -> Preview:
    """Return the mail about `licenses`, all of one customer, with the names that `viewer` may know and keys masked."""
    return preview_to(customer_name(viewer, licenses[0]), template, licenses)


def preview_to(name: str, template: MailTemplate, licenses: Sequence[License]) -> Preview:
    """Return the mail about `licenses` to somebody called `name`, keys masked."""
    values = _values(licenses, name, [license.masked_key for license in licenses])
    return Preview(name, fill(template.subject, values), paragraphs_of(fill(template.body, values)))


@transaction.atomic
def mail_licenses(
    license_ids: Collection[UUID], template: MailTemplate, actor: Actor, now: datetime | None = None
) -> int:
    """Queue the mails of `template` about these licenses to their customers, and return how many mails these are.

    All of one customer's licenses stand in one mail where the template lists them. The same again
    within a minute, by the same person, sends nothing; nothing goes to who is switched off, and nothing tells that.
    Raises LicenseError, and mails nobody, when one of the licenses cannot be mailed, or a user group
    has mailed all of them MOST_A_DAY times within a day.
    """
    at = now or timezone.now()
    rows = License.objects.select_for_update(of=("self",)).select_related(*RELATED)
    licenses = list(rows.filter(pk__in=license_ids).order_by("pk"))
    hold_rights(actor, Action.MAIL, *licenses)
    licenses = [license for license in licenses if not license.is_deleted]
    for license in licenses:
        if refusal := mail_refusal(license):
            raise refusal
    learn_beginnings(licenses)
    licenses = _still_to_mail(licenses, template, actor, at)
    number, letters = 0, []
    for of_one_mail in _by_mail(licenses, template):
        customer = of_one_mail[0].customer
        if customer is not None:
            number += 1
        if customer is not None and customer.user.is_active:
            letters.append((_letter(template, of_one_mail, customer.user), customer.user.email))
    queue_many(letters, Lane.NOTICE if len(licenses) == 1 else Lane.BULK)
    happenings = [Happening(license, concerned_by(license), {"template": template.name}) for license in licenses]
    record_many(actor, "license.mailed", happenings, at)
    return number


def _still_to_mail(licenses: Sequence[License], template: MailTemplate, actor: Actor, at: datetime) -> list[License]:
    """Return the licenses whose mail was not sent just now, and not so often that a user group has to wait.

    Raises LicenseError where it has to wait with all of them.
    """
    events = AuditEvent.objects.filter(target_id__in=[each.pk for each in licenses], action=MAILED, at__gt=at - DAY)
    same = [event for event in events if event.details.get("template") == template.name]
    just_now = {each.target_id for each in same if each.actor_id == actor.user_id and each.at > at - DOUBLED}
    often = {pk for pk, number in Counter(each.target_id for each in same).items() if number >= MOST_A_DAY}
    waiting = [license for license in licenses if license.pk not in just_now]
    kept = [license for license in waiting if actor.kind is not Kind.GROUP or license.pk not in often]
    if waiting and not kept:
        sentence = _(
            "This was mailed %(number)d times within 24 hours, which is enough. "
            "Choose another mail, or mail this one again tomorrow."
        )
        raise LicenseError(Reason.MAILED_OFTEN, sentence % {"number": MOST_A_DAY})
    return kept


def _by_mail(licenses: Sequence[License], template: MailTemplate) -> list[list[License]]:
    """Return the licenses of each mail: all of a customer's, or one by one."""
    if not template.is_about_many:
        return [[license] for license in licenses]
    ordered = sorted(licenses, key=lambda license: (str(license.customer_id), license.pk))
    return [list(theirs) for _customer, theirs in groupby(ordered, key=lambda license: license.customer_id)]


def _letter(template: MailTemplate, licenses: Sequence[License], reader: User) -> Letter:
    with translation.override(reader.language), timezone.override(ZoneInfo(reader.time_zone)):
        values = _values(licenses, reader.get_full_name(), [license.activation_key for license in licenses])
        subject, text = fill(template.subject, values), fill(template.body, values)
        return compose(reader.email, subject, text, link=values["link"])


def _values(licenses: Sequence[License], name: str, keys: Sequence[str]) -> dict[str, str]:
    """Return what is put in the place of each variable; of several licenses, what is of one is the first's."""
    license, group = licenses[0], licenses[0].user_group
    is_served = group is not None and group.is_active
    listed = [f"{each.product_version}: {key}" for each, key in zip(licenses, keys, strict=True)]
    return {
        "customer": name if group is None or is_plain_name(name) else _("customer"),
        "licenses": "\n\n".join(listed),
        "product": str(license.product_version),
        "model": license.get_license_model_display(),
        "activation_key": keys[0],
        "licensee": _licensee_of(license),
        "activations": _("any number of") if license.is_generic else str(license.max_activations),
        "expires_on": end_in_words(license),
        "updates_until": day_in_words(license.maintenance_until) if license.maintenance_until else _("not included"),
        "link": settings.PORTAL_URL + reverse("licenses:detail", args=[license.pk]),
        "group": group.name if group is not None and is_served else vendor_name(),
        "group_address": group.email if group is not None and is_served else settings.PORTAL_SUPPORT_ADDRESS,
        "portal": settings.PORTAL_NAME,
    }


def _licensee_of(license: License) -> str:
    """Return whom the license is issued to, if that is plainly a name or the vendor wrote it.

    What user groups type could else carry any text and any address to any stranger, from the portal's own.
    """
    if license.user_group_id is None or is_plain_name(license.licensee):
        return license.licensee
    return _("as its page says")

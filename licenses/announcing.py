"""Mails about a release: to every customer whose license includes it and who wants them, once each.

The worker puts them into the queue in portions, each in one transaction with the customer up to
whom it came. So nobody gets two, and nobody is left out, however often the worker is killed; and
mails of signing in go first, since these are the last in the queue's order.
"""

from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import Exists, OuterRef, Q
from django.urls import reverse
from django.utils import timezone

from accounts import chores
from accounts.audit import SYSTEM, record
from accounts.letters import write_letter
from accounts.mail import Lane, queue
from licenses.eligibility import covering
from licenses.models import License, Release
from organizations.mail_choices import unsubscribe_headers, unsubscribe_link
from organizations.models import Customer, Organization
from organizations.querysets import CustomerQuerySet

PORTION = 50


def announce_next(now: datetime | None = None) -> bool:
    """Put the next portion of mails about a published release into the queue; tell whether there is probably more."""
    now = now or timezone.now()
    with transaction.atomic():
        release = _claimed(now)
        if release is None:
            return False
        customers = list(entitled(release, after=release.announced_up_to)[:PORTION])
        for customer in customers:
            _mail(release, customer)
        if len(customers) < PORTION:
            release.announced_at = now
            record(SYSTEM, "release.announced", release, now=now)
        else:
            release.announced_up_to = customers[-1].pk
        release.save(update_fields=["announced_at", "announced_up_to"])
        return True


def _claimed(now: datetime) -> Release | None:
    """Return a release about which somebody waits for a mail, its row locked; one that nobody else has claimed."""
    due = Release.objects.published(now).filter(mail_when_published=True, announced_at=None)
    rows = due.select_for_update(of=("self",), skip_locked=True).select_related("product_version__product")
    return rows.order_by("published_at", "pk").first()


def entitled(release: Release, after: UUID | None = None) -> CustomerQuerySet:
    """Return who can download `release` by a license of their own or of an organization that they are contact of.

    Who wants no such mails or is switched off is left out. In the order of their ids, `after` one of them.
    """
    includes = License.objects.filter(covering(release))
    is_contact = Q(primary_contact=OuterRef("pk")) | Q(secondary_contact=OuterRef("pk"))
    managed = Organization.objects.filter(is_contact, Exists(includes.filter(organization=OuterRef("pk"))))
    later = Q() if after is None else Q(pk__gt=after)
    return (
        Customer.objects.filter(later, has_opted_out_of_mail=False, user__is_active=True)
        .filter(Exists(includes.filter(customer=OuterRef("pk"))) | Exists(managed))
        .select_related("user")
        .order_by("pk")
    )


def _mail(release: Release, customer: Customer) -> None:
    """Write to a customer, with the way to the updates of the newest license that includes the release."""
    is_contact = Q(organization__primary_contact=customer) | Q(organization__secondary_contact=customer)
    by = License.objects.filter(covering(release)).filter(Q(customer=customer) | is_contact).order_by("-pk")
    license_id = by.values_list("pk", flat=True).first()
    if license_id is None:  # revoked since, between two statements
        return
    address = reverse("licenses:updates", kwargs={"license_id": license_id})
    unsubscribe = unsubscribe_link(customer.pk)
    letter = write_letter(
        "release_out",
        customer.user,
        link=settings.PORTAL_URL + address,
        unsubscribe_link=unsubscribe,
        product=release.product_version.product.name,
        version=release.version,
        released_on=release.released_on,
    )
    headers = unsubscribe_headers(unsubscribe)
    queue(letter, customer.user.email, Lane.BULK, headers=headers, about=str(release.pk))


chores.register("mails about releases", announce_next)

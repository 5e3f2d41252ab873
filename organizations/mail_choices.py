"""Whether customers want mails about releases, and the link by which they end them with one click (RFC 8058)."""

from enum import StrEnum
from uuid import UUID

from django.conf import settings
from django.core import signing
from django.db import transaction
from django.urls import reverse

from accounts.audit import Actor, Detail, record
from accounts.ids import id_or_none
from accounts.mail import ENDED_BY, take_back_unwanted
from accounts.models import User
from organizations.models import Customer
from organizations.telling import PROFILE_EDITED

SALT = "organizations.mail_choices"


class Wish(StrEnum):
    """Whether somebody wants mails about releases."""

    YES = "yes"
    NO = "no"


def wants_mails(user: User) -> Wish | None:
    """Return whether a person wants mails about releases; None for who is no customer, and gets none."""
    customer: Customer | None = getattr(user, "customer", None)
    if customer is None:
        return None
    return Wish.NO if customer.has_opted_out_of_mail else Wish.YES


def choose_mails(customer_id: UUID, wish: Wish, actor: Actor | None = None) -> bool:
    """Keep the wish of a customer; return whether it is another one than before.

    Who wants none gets none of those either that wait in the queue already. `actor` is who says
    so, the customer by default.
    """
    with transaction.atomic():
        customer = Customer.objects.select_for_update(of=("self",)).select_related("user").get(pk=customer_id)
        before, after = customer.has_opted_out_of_mail, wish is Wish.NO
        if before == after:
            return False
        customer.has_opted_out_of_mail = after
        customer.save(update_fields=["has_opted_out_of_mail", "edited_at"])
        if after:
            take_back_unwanted(customer.user.email)
        details: dict[str, Detail] = {"has_opted_out_of_mail": {"before": before, "after": after}}
        record(actor or Actor.of(customer.user), PROFILE_EDITED, customer, details=details)
        return True


def unsubscribe_link(customer_id: UUID) -> str:
    """Return the link that ends mails about releases to the customer; it works as long as they come."""
    token = signing.dumps(customer_id.hex, salt=SALT)
    return settings.PORTAL_URL + reverse("organizations:no_more_mails", kwargs={"choice_token": token})


def unsubscribe_headers(link: str) -> dict[str, str]:
    """Return the headers by which mail programs offer the same with a button of their own."""
    return {ENDED_BY: f"<{link}>", "List-Unsubscribe-Post": "List-Unsubscribe=One-Click"}


def customer_of(token: str) -> UUID | None:
    """Return the customer whose link this is; None for none of the portal's, or somebody who is gone."""
    try:
        customer_id = id_or_none(str(signing.loads(token, salt=SALT)))
    except signing.BadSignature:
        return None
    if customer_id is None:
        return None
    return Customer.objects.filter(pk=customer_id).values_list("pk", flat=True).first()

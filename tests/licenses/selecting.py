"""Selecting computers as a person does: what the boxes send, and the buttons that send it."""

import re
from collections.abc import Iterable

from django.test import Client

from licenses.models import Activation, License, QuotaPer
from organizations.models import Customer
from tests.cast import make_license
from tests.licenses.pages import Answer

LIST, DEACTIVATE, UNDO = "/computers/", "/computers/deactivate/", "/computers/undo/"


def make_limited(customer: Customer, quota: int, *computers: str) -> License:
    """Make a license in use on `computers`, of which `quota` may be deactivated within 30 days."""
    return make_license(
        customer=customer,
        max_activations=len(computers),
        computers=computers,
        deactivations_allowed=quota,
        deactivation_days=30,
        deactivations_per=QuotaPer.LICENSE,
    )


def ids(*licenses: License) -> list[str]:
    """Return what the boxes of all computers of these licenses send."""
    return [
        str(pk) for pk in Activation.objects.filter(license__in=licenses).order_by("pk").values_list("pk", flat=True)
    ]


def ask(client: Client, computers: Iterable[str], **more: str) -> Answer:
    """Press *Deactivate selected*."""
    return client.post(DEACTIVATE, {"computer": list(computers), **more})


def confirm(client: Client, computers: Iterable[str], **more: str) -> Answer:
    """Press the button of the page that asks."""
    return ask(client, computers, confirm="yes", **more)


def sent_by(page: Answer) -> list[str]:
    """Return the computers that the confirming button sends."""
    form = page.content.decode().partition('name="confirm"')[2].partition("</form>")[0]
    return re.findall(r'<input type="hidden" name="computer" value="([^"]*)">', form)


def in_use(*licenses: License) -> list[int]:
    """Return the counters, which equal the open rows."""
    for license in licenses:
        license.refresh_from_db()
        assert license.activations_in_use == license.activations.in_use().count()
    return [license.activations_in_use for license in licenses]

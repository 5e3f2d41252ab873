"""What tests of an organization's pages ask for and send."""

import re

from django.test import Client

from accounts.mail import take_out, waiting
from accounts.models import User
from organizations.models import Customer, Organization

LINK = re.compile(r"http://127\.0\.0\.1:8000(/invitations/[\w-]+/)")


def signed_in(person: Customer | User) -> Client:
    """Return a browser in which the person is signed in."""
    client = Client()
    client.force_login(person.user if isinstance(person, Customer) else person)
    return client


def url(organization: Organization | None, rest: str = "") -> str:
    """Return the path of a page of the organization."""
    assert organization is not None
    return f"/organizations/{organization.pk}/{rest}"


def text_of(client: Client, path: str, **form: object) -> str:
    """Return the page that a form leads to in the end, or the page itself."""
    answer = client.post(path, form, follow=True) if form else client.get(path)
    return answer.content.decode()


def mailed_link() -> str:
    """Return the path that the last mail leads to."""
    return LINK.findall(take_out(waiting().order_by("-pk")[0])[0])[0]


def invited(paula: Customer, address: str) -> str:
    """Invite, and return the path that the mail leads to."""
    text_of(signed_in(paula), url(paula.organization, "users/add/"), full_name="Nina New", email=address)
    return mailed_link()

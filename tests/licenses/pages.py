"""Reading the license pages as a person does: words, fields and buttons, no markup."""

import html
import re
from typing import Protocol

from django.test import Client
from django.urls import reverse

from licenses.models import Activation, License

TAG = re.compile(r"<[^>]*>")
SPACE = re.compile(r"\s+")


class Answer(Protocol):
    """What the test client returns."""

    status_code: int
    content: bytes

    def __getitem__(self, header: str, /) -> str: ...


def words(answer: Answer) -> str:
    """Return what the page says, in one line."""
    page = answer.content.decode()
    return SPACE.sub(" ", html.unescape(TAG.sub(" ", page.partition("<body")[2]))).strip()


def fields(answer: Answer) -> dict[str, str]:
    """Return the names and values of the inputs of the page's main part, as its form would send them."""
    found = {}
    for tag in re.findall(r"<input[^>]*>", answer.content.decode().partition("<main")[2].partition("</main>")[0]):
        attributes = dict(re.findall(r'([\w-]+)="([^"]*)"', tag))
        is_sent = attributes.get("type") != "checkbox" or " checked" in tag
        if "name" in attributes and is_sent and attributes["name"] != "csrfmiddlewaretoken":
            found[attributes["name"]] = html.unescape(attributes.get("value", ""))
    return found


def links(answer: Answer) -> list[str]:
    """Return the addresses of the page's links."""
    return [html.unescape(href) for href in re.findall(r'<a [^>]*href="([^"]*)"', answer.content.decode())]


def address(name: str, about: License | Activation) -> str:
    """Return the address of a license's page, or of one of its computers."""
    if isinstance(about, License):
        return reverse(f"licenses:{name}", args=[about.pk])
    return reverse(f"licenses:{name}", args=[about.license_id, about.pk])


def message_after(client: Client, answer: Answer) -> str:
    """Follow the redirect and return the message that the next page begins with."""
    page = client.get(answer["Location"]).content.decode()
    region = page.partition('<div class="messages"')[2].partition("</div>")[0].partition(">")[2]
    return SPACE.sub(" ", html.unescape(TAG.sub(" ", region))).strip()

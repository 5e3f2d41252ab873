"""What mails say: plain text, and the same in one simple HTML frame, in the person's language and time zone."""

import re
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from django.conf import settings
from django.template import Context, Engine
from django.utils import timezone, translation

from accounts.models import User
from accounts.support import whom_to_tell

_BLANK_LINES = re.compile(r"\n\s*\n")


@dataclass(frozen=True)
class Letter:
    """A mail as its reader gets it. The subject holds no secrets: it stays readable in the queue."""

    subject: str
    text: str
    html: str


def write_letter(name: str, reader: User, /, *, link: str = "", **facts: object) -> Letter:
    """Return what `templates/mail/<name>.txt` says to `reader`, in their language and time zone."""
    with translation.override(reader.language), timezone.override(ZoneInfo(reader.time_zone)):
        return write_letter_to(reader.email, name, link=link, **facts)


def write_letter_to(address: str, letter: str, /, *, link: str = "", **facts: object) -> Letter:
    """Return what `templates/mail/<letter>.txt` says to whoever reads `address`.

    The first paragraph of the template is the subject. In the HTML a paragraph that is exactly
    `link`, or the fact `unsubscribe_link`, can be pressed, and nothing else: no text that
    somebody typed becomes a link.
    """
    values = {**_facts(address, link), **facts}
    plain = _render(f"mail/{letter}.txt", Context(values, autoescape=False))
    subject, *paragraphs = paragraphs_of(plain)
    return _framed(values, subject, paragraphs)


def compose(address: str, subject: str, text: str, *, link: str = "") -> Letter:
    """Return a letter that says what somebody wrote: `text` is no template and holds no markup."""
    return _framed(_facts(address, link), " ".join(subject.split()), paragraphs_of(text))


def _facts(address: str, link: str) -> dict[str, object]:
    return {
        "portal_name": settings.PORTAL_NAME,
        "portal_url": settings.PORTAL_URL,
        "address": address,
        "link": link,
        "whom_to_tell": whom_to_tell(),
    }


def paragraphs_of(text: str) -> list[str]:
    """Return the paragraphs of a text, which empty lines keep apart, each in one line."""
    return [" ".join(each.split()) for each in _BLANK_LINES.split(text.strip())]


def _framed(values: dict[str, object], subject: str, paragraphs: list[str]) -> Letter:
    frame = Context({**values, "subject": subject, "paragraphs": paragraphs}, autoescape=True)
    return Letter(subject, "\n\n".join(paragraphs) + "\n", _render("mail/frame.html", frame))


def _render(template: str, context: Context) -> str:
    return str(Engine.get_default().get_template(template).render(context))

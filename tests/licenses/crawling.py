"""Reading every page that somebody reaches by following links, with what differs from portal to portal taken out."""

import re
from base64 import urlsafe_b64decode
from collections.abc import Iterable
from html import unescape
from io import BytesIO
from zipfile import ZipFile

from django.http.response import HttpResponseBase
from django.test import Client
from time_machine import Traveller

from licenses.models import License

LINK = re.compile(r'(?:href|action)="(/[^"#]*)')
LEFT_OUT = re.compile(
    r"/(static|accounts|profile|theme|admin|demo|organizations/mail)/|.*(/key/|\.ics|&)|.*\?(?!customer|format)"
)
"""What is nobody's page but one's own, and the same list in other orders and narrowed in other ways."""
ID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
LICENSE_FILE = re.compile(r"-----BEGIN LICENSE-----\s+([\w.\s-]+?)\s+-----END LICENSE-----")
FILE_ID = re.compile(r'(?<="jti":)"\w+"')
SECRET = re.compile(r'(name="csrfmiddlewaretoken" value=|X-CSRFToken[^:]*: )"[^"]+"')


class Reader:
    """What somebody reads in one portal: addresses and answers, comparable with those in another.

    Ids are numbered in the order in which they first appear, so that the same id in two places
    is the same number, and so are activation keys of orders; tokens
    and signatures are left out. Each form is sent a second after the one before.
    """

    def __init__(self, client: Client, clock: Traveller) -> None:
        self.client = client
        self.clock = clock
        self.read: dict[str, str] = {}
        self._numbers: dict[str, str] = {}

    def post(self, title: str, address: str, sent: dict[str, object]) -> HttpResponseBase:
        """Send a form, and keep what comes of it with the page that it leads to."""
        self.clock.shift(1)
        answer = self.client.post(address, sent)
        self._keep(title, answer)
        if answer.status_code == 302:
            self._keep(f"{title}, then", self.client.get(answer["Location"]))
        return answer

    def crawl(self, starts: Iterable[str]) -> None:
        """Read everything that links lead to from here, each address once."""
        waiting, seen = list(starts), set[str]()
        while waiting:
            address = waiting.pop(0)
            if address in seen or LEFT_OUT.match(address):
                continue
            seen.add(address)
            answer = self.client.get(address)
            text = self._keep(self._plain(address), answer)
            if answer.status_code == 302:
                waiting.append(answer["Location"])
            waiting += [unescape(each) for each in LINK.findall(text)]

    def _keep(self, title: str, answer: HttpResponseBase) -> str:
        text = text_of(answer)
        place = self._plain(answer.get("Location", ""))
        self.read[title] = f"{answer.status_code} {place}\n{self._plain(text)}"
        return text

    def _plain(self, text: str) -> str:
        text = LICENSE_FILE.sub(lambda found: FILE_ID.sub("FILE", claims_of(found[1])), text)
        for number, license in enumerate(License.objects.exclude(batch=None).order_by("pk")):
            text = text.replace(license.activation_key, f"key {number}").replace(license.key_tail, f"tail {number}")
        text = SECRET.sub(r"\1TOKEN", text)
        return ID.sub(lambda found: self._numbers.setdefault(found[0], f"id-{len(self._numbers)}"), text)


def text_of(answer: HttpResponseBase) -> str:
    """Return what an answer says; of a workbook the text of its sheet."""
    content = answer.getvalue()  # type: ignore[attr-defined]  # of a streamed answer, too
    if content.startswith(b"PK"):
        with ZipFile(BytesIO(content)) as book:
            content = b"".join(book.read(name) for name in book.namelist() if "sheet" in name or "Strings" in name)
    return content.decode("utf-8", "replace")


def claims_of(license_file: str) -> str:
    """Return what a license file says, without its signature."""
    claims = "".join(license_file.split()).split(".")[1]
    return urlsafe_b64decode(claims + "=" * (-len(claims) % 4)).decode()

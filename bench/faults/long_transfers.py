"""A long upload and a long download, slow enough that something can happen meanwhile."""

import hashlib
import http.client
import time
from collections.abc import Iterator
from contextlib import closing, suppress
from dataclasses import dataclass
from http import HTTPStatus
from urllib.parse import urlsplit

from django.conf import settings
from django.core.files.base import ContentFile

from accounts.audit import SYSTEM
from licenses.file_storage import received
from licenses.models import License, Platform, Product, Release, ReleaseFile
from licenses.release_files import add_file
from tests.licenses.files import make_draft, publish
from tests.support.visitor import ANSWER_SECONDS, Visitor

PIECE_BYTES = 262_144
PAUSE_SECONDS = 0.2
BOUNDARY = "rolling-restart"
DOWNLOAD_BYTES, UPLOAD_BYTES = 200_000_000, 40_000_000


@dataclass
class Transfer:
    """What became of it: the SHA-256 of what came or was sent, and how often it broke off."""

    sha256: str = ""
    breaks: int = 0
    status: int = 0


def published_file(product: Product) -> ReleaseFile:
    """Publish a file of 200 MB, which takes up little room on the disk."""
    file = add_file(
        make_draft(product).pk,
        SYSTEM,
        platform=Platform.ANY,
        name="big.zip",
        received=received(ContentFile(b"portal" + bytes(DOWNLOAD_BYTES - 6))),
    )
    publish(file)
    return file


def download(visitor: Visitor, file: ReleaseFile, license: License, seconds: float, done: Transfer) -> None:
    """Download within about `seconds`, with a break of one's own in the middle; go on from there each time."""
    path, digest, came = f"/releases/{file.pk}/download/{license.pk}/", hashlib.sha256(), 0
    cookie = "; ".join(f"{name}={value}" for name, value in visitor.cookies.items())
    speed, began, has_broken_off = DOWNLOAD_BYTES / seconds, time.monotonic(), False
    while came < DOWNLOAD_BYTES and done.breaks < 50:
        headers = {"Cookie": cookie, "Range": f"bytes={came}-", "If-Range": f'"{file.sha256}"'} if came else None
        with (
            suppress(OSError, http.client.HTTPException),
            closing(http.client.HTTPConnection(urlsplit(visitor.url).netloc, timeout=ANSWER_SECONDS)) as connection,
        ):
            connection.request("GET", path, headers=headers or {"Cookie": cookie})
            response = connection.getresponse()
            done.status = response.status
            if response.status != (HTTPStatus.PARTIAL_CONTENT if came else HTTPStatus.OK):
                return
            while piece := response.read(PIECE_BYTES):
                digest.update(piece)
                came += len(piece)
                time.sleep(max(0.0, came / speed - (time.monotonic() - began)))
                if not has_broken_off and came > DOWNLOAD_BYTES / 2:
                    has_broken_off = True
                    break
        done.breaks += came < DOWNLOAD_BYTES
        time.sleep(PAUSE_SECONDS)
    done.sha256 = digest.hexdigest()


def upload(visitor: Visitor, release: Release, seconds: float, done: Transfer) -> None:
    """Upload a file for `release` as the administration's form does, within about `seconds`."""
    fields = {"csrfmiddlewaretoken": visitor.cookies[settings.CSRF_COOKIE_NAME], "platform": Platform.LINUX.value}
    head = "".join(
        f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'
        for name, value in fields.items()
    )
    head += f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="file"; filename="up.zip"\r\n\r\n'
    tail = f"\r\n--{BOUNDARY}--\r\n"
    digest = hashlib.sha256()

    def body() -> Iterator[bytes]:
        yield head.encode()
        sent, began, speed = 0, time.monotonic(), UPLOAD_BYTES / seconds
        while sent < UPLOAD_BYTES:
            piece = (b"%08d" % sent) * (min(PIECE_BYTES, UPLOAD_BYTES - sent) // 8)
            digest.update(piece)
            sent += len(piece)
            yield piece
            time.sleep(max(0.0, sent / speed - (time.monotonic() - began)))
        yield tail.encode()

    headers = {
        "Cookie": "; ".join(f"{name}={value}" for name, value in visitor.cookies.items()),
        "Content-Type": f"multipart/form-data; boundary={BOUNDARY}",
        "Content-Length": str(len(head) + UPLOAD_BYTES + len(tail)),
    }
    path = f"/admin/licenses/releasefile/add/?release={release.pk}"
    with closing(http.client.HTTPConnection(urlsplit(visitor.url).netloc, timeout=ANSWER_SECONDS)) as connection:
        try:
            connection.request("POST", path, body(), headers)
            done.status = connection.getresponse().status
        except (OSError, http.client.HTTPException):
            done.breaks += 1
    done.sha256 = digest.hexdigest()

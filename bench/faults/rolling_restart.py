"""R8: two web processes on different ports behind nginx, stopped and started again one after the other, under load."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

from django.conf import settings
from django.db import connection

from accounts.models import AuditEvent
from bench.faults.long_transfers import DOWNLOAD_BYTES, UPLOAD_BYTES, Transfer, download, published_file, upload
from bench.faults.nginx import program, running_nginx
from bench.faults.people import Crowd, books_of, failed
from bench.faults.row import Row
from bench.faults.stage import Stage
from bench.faults.web_process import WebProcess
from launcher.service import HOST
from licenses.models import Product, ReleaseFile
from tests.cast import make_customer, make_license, make_person, make_product
from tests.licenses.files import make_draft
from tests.support.postgres import free_port
from tests.support.visitor import Visitor

RESTARTS, SHORT_RESTARTS = 10, 2
BETWEEN_SECONDS = 1.5
TRANSFER_SECONDS = 15.0
"""How long each upload and each download takes; the next one follows until the last restart."""


def restart_one_by_one(stage: Stage) -> Iterator[Row]:
    """Restart both under load, again and again, while files are uploaded and downloaded."""
    if program() is None:
        yield Row("R8", "rolling restart", "", "nginx is not on this machine, so nothing was done", "", holds=False)
        return
    port = free_port()
    url = f"http://{HOST}:{port}"
    changes = {"PORTAL_URL": url, "PORTAL_TRUSTED_PROXIES": "1", "PORTAL_FILES_ACCEL": "/portal-files/"}
    with ExitStack() as running:
        both = [WebProcess(changes), WebProcess(changes)]
        for each in both:
            running.callback(each.end)
            each.start()
        files = Path(settings.PORTAL_DATA_DIR) / "files"
        running.enter_context(running_nginx(stage.portal.folder, port, [each.port for each in both], files))
        yield from _under_load(url, both, SHORT_RESTARTS if stage.is_short else RESTARTS)


def _under_load(url: str, both: list[WebProcess], restarts: int) -> Iterator[Row]:
    crowd, product, has_ended = Crowd(url), make_product(), threading.Event()
    sent, came = list[Transfer](), list[Transfer]()
    transfers = [
        threading.Thread(target=_again_and_again, args=(transfer, has_ended, done))
        for transfer, done in ((_uploading(url, product), sent), (_downloading(url, product), came))
    ]
    connection.close()
    with crowd.working():
        for transfer in transfers:
            transfer.start()
        for number in range(restarts):
            each = both[number % 2]
            time.sleep(BETWEEN_SECONDS)
            each.stop()
            each.start()
        has_ended.set()
        for transfer in transfers:
            transfer.join()
    yield _row_of_requests(crowd, restarts)
    yield _row_of_transfers(sent, came)


def _again_and_again(
    transfer: Callable[[int, Transfer], None], has_ended: threading.Event, done: list[Transfer]
) -> None:
    """Do one transfer after the other, each to its end; keep what became of each."""
    while not has_ended.is_set():
        done.append(Transfer())
        try:
            transfer(len(done), done[-1])
        finally:
            connection.close()


def _uploading(url: str, product: Product) -> Callable[[int, Transfer], None]:
    """Return what uploads a file for another release each time, in one session."""
    staff = Visitor(url)
    staff.sign_in(make_person(is_staff=True, is_superuser=True))
    return lambda number, sent: upload(staff, make_draft(product, f"4.1.{100 + number}"), TRANSFER_SECONDS, sent)


def _downloading(url: str, product: Product) -> Callable[[int, Transfer], None]:
    """Return what downloads a file for another customer each time."""
    file = published_file(product)

    def fetch(_number: int, came: Transfer) -> None:
        license = make_license(customer=make_customer(), product=product)
        visitor = Visitor(url)
        assert license.customer
        visitor.sign_in(license.customer.user)
        download(visitor, file, license, TRANSFER_SECONDS, came)

    return fetch


def _row_of_requests(crowd: Crowd, restarts: int) -> Row:
    books, broken = books_of(crowd), failed(crowd.attempts)
    reads = [each for each in broken if not each.computer]
    answers = sorted({each.status for each in broken})
    return Row(
        "R8",
        "two web processes behind nginx, restarted one by one",
        f"{restarts} times, while {len(crowd.attempts)} requests by 8 clients in the same session",
        f"{len(broken)} requests failed{f' ({len(reads)} readings; answers {answers})' if broken else ''}; {books}",
        "nobody is signed out, no request fails, nothing acknowledged is lost",
        books.are_right and not broken,
    )


def _row_of_transfers(sent: list[Transfer], came: list[Transfer]) -> Row:
    """Compare what was sent and what came with what the portal has measured; a download is audited once."""
    uploads = ReleaseFile.objects.filter(name="up.zip", size=UPLOAD_BYTES, sha256__in={each.sha256 for each in sent})
    uploaded = uploads.count()
    big = set(ReleaseFile.objects.filter(name="big.zip", size=DOWNLOAD_BYTES).values_list("sha256", flat=True))
    downloaded = sum({each.sha256} == big for each in came)
    events, parts = (
        AuditEvent.objects.filter(action="release.downloaded").count(),
        sum(each.breaks + 1 for each in came),
    )
    connection.close()
    statuses = sorted({each.status for each in (*sent, *came)})
    return Row(
        "R8",
        "uploads and downloads meanwhile, one after the other",
        f"{UPLOAD_BYTES / 1e6:.0f} MB sent, {DOWNLOAD_BYTES / 1e6:.0f} MB fetched, {TRANSFER_SECONDS:g} s each; "
        "each download broken off once on purpose",
        f"{uploaded} of {len(sent)} uploads and {downloaded} of {len(came)} downloads whole (answers {statuses}), "
        f"downloads in {parts} parts, audited {events} times",
        "all are whole; a download is audited once, and breaks only where it is broken off",
        uploaded == len(sent) and downloaded == len(came) == events and parts == 2 * len(came),
    )

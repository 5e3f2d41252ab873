"""Many computers in use, and turning the pages of their list."""

from urllib.parse import parse_qsl
from uuid import uuid4

from django.utils import timezone

from accounts.audit import Kind
from licenses.computer_list import Place, computer_page
from licenses.models import Activation, License
from organizations.paging import Page
from organizations.viewer import Viewer


def in_use_on(license: License, number: int) -> None:
    """Let `number` more computers use the license."""
    Activation.objects.bulk_create(
        Activation(
            license=license,
            computer_id=f"PC-{number}",
            activated_as=Kind.SYSTEM,
            license_file_id=uuid4().hex,
            license_file_issued_at=timezone.now(),
        )
        for number in range(number)
    )
    count = license.activations.in_use().count()
    License.objects.filter(pk=license.pk).update(activations_in_use=count, max_activations=count)


def whole_list(viewer: Viewer) -> list[Activation]:
    """Return what the list has to show, in its order."""
    rows = Activation.objects.visible_to(viewer).in_use()
    return sorted(rows, key=lambda row: (row.license_id, row.pk), reverse=True)


def place_of(url: str | None) -> Place:
    assert url is not None
    return Place.read(dict(parse_qsl(url.removeprefix("?"))))


def all_pages(viewer: Viewer, text: str = "") -> list[Page[Activation]]:
    """Turn the pages to the end, and back again, which has to show the same."""
    pages = [computer_page(viewer, text, Place())]
    while pages[-1].next_url:
        pages.append(computer_page(viewer, text, place_of(pages[-1].next_url)))
    back = [pages[-1]]
    while back[-1].previous_url:
        back.append(computer_page(viewer, text, place_of(back[-1].previous_url)))
    assert [page.rows for page in back[::-1]] == [page.rows for page in pages]
    return pages


def rows_of(pages: list[Page[Activation]]) -> list[Activation]:
    return [row for page in pages for row in page.rows]

"""The files of an export: inert cells, workbooks with a limit, CSV that is streamed while licenses change."""

from datetime import date, datetime
from itertools import islice

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone, translation

from accounts.models import AuditEvent, User
from licenses import exporting, listing
from licenses.exporting import Export
from licenses.filters import Criteria
from licenses.models import License
from licenses.status import Status
from licenses.views import export as view
from organizations.access import viewer_for
from organizations.models import Customer
from tests.cast import (
    EVERY_PRIVILEGE,
    make_contact,
    make_customer,
    make_group,
    make_license,
    make_member,
    make_organization,
    make_product,
)
from tests.licenses.exports import EXPORT, LIST, downloaded, downloaded_workbook, make_many
from tests.licenses.pages import words


@pytest.fixture(autouse=True)
def _database(db: None) -> None:
    """Every test here looks at licenses."""


@pytest.fixture
def anna(db: None) -> Customer:
    return make_customer("Anna Acme")


def test_batches_follow_each_other_without_gap_or_double(anna: Customer, monkeypatch: pytest.MonkeyPatch) -> None:
    make_many(23, anna)
    all_licenses = listing.all_licenses
    monkeypatch.setattr(exporting, "all_licenses", lambda viewer, criteria: all_licenses(viewer, criteria, 5))
    export = Export(viewer_for(anna.user), Criteria())
    found = [row[2] for batch in export.batches() for row in batch]
    assert found == list(License.objects.order_by("-pk").values_list("activation_key", flat=True))
    assert export.count() == 23


HOSTILE = ["=HYPERLINK(1)", " +1", "＝1+1", "-1", "@A", "\t=1"]


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_no_cell_is_a_formula_whatever_people_are_called(client: Client, kind: str) -> None:
    group = make_group(*EVERY_PRIVILEGE, name="North")
    for text in HOSTILE:
        organization = make_organization(f"{text}O", user_group=group)
        customer = make_customer(user_group=group, organization=organization)
        User.objects.filter(pk=customer.user_id).update(full_name=text)
        license = make_license(customer=customer, user_group=group, order_id=text, product=make_product())
        License.objects.filter(pk=license.pk).update(activation_key=f"{text} KEY-{license.pk}")
        type(license.product).objects.filter(pk=license.product.pk).update(name=text)
    member = make_member(group)
    if kind == "csv":
        texts = [text for row in downloaded(client, member) for text in row.values()]
    else:
        client.force_login(member)
        cells = [cell for row in downloaded_workbook(client).iter_rows(min_row=2) for cell in row]
        texts = [cell.value for cell in cells if isinstance(cell.value, str)]
        assert {cell.data_type for cell in cells if isinstance(cell.value, str)} == {"s"}
    assert len([text for text in texts if text.startswith("'")]) == 5 * len(HOSTILE)
    assert not [text for text in texts if text.lstrip().startswith(("=", "+", "-", "@", "＝"))]


def test_workbook_holds_numbers_dates_and_texts_as_such(client: Client, anna: Customer) -> None:
    make_license(customer=anna, product=make_product("#N/A"), expires_on=date(2030, 1, 2), computers=("PC",))
    client.force_login(anna.user)
    sheet = downloaded_workbook(client)
    head, row = ([cell.value for cell in line] for line in sheet.iter_rows())
    assert (sheet.title, head[0], sheet.freeze_panes) == ("Licenses", "Product", "A2")
    assert (row[0], sheet["A2"].data_type) == ("#N/A", "s")
    assert row[5:7] == [1, 3]
    assert row[7] == datetime(2030, 1, 2)  # noqa: DTZ001  # a workbook knows no time zones
    assert row[8] is None


def test_control_characters_do_not_break_a_workbook(client: Client) -> None:
    paula = make_contact(make_organization("Acme"))
    make_license(organization=paula.organization, customer=make_customer("x"))
    User.objects.filter(full_name="x").update(full_name="a\x0bb\x1f")
    client.force_login(paula.user)
    sheet = downloaded_workbook(client)
    assert sheet["J2"].value == "a\ufffdb\ufffd"


def test_too_many_for_a_workbook_leads_back_to_the_list_and_offers_csv(
    client: Client, anna: Customer, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_many(3, anna)
    client.force_login(anna.user)
    monkeypatch.setattr(view, "MOST_IN_WORKBOOK", 3)
    assert len(downloaded_workbook(client)["A"]) == 4
    monkeypatch.setattr(view, "MOST_IN_WORKBOOK", 2)
    response = client.get(EXPORT, {"format": "xlsx", "order": "expires"})
    assert (response.status_code, response["Location"]) == (302, f"{LIST}?order=expires")
    page = words(client.get(response["Location"]))
    assert "An Excel workbook holds at most 2 licenses here, and this list has 3. Export it as CSV" in page
    assert AuditEvent.objects.filter(action="licenses.exported").count() == 1


@pytest.mark.parametrize("method", ["get", "head"])
@pytest.mark.parametrize(
    ("kind", "media_type"),
    [
        ("xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
        ("csv", "text/csv; charset=utf-8"),
    ],
)
def test_file_says_what_it_is_and_is_called(
    client: Client, anna: Customer, method: str, kind: str, media_type: str
) -> None:
    make_many(1, anna)
    client.force_login(anna.user)
    response = getattr(client, method)(EXPORT, {"format": kind})
    assert response["Content-Type"] == media_type
    assert response["Content-Disposition"] == f'attachment; filename="licenses-{timezone.localdate()}.{kind}"'
    assert bool(b"".join(response)) is (method == "get")


def test_limit_of_a_workbook_is_50_000() -> None:
    assert view.MOST_IN_WORKBOOK == 50_000


def test_file_is_streamed_and_nothing_is_read_before_it_is_asked_for(
    client: Client, anna: Customer, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_many(40, anna)
    all_licenses = listing.all_licenses
    monkeypatch.setattr(exporting, "all_licenses", lambda viewer, criteria: all_licenses(viewer, criteria, 10))
    client.force_login(anna.user)
    response = client.get(EXPORT)
    assert response.streaming
    assert response["Content-Type"] == "text/csv; charset=utf-8"
    assert response["Content-Disposition"] == f'attachment; filename="licenses-{timezone.localdate()}.csv"'
    assert response["Cache-Control"] == "private, no-store"
    parts = iter(response.streaming_content)
    with CaptureQueriesContext(connection) as queries:
        head, first = islice(parts, 2)
    assert head.startswith("\ufeffProduct,".encode())
    assert (first.count(b"\r\n"), len(queries)) == (10, 2)
    with CaptureQueriesContext(connection) as queries:
        assert sum(part.count(b"\r\n") for part in parts) == 30
    assert len(queries) == 7
    assert not [query for query in queries if "SAVEPOINT" in query["sql"] or "BEGIN" in query["sql"]]


def test_compressed_file_is_streamed_too(client: Client, anna: Customer, monkeypatch: pytest.MonkeyPatch) -> None:
    make_many(400, anna)
    all_licenses = listing.all_licenses
    monkeypatch.setattr(exporting, "all_licenses", lambda viewer, criteria: all_licenses(viewer, criteria, 10))
    client.force_login(anna.user)
    response = client.get(EXPORT, headers={"Accept-Encoding": "gzip"})
    assert response["Content-Encoding"] == "gzip"
    with CaptureQueriesContext(connection) as queries:
        next(iter(response.streaming_content))
    assert len(queries) <= 2


def test_words_are_in_the_readers_language_though_the_request_is_over(
    client: Client, anna: Customer, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_many(1, anna)
    monkeypatch.setattr(Status, "label", property(lambda status: f"status in {translation.get_language()}"))
    client.force_login(anna.user)
    response = client.get(EXPORT)
    with translation.override("de"):
        assert b",status in en," in b"".join(response.streaming_content)


def test_license_that_changes_its_place_meanwhile_is_exported_once(
    anna: Customer, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(9):
        make_many(1, anna, expires_on=date(2030, 1, 1 + number))
    all_licenses = listing.all_licenses
    monkeypatch.setattr(exporting, "all_licenses", lambda viewer, criteria: all_licenses(viewer, criteria, 3))
    criteria = Criteria.read(viewer_for(anna.user), {"order": "expires"})
    batches = Export(viewer_for(anna.user), criteria).batches()
    found = [row[2] for row in next(batches)]
    License.objects.filter(activation_key=found[0]).update(expires_on=date(2031, 1, 1))
    found += [row[2] for batch in batches for row in batch]
    assert set(found) == set(License.objects.values_list("activation_key", flat=True))


def test_license_that_is_taken_away_meanwhile_is_not_exported(anna: Customer, monkeypatch: pytest.MonkeyPatch) -> None:
    make_many(4, anna)
    all_licenses = listing.all_licenses
    monkeypatch.setattr(exporting, "all_licenses", lambda viewer, criteria: all_licenses(viewer, criteria, 2))
    batches = Export(viewer_for(anna.user), Criteria()).batches()
    next(batches)
    License.objects.update(deleted_at=timezone.now())
    assert [row for batch in batches for row in batch] == []


def test_exporting_asks_the_same_number_of_questions_for_each_batch(anna: Customer) -> None:
    make_many(1, anna)
    viewer = viewer_for(anna.user)
    with CaptureQueriesContext(connection) as few:
        list(Export(viewer, Criteria()).batches())
    make_many(1_000, anna)
    with CaptureQueriesContext(connection) as many:
        list(Export(viewer, Criteria()).batches())
    assert len(few) == len(many)

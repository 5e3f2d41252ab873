"""P3: how many questions a page asks the database: few, and no more with a thousand rows than with one."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import NoReturn
from uuid import UUID

import pytest
from django.db import connection, transaction
from django.template import Context, Template
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import SafeString

from accounts.audit import Actor, Kind
from accounts.models import AuditEvent
from licenses.activation import deactivate
from licenses.activation_key import make
from licenses.models import Activation, License, LicenseModel
from licenses.needs import Need
from licenses.terms import today
from tests.cast import Cast, make_activation, make_cast

LIST, DETAIL, ANY_OTHER = 10, 10, 12
LISTS = (
    "list",
    "next page of the list",
    "list found",
    "list filtered",
    "list by date",
    "computers",
    "next page of the computers",
    "computers found",
)
pytestmark = pytest.mark.usefixtures("demo_mark_asked_for_once")

MANY = 1_000
PEOPLE = ("customer", "primary contact", "north, every privilege", "staff with view and change", "superuser")


@pytest.fixture
def cast(db: None) -> Cast:
    """Return the cast, with a computer that was deactivated within the hour."""
    cast = make_cast()
    deactivate(make_activation(cast.license, "OLD-PC").pk, Actor(Kind.SYSTEM, None, "portal"))
    return cast


def test_pages_ask_few_questions_and_no_more_for_a_thousand_rows(cast: Cast) -> None:
    with_few = queries_by_page(cast)
    add_many_rows(cast)
    with_many = queries_by_page(cast)
    assert {page: number for page, number in with_many.items() if number > _budget(page)} == {}
    assert with_many == with_few


def test_buttons_ask_no_more_for_a_thousand_rows(cast: Cast) -> None:
    with_few = queries_by_button(cast)
    add_many_rows(cast)
    assert queries_by_button(cast) == with_few


def test_overview_of_licenses_that_need_everything_asks_no_more_for_a_thousand(cast: Cast) -> None:
    with_few = queries_of_busy_overviews(cast)
    add_many_rows(cast)
    with_many = queries_of_busy_overviews(cast)
    assert max(with_many.values()) <= ANY_OTHER
    assert with_many == with_few


def queries_of_busy_overviews(cast: Cast) -> dict[str, int]:
    """Return how many queries the overview takes for each person when every license needs something."""
    soon, found = today() + timedelta(days=5), {}
    in_an_hour = timezone.now() + timedelta(hours=1)
    License.objects.update(expires_on=soon, maintenance_until=soon, terms_changed_at=in_an_hour)
    take_statistics()
    for person in PEOPLE:
        client = _browser(cast, person)
        with CaptureQueriesContext(connection) as queries:
            tasks = client.get(reverse("licenses:overview")).context["tasks"]
        assert {Need.FILES, Need.EXPIRING, Need.UPDATES} <= {task.need for task in tasks}, person
        found[person] = len(queries)
    return found


def test_templates_ask_nothing(cast: Cast) -> None:
    add_many_rows(cast)
    with templates_cut_off():
        assert min(queries_by_page(cast).values()) > 0


def test_control_template_that_asks_is_noticed(db: None) -> None:
    with templates_cut_off(), pytest.raises(AssertionError, match="a template asks"):
        Template("{{ rows.count }}").render(Context({"rows": License.objects.all()}))


def test_control_page_over_budget_is_noticed(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    related = ("product_version",)
    monkeypatch.setattr("licenses.views.gate.LICENSE_RELATED", related)
    assert any(number > _budget(page) for page, number in queries_by_page(cast).items())


def _budget(page: str) -> int:
    return {"detail": DETAIL, **dict.fromkeys(LISTS, LIST)}.get(page.rpartition(": ")[2], ANY_OTHER)


def queries_by_page(cast: Cast) -> dict[str, int]:
    """Return how many queries each page takes for each person, named "person: page"."""
    found = {}
    newest = License.objects.order_by("pk").last()
    one, both = [cast.license.pk], [cast.license.pk, cast.activation.pk]
    pages = {
        "overview": reverse("licenses:overview"),
        "activity": reverse("organizations:activity"),
        "activity of a year": f"{reverse('organizations:activity')}?kind=licenses&days=365",
        "profile": reverse("organizations:profile"),
        "computers": reverse("licenses:computers"),
        "computers found": f"{reverse('licenses:computers')}?q=miras",
        "next page of the computers": f"{reverse('licenses:computers')}?after={cast.license.pk}_{UUID(int=2**128 - 1)}",
        "list": reverse("licenses:list"),
        "next page of the list": f"{reverse('licenses:list')}?after={newest.pk if newest else ''}",
        "list found": f"{reverse('licenses:list')}?q=spectra&status=partly-activated&order=updates",
        "list filtered": f"{reverse('licenses:list')}?status=not-activated&model=permanent&files=outdated"
        f"&product={cast.license.product.pk}&organization={cast.license.organization_id}"
        f"&customer={cast.license.customer_id}&expires=30&updates=ended",
        "list by date": f"{reverse('licenses:list')}?order=expires",
        "detail": reverse("licenses:detail", args=one),
        "activate": reverse("licenses:activate", args=one),
        "from a program": f"{reverse('licenses:activate_from_program')}?product=spectra&computer_id=ID-MIRAS-LAPTOP",
        "from no program": reverse("licenses:activate_from_program"),
        "deactivate": reverse("licenses:deactivate", args=both),
        "rename": reverse("licenses:rename", args=both),
        "license file": reverse("licenses:license_file", args=both),
    }
    for person in PEOPLE:
        client = _browser(cast, person)
        for name, address in pages.items():
            with CaptureQueriesContext(connection) as queries:
                assert client.get(address).status_code == 200, f"{person}: {name}"
            found[f"{person}: {name}"] = len(queries)
    return found


def queries_by_button(cast: Cast) -> dict[str, int]:
    """Return how many queries it takes to press each button, for each person, named "person: button"."""
    found = {}
    one, both = [cast.license.pk], [cast.license.pk, cast.activation.pk]
    computer = {"computer_id": "ID-NEW", "computer_name": "NEW-LAPTOP"}
    several = reverse("licenses:deactivate_computers")
    buttons = {
        "activate": (reverse("licenses:activate", args=one), computer),
        "replace": (reverse("licenses:replace", args=both), computer),
        "deactivate": (reverse("licenses:deactivate", args=both), {}),
        "deactivate several": (several, {"computer": str(cast.activation.pk), "confirm": "yes"}),
        "rename": (reverse("licenses:rename", args=both), {"computer_name": "NEW", "was": "MIRAS-LAPTOP"}),
        "license file": (reverse("licenses:license_file", args=both), {}),
    }
    for person in PEOPLE:
        client = _browser(cast, person)
        for name, (address, fields) in buttons.items():
            with transaction.atomic(), CaptureQueriesContext(connection) as queries:
                assert client.post(address, fields).status_code == 302, f"{person}: {name}"
                transaction.set_rollback(True)
            found[f"{person}: {name}"] = len(queries)
    return found


def _browser(cast: Cast, person: str) -> Client:
    """Return a browser in which that person has seen a page before."""
    client, user = Client(), cast.enter(person)
    assert user is not None
    client.force_login(user)
    client.get(reverse("licenses:list"))
    return client


def add_many_rows(cast: Cast) -> None:
    """Add a thousand licenses beside the cast's, and to that one a thousand computers, past computers and events."""
    license, now = cast.license, timezone.now()
    License.objects.bulk_create(
        License(
            activation_key=make(),
            product_version=license.product_version,
            license_model=LicenseModel.PERMANENT,
            licensee="Acme",
            customer=license.customer,
            organization=license.organization,
            user_group=license.user_group,
        )
        for _ in range(MANY)
    )
    Activation.objects.bulk_create(
        Activation(
            license=license,
            computer_id=f"ID-{number}",
            activated_by=license.customer.user if license.customer else None,
            activated_as=Kind.PERSON,
            deactivated_at=now if number % 2 else None,
            license_file_id=f"{number:032}",
            license_file_issued_at=now,
        )
        for number in range(2 * MANY)
    )
    License.objects.filter(pk=license.pk).update(max_activations=2 * MANY, activations_in_use=MANY + 1)
    AuditEvent.objects.bulk_create(
        AuditEvent(
            actor_kind=Kind.SYSTEM,
            action="license.reinstated",
            target_type="license",
            target_id=license.pk,
            customer_id=license.customer_id,
            organization_id=license.organization_id,
            user_group_id=license.user_group_id,
        )
        for _ in range(MANY)
    )
    take_statistics()


def take_statistics() -> None:
    """Let PostgreSQL look at the new rows, which it otherwise does a minute later: it plans as if there were none."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")


@contextmanager
def templates_cut_off() -> Iterator[None]:
    """Let every question that a template asks the database fail."""
    render: Callable[[Template, Context], SafeString] = vars(Template)["_render"]

    def refuse(*_: object) -> NoReturn:
        raise AssertionError("a template asks the database")

    def cut_off(template: Template, context: Context) -> SafeString:
        with connection.execute_wrapper(refuse):
            return render(template, context)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Template, "_render", cut_off)
        yield

"""The timeline of a license: what happened, in plain words, as the reader may know it."""

import ast
from datetime import date, timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client
from django.utils import timezone

from accounts.audit import SYSTEM, Actor, Detail, Origin, origin, record
from accounts.ids import uuid7
from accounts.models import AuditEvent
from licenses.activation import deactivate, rename_computer, replace
from licenses.handover import OTHERS
from licenses.issuing import edit, reinstate, revoke
from licenses.license_files import issue_license_file
from licenses.locking import concerned_by
from licenses.models import Feature, License
from licenses.timeline import SENTENCES, TimelineEntry, timeline_page
from licenses.views.gate import LICENSE_RELATED
from organizations.access import viewer_for
from organizations.paging import PAGE_SIZE, Cursor
from organizations.viewer import Viewer, Way
from tests.cast import Cast, make_activation, make_cast


@pytest.fixture
def cast(db: None) -> Cast:
    return make_cast()


def seen_by(cast: Cast, role: str) -> Viewer:
    user = cast.enter(role)
    assert user is not None
    return viewer_for(user)


def acting(cast: Cast, role: str) -> Actor:
    viewer = seen_by(cast, role)
    return viewer.actor_on(viewer.ways_to(cast.license))


def timeline(cast: Cast, role: str, cursor: Cursor | None = None) -> list[TimelineEntry]:
    viewer = seen_by(cast, role)
    license = License.objects.select_related(*LICENSE_RELATED).get(pk=cast.license.pk)
    shows_internal = bool(viewer.ways_to(license) & {Way.GROUP, Way.STAFF})
    return timeline_page(viewer, license, cursor or Cursor(), shows_internal=shows_internal).rows


def sentences(cast: Cast, role: str) -> list[str]:
    return [entry.sentence for entry in timeline(cast, role)]


def actors(cast: Cast, role: str) -> list[str]:
    return [entry.actor for entry in timeline(cast, role)]


def test_everything_that_happens_is_told_in_words_newest_first(cast: Cast) -> None:
    mira = acting(cast, "customer")
    rename_computer(cast.activation.pk, mira, name="MIRA-NEW", was="MIRAS-LAPTOP")
    issue_license_file(cast.activation.pk, mira)
    replaced = replace(cast.activation.pk, mira, computer_id="ID-2", computer_name="MIRA-2").activation
    deactivate(replaced.pk, mira)
    revoke(cast.license.pk, acting(cast, "superuser"), reason="Not paid.")
    reinstate(cast.license.pk, acting(cast, "superuser"))
    assert sentences(cast, "customer") == [
        "reinstated the license",
        "revoked the license: Not paid.",
        "deactivated MIRA-2",
        "activated MIRA-2",
        "replaced MIRA-NEW by MIRA-2",
        "issued the license file of MIRA-NEW anew",
        "renamed a computer from “MIRAS-LAPTOP” to “MIRA-NEW”",
        "activated MIRAS-LAPTOP",
        "issued the license",
    ]


def test_changes_name_fields_and_values_before_and_after(cast: Cast) -> None:
    license = License.objects.get(pk=cast.license.pk)
    license.max_activations, license.expires_on, license.licensee = 5, date(2027, 12, 4), "Acme <b>AG</b> 100%"
    feature = Feature.objects.create(product=license.product, code="PRO", name="Professional")
    edit(license, acting(cast, "superuser"), features=(feature,))
    told = sentences(cast, "customer")[0]
    assert told.startswith("changed ")
    assert set(told.removeprefix("changed ").split(", ")) == {
        "activations allowed from 3 to 5",
        "expires on from nothing to 4 Dec 2027",
        "licensee",
        "features from nothing to PRO",
    }


def test_whom_a_license_was_given_to_is_not_told(cast: Cast) -> None:
    license = License.objects.get(pk=cast.license.pk)
    license.customer = cast.secondary
    edit(license, acting(cast, "superuser"))
    assert sentences(cast, "primary contact")[0] == "changed customer"


def test_comment_and_order_id_are_for_group_and_staff(cast: Cast) -> None:
    license = License.objects.get(pk=cast.license.pk)
    license.comment, license.order_id = "Pays late", "4711"
    edit(license, acting(cast, "superuser"))
    license.max_activations, license.comment = 4, "Pays"
    edit(license, acting(cast, "superuser"))
    outsiders = ["customer", "primary contact", "south, view_all"]
    assert {sentences(cast, role)[0] for role in outsiders} == {"changed activations allowed from 3 to 4"}
    assert {sentences(cast, role)[1] for role in outsiders} == {"activated MIRAS-LAPTOP"}
    for role in ("north", "staff with view"):
        assert sentences(cast, role)[1] == "changed order id, comment"
        assert "comment" in sentences(cast, role)[0]
    everything = "".join(sentences(cast, "north"))
    assert "Pays late" not in everything
    assert "4711" not in everything


def test_changes_that_are_not_told_leave_no_empty_page(cast: Cast) -> None:
    license = License.objects.get(pk=cast.license.pk)
    for number in range(PAGE_SIZE + 1):
        details: dict[str, Detail] = {"comment": {"before": "", "after": str(number)}}
        record(SYSTEM, "license.edited", license, concerned=concerned_by(license), details=details)
    assert sentences(cast, "customer") == ["activated MIRAS-LAPTOP", "issued the license"]
    assert sentences(cast, "north") == ["changed comment"] * PAGE_SIZE


def test_actors_are_named_as_the_reader_may_know_them(cast: Cast) -> None:
    for role in ("customer", "primary contact", "north, activate and deactivate", "staff with view and change"):
        License.objects.filter(pk=cast.license.pk).update(max_activations=10)
        make_activation(cast.license, actor=acting(cast, role))
    assert actors(cast, "customer")[:4] == ["Northwind Instruments", "North", "Paula Brandt", "You"]
    assert actors(cast, "primary contact")[:4] == ["Northwind Instruments", "North", "You", "Mira Lindholm"]
    assert actors(cast, "secondary contact")[:4] == ["Northwind Instruments", "North", "Paula Brandt", "Mira Lindholm"]
    assert actors(cast, "north")[:4] == ["Northwind Instruments", "You", "Paula Brandt", "Somebody at the customer"]
    assert actors(cast, "south, view_all")[:4] == [
        "Northwind Instruments",
        "North",
        "Somebody at the customer",
        "Somebody at the customer",
    ]
    assert actors(cast, "superuser")[:4] == ["Chris Change", "Rasmus North", "Paula Brandt", "Mira Lindholm"]
    assert actors(cast, "customer")[-1] == "The portal"


def test_network_address_is_for_the_actor_and_staff(cast: Cast) -> None:
    token = origin.set(Origin("192.0.2.7"))
    make_activation(cast.license, actor=acting(cast, "customer"))
    origin.reset(token)
    shown = {
        role: timeline(cast, role)[0].address
        for role in ("customer", "primary contact", "north, every privilege", "south, view_all", "staff with view")
    }
    assert shown == {
        "customer": "192.0.2.7",
        "primary contact": None,
        "north, every privilege": None,
        "south, view_all": None,
        "staff with view": "192.0.2.7",
    }


def test_event_that_names_somebody_else_is_not_told(cast: Cast) -> None:
    license = License.objects.get(pk=cast.license.pk)
    License.objects.filter(pk=license.pk).update(customer=cast.secondary)
    record(SYSTEM, "license.reinstated", license, concerned=concerned_by(License.objects.get(pk=license.pk)))
    License.objects.filter(pk=license.pk).update(customer=license.customer)
    assert "reinstated the license" not in sentences(cast, "customer")
    assert "reinstated the license" in sentences(cast, "primary contact")


def test_timeline_has_pages_and_each_tells_the_next_events(cast: Cast, client: Client) -> None:
    user = cast.enter("customer")
    assert user is not None
    license, start = License.objects.get(pk=cast.license.pk), timezone.now()
    for number in range(PAGE_SIZE + 5):
        happened_at = start + timedelta(seconds=number)
        record(
            SYSTEM,
            "license.revoked",
            license,
            concerned=concerned_by(license),
            details={"reason": f"#{number}"},
            now=happened_at,
        )
    client.force_login(user)
    first = client.get(license.get_absolute_url()).context["timeline"]
    assert len(first.rows) == PAGE_SIZE
    assert first.rows[0].sentence == f"revoked the license: #{PAGE_SIZE + 4}"
    second = client.get(license.get_absolute_url() + first.next_url).context["timeline"]
    assert [entry.sentence for entry in second.rows[:5]] == [f"revoked the license: #{n}" for n in range(4, -1, -1)]
    assert second.next_url is None
    back = client.get(license.get_absolute_url() + second.previous_url).context["timeline"]
    assert back.rows == first.rows


def test_sentences_hold_whatever_people_type(cast: Cast, client: Client) -> None:
    hostile = "<script>alert(1)</script> {{ 7|add:7 }} 100% %s %(x)s"
    rename_computer(cast.activation.pk, SYSTEM, name=hostile, was="MIRAS-LAPTOP")
    assert sentences(cast, "customer")[0] == f"renamed a computer from “MIRAS-LAPTOP” to “{hostile}”"
    user = cast.enter("customer")
    assert user is not None
    client.force_login(user)
    page = client.get(cast.license.get_absolute_url()).content.decode()
    assert "<script>alert(1)" not in page
    assert "&lt;script&gt;alert(1)" in page
    assert "{{ 7|add:7 }}" in page


def test_every_action_that_the_code_records_about_licenses_has_its_sentence() -> None:
    recorded = {
        node.value
        for path in (Path(settings.BASE_DIR) / "licenses").rglob("*.py")
        if path.name != "timeline.py"
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
        if node.value.startswith(("license.", "release.")) and node.value.replace(".", "").replace("_", "").isalpha()
    }
    assert recorded - set(OTHERS) == set(SENTENCES)


def test_action_that_nobody_put_into_words_does_not_break_the_page(cast: Cast, client: Client) -> None:
    license = License.objects.get(pk=cast.license.pk)
    AuditEvent.objects.create(
        id=uuid7(),
        actor_kind=AuditEvent.ActorKind.SYSTEM,
        action="license.painted",
        target_type="license",
        target_id=license.pk,
        customer_id=license.customer_id,
    )
    user = cast.enter("customer")
    assert user is not None
    client.force_login(user)
    page = client.get(license.get_absolute_url()).content.decode()
    assert "changed something" in page
    assert "license.painted" not in page

"""Editing, renewing, revoking, reinstating and deleting licenses, as members of a user group do it."""

import re
from datetime import date, timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.audit import Actor, Kind
from accounts.models import AuditEvent
from licenses.issuing import revoke
from licenses.models import Feature, License, Product
from licenses.terms import today
from organizations.models import UserGroup
from tests.cast import make_activation, make_customer, make_group, make_license, make_member, make_staff
from tests.licenses.pages import address, message_after, words
from tests.licenses.reselling import SUBSCRIPTION, TRIAL, P, in_days, make_reseller

pytestmark = pytest.mark.django_db
VENDOR = Actor(Kind.VENDOR, None, "Stella")


@pytest.fixture
def north() -> UserGroup:
    """A reseller that may do everything with its licenses, and choose nothing."""
    return make_reseller(P.EDIT, P.RENEW, P.REVOKE, P.DELETE, default_expiry_days=30)


@pytest.fixture
def license(north: UserGroup) -> License:
    return make_license(
        customer=make_customer("Mira", user_group=north),
        user_group=north,
        license_model=SUBSCRIPTION,
        expires_on=in_days(10),
        maintenance_until=in_days(10),
        max_activations=3,
    )


@pytest.fixture
def nina(client: Client, north: UserGroup) -> Client:
    client.force_login(make_member(north, "Nina Northern"))
    return client


def give(north: UserGroup, *privileges: P, **limits: object) -> None:
    """Give the group these privileges besides, and limits."""
    north.refresh_from_db()
    north.privileges = [*north.privileges, *privileges]
    for name, value in limits.items():
        setattr(north, name, value)
    north.save()


def form_of(license: License, **changed: object) -> dict[str, object]:
    """Return what the form that edits sends, as `changed`."""
    license.refresh_from_db()
    return {
        "seen": license.edited_at.isoformat(),
        "version": str(license.product_version_id),
        "licensee": license.licensee,
        "max_activations": license.max_activations,
        "order_id": license.order_id,
        "comment": license.comment,
        **changed,
    }


def fields_of(client: Client, page: str) -> set[str]:
    return set(re.findall(r' name="(\w+)"', client.get(page).content.decode().partition("<main")[2]))


def test_member_edits_what_the_group_may(nina: Client, license: License) -> None:
    page = address("edit", license)
    assert not fields_of(nina, page) & {"expires_on", "expires_after_days", "maintenance_until", "floating_seats"}
    answer = nina.post(page, form_of(license, licensee="Mira & Co", max_activations=5, comment="Asked by phone"))
    assert message_after(nina, answer) == "The license is saved."
    license.refresh_from_db()
    assert (license.licensee, license.max_activations, license.comment) == ("Mira & Co", 5, "Asked by phone")
    assert license.expires_on == in_days(10), "what is not theirs to set stays"


@pytest.mark.parametrize(
    ("privilege", "name", "value"),
    [
        (P.SET_EXPIRY_DATE, "expires_on", "2099-01-01"),
        (P.SET_EXPIRY_DURATION, "expires_after_days", "5"),
        (P.SET_MAINTENANCE, "maintenance_until", "2099-01-01"),
        (P.SET_FLOATING_SEATS, "floating_seats", "5"),
        (P.SET_FEATURES, "features", ""),
    ],
)
def test_each_field_needs_its_privilege(
    nina: Client, license: License, north: UserGroup, privilege: P, name: str, value: str
) -> None:
    feature = Feature.objects.create(product=license.product, code="export", name="Export")
    page, sent = address("edit", license), {name: value or str(feature.pk)}
    assert "lacks the privilege" in words(nina.post(page, form_of(license, **sent)))
    give(north, privilege)
    assert name in fields_of(nina, page)
    assert nina.post(page, form_of(license, **sent)).status_code == 302
    assert AuditEvent.objects.get(action="license.edited").details.keys() == {name}


def test_editing_beyond_a_limit_is_refused_beside_the_field(nina: Client, license: License, north: UserGroup) -> None:
    give(north, max_activations_per_license=3)
    answer = nina.post(address("edit", license), form_of(license, max_activations=4))
    assert "at most 3 activations; you asked for 4" in words(answer)
    assert b'id="id_max_activations_error"' in answer.content


def test_stale_form_is_told_and_keeps_what_was_typed(nina: Client, license: License) -> None:
    stale = form_of(license, licensee="Typed before")
    License.objects.get(pk=license.pk).save()
    answer = nina.post(address("edit", license), stale)
    assert "Somebody else changed this license meanwhile" in words(answer)
    assert b'value="Typed before"' in answer.content
    license.refresh_from_db()
    assert license.licensee == "Mira"


def test_license_is_renewed_by_the_groups_usual_days_from_its_present_end(nina: Client, license: License) -> None:
    page = address("renew", license)
    assert not fields_of(nina, page) & {"expires_on", "expires_after_days", "maintenance_until"}
    assert "renewed by 30 days" in words(nina.get(page))
    answer = nina.post(page, {"seen": seen(license)})
    assert message_after(nina, answer).startswith("The license is renewed.")
    license.refresh_from_db()
    assert license.expires_on == in_days(40)


def test_expired_license_is_renewed_from_today(nina: Client, license: License) -> None:
    License.objects.filter(pk=license.pk).update(expires_on=in_days(-100))
    nina.post(address("renew", license), {"seen": seen(license)})
    license.refresh_from_db()
    assert license.expires_on == in_days(30)


def test_renewing_to_a_date_or_by_days_needs_the_privilege(nina: Client, license: License, north: UserGroup) -> None:
    page = address("renew", license)
    day = (today() + timedelta(days=200)).isoformat()
    assert "lacks the privilege" in words(nina.post(page, {"expires_on": day, "seen": seen(license)}))
    give(north, P.SET_EXPIRY_DATE, P.SET_EXPIRY_DURATION)
    assert "not both" in words(nina.post(page, {"expires_on": day, "expires_after_days": 5, "seen": seen(license)}))
    assert nina.post(page, {"expires_on": day, "seen": seen(license)}).status_code == 302
    nina.post(page, {"expires_after_days": 5, "seen": seen(license)})
    license.refresh_from_db()
    assert license.expires_on == in_days(205)


def test_renewing_never_shortens(nina: Client, license: License, north: UserGroup) -> None:
    give(north, P.SET_EXPIRY_DATE)
    answer = nina.post(address("renew", license), {"expires_on": today().isoformat(), "seen": seen(license)})
    assert "Renewing sets a later date than" in words(answer)


def test_updates_are_renewed_where_the_group_may_set_them(nina: Client, license: License, north: UserGroup) -> None:
    give(north, P.SET_MAINTENANCE)
    nina.post(address("renew", license), {"maintenance_until": in_days(500).isoformat(), "seen": seen(license)})
    license.refresh_from_db()
    assert license.maintenance_until == in_days(500)


def test_duration_that_has_not_begun_becomes_longer(nina: Client, north: UserGroup) -> None:
    license = make_license(user_group=north, license_model=TRIAL, expires_after_days=10)
    nina.post(address("renew", license), {"seen": seen(license)})
    license.refresh_from_db()
    assert (license.expires_after_days, license.expires_on) == (40, None)


def test_group_without_a_usual_term_that_may_choose_none_is_told_whom_to_ask(client: Client) -> None:
    group = make_group(P.RENEW)
    license = make_license(user_group=group, expires_on=in_days(1))
    client.force_login(make_member(group))
    assert "Ask the vendor for it." in words(client.post(address("renew", license), {"seen": seen(license)}))


def test_group_revokes_and_reinstates_what_it_revoked(nina: Client, license: License) -> None:
    assert "Say" not in message_after(nina, nina.post(address("revoke", license), {"reason": "Unpaid"}))
    license.refresh_from_db()
    assert (license.revoked_as, license.revoked_reason) == ("group", "Unpaid")
    assert "Unpaid" in words(nina.get(license.get_absolute_url()))
    answer = nina.post(address("reinstate", license))
    assert message_after(nina, answer) == "The license is reinstated."
    license.refresh_from_db()
    assert (license.revoked_at, license.revoked_as) == (None, "")


def test_what_staff_revoked_only_staff_reinstate(nina: Client, license: License) -> None:
    revoke(license.pk, VENDOR, reason="Fraud")
    sentence = "The vendor revoked this license, so only the vendor can reinstate it."
    assert sentence in words(nina.get(address("reinstate", license)))
    assert sentence in words(nina.post(address("reinstate", license)))
    license.refresh_from_db()
    assert license.revoked_at is not None
    nina.force_login(make_staff("Stella", "view", "change"))
    assert message_after(nina, nina.post(address("reinstate", license))) == "The license is reinstated."


def test_revoking_needs_a_reason(nina: Client, license: License) -> None:
    answer = nina.post(address("revoke", license), {"reason": "  "})
    assert b'id="id_reason_error"' in answer.content
    license.refresh_from_db()
    assert license.revoked_at is None


def test_revoked_license_is_not_renewed(nina: Client, license: License) -> None:
    nina.post(address("revoke", license), {"reason": "Unpaid"})
    answer = nina.post(address("renew", license), {"seen": seen(license)})
    assert "Reinstate it first" in words(answer)


def test_license_that_was_never_activated_is_deleted_and_exists_for_staff_alone(
    nina: Client, license: License, north: UserGroup
) -> None:
    assert "never activated" in words(nina.get(address("delete", license)))
    answer = nina.post(address("delete", license))
    assert "is deleted." in message_after(nina, answer)
    assert nina.get(license.get_absolute_url()).status_code == 404
    assert license.customer is not None
    nina.force_login(license.customer.user)
    assert nina.get(license.get_absolute_url()).status_code == 404
    nina.force_login(make_staff("Stella", "view"))
    assert nina.get(license.get_absolute_url()).status_code == 200


def test_license_that_was_activated_is_not_deleted(nina: Client, license: License) -> None:
    make_activation(license, "LAPTOP")
    for answer in (nina.get(address("delete", license)), nina.post(address("delete", license))):
        assert "was activated, so it cannot be deleted" in words(answer)
        assert "Revoke it instead" in words(answer)
    license.refresh_from_db()
    assert license.deleted_at is None


def test_timeline_tells_everybody_what_the_group_did(nina: Client, license: License, north: UserGroup) -> None:
    nina.post(address("renew", license), {"seen": seen(license)})
    nina.post(address("revoke", license), {"reason": "Unpaid"})
    assert license.customer is not None
    nina.force_login(license.customer.user)
    page = words(nina.get(license.get_absolute_url()))
    assert "North renewed the license: expires on from" in page
    assert "North revoked the license: Unpaid" in page


PAGES = {"edit": P.EDIT, "renew": P.RENEW, "revoke": P.REVOKE, "reinstate": P.REVOKE, "delete": P.DELETE}


@pytest.mark.parametrize("name", PAGES)
def test_each_page_and_its_button_need_the_privilege(client: Client, product_of: Product, name: str) -> None:
    group = make_group(*(set(P) - {PAGES[name], P.VIEW_ALL}))
    license = make_license(user_group=group, expires_on=date(2099, 1, 1), product=product_of)
    if name == "reinstate":
        revoked = {"revoked_at": timezone.now(), "revoked_as": Kind.GROUP, "revoked_reason": "x"}
        License.objects.filter(pk=license.pk).update(**revoked)
    client.force_login(make_member(group))
    page = reverse(f"licenses:{name}", args=[license.pk])
    before = License.objects.values().get(pk=license.pk)
    assert client.get(page).status_code == client.post(page, {"reason": "x"}).status_code == 403
    assert page not in client.get(license.get_absolute_url()).content.decode()
    assert License.objects.values().get(pk=license.pk) == before
    UserGroup.objects.filter(pk=group.pk).update(privileges=[PAGES[name]])
    assert client.get(page).status_code == 200
    assert page in client.get(license.get_absolute_url()).content.decode()


@pytest.fixture
def product_of() -> Product:
    license = make_license()
    return license.product


def seen(license: License) -> str:
    license.refresh_from_db()
    return license.edited_at.isoformat()


def test_permanent_license_does_not_become_a_trial_without_an_end(nina: Client, north: UserGroup) -> None:
    give(north, P.CREATE)
    license = make_license(user_group=north)
    answer = nina.post(address("edit", license), form_of(license, license_model=TRIAL))
    assert "needs a date on which" in words(answer)


def test_form_that_edits_sent_twice_has_one_effect(nina: Client, license: License) -> None:
    form = form_of(license, licensee="Mira & Co")
    assert [nina.post(address("edit", license), form).status_code for _time in range(2)] == [302, 302]
    assert AuditEvent.objects.filter(action="license.edited").count() == 1


def test_form_that_renews_to_a_date_sent_twice_has_one_effect(nina: Client, license: License, north: UserGroup) -> None:
    give(north, P.SET_EXPIRY_DATE)
    form = {"expires_on": in_days(99).isoformat(), "seen": seen(license)}
    assert [nina.post(address("renew", license), form).status_code for _time in range(2)] == [302, 302]
    assert AuditEvent.objects.filter(action="license.renewed").count() == 1

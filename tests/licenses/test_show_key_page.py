"""Showing the whole activation key: a button for those who may, written down, and kept nowhere else."""

import logging

import pytest
from django.test import Client

from accounts.audit import Actor
from accounts.models import AuditEvent
from licenses.models import License
from licenses.showing_keys import show_key
from organizations.models import Customer
from organizations.privileges import Privilege
from tests.cast import make_group, make_license, make_member, make_staff
from tests.licenses.pages import address, links, words

SHOW = "Show key"


def test_button_shows_the_whole_key_with_a_button_to_copy_it_and_a_way_back(
    browser_of_anna: Client, license: License
) -> None:
    page = browser_of_anna.get(license.get_absolute_url())
    assert SHOW in words(page)
    assert f'action="{address("key", license)}"' in page.content.decode()
    assert license.activation_key not in page.content.decode()
    page = browser_of_anna.post(address("key", license))
    assert page.status_code == 200
    assert f'<code class="key" id="activation-key">{license.activation_key}</code>' in page.content.decode()
    assert 'data-copy="activation-key"' in page.content.decode()
    assert license.get_absolute_url() in links(page)
    assert SHOW not in words(page)


def test_key_is_never_kept_by_a_browser_and_not_in_the_title(browser_of_anna: Client, license: License) -> None:
    page = browser_of_anna.post(address("key", license))
    assert page["Cache-Control"] == "private, no-store"
    head = page.content.decode().partition("<body")[0]
    assert license.activation_key not in head
    assert license.key_tail not in head


def test_looking_at_it_stands_in_the_timeline_without_the_key(browser_of_anna: Client, license: License) -> None:
    browser_of_anna.post(address("key", license))
    event = AuditEvent.objects.get(action="license.key_shown")
    assert (event.target_id, event.customer_id) == (license.pk, license.customer_id)
    assert license.activation_key not in f"{event.target_label} {event.details}"
    assert "You looked at the whole activation key" in words(browser_of_anna.get(license.get_absolute_url()))


def test_story_writes_down_who_looked(license: License, actor: Actor) -> None:
    assert show_key(license, actor) == license.activation_key
    assert AuditEvent.objects.get(action="license.key_shown").actor_id == actor.user_id


def test_log_holds_no_key(browser_of_anna: Client, license: License, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG):
        browser_of_anna.post(address("key", license))
    assert license.activation_key not in caplog.text


def test_opening_the_address_shows_nothing(browser_of_anna: Client, license: License) -> None:
    page = browser_of_anna.get(address("key", license))
    assert page.status_code == 405
    assert license.activation_key not in page.content.decode()
    assert not AuditEvent.objects.filter(action="license.key_shown").exists()


@pytest.mark.parametrize(
    ("privileges", "may"), [((), False), ((Privilege.ACTIVATE,), True), ((Privilege.VIEW_ALL, Privilege.EDIT), False)]
)
def test_group_sees_it_where_it_may_activate(
    client: Client, anna: Customer, privileges: tuple[Privilege, ...], may: bool
) -> None:
    group = make_group(*privileges, name="North")
    license = make_license(customer=anna, user_group=group)
    client.force_login(make_member(group))
    assert (SHOW in words(client.get(license.get_absolute_url()))) is may
    page = client.post(address("key", license))
    assert page.status_code == (200 if may else 403)
    assert (license.activation_key in page.content.decode()) is may
    assert AuditEvent.objects.filter(action="license.key_shown").exists() is may
    if not may:
        assert "seeing its whole activation key is not yours to do. Ask" in words(page)


def test_staff_who_may_only_view_do_not_see_it(client: Client, license: License) -> None:
    client.force_login(make_staff("Vic View", "view"))
    assert SHOW not in words(client.get(license.get_absolute_url()))
    assert client.post(address("key", license)).status_code == 403


def test_key_of_another_format_is_shown_as_it_is(browser_of_anna: Client, anna: Customer) -> None:
    license = make_license(customer=anna, activation_key="<b>NW 2019/0815-x</b>")
    page = browser_of_anna.post(address("key", license)).content.decode()
    assert "&lt;b&gt;NW 2019/0815-x&lt;/b&gt;" in page
    assert "<b>NW" not in page

"""Selecting computers, being told what deactivating them means, doing it, and undoing it."""

import re
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.audit import SYSTEM, Actor
from licenses.activation import deactivate
from licenses.errors import LicenseError, Reason
from licenses.models import Activation
from licenses.selection import MOST_AT_ONCE
from organizations.models import Customer
from organizations.privileges import Privilege
from tests.cast import make_contact, make_customer, make_group, make_license, make_member, make_organization, make_staff
from tests.licenses.computers import in_use_on
from tests.licenses.moments import Clock
from tests.licenses.pages import links, message_after, words
from tests.licenses.selecting import DEACTIVATE, LIST, UNDO, ask, confirm, ids, in_use, make_limited, sent_by

# Being told


def test_page_says_for_each_license_what_is_freed_and_what_is_left_then(
    browser_of_anna: Client, anna: Customer
) -> None:
    free, limited = make_license(customer=anna, computers=("A", "B")), make_limited(anna, 3, "C", "D", "E")
    chosen = [*ids(free), *limited.activations.exclude(computer_name="E").values_list("pk", flat=True)]
    page = ask(browser_of_anna, map(str, chosen))
    assert page.status_code == 200
    said = words(page)
    assert "Deactivate 4 computers?" in said
    assert f"{limited.product_version} •••••- ends in {limited.key_tail} 2 of 3 in use are freed: D ID-D C ID-C" in said
    assert "Afterwards, 1 of 3 deactivations within 30 days is left." in said
    assert f"{free.key_tail} 2 of 2 in use are freed:" in said
    assert said.count("Afterwards") == 1
    assert sorted(sent_by(page)) == sorted(map(str, chosen))
    assert in_use(free, limited) == [2, 3]


def test_page_says_what_becomes_of_the_computers(browser_of_anna: Client, anna: Customer) -> None:
    license = make_license(customer=anna, computers=("A",))
    assert str(license.product.get_after_deactivation_display()) in words(ask(browser_of_anna, ids(license)))


def test_used_up_quota_is_named_with_its_ways_on_and_the_rest_can_be_deactivated(
    browser_of_anna: Client, anna: Customer
) -> None:
    free, limited = make_license(customer=anna, computers=("A",)), make_limited(anna, 1, "C", "D")
    deactivate(limited.activations.earliest("pk").pk, Actor.person(anna.user))
    chosen = [*ids(free), *(str(each.pk) for each in limited.activations.in_use())]
    page = ask(browser_of_anna, chosen)
    assert "No deactivation is left: 1 of 1 were used within 30 days." in words(page)
    assert any(link.startswith("mailto:") for link in links(page))
    assert "Deactivate 1 computer?" in words(page)
    assert sent_by(page) == ids(free)
    assert confirm(browser_of_anna, sent_by(page)).status_code == 302
    assert in_use(free, limited) == [0, 1]


def test_quota_that_reaches_for_some_lets_the_person_choose_which(browser_of_anna: Client, anna: Customer) -> None:
    free, limited = make_license(customer=anna, computers=("A",)), make_limited(anna, 2, "C", "D", "E")
    page = ask(browser_of_anna, [*ids(free), *ids(limited)])
    said = words(page)
    assert (
        "2 of 2 deactivations within 30 days are left. Of the 3 selected computers, 2 can be deactivated now." in said
    )
    assert "Select at most 2 of them, then go on:" in said
    assert sent_by(page) == ids(free)
    main = page.content.decode().partition("<main")[2]
    form = main.partition("<fieldset>")[0].rpartition("<form")[2]
    boxes = main.partition("<fieldset>")[2].partition("</fieldset>")[0]
    assert ids(free) == re.findall(r'name="computer" value="([^"]*)"', form)
    assert sorted(ids(limited)) == sorted(re.findall(r'type="checkbox" name="computer" value="([^"]*)"', boxes))
    again = ask(browser_of_anna, [*ids(free), *ids(limited)[:2]])
    assert "Deactivate 3 computers?" in words(again)
    assert "Afterwards, 0 of 2 deactivations within 30 days are left." in words(again)


def test_what_was_deactivated_before_is_said(browser_of_anna: Client, anna: Customer) -> None:
    license = make_license(customer=anna, computers=("A", "B"))
    deactivate(license.activations.get(computer_name="A").pk, Actor.person(anna.user))
    page = ask(browser_of_anna, ids(license))
    assert "Deactivated before, so nothing happens to: A" in words(page)
    assert "1 of 1 in use is freed: B" in words(page)


def test_staff_are_told_no_quota_and_need_none(client: Client, anna: Customer) -> None:
    license = make_limited(anna, 0, "A", "B")
    client.force_login(make_staff("Stella Berg", "view", "change"))
    page = ask(client, ids(license))
    assert "within 30 days" not in words(page)
    assert confirm(client, sent_by(page)).status_code == 302
    assert in_use(license) == [0]


def test_computers_that_are_not_theirs_to_deactivate_are_named_with_who_can(client: Client, anna: Customer) -> None:
    group = make_group(Privilege.VIEW_ALL, Privilege.DEACTIVATE, name="North")
    ours, annas = make_license(user_group=group, computers=("OURS",)), make_license(customer=anna, computers=("A",))
    client.force_login(make_member(group))
    page = ask(client, ids(ours, annas))
    assert page.status_code == 200
    assert "deactivating its computers is not yours to do. Ask Anna Acme or Northwind Instruments." in words(page)
    assert sent_by(page) == ids(ours)
    assert confirm(client, ids(ours, annas)).status_code == 200
    assert in_use(ours, annas) == [1, 1]


def test_nothing_of_theirs_to_deactivate_is_a_refusal_that_names_who_can(client: Client, anna: Customer) -> None:
    annas = make_license(customer=anna, computers=("A",))
    client.force_login(make_member(make_group(Privilege.VIEW_ALL, Privilege.DEACTIVATE)))
    for answer in (ask(client, ids(annas)), confirm(client, ids(annas))):
        assert answer.status_code == 403
        assert "Ask Anna Acme or" in words(answer)
        assert sent_by(answer) == []
    assert in_use(annas) == [1]


# What was sent


def test_nothing_selected_says_so_and_keeps_the_search(browser_of_anna: Client) -> None:
    answer = ask(browser_of_anna, [], q="laptop")
    assert (answer.status_code, answer["Location"]) == (302, "/computers/?q=laptop")
    assert message_after(browser_of_anna, answer) == "Select the computers to deactivate in the list first."


def test_computers_that_do_not_exist_for_the_person_are_as_if_there_were_none(browser_of_anna: Client) -> None:
    others = ids(make_license(computers=("THEIRS",)))
    answers = [
        (answer.status_code, dict(answer.items()), answer.content)
        for computers in (others, [str(uuid4())], ["garbage"], [])
        for answer in (ask(browser_of_anna, computers), confirm(browser_of_anna, computers))
    ]
    assert all(answer == answers[0] for answer in answers)
    assert Activation.objects.in_use().count() == 1


def test_page_with_invisible_computers_is_the_same_as_without(browser_of_anna: Client, anna: Customer) -> None:
    mine, others = ids(make_license(customer=anna, computers=("A",))), ids(make_license(computers=("THEIRS",)))
    token = re.compile(r'name="csrfmiddlewaretoken" value="[^"]*"')
    pages = [
        token.sub("", ask(browser_of_anna, [*mine, *more]).content.decode())
        for more in ([], others, [str(uuid4())], ["garbage", "", "' OR 1=1"], mine, [mine[0].upper()])
    ]
    assert len(set(pages)) == 1
    confirm(browser_of_anna, [*mine, *others])
    assert [str(each) for each in Activation.objects.in_use().values_list("pk", flat=True)] == others


def test_more_than_two_hundred_at_once_are_refused(browser_of_anna: Client, anna: Customer) -> None:
    license = make_license(customer=anna)
    in_use_on(license, MOST_AT_ONCE + 1)
    for send in (ask, confirm):
        answer = send(browser_of_anna, ids(license))
        assert message_after(browser_of_anna, answer) == (
            "At most 200 computers can be deactivated at once; 201 were selected. Select fewer."
        )
    assert in_use(license) == [201]
    assert confirm(browser_of_anna, ids(license)[1:]).status_code == 302
    assert in_use(license) == [1]


def test_ten_thousand_at_once_are_too_much_for_a_form(browser_of_anna: Client) -> None:
    answer = ask(browser_of_anna, [str(uuid4()) for _ in range(10_000)])
    assert answer.status_code == 413
    assert "More was sent than the portal accepts in one form. Nothing was changed." in words(answer)


def test_reading_the_address_leads_to_the_list(browser_of_anna: Client) -> None:
    for address in (DEACTIVATE, UNDO):
        answer = browser_of_anna.get(address)
        assert (answer.status_code, answer["Location"]) == (302, LIST)


# Doing it


def test_one_sentence_tells_what_was_deactivated(browser_of_anna: Client, anna: Customer) -> None:
    first, second = make_license(customer=anna, computers=("A", "B")), make_license(customer=anna, computers=("C",))
    answer = confirm(browser_of_anna, ids(first, second), q="laptop")
    assert answer["Location"].startswith("/computers/?q=laptop&deactivated=")
    assert message_after(browser_of_anna, answer) == "3 computers are deactivated on 2 licenses."
    assert in_use(first, second) == [0, 0]


def test_sent_twice_has_one_effect_and_the_second_is_told(browser_of_anna: Client, anna: Customer) -> None:
    license = make_limited(anna, 2, "A", "B")
    browser_of_anna.get(confirm(browser_of_anna, ids(license))["Location"])
    answer = confirm(browser_of_anna, ids(license))
    assert message_after(browser_of_anna, answer) == "The 2 computers were deactivated before; nothing was changed."
    answer = confirm(browser_of_anna, ids(license)[:1])
    assert message_after(browser_of_anna, answer) == "A was deactivated before; nothing was changed."


def test_what_a_colleague_deactivated_meanwhile_is_said_and_the_rest_is_done(
    client: Client, db: None, clock: Clock
) -> None:
    acme = make_organization("Acme")
    paula, samuel = make_contact(acme), make_contact(acme, is_secondary=True)
    license = make_license(organization=acme, computers=("A", "B", "C"))
    client.force_login(paula.user)
    chosen = sent_by(ask(client, ids(license)))
    deactivate(license.activations.get(computer_name="B").pk, Actor.person(samuel.user))
    answer = confirm(client, chosen)
    assert message_after(client, answer) == "2 computers are deactivated on 1 license. 1 more was deactivated before."
    assert in_use(license) == [0]


def test_quota_that_somebody_used_meanwhile_leaves_everything_and_shows_the_new_facts(
    browser_of_anna: Client, anna: Customer
) -> None:
    free, limited = make_license(customer=anna, computers=("A",)), make_limited(anna, 2, "C", "D", "E")
    chosen = [*ids(free), *ids(limited)[:2]]
    assert sorted(sent_by(ask(browser_of_anna, chosen))) == sorted(chosen)
    deactivate(limited.activations.latest("pk").pk, Actor.person(anna.user))
    page = confirm(browser_of_anna, chosen)
    assert page.status_code == 200
    assert "Nothing was deactivated, because something has changed meanwhile." in words(page)
    assert "1 of 2 deactivations within 30 days is left." in words(page)
    assert "<title>Error:" in page.content.decode()
    assert in_use(free, limited) == [1, 2]


def test_quota_that_is_used_at_the_very_moment_leaves_everything_too(
    browser_of_anna: Client, anna: Customer, monkeypatch: pytest.MonkeyPatch
) -> None:
    license = make_limited(anna, 1, "A")

    def come_too_late(*_: object) -> None:
        raise LicenseError(Reason.QUOTA_USED_UP, "No deactivation is left.")

    monkeypatch.setattr("licenses.views.computers.deactivate_several", come_too_late)
    page = confirm(browser_of_anna, ids(license))
    assert "Nothing was deactivated, because something has changed meanwhile." in words(page)
    assert in_use(license) == [1]


def test_computers_that_somebody_else_freed_after_a_refusal_are_not_called_somebody_elses(
    browser_of_anna: Client, anna: Customer, monkeypatch: pytest.MonkeyPatch
) -> None:
    license = make_limited(anna, 1, "A")
    chosen = ids(license)

    def come_too_late(*_: object) -> None:
        deactivate(license.activations.in_use().get().pk, SYSTEM)
        raise LicenseError(Reason.QUOTA_USED_UP, "No deactivation is left.")

    monkeypatch.setattr("licenses.views.computers.deactivate_several", come_too_late)
    page = confirm(browser_of_anna, chosen)
    assert page.status_code == 200
    assert "Deactivated before, so nothing happens to: A" in words(page)
    assert "not yours" not in words(page)


def test_right_that_was_taken_away_meanwhile_leaves_everything(client: Client, anna: Customer) -> None:
    group = make_group(Privilege.DEACTIVATE)
    license = make_license(customer=anna, user_group=group, computers=("A",))
    client.force_login(make_member(group))
    chosen = sent_by(ask(client, ids(license)))
    group.privileges = []
    group.save()
    assert confirm(client, chosen).status_code == 403
    assert in_use(license) == [1]


# Cost


def number_of_queries(client: Client, computers: list[str], **more: str) -> int:
    with CaptureQueriesContext(connection) as queries:
        ask(client, computers, **more)
    return len(queries)


def test_asking_takes_as_many_queries_for_many_licenses_as_for_one(browser_of_anna: Client, anna: Customer) -> None:
    one = make_limited(anna, 3, "SINGLE")
    several = [make_limited(anna, 3, f"A-{number}", f"B-{number}") for number in range(20)]
    browser_of_anna.get(LIST)
    single = number_of_queries(browser_of_anna, ids(one))
    assert number_of_queries(browser_of_anna, ids(*several)) == single <= 12


def test_asking_about_what_is_not_theirs_takes_no_query_for_each_license(client: Client, db: None) -> None:
    licenses = [make_license(customer=make_customer(), computers=("A",)) for _ in range(20)]
    client.force_login(make_member(make_group(Privilege.VIEW_ALL)))
    client.get(LIST)
    single = number_of_queries(client, ids(licenses[0]))
    assert number_of_queries(client, ids(*licenses)) == single <= 12


def test_confirming_takes_as_many_queries_for_several_licenses_as_for_one(
    browser_of_anna: Client, anna: Customer
) -> None:
    licenses = [make_limited(anna, 30, *(f"PC-{number}-{each}" for each in range(25))) for number in range(5)]
    browser_of_anna.get(LIST)
    one, *others = licenses
    single = number_of_queries(browser_of_anna, ids(one)[:1], confirm="yes")
    assert number_of_queries(browser_of_anna, ids(one)[1:], confirm="yes") == single
    several = number_of_queries(browser_of_anna, ids(*others), confirm="yes")
    assert several <= single + 1, "SQLite writes a few rows of the audit trail with each statement"
    assert sum(in_use(*licenses)) == 0

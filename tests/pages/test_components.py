"""The pieces that pages are made of: what they say, and how they say it to everybody."""

import re
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from uuid import uuid4

import pytest
import time_machine
from django import forms
from django.conf import settings
from django.template.loader import render_to_string
from django.utils import timezone

from licenses.status import status_of
from licenses.templatetags.portal import ago, day, day_of, expiry_tone, icon, in_words, iso, moment

NOON = datetime(2026, 11, 22, 15, 0, tzinfo=UTC)
TODAY = NOON.date()
TEMPLATES = sorted(
    path
    for path in (Path(settings.BASE_DIR) / "templates").rglob("*.html")
    if "admin" not in path.relative_to(settings.BASE_DIR).parts
)


def rendered(component: str, **context: object) -> str:
    """Return the component's markup with its white space folded."""
    return re.sub(r"\s+", " ", render_to_string(f"components/{component}.html", context)).strip()


def text_of(markup: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", markup)).strip()


def a_license(**changes: object) -> SimpleNamespace:
    facts: dict[str, object] = {
        "pk": uuid4(),
        "product_version": "Spectra Analyzer 4.1",
        "key_tail": "ABCDE",
        "license_model": "permanent",
        "revoked_at": None,
        "expires_on": None,
        "expires_after_days": None,
        "maintenance_until": None,
        "activations_in_use": 3,
        "max_activations": 5,
        "notices": (),
        "shown_customer": "Anna Meier",
        "shown_organization": "",
        "get_absolute_url": "/licenses/1/",
    }
    license = SimpleNamespace(**facts | changes)
    license.status = status_of(license)
    return license


def a_computer(**changes: object) -> SimpleNamespace:
    facts: dict[str, object] = {
        "pk": uuid4(),
        "computer_name": "ANNA-LAPTOP",
        "computer_id": "NWI-8F3A",
        "label": "ANNA-LAPTOP",
        "activated_at": NOON - timedelta(days=9),
        "activated_by_name": "Anna Meier",
        "last_seen_at": None,
        "needs_license_file": False,
        "can_undo": True,
        "deactivated_at": NOON - timedelta(minutes=7),
    }
    return SimpleNamespace(**facts | changes)


@pytest.mark.parametrize(
    ("days", "words"),
    [
        (0, "today"),
        (1, "in 1 day"),
        (12, "in 12 days"),
        (60, "in 60 days"),
        (61, "in 2 months"),
        (730, "in 24 months"),
        (800, "in 2 years"),
        (-1, "1 day ago"),
        (-40, "40 days ago"),
        (-100, "3 months ago"),
        (-800, "2 years ago"),
    ],
)
def test_date_is_said_in_words(days: int, words: str) -> None:
    with time_machine.travel(NOON):
        assert in_words(TODAY + timedelta(days=days)) == words


def test_date_is_today_until_it_has_ended_everywhere_on_earth() -> None:
    yesterday = date(2026, 11, 21)
    with time_machine.travel(datetime(2026, 11, 22, 11, 59, tzinfo=UTC)):
        assert (in_words(yesterday), expiry_tone(yesterday)) == ("today", "warn")
    with time_machine.travel(datetime(2026, 11, 22, 12, 0, tzinfo=UTC)):
        assert (in_words(yesterday), expiry_tone(yesterday)) == ("1 day ago", "bad")


def test_date_warns_from_thirty_days_before() -> None:
    with time_machine.travel(NOON):
        assert expiry_tone(TODAY + timedelta(days=31)) == "neutral"
        assert expiry_tone(TODAY + timedelta(days=30)) == "warn"
    assert expiry_tone(None) == "neutral"


@pytest.mark.parametrize(
    ("before", "words"),
    [
        (timedelta(seconds=59), "just now"),
        (timedelta(minutes=1), "1 minute ago"),
        (timedelta(minutes=59), "59 minutes ago"),
        (timedelta(hours=1), "1 hour ago"),
        (timedelta(hours=23), "23 hours ago"),
        (timedelta(days=2), "2 days ago"),
    ],
)
def test_moment_is_said_in_words(before: timedelta, words: str) -> None:
    with time_machine.travel(NOON, tick=False):
        assert ago(NOON - before) == words


def test_moments_follow_the_readers_time_zone_and_dates_do_not() -> None:
    late = datetime(2026, 12, 4, 23, 30, tzinfo=UTC)
    with timezone.override("Asia/Tokyo"):
        assert moment(late) == "5 Dec 2026, 08:30"
        assert day_of(late) == "5 Dec 2026"
        assert iso(late) == "2026-12-05T08:30:00+09:00"
        assert day(date(2026, 12, 4)) == "4 Dec 2026"


def test_nothing_is_said_of_a_date_that_is_not_set() -> None:
    assert [say(None) for say in (in_words, day)] == ["", ""]
    assert [say(None) for say in (ago, moment, day_of)] == ["", "", ""]


def test_icon_is_hidden_from_screen_readers_and_carries_no_style() -> None:
    markup = icon("key-round")
    assert 'aria-hidden="true"' in markup
    assert "style" not in markup


def test_expiry_is_said_in_words_and_figures() -> None:
    with time_machine.travel(NOON):
        assert text_of(rendered("expires", expires_on=date(2026, 12, 4))) == "in 12 days · 4 Dec 2026"
    assert text_of(rendered("expires", expires_after_days=30)) == "30 days after the first activation"
    assert text_of(rendered("expires")) == "Never"


def test_activations_show_a_meter_and_the_same_in_words() -> None:
    markup = rendered("activations", in_use=3, allowed=5)
    assert '<meter min="0" max="5" value="3" aria-hidden="true">' in markup
    assert text_of(markup) == "3 of 5 in use"


def test_license_without_activations_shows_no_meter_that_cannot_be_drawn() -> None:
    markup = rendered("activations", in_use=0, allowed=0)
    assert "<meter" not in markup
    assert text_of(markup) == "0 of 0 in use"


def test_key_shows_its_last_group_only_and_says_so() -> None:
    assert text_of(rendered("key", tail="ABCDE")) == "•••••- ends in ABCDE"


def test_status_stands_with_its_notices() -> None:
    license = a_license(revoked_at=NOON)
    markup = rendered("status", status=license.status, notices=[SimpleNamespace(label="Trial", tone="neutral")])
    assert 'class="badge badge--bad">Revoked<' in markup
    assert 'class="badge badge--neutral">Trial<' in markup


def test_license_row_repeats_each_columns_name_for_phones() -> None:
    table = rendered("license_table", rows=[a_license()], shows_customer=True, shows_organization=True)
    headings = re.findall(r'<th scope="col">([^<]+)</th>', table)
    assert re.findall(r'<td[^>]* data-label="([^"]+)"', table) == headings[1:]
    assert table.count('scope="row"') == 1


def test_license_row_has_as_many_cells_as_the_table_has_headings() -> None:
    for shows in (False, True):
        table = rendered("license_table", rows=[a_license()], shows_customer=shows, shows_organization=shows)
        assert table.count('scope="col"') == table.count("<td") + table.count('scope="row"')


def test_computer_row_has_as_many_cells_as_the_table_has_headings() -> None:
    for may in (False, True):
        permitted = SimpleNamespace(deactivate=may, rename=may, license_file=may)
        table = rendered("computer_table", license=a_license(), rows=[a_computer()], permitted=permitted)
        assert table.count('scope="col"') == table.count("<td") + table.count('scope="row"')
        assert ("Deactivate" in table) is may


def test_buttons_of_a_computer_name_it_for_screen_readers() -> None:
    permitted = SimpleNamespace(deactivate=True, rename=True, license_file=True)
    said = text_of(rendered("computer_row", license=a_license(), activation=a_computer(), permitted=permitted))
    for name in ("Open the license file of ANNA-LAPTOP", "Rename ANNA-LAPTOP", "Deactivate ANNA-LAPTOP"):
        assert name in said


def test_computer_without_a_name_is_called_by_its_id() -> None:
    nameless = a_computer(computer_name="", label="NWI-8F3A")
    markup = rendered("computer_name", activation=nameless)
    assert text_of(markup) == "NWI-8F3A"


def test_names_from_people_are_escaped() -> None:
    hostile = a_computer(computer_name="<b onclick=x>", label="<b onclick=x>")
    permitted = SimpleNamespace(deactivate=True, rename=True, license_file=True)
    markup = rendered("computer_row", license=a_license(), activation=hostile, permitted=permitted)
    assert "<b " not in markup
    assert "&amp;lt;" not in markup


def test_deactivation_can_be_undone_by_who_may_activate() -> None:
    context = {"license": a_license(), "freed": [a_computer()], "csrf_token": "token"}
    assert "Undo deactivating ANNA-LAPTOP" in text_of(rendered("freed_computers", may_activate=True, **context))
    assert "<form" not in rendered("freed_computers", may_activate=False, **context)


def test_each_computer_to_replace_submits_to_its_own_address() -> None:
    license, computer = a_license(), a_computer()
    markup = rendered("replace_choice", license=license, computers=[computer])
    assert f'formaction="/licenses/{license.pk}/activations/{computer.pk}/replace/"' in markup
    assert "Replace ANNA-LAPTOP" in text_of(markup)


def test_refusal_offers_the_doors_that_open() -> None:
    doors = [SimpleNamespace(label="Renew", url="https://vendor.example/", kind="renew")]
    markup = rendered("refusal", sentence="This license has expired.", doors=doors)
    assert "This license has expired." in markup
    assert 'href="https://vendor.example/"' in markup


class ComputerForm(forms.Form):
    computer_id = forms.CharField(label="Computer ID", help_text="The program shows it.")


def test_wrong_field_is_named_above_the_form_and_explained_beside_it() -> None:
    form = ComputerForm({})
    summary, field = rendered("form_errors", form=form), rendered("field", field=form["computer_id"])
    assert '<a href="#id_computer_id">Computer ID: This field is required.</a>' in summary
    assert 'tabindex="-1" autofocus' in summary
    assert 'id="id_computer_id_error"' in field
    assert 'id="id_computer_id_helptext"' in field
    assert 'aria-describedby="id_computer_id_helptext id_computer_id_error"' in field
    assert 'aria-invalid="true"' in field


def test_form_without_errors_has_no_summary() -> None:
    assert rendered("form_errors", form=ComputerForm()) == ""


@pytest.mark.parametrize("theme", ["system", "light", "dark"])
def test_theme_switch_marks_the_present_theme(theme: str) -> None:
    markup = rendered("theme_switch", theme=theme, next="/licenses/", csrf_token="token")
    assert f'value="{theme}" aria-pressed="true"' in markup
    assert markup.count('aria-pressed="false"') == 2


def test_message_region_stays_in_the_page_when_it_is_empty() -> None:
    assert rendered("messages", messages=[]) == '<div class="messages" role="status"> </div>'


def test_pager_is_left_out_where_there_is_one_page() -> None:
    assert rendered("pager", page=SimpleNamespace(previous_url=None, next_url=None), label="Pages") == ""
    markup = rendered("pager", page=SimpleNamespace(previous_url=None, next_url="?after=1"), label="Pages")
    assert 'rel="next" href="?after=1"' in markup
    assert "Previous" not in markup


@pytest.mark.parametrize("template", ["400", "403", "403_csrf", "404", "429", "500", "503"])
def test_error_page_needs_neither_person_nor_portal_nor_token(template: str) -> None:
    markup = render_to_string(f"{template}.html")
    assert markup.count("<h1>") == 1
    assert "License Portal</title>" in markup
    assert "csrfmiddlewaretoken" not in markup


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.name)
def test_template_begins_with_its_context_and_holds_nothing_inline(path: Path) -> None:
    source = path.read_text()
    assert source.startswith("{# Context: ")
    if path.parent.name == "mail":  # it has no style sheet to link to, and no page of the portal shows it
        source = re.sub(r"<style>.*?</style>", "", source, flags=re.DOTALL)
    assert not re.search(r"\sstyle=|\son[a-z]+=|<style|\|safe\b|<script(?! src=)", source)

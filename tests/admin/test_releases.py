"""Releases in Django's admin: drafted, previewed, published, withdrawn."""

from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import AuditEvent
from licenses.models import Product, Release, ReleaseState
from tests.admin.pages import act, address, save, told
from tests.cast import make_product
from tests.releases import make_release, make_release_file


@pytest.fixture
def product(db: None) -> Product:
    return make_product("Spectra")


@pytest.fixture
def draft(product: Product) -> Release:
    """A draft of Spectra 4.1.5 with a file."""
    release = make_release(product, is_draft=True, notes="A **draft**.")
    make_release_file(release)
    return release


def page_of(release: Release) -> str:
    return address(Release, "change", release.pk)


def state_of(release: Release) -> ReleaseState:
    release.refresh_from_db()
    return release.state()


def test_staff_draft_a_release(product: Product, everything: Client) -> None:
    milestone = product.versions.get()
    fields = {"product_version": milestone.pk, "version": "4.1.6", "released_on": "2026-03-02", "notes": "New."}
    save(everything, address(Release, "add"), **fields)
    release = Release.objects.get()
    assert (release.version, release.state()) == ("4.1.6", ReleaseState.DRAFT)
    assert AuditEvent.objects.get(target_id=release.pk).action == "release.created"


@pytest.mark.parametrize(
    ("version", "sentence"),
    [
        ("4.2.0", "A release of Spectra 4.1 begins with 4.1."),
        ("4.1.5", "There is 4.1.5 already."),
        ("4.1.5.0", "There is 4.1.5 already."),
        ("v4.1.6", "This is no version."),
        ("", "This field is required."),
    ],
)
def test_version_that_cannot_be_is_refused_beside_the_field(
    draft: Release, everything: Client, version: str, sentence: str
) -> None:
    fields = {"product_version": draft.product_version_id, "version": version, "released_on": "2026-03-02"}
    answer = save(everything, address(Release, "add"), **fields)
    assert sentence in told(answer)
    assert Release.objects.count() == 1


def test_notes_are_shown_as_customers_see_them_and_stay_out_of_the_trail(draft: Release, everything: Client) -> None:
    assert b"<strong>draft</strong>" in everything.get(page_of(draft)).content
    save(everything, page_of(draft), notes="<script>alert(1)</script> a *secret*")
    page = everything.get(page_of(draft)).content.decode()
    assert "&lt;script&gt;alert(1)&lt;/script&gt; a <em>secret</em>" in page
    assert AuditEvent.objects.get(action="release.edited").details == {"notes": "changed"}


def test_too_long_notes_are_refused(draft: Release, everything: Client) -> None:
    answer = save(everything, page_of(draft), notes="x" * 100_001)
    assert "100000" in told(answer).replace(",", "")
    draft.refresh_from_db()
    assert draft.notes == "A **draft**."


def test_publishing_asks_first_then_publishes(draft: Release, everything: Client) -> None:
    asked = act(everything, "publish", draft)
    assert "Publish 1 release" in asked.content.decode()
    assert state_of(draft) is ReleaseState.DRAFT
    done = act(everything, "publish", draft, confirmed="yes", at="")
    assert "Spectra 4.1.5 is published" in told(done)
    assert state_of(draft) is ReleaseState.PUBLISHED


def test_publishing_at_a_time_and_taking_it_back(draft: Release, everything: Client) -> None:
    at = (timezone.now() + timedelta(days=2)).astimezone(UTC).replace(second=0, microsecond=0)
    act(everything, "publish", draft, confirmed="yes", at=at.strftime("%Y-%m-%d %H:%M"))
    assert state_of(draft) is ReleaseState.SCHEDULED
    assert draft.published_at == at
    act(everything, "take_back", draft, confirmed="yes")
    assert state_of(draft) is ReleaseState.DRAFT


def test_moment_that_is_none_is_told(draft: Release, everything: Client) -> None:
    answer = act(everything, "publish", draft, confirmed="yes", at="tomorrow")
    assert "valid date/time" in told(answer)
    assert state_of(draft) is ReleaseState.DRAFT


def test_release_without_files_is_not_published_and_says_why(product: Product, everything: Client) -> None:
    empty = make_release(product, is_draft=True)
    assert "It has no files yet" in act(everything, "publish", empty).content.decode()
    assert "It has no files yet" in told(act(everything, "publish", empty, confirmed="yes", at=""))
    assert state_of(empty) is ReleaseState.DRAFT


def test_withdrawing_needs_a_reason_and_keeps_it(draft: Release, everything: Client) -> None:
    act(everything, "publish", draft, confirmed="yes", at="")
    assert "This field is required" in told(act(everything, "withdraw", draft, confirmed="yes", reason=" "))
    act(everything, "withdraw", draft, confirmed="yes", reason="It deletes files.")
    assert state_of(draft) is ReleaseState.WITHDRAWN
    assert draft.withdrawn_reason == "It deletes files."


def test_what_is_published_keeps_its_name_and_is_not_deleted(product: Product, everything: Client) -> None:
    published = make_release(product)
    save(everything, page_of(published), version="4.1.6", released_on="2026-03-03")
    published.refresh_from_db()
    assert published.version == "4.1.5"
    assert str(published.released_on) == "2026-03-03"
    assert everything.post(address(Release, "delete", published.pk), {"post": "yes"}).status_code == 403


def test_draft_is_deleted_once_its_files_are_gone(draft: Release, everything: Client) -> None:
    everything.post(address(Release, "delete", draft.pk), {"post": "yes"})
    assert Release.objects.exists()
    draft.files.all().delete()
    everything.post(address(Release, "delete", draft.pk), {"post": "yes"})
    assert not Release.objects.exists()
    assert AuditEvent.objects.get(action="release.deleted").target_label == "Spectra 4.1.5"


@pytest.mark.parametrize("state", ["draft", "scheduled", "published", "withdrawn", "nonsense"])
def test_list_is_narrowed_to_a_state(product: Product, everything: Client, state: str) -> None:
    make_release(product, "4.1.1", is_draft=True)
    make_release(product, "4.1.2", published_at=datetime.now(UTC) + timedelta(days=1))
    make_release(product, "4.1.3")
    make_release(product, "4.1.4", withdrawn="Broken.")
    page = everything.get(address(Release, "changelist"), {"state": state}).content.decode()
    shown = [version for version in ("4.1.1", "4.1.2", "4.1.3", "4.1.4") if f"Spectra {version}<" in page]
    expected = {"draft": ["4.1.1"], "scheduled": ["4.1.2"], "published": ["4.1.3"], "withdrawn": ["4.1.4"]}
    assert shown == expected.get(state, ["4.1.1", "4.1.2", "4.1.3", "4.1.4"])

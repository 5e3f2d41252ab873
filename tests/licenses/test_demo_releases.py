"""The releases of the demo: what a newcomer sees of included and not included, withdrawn and yet to come."""

import hashlib
from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.core.management import call_command
from django.db import transaction
from django.utils import timezone
from pytest_django.plugin import DjangoDbBlocker

from accounts import demo
from accounts.models import AuditEvent, User
from licenses.eligibility import download_refusal
from licenses.errors import Reason
from licenses.figures import figures_for
from licenses.models import License, Product, Release, ReleaseFile, ReleaseState
from licenses.new_updates import new_updates
from licenses.updates import updates_of
from organizations.access import viewer_for
from organizations.viewer import Viewer


@pytest.fixture(scope="module", autouse=True)
def _loaded(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """Load the demo once for all these tests, which only look at it."""
    with django_db_blocker.unblock(), transaction.atomic():
        call_command("demo", verbosity=0)
        yield
        transaction.set_rollback(True)
    demo.forget()


def viewer(address: str) -> Viewer:
    return viewer_for(User.objects.get(email=address))


def bought(order_id: str) -> License:
    return License.objects.select_related("product_version__product", "organization").get(order_id=order_id)


def test_every_product_has_releases_with_notes_and_files_for_two_platforms_or_more() -> None:
    for product in Product.objects.all():
        published = Release.objects.published().filter(product_version__product=product)
        assert published.count() >= 7
        assert all(len(release.notes) > 20 and release.files.count() >= 2 for release in published)


def test_all_states_of_a_release_can_be_looked_at() -> None:
    states = [release.state() for release in Release.objects.all()]
    assert {state: states.count(state) for state in ReleaseState} == {
        ReleaseState.DRAFT: 1,
        ReleaseState.SCHEDULED: 1,
        ReleaseState.PUBLISHED: len(states) - 3,
        ReleaseState.WITHDRAWN: 1,
    }
    assert [release.version for release in Release.objects.all() if release.is_pre_release] == ["4.1.0-rc.2"]


def test_versions_are_in_the_order_in_which_they_came_out_within_each_product_version() -> None:
    for release in Release.objects.select_related("product_version"):
        later = Release.objects.filter(product_version=release.product_version, version_order__gt=release.version_order)
        assert all(other.released_on >= release.released_on for other in later)


def test_files_are_what_their_checksums_say() -> None:
    for file in ReleaseFile.objects.all():
        with file.file.open() as stored:
            content = stored.read()
        assert (len(content), hashlib.sha256(content).hexdigest()) == (file.size, file.sha256)


def test_everything_is_small_and_the_newest_is_large_enough_to_break_off() -> None:
    sizes = list(ReleaseFile.objects.values_list("size", flat=True))
    assert sum(sizes) < 15_000_000
    assert max(sizes) > 1_000_000


@pytest.mark.parametrize(
    ("order_id", "latest", "newest"),
    [
        ("NW-4117", "4.0.3", "4.1.10"),
        ("NW-4208", "4.1.10", None),
        ("NW-5140", "4.1.10", None),
        ("NW-4377", "2.1.1", "2.1.3"),
        ("NW-4420", "2.1.2", "2.1.3"),
        ("NW-4121", "2.3.3", None),
    ],
)
def test_each_license_of_acme_includes_what_its_updates_say(order_id: str, latest: str, newest: str | None) -> None:
    updates = updates_of(viewer("primary@acme.example"), bought(order_id))
    assert updates.latest is not None
    assert (updates.latest.version, updates.newer and updates.newer.version) == (latest, newest)


def test_newer_release_is_refused_with_the_sentence() -> None:
    license = bought("NW-4117")
    file = ReleaseFile.objects.filter(release__version="4.1.10").select_related("release__product_version__product")[0]
    refusal = download_refusal(license, file)
    assert refusal is not None
    assert refusal.reason is Reason.NOT_COVERED
    assert refusal.sentence.startswith("4.1.10 came out on ")
    assert ", your updates ended on " in refusal.sentence
    assert "; the newest included is 4.0.3. " in refusal.sentence


def test_withdrawn_release_is_told_to_who_downloaded_it_and_to_nobody_else() -> None:
    license = bought("NW-5140")
    for address, expected in (("member@acme.example", ["4.1.3"]), ("primary@acme.example", [])):
        found = updates_of(viewer(address), license).all
        assert [release.version for release in found if release.withdrawn_at] == expected


def test_overview_of_the_contact_names_new_updates_of_the_products_in_use() -> None:
    someone = viewer("primary@acme.example")
    figures, _few = figures_for(someone)
    found = new_updates(someone, figures.coverages)
    assert {f"{update.product} {update.version}" for update in found} == {
        "Spectra Desk 4.1.10",
        "Bench Pilot 2.1.3",
        "Calibration Ledger 2.3.3",
    }


def test_nothing_about_releases_happened_in_the_future() -> None:
    events = AuditEvent.objects.filter(action__startswith="release")
    assert events.count() > 50
    assert not events.filter(at__gt=timezone.now() - timedelta(minutes=30)).exists()

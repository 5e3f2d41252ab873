"""The life of a release: draft, scheduled, published, withdrawn, published again."""

from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.audit import Actor
from accounts.models import AuditEvent
from licenses.errors import LicenseError, Reason
from licenses.models import Product, Release, ReleaseState
from licenses.releasing import publish, take_back, withdraw
from tests.licenses.moments import Clock
from tests.releases import make_release, make_release_file


@pytest.fixture
def draft(product: Product) -> Release:
    """A draft with a file."""
    release = make_release(product, is_draft=True)
    make_release_file(release)
    return release


def state_of(release: Release) -> ReleaseState:
    release.refresh_from_db()
    return release.state()


def trail(release: Release) -> list[str]:
    events = AuditEvent.objects.filter(target_id=release.pk).order_by("pk")
    return list(events.values_list("action", flat=True))


def test_draft_is_published_at_once_and_a_second_time_changes_nothing(draft: Release, actor: Actor) -> None:
    assert publish(draft.pk, actor)
    assert state_of(draft) is ReleaseState.PUBLISHED
    assert not publish(draft.pk, actor)
    assert trail(draft) == ["release.published"]


def test_release_that_is_published_later_comes_by_itself(draft: Release, actor: Actor, clock: Clock) -> None:
    publish(draft.pk, actor, at=timezone.now() + timedelta(hours=2))
    assert state_of(draft) is ReleaseState.SCHEDULED
    assert list(Release.objects.published()) == []
    clock.pass_by(timedelta(hours=2))
    assert state_of(draft) is ReleaseState.PUBLISHED
    assert list(Release.objects.published()) == [draft]


def test_moment_that_has_passed_is_at_once(draft: Release, actor: Actor) -> None:
    publish(draft.pk, actor, at=timezone.now() - timedelta(days=9))
    draft.refresh_from_db()
    assert draft.published_at == timezone.now()


def test_scheduled_release_can_be_scheduled_anew_or_taken_back(draft: Release, actor: Actor) -> None:
    publish(draft.pk, actor, at=timezone.now() + timedelta(hours=2))
    assert publish(draft.pk, actor, at=timezone.now() + timedelta(hours=5))
    draft.refresh_from_db()
    assert draft.published_at == timezone.now() + timedelta(hours=5)
    assert take_back(draft.pk, actor)
    assert state_of(draft) is ReleaseState.DRAFT
    assert not take_back(draft.pk, actor)
    assert trail(draft) == ["release.published", "release.published", "release.taken_back"]


def test_release_without_files_is_not_published(product: Product, actor: Actor) -> None:
    empty = make_release(product, is_draft=True)
    with pytest.raises(LicenseError, match="It has no files yet"):
        publish(empty.pk, actor)
    assert state_of(empty) is ReleaseState.DRAFT
    assert trail(empty) == []


def test_withdrawn_release_is_gone_and_publishing_again_brings_it_back_as_of_then(
    draft: Release, actor: Actor, clock: Clock
) -> None:
    publish(draft.pk, actor)
    first_published_at = timezone.now()
    clock.pass_by(timedelta(days=3))
    assert withdraw(draft.pk, actor, reason="  It deletes\nfiles. ")
    assert state_of(draft) is ReleaseState.WITHDRAWN
    assert draft.withdrawn_reason == "It deletes files."
    assert not withdraw(draft.pk, actor, reason="Again.")
    assert publish(draft.pk, actor)
    assert state_of(draft) is ReleaseState.PUBLISHED
    assert (draft.published_at, draft.withdrawn_reason) == (first_published_at, "")
    assert trail(draft) == ["release.published", "release.withdrawn", "release.published"]


def test_what_was_withdrawn_does_not_come_back_at_once_when_a_later_moment_was_asked_for(
    draft: Release, actor: Actor
) -> None:
    publish(draft.pk, actor)
    withdraw(draft.pk, actor, reason="It deletes files.")
    with pytest.raises(LicenseError, match="can be published again at once only"):
        publish(draft.pk, actor, at=timezone.now() + timedelta(hours=2))
    assert state_of(draft) is ReleaseState.WITHDRAWN


@pytest.mark.parametrize("reason", ["", "  \n ", "x" * 501])
def test_withdrawing_needs_a_reason_that_people_can_read(draft: Release, actor: Actor, reason: str) -> None:
    publish(draft.pk, actor)
    with pytest.raises(LicenseError, match="at most 500 characters"):
        withdraw(draft.pk, actor, reason=reason)
    assert state_of(draft) is ReleaseState.PUBLISHED


def test_what_customers_never_saw_is_not_withdrawn_and_what_they_saw_not_taken_back(
    draft: Release, actor: Actor
) -> None:
    with pytest.raises(LicenseError) as refused:
        withdraw(draft.pk, actor, reason="Broken.")
    assert refused.value.reason is Reason.BAD_RELEASE
    publish(draft.pk, actor)
    with pytest.raises(LicenseError, match="Customers have seen it already"):
        take_back(draft.pk, actor)
    assert state_of(draft) is ReleaseState.PUBLISHED

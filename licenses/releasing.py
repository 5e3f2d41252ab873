"""The life of a release: published at once or at a time, taken back before that, withdrawn, published again."""

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.audit import Actor, record
from accounts.mail import take_back as take_back_mails
from licenses.errors import LicenseError, Reason
from licenses.models import Release, ReleaseState
from licenses.wording import moment_in_words

MAX_REASON = 500


def publication_refusal(release: Release) -> LicenseError | None:
    """Return why `release` cannot be published, or None: people would be offered an update and find nothing."""
    if release.files.exists():
        return None
    return LicenseError(Reason.BAD_RELEASE, _("It has no files yet. Upload at least one, then publish it."))


def publish(release_id: UUID, actor: Actor, *, at: datetime | None = None, now: datetime | None = None) -> bool:
    """Let a release exist for customers from `at` on, at once by default; a moment that has passed is at once.

    What was withdrawn is published again at once, as of when it was published first. Return False,
    and change nothing, if it is published already. Raises LicenseError while it has no files, and
    when what was withdrawn is to be published later.
    """
    with transaction.atomic():
        release = _locked(release_id)
        now = now or timezone.now()
        state = release.state(now)
        if state is ReleaseState.PUBLISHED:
            return False
        if refusal := publication_refusal(release):
            raise refusal
        if state is ReleaseState.WITHDRAWN and at is not None and at > now:
            sentence = _("It was withdrawn, and can be published again at once only. Leave the moment empty.")
            raise LicenseError(Reason.BAD_RELEASE, sentence)
        release.withdrawn_at, release.withdrawn_reason = None, ""
        if state is not ReleaseState.WITHDRAWN or release.published_at is None:
            release.published_at = max(at or now, now)
        release.save(update_fields=["published_at", "withdrawn_at", "withdrawn_reason", "edited_at"])
        details = {"published_at": {"before": state.value, "after": release.published_at.isoformat()}}
        record(actor, "release.published", release, details={**details}, now=now)
        return True


def take_back(release_id: UUID, actor: Actor, *, now: datetime | None = None) -> bool:
    """Make a release that is to be published later a draft again. Return False if it is none of these.

    Raises LicenseError when customers have seen it already: then it is withdrawn, with a reason.
    """
    with transaction.atomic():
        release = _locked(release_id)
        state = release.state(now)
        if state is ReleaseState.DRAFT:
            return False
        if state is not ReleaseState.SCHEDULED:
            sentence = _("Customers have seen it already. Withdraw it, and say why.")
            raise LicenseError(Reason.BAD_RELEASE, sentence)
        release.published_at = None
        release.save(update_fields=["published_at", "edited_at"])
        record(actor, "release.taken_back", release, now=now)
        return True


def withdraw(release_id: UUID, actor: Actor, *, reason: str, now: datetime | None = None) -> bool:
    """Take a published release away, for a reason that those who downloaded it read; its files stay.

    Mails about it that were not sent yet are taken back, for good: they would lead to nothing.
    Return False, and change nothing, if it was withdrawn already. Raises LicenseError without a
    reason, with one of more than MAX_REASON characters, and for what is not published.
    """
    reason = " ".join(reason.split())
    if not reason or len(reason) > MAX_REASON:
        raise LicenseError(Reason.BAD_REASON, _("Say in at most 500 characters why the release is withdrawn."))
    with transaction.atomic():
        release = _locked(release_id)
        now = now or timezone.now()
        state = release.state(now)
        if state is ReleaseState.WITHDRAWN:
            return False
        if state is not ReleaseState.PUBLISHED:
            raise LicenseError(Reason.BAD_RELEASE, _("It is not published, so there is nothing to withdraw."))
        release.withdrawn_at, release.withdrawn_reason = now, reason
        release.save(update_fields=["withdrawn_at", "withdrawn_reason", "edited_at"])
        take_back_mails([str(release.pk)])
        record(actor, "release.withdrawn", release, details={"reason": reason}, now=now)
        return True


def state_in_words(release: Release) -> str:
    """Return where a release is in its life, with the moment that matters."""
    state = release.state()
    at = release.withdrawn_at if state is ReleaseState.WITHDRAWN else release.published_at
    return f"{state.label}: {moment_in_words(at)}" if at else state.label


def _locked(release_id: UUID) -> Release:
    """Return the release with its row locked until the transaction ends."""
    rows = Release.objects.select_for_update(of=("self",)).select_related("product_version__product")
    return rows.get(pk=release_id)

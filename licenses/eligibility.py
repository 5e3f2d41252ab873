"""Which releases a license includes, and why (Product rules, section 4, *Updates*).

A published release is included when it belongs to the license's own product version, or when
updates are included until the day on which it came out or later, whatever today is. What was
withdrawn is never included. Revoked licenses and expired trials download nothing.
"""

from collections.abc import Iterable
from datetime import datetime

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from licenses import terms
from licenses.errors import LicenseError, Reason
from licenses.models import License, LicenseModel, Release, ReleaseFile
from licenses.querysets import ReleaseQuerySet
from licenses.status import goes_on_q
from licenses.wording import day_in_words


def is_included(license: License, release: Release, now: datetime | None = None) -> bool:
    """Return whether `license` includes `release`, which is one of its product."""
    is_published = release.published_at is not None and release.published_at <= (now or timezone.now())
    if not is_published or release.withdrawn_at is not None:
        return False
    until = license.maintenance_until
    is_own = release.product_version_id == license.product_version_id
    return is_own or (until is not None and release.released_on <= until)


def covered_by(license: License) -> Q:
    """Return the condition under which a published release of the product is included: as `is_included` says."""
    own = Q(product_version=license.product_version_id)
    until = license.maintenance_until
    return own if until is None else own | Q(released_on__lte=until)


def covering(release: Release) -> Q:
    """Return the condition under which a license includes the published `release` and may download it."""
    own = Q(product_version=release.product_version_id)
    product = Q(product_version__product=release.product_version.product_id)
    return (own | product & Q(maintenance_until__gte=release.released_on)) & downloads_q()


def downloads_q() -> Q:
    """Return the condition under which a license downloads anything at present: as `end_of_downloads` says."""
    return Q(deleted_at=None, revoked_at=None) & (~Q(license_model=LicenseModel.TRIAL) | goes_on_q())


def releases_of(license: License, now: datetime | None = None) -> ReleaseQuerySet:
    """Return the published releases of the license's product, the highest version first, without their notes."""
    of_product = Release.objects.filter(product_version__product=license.product.pk)
    return of_product.published(now).newest_first().select_related("product_version").defer("notes")


def latest_eligible_release(
    license: License, releases: Iterable[Release], now: datetime | None = None
) -> Release | None:
    """Return the highest of `releases` that `license` includes, None where it includes none of them."""
    included = [release for release in releases if is_included(license, release, now)]
    return max(included, key=lambda release: (release.version_order, release.pk), default=None)


def why(license: License, release: Release, newest: Release | None) -> str:
    """Return why `license` includes the published `release` or does not; `newest` is the newest that it includes."""
    facts = {"version": release.version, "day": day_in_words(release.released_on)}
    if release.product_version_id == license.product_version_id:
        return _("It belongs to %(number)s, the version of this license.") % {"number": release.product_version.number}
    until = license.maintenance_until
    if until is not None and release.released_on <= until:
        facts["until"] = day_in_words(until)
        return _("It came out on %(day)s; updates are included until %(until)s.") % facts
    return f"{_why_not(license, release, newest)} {_what_would(release)}"


def _why_not(license: License, release: Release, newest: Release | None) -> str:
    facts = {"version": release.version, "day": day_in_words(release.released_on)}
    if license.maintenance_until is None:
        facts["number"] = license.product_version.number
        sentence = _("%(version)s came out on %(day)s, this license includes no updates beyond %(number)s") % facts
    else:
        facts["until"] = day_in_words(license.maintenance_until)
        if terms.has_ended(license.maintenance_until):
            sentence = _("%(version)s came out on %(day)s, your updates ended on %(until)s") % facts
        else:
            sentence = _("%(version)s came out on %(day)s, your updates are included until %(until)s") % facts
    if newest is None:
        return f"{sentence}."
    return _("%(sentence)s; the newest included is %(newest)s.") % {"sentence": sentence, "newest": newest.version}


def _what_would(release: Release) -> str:
    """Say which date would cover a release."""
    return _("Updates included until %(day)s or later would cover it.") % {"day": day_in_words(release.released_on)}


def end_of_downloads(license: License, now: datetime | None = None) -> LicenseError | None:
    """Return that nothing at all can be downloaded by `license` any more, and why, or None."""
    if license.revoked_at is not None:
        sentence = _("This license was revoked, so it downloads nothing. Ask whoever serves it what happened.")
        return LicenseError(Reason.REVOKED, sentence)
    if license.license_model == LicenseModel.TRIAL and terms.has_ended(license.expires_on, now):
        return LicenseError(Reason.EXPIRED, _("This trial has expired, so it downloads nothing any more."))
    return None


def release_refusal(
    license: License, release: Release, newest: Release | None, now: datetime | None = None
) -> LicenseError | None:
    """Return why the files of `release` cannot be downloaded by `license`, or None.

    `newest` is the newest release that the license includes.
    """
    if refusal := end_of_downloads(license, now):
        return refusal
    if release.withdrawn_at is not None:
        facts = {"version": release.version, "reason": release.withdrawn_reason}
        return LicenseError(Reason.WITHDRAWN, _("%(version)s was withdrawn: %(reason)s") % facts)
    if not is_included(license, release, now):
        return LicenseError(Reason.NOT_COVERED, why(license, release, newest))
    return None


def download_refusal(license: License, file: ReleaseFile, now: datetime | None = None) -> LicenseError | None:
    """Return why `file`, one of the license's product, cannot be downloaded by `license`, or None.

    The same as the page of updates says; who may download at all is for the gate to decide.
    """
    release = file.release
    if is_included(license, release, now):
        return release_refusal(license, release, None, now)
    newest = releases_of(license, now).filter(covered_by(license)).first()
    return release_refusal(license, release, newest, now)

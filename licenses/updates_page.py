"""What the page of a license's updates shows, whether it was asked for or a download was refused."""

from collections.abc import Mapping

from django.utils import timezone

from licenses.doors import doors
from licenses.eligibility import end_of_downloads, release_refusal
from licenses.errors import LicenseError
from licenses.models import License
from licenses.sharing import not_allowed
from licenses.updates import fitting_first, likely_platform, page_of_updates, updates_of
from organizations.access import Action, may
from organizations.viewer import Viewer


def updates_context(
    viewer: Viewer, license: License, parameters: Mapping[str, str], user_agent: str, refused: LicenseError | None
) -> dict[str, object]:
    """Return what the template needs; `refused` is why a download was refused just now.

    When nothing at all can be downloaded any more, that is said once, on top.
    """
    now = timezone.now()
    updates = updates_of(viewer, license, now)
    page, latest = page_of_updates(updates, parameters)
    refusal = refused or end_of_downloads(license, now)
    not_covered = None if refusal or updates.newer is None else release_refusal(license, updates.newer, updates.latest)
    is_allowed = may(viewer, Action.DOWNLOAD_RELEASE, license)
    is_possible = is_allowed and end_of_downloads(license, now) is None
    offers = fitting_first(latest.offers, likely_platform(user_agent)) if latest and is_possible else []
    return {
        "license": license,
        "page": page,
        "latest": latest,
        "best_offer": offers[0] if offers else None,
        "other_offers": offers[1:],
        "may_download": is_possible,
        "not_allowed": "" if is_allowed else not_allowed(viewer, Action.DOWNLOAD_RELEASE, license),
        "refusal": refusal,
        "not_covered": not_covered,
        "doors": doors(viewer, license, refusal or not_covered),
    }

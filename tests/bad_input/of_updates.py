"""Updates, calendars, and what customers choose about mails."""

from urllib.parse import urlsplit

from organizations.mail_choices import unsubscribe_link
from tests.bad_input.form import Form, anything
from tests.cast import Cast

FORMS = (
    Form("organizations:choose_mails", "primary contact", {"wants": "no"}, {"wants": anything}),
    Form("organizations:no_more_mails", "anonymous", {}, {}, accepted=frozenset({200}), needs_token=False),
)

PARAMETERS = {"licenses:updates": ("after", "before")}

PARTS = {
    "licenses:updates": ("license_id",),
    "licenses:download": ("release_file_id", "license_id"),
    "licenses:calendar_expires": ("license_id",),
    "licenses:calendar_updates": ("license_id",),
    "organizations:no_more_mails": ("choice_token",),
}


def arguments(cast: Cast) -> dict[str, str]:
    """Return what stands in those addresses besides the license."""
    return {
        "release_file_id": str(cast.release_file.pk),
        "choice_token": urlsplit(unsubscribe_link(cast.mira.pk)).path.split("/")[-2],
    }

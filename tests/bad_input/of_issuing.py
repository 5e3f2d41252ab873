"""The forms by which a user group makes and changes licenses."""

from datetime import UTC, date, datetime
from uuid import UUID

from licenses.models import License, ProductVersion
from organizations.models import UserGroup
from tests.bad_input.form import Form, anything, is_line, nothing
from tests.cast import Cast

SELLER = "north, every privilege"
TOKEN_OF_FORM = "018f0000-0000-7000-8000-0000000c0de9"
VERSION = "018f0000-0000-7000-8000-0000000c0dea"
"""A version of the product of the cast's license, which the group may issue."""
SEEN = datetime(2026, 1, 1, 12, tzinfo=UTC)
"""When that license was edited last."""
SHOWN_AGAIN = frozenset({200})
MADE_OR_SHOWN = frozenset({200, 302})


def is_blank(text: str) -> bool:
    """Tell whether nothing was typed."""
    return not text.strip()


def is_empty(text: str) -> bool:
    """Tell whether not even a blank was typed."""
    return not text


def is_uuid(text: str) -> bool:
    """Tell whether `text` says an id."""
    try:
        return bool(UUID(text.strip()))
    except ValueError:
        return False


def is_order_id(text: str) -> bool:
    """Tell whether `text` is what an order may be called."""
    return is_line(text, 100)


def is_licensee(text: str) -> bool:
    """Tell whether `text` is whom a license may be issued to."""
    return is_line(text, 200)


def is_comment(text: str) -> bool:
    """Tell whether `text` may be a comment of several lines."""
    return is_line(text.replace("\r\n", "\n"), 10_000, besides="\n\t")


def is_reason(text: str) -> bool:
    """Tell whether `text` is a reason for revoking a license."""
    return bool(text.strip()) and is_line(text.replace("\r\n", "\n"), 500, besides="\n\t")


TERMS = {
    "version": VERSION,
    "license_model": "permanent",
    "max_activations": "3",
    "expires_on": "2030-01-31",
    "expires_after_days": "",
    "maintenance_until": "",
    "floating_seats": "",
    "order_id": "N-1",
    "comment": "",
}
TERMS_TAKE = {
    "version": nothing,
    "license_model": nothing,
    "max_activations": nothing,
    "expires_on": is_empty,
    "expires_after_days": is_empty,
    "maintenance_until": is_empty,
    "floating_seats": is_empty,
    "features": nothing,
    "order_id": is_order_id,
    "comment": is_comment,
}

FORMS = (
    Form(
        "licenses:create",
        SELLER,
        {**TERMS, "token": TOKEN_OF_FORM, "number": "2", "email": "", "full_name": "", "licensee": "Stock"},
        {
            **TERMS_TAKE,
            "max_activations": lambda text: text in {"", "0"},
            "token": is_uuid,
            "number": nothing,
            "email": is_blank,
            "full_name": is_blank,
            "licensee": lambda text: bool(text.strip()) and is_licensee(text),
            "people": is_blank,
            "organization": is_blank,
            "user_group": nothing,
            "is_generic": lambda text: text in {"", "false"},
            "template": is_empty,
            "find": anything,
            "do": anything,
            "choose": anything,
        },
        accepted=MADE_OR_SHOWN,
    ),
    Form(
        "licenses:edit",
        SELLER,
        {**TERMS, "licensee": "Mira", "seen": SEEN.isoformat()},
        {**TERMS_TAKE, "licensee": lambda text: bool(text.strip()) and is_licensee(text), "seen": nothing},
    ),
    Form(
        "licenses:renew",
        SELLER,
        {
            "expires_on": "2030-01-31",
            "expires_after_days": "",
            "maintenance_until": "",
            "seen": SEEN.isoformat(),
        },
        {
            "expires_on": nothing,
            "expires_after_days": is_empty,
            "maintenance_until": is_empty,
            "template": is_empty,
            "do": anything,
            "seen": nothing,
        },
    ),
    Form("licenses:revoke", SELLER, {"reason": "Unpaid"}, {"reason": is_reason}),
    Form("licenses:reinstate", SELLER, {}, {}),
    Form("licenses:delete", SELLER, {}, {}, accepted=SHOWN_AGAIN),
    Form("licenses:generic_file", SELLER, {}, {}),
    Form("licenses:batch_keys", SELLER, {}, {}, accepted=SHOWN_AGAIN),
    Form(
        "licenses:renew_selected",
        SELLER,
        {"license": TOKEN_OF_FORM, "do": "renew"},
        dict.fromkeys(
            ("license", "do", "expires_on", "expires_after_days", "maintenance_until", "template", "seen"), anything
        ),
    ),
    Form(
        "licenses:revoke_selected",
        SELLER,
        {"license": TOKEN_OF_FORM, "do": "revoke", "reason": "Unpaid"},
        dict.fromkeys(("license", "do", "reason"), anything),
    ),
    Form("licenses:export_selected", SELLER, {"license": TOKEN_OF_FORM}, {"license": anything}),
)

PARAMETERS = {"licenses:batch": ("after", "before"), "licenses:generic_file": ("download",)}

PARTS = {
    **{
        f"licenses:{name}": ("license_id",)
        for name in ("edit", "renew", "revoke", "reinstate", "delete", "generic_file")
    },
    "licenses:batch": ("batch_id",),
    "licenses:batch_keys": ("batch_id",),
}


def make_issuable(cast: Cast) -> None:
    """Let the group North issue everything, make a version to choose, and give the license an end to be renewed."""
    UserGroup.objects.filter(pk=cast.north.pk).update(may_issue_all_products=True)
    License.objects.filter(pk=cast.license.pk).update(edited_at=SEEN, expires_on=date(2029, 12, 31))
    ProductVersion.objects.create(
        id=VERSION, product=cast.license.product, major=4, minor=2, released_on=date(2026, 1, 1)
    )

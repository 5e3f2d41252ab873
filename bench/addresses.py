"""Every address of the portal, from the URL resolver itself, so that none can be forgotten."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from django.urls import URLResolver, get_resolver, reverse

from tests.access_matrix.table import ADDRESSES

NOTHING_TO_READ = {
    "google_login": "asks another server",
    "google_callback": "asks another server",
    "facebook_login": "asks another server",
    "facebook_callback": "asks another server",
    "azure_login": "asks another server",
    "azure_callback": "asks another server",
    "account_logout": "ends the session that the others are asked with",
    "demo_mail": "not there without demo data",
    "demo_mail_text": "not there without demo data",
    "brand_logo": "not there without a logo of one's own",
    "brand_style": "not there without a colour of one's own",
    "floor": "a yardstick of the measurements",
    "bare": "a yardstick of the measurements",
    "nothing": "a yardstick of the measurements",
    "limits": "tells under which limits the portal is served",
    "admin:(without a name)": "leads anything else to nothing",
}
"""Addresses that are left out, with the reason."""

TOKENS = frozenset(
    {
        "address_token",
        "choice_token",
        "group_token",
        "invitation_token",
        "notice_token",
        "token",
        "uidb64",
    }
)
"""Parts of addresses that stand in mails; nobody's token leads to the question whose it is."""
NOBODYS_TOKEN = "none"

THINGS = frozenset(
    {
        "activation_id",
        "app_label",
        "batch_id",
        "colleague_id",
        "content_type_id",
        "file_id",
        "group_invitation_id",
        "id",
        "invitation_id",
        "key_id",
        "known_id",
        "license_id",
        "member_id",
        "object_id",
        "organization_id",
        "pk",
        "release_file_id",
    }
)
"""Parts of addresses that name something; `bench.stage` says what, for each person."""

_ROWS_OF_ADMIN = ("object_id", "id")
_SIGN_IN = {"login": "{email}", "password": "not the password"}
SENT = {address.url_name: address.fields for address in ADDRESSES.values() if "POST" in address.methods} | {
    "account_login": _SIGN_IN,
    "account_request_login_code": {"email": "{email}"},
    "account_reset_password": {"email": "{email}"},
    "licenses:deactivate_computers": {"computer": "{activation_id}", "confirm": "yes"},
    "licenses:create": {"find": "anna", "do": "find", "customer": "anna"},
    "admin:licenses_license_search": {"q": "{email}"},
}
"""What is sent to addresses that take something; what stands in braces is filled in."""

VARIANTS = {
    "licenses:export": ("?format=csv", "?format=csv&q=anna", "?format=csv&order=expires"),
    "organizations:activity_export": ("?format=csv",),
    "licenses:activate_from_program": ("?product=spectra-desk&computer_id=ID-1",),
    "admin:autocomplete": (
        "?app_label=licenses&model_name=license&field_name=customer&term=anna",
        "?app_label=licenses&model_name=license&field_name=organization&term=nordic",
        "?app_label=organizations&model_name=customer&field_name=user&term=anna",
    ),
}
"""Further questions to addresses that their own page does not name."""


YARDSTICK = "plain"
"""The namespace of Django's admin as it comes, which is no part of the portal (`bench.plain_admin`)."""


@dataclass(frozen=True)
class Address:
    """One address: its name, and what stands in its path."""

    name: str
    parts: tuple[str, ...] = field(default=())

    @property
    def is_of_a_mail(self) -> bool:
        """Whether it stands in mails alone."""
        return bool(TOKENS.intersection(self.parts))

    def path(self, things: dict[str, str]) -> str | None:
        """Return its path among `things`; None where one of them is missing."""
        known = dict.fromkeys(TOKENS, NOBODYS_TOKEN) | things
        for model in sorted(things, key=len):
            if self.name.startswith(f"admin:{model}_"):
                known |= dict.fromkeys(_ROWS_OF_ADMIN, things[model])
        if any(part not in known for part in self.parts):
            return None
        return reverse(self.name, kwargs={part: known[part] for part in self.parts})


def addresses(
    resolver: URLResolver | None = None, namespace: str = "", parts: tuple[str, ...] = ()
) -> Iterator[Address]:
    """Yield every address that the portal answers to, but those of NOTHING_TO_READ and of the YARDSTICK."""
    for pattern in (resolver or get_resolver()).url_patterns:
        here = parts + tuple(pattern.pattern.regex.groupindex)
        if isinstance(pattern, URLResolver) and pattern.namespace == YARDSTICK:
            continue
        if isinstance(pattern, URLResolver):
            yield from addresses(pattern, f"{pattern.namespace}:" if pattern.namespace else namespace, here)
            continue
        name = f"{namespace}{pattern.name or '(without a name)'}"
        if name not in NOTHING_TO_READ:
            yield Address(name, here)


def unknown_parts() -> set[str]:
    """Return the parts of addresses for which there is nothing to fill in."""
    return {part for address in addresses() for part in address.parts} - TOKENS - THINGS

"""Everywhere that input comes in: every field, every part of an address and every parameter, the admin apart.

A test compares this table with the URL resolver, the forms, and the fields and links of the pages themselves.
"""

import json
import re
from dataclasses import dataclass
from typing import NamedTuple

from allauth.mfa.models import Authenticator
from django.contrib.auth.tokens import default_token_generator
from django.urls import reverse
from django.utils import timezone
from django.utils.encoding import force_bytes
from django.utils.http import urlsafe_base64_encode

from accounts.letters import Letter
from accounts.mail import queue, waiting
from accounts.models import User
from accounts.notices import not_me_link
from accounts.own_address import letter_with_address_link, request_change
from licenses.models import Feature, Product
from organizations.profile import mark_of
from tests.bad_input import of_groups, of_issuing, of_organizations, of_updates
from tests.bad_input.form import (
    Form,
    anything,
    is_client_version,
    is_company,
    is_computer_id,
    is_computer_name,
    is_nothing,
    is_passkey_name,
    is_person_name,
    is_phone,
    is_postal_address,
    is_tick,
    nothing,
)
from tests.bad_input.of_organizations import CHOSEN, MEMBER, make_receiver
from tests.cast import PASSWORD, Cast, make_cast, make_person
from tests.support.passkey import Passkey

NAME = "MIRAS-LAPTOP"
NEW_PASSWORD = "brand new zebra 12"
PASSKEY = 4_711_001
PROVIDERS = ("google", "facebook", "azure")


class Place(NamedTuple):
    """One address of the portal by name, and one thing that it reads."""

    url_name: str
    reads: str


NEW_COMPUTER = {
    "computer_id": "of-another-kind",
    "computer_name": "NEW-LAPTOP",
    "client_version": "4.1.2",
    "confirm_unusual": "on",
}
COMPUTER_FIELDS = {
    "computer_id": is_computer_id,
    "computer_name": is_computer_name,
    "client_version": is_client_version,
    "confirm_unusual": is_tick,
    "request_file": anything,
    "fill": nothing,
}
"""The text of a field for a file is none; what its files are is in `tests/licenses/test_request_file.py`."""

FILTERS = ("status", "product", "model", "expires", "updates", "files", "organization", "customer", "order")

PAULAS_PROFILE = {
    "full_name": "Paula Brandt",
    "time_zone": "UTC",
    "language": "en",
    "phone": "",
    "company": "",
    "address": "",
    "country": "",
}

SEARCHED = frozenset({200, 302})
"""A search is answered by the page itself where the text may be a key, and so must not stand in an address."""
NOBODYS_COMPUTER = "018f0000-0000-7000-8000-000000000000"

FORMS = (
    Form("licenses:activate", "primary contact", NEW_COMPUTER, COMPUTER_FIELDS),
    Form("licenses:replace", "primary contact", NEW_COMPUTER, COMPUTER_FIELDS),
    Form(
        "licenses:activate_from_program",
        "primary contact",
        {**NEW_COMPUTER, "product": "spectra", "license_id": CHOSEN},
        {**COMPUTER_FIELDS, "product": nothing, "license_id": nothing},
    ),
    Form("licenses:key", "primary contact", {}, {}),
    Form(
        "licenses:rename",
        "primary contact",
        {"computer_name": "NEW-NAME", "was": NAME},
        {"computer_name": is_computer_name, "was": nothing},
    ),
    Form(
        "licenses:search",
        "primary contact",
        {"q": "Spectra"},
        dict.fromkeys(("q", *FILTERS), anything),
        accepted=SEARCHED,
    ),
    Form("licenses:deactivate", "primary contact", {}, {}),
    Form("licenses:search_computers", "primary contact", {"q": "laptop"}, {"q": anything}, accepted=SEARCHED),
    Form(
        "licenses:deactivate_computers",
        "primary contact",
        {"computer": NOBODYS_COMPUTER, "confirm": "yes", "q": "laptop"},
        dict.fromkeys(("computer", "confirm", "q"), anything),
    ),
    Form(
        "licenses:undo_deactivating",
        "primary contact",
        {"deactivated": "0", "q": "laptop"},
        dict.fromkeys(("deactivated", "q"), anything),
    ),
    Form(
        "organizations:profile",
        "primary contact",
        {
            "full_name": "Paula B. Brandt",
            "phone": "+49 30 1",
            "company": "Acme AG",
            "address": "Messdamm 114",
            "country": "DE",
            "time_zone": "Europe/Berlin",
            "seen": mark_of(PAULAS_PROFILE),
        },
        {
            "full_name": is_person_name,
            "phone": is_phone,
            "company": is_company,
            "address": is_postal_address,
            "country": is_nothing,
            "time_zone": nothing,
            "seen": nothing,
        },
    ),
    Form("licenses:license_file", "primary contact", {}, {}),
    Form("licenses:license_files", "primary contact", {}, {}),
    Form(
        "account_login",
        "anonymous",
        {"login": "mira.lindholm@people.example", "password": PASSWORD, "remember": "on", "next": "/licenses/"},
        {"login": nothing, "password": nothing, "remember": anything, "next": anything},
        may_store=frozenset({"AuditEvent"}),
    ),
    Form(
        "account_reset_password",
        "anonymous",
        {"email": "mira.lindholm@people.example"},
        {"email": nothing},
    ),
    Form(
        "account_request_login_code",
        "anonymous",
        {"email": "mira.lindholm@people.example", "next": "/licenses/"},
        {"email": nothing, "next": anything},
    ),
    Form(
        "account_confirm_login_code",
        "anonymous",
        {"code": "BCDF-GHJK", "action": "", "next": "/licenses/"},
        {"code": anything, "action": anything, "next": anything},
    ),
    Form("accounts:identity_address", "anonymous", {"email": "mira.lindholm@people.example"}, {"email": anything}),
    Form(
        "account_change_password",
        "primary contact",
        {"old_password": PASSWORD, "new_password1": NEW_PASSWORD, "new_password2": NEW_PASSWORD},
        {"old_password": nothing, "new_password1": nothing, "new_password2": nothing},
    ),
    Form(
        "account_reauthenticate",
        "primary contact",
        {"password": PASSWORD, "next": "/licenses/"},
        {"password": nothing, "next": anything},
        may_store=frozenset({"AuditEvent"}),
    ),
    Form(
        "mfa_authenticate",
        "anonymous",
        {"code": "123456", "credential": "{}"},
        {"code": anything, "credential": anything},
    ),
    Form("mfa_reauthenticate", "primary contact", {"code": "123456"}, {"code": anything}),
    Form("mfa_reauthenticate_webauthn", "primary contact", {"credential": "{}"}, {"credential": anything}),
    Form(
        "mfa_login_webauthn",
        "anonymous",
        {"credential": "{}", "next": "/licenses/"},
        {"credential": anything, "next": anything},
        accepted=frozenset({302, 429}),
    ),
    Form(
        "mfa_activate_totp",
        "primary contact",
        {"code": "123456"},
        {"code": anything},
        accepted=frozenset({200}),
        needs_device=True,
    ),
    Form("mfa_deactivate_totp", "primary contact", {}, {}),
    Form(
        "mfa_add_webauthn",
        "primary contact",
        {"name": "Phone", "credential": "{}"},
        {"name": anything, "credential": anything},
        accepted=frozenset({200}),
        needs_device=True,
    ),
    Form("mfa_edit_webauthn", "secondary contact", {"name": "Phone"}, {"name": is_passkey_name}),
    Form("mfa_remove_webauthn", "secondary contact", {}, {}),
    Form("mfa_generate_recovery_codes", "primary contact", {}, {}),
    Form("accounts:prove", "primary contact", {"next": "/licenses/"}, {"next": anything}),
    Form(
        "accounts:confirm_proof",
        "primary contact",
        {"code": "BCDF-GHJK", "next": "/licenses/"},
        {"code": anything, "next": anything},
    ),
    Form(
        "accounts:change_address",
        "primary contact",
        {"email": "paula.new@people.example"},
        {"email": nothing},
        accepted=frozenset({200}),
    ),
    Form("accounts:confirm_address", "primary contact", {}, {}),
    Form("accounts:not_me", "anonymous", {}, {}),
    Form("usersessions_list", "primary contact", {"end": "others"}, {"end": anything}),
    Form("socialaccount_connections", "primary contact", {"account": "1"}, {"account": anything}),
    *(
        Form(
            f"{provider}_login",
            "anonymous",
            {"process": "login", "next": "/licenses/"},
            {"process": anything, "next": anything},
        )
        for provider in PROVIDERS
    ),
    Form("account_logout", "primary contact", {"next": "/licenses/"}, {"next": anything}),
    Form("theme", "anonymous", {"theme": "dark", "next": "/licenses/"}, {"theme": anything, "next": anything}),
    Form(
        "accounts:first_password",
        "anonymous",
        {"new_password1": NEW_PASSWORD, "new_password2": NEW_PASSWORD},
        {"new_password1": nothing, "new_password2": nothing},
    ),
    *of_organizations.FORMS,
    *of_groups.FORMS,
    *of_issuing.FORMS,
    *of_updates.FORMS,
)

PARAMETERS = {
    **{f"{provider}_login": ("process", "next") for provider in PROVIDERS},
    **{f"{provider}_callback": ("state", "code", "error") for provider in PROVIDERS},
    "licenses:list": ("q", *FILTERS, "after", "before"),
    "licenses:computers": ("q", "deactivated", "after", "before"),
    "licenses:detail": ("after", "before", "events_after", "events_before"),
    "licenses:license_file": ("download", "activated"),
    "licenses:export": ("format", "q", *FILTERS),
    "licenses:activate": ("computer_id", "computer_name", "client_version"),
    "licenses:activate_from_program": ("product", "computer_id", "computer_name", "client_version"),
    "licenses:assign_several": ("after", "before"),
    **of_issuing.PARAMETERS,
    "organizations:detail": ("q", "after", "before", "invited_after", "invited_before"),
    "organizations:activity": ("kind", "days", "from", "to", "after", "before"),
    "organizations:activity_export": ("kind", "days", "from", "to"),
    **of_updates.PARAMETERS,
    "account_login": ("next",),
    "account_reauthenticate": ("next",),
    "mfa_reauthenticate": ("next",),
    "mfa_reauthenticate_webauthn": ("next",),
    "account_request_login_code": ("next",),
    "account_confirm_login_code": ("next",),
    "account_logout": ("next",),
    "accounts:confirm_proof": ("next",),
    "accounts:prove": ("next",),
    **of_groups.PARAMETERS,
}
"""What addresses read from behind the question mark."""

PARTS = {
    "licenses:detail": ("license_id",),
    "licenses:activate": ("license_id",),
    "licenses:key": ("license_id",),
    "licenses:license_files": ("license_id",),
    "licenses:deactivate": ("license_id", "activation_id"),
    "licenses:replace": ("license_id", "activation_id"),
    "licenses:rename": ("license_id", "activation_id"),
    "licenses:license_file": ("license_id", "activation_id"),
    **of_issuing.PARTS,
    "licenses:assign": ("license_id",),
    "licenses:assign_several": ("organization_id",),
    **of_updates.PARTS,
    **{
        f"organizations:{name}": ("organization_id",)
        for name in ("detail", "search", "contacts", "user_add", "users_add")
    },
    "organizations:user_edit": ("organization_id", "member_id"),
    "organizations:user_leave": ("organization_id", "member_id"),
    "organizations:invitation_resend": ("organization_id", "invitation_id"),
    "organizations:invitation_withdraw": ("organization_id", "invitation_id"),
    "organizations:join": ("invitation_token",),
    "licenses:license_file_status": ("file_id",),
    "licenses:public_key": ("key_id",),
    "accounts:confirm_address": ("address_token",),
    "accounts:first_password": ("uidb64", "token"),
    "accounts:not_me": ("notice_token",),
    "demo_mail_text": ("mail_id",),
    "mfa_edit_webauthn": ("pk",),
    "mfa_remove_webauthn": ("pk",),
    **of_groups.PARTS,
}
"""What addresses read from their path."""

NOTHING_READ = {
    "brand_logo",
    "brand_style",
    "demo_mail",
    "healthz",
    "licenses:jwks",
    "licenses:overview",
    "mfa_download_recovery_codes",
    "mfa_index",
    "mfa_view_recovery_codes",
    "readyz",
    "socialaccount_login_cancelled",
    "socialaccount_login_error",
}
"""Addresses that read nothing at all."""

TOKEN = "csrfmiddlewaretoken"


def places() -> set[Place]:
    """Return everything that the table covers."""
    found = {Place(name, part) for name, parts in PARTS.items() for part in parts}
    found |= {Place(name, parameter) for name, parameters in PARAMETERS.items() for parameter in parameters}
    return found | {Place(form.url_name, name) for form in FORMS for name in [*form.takes, TOKEN]}


@dataclass(frozen=True)
class World:
    """The cast, and somebody who was sent a link to set a first password."""

    cast: Cast
    arguments: dict[str, str]

    def path(self, url_name: str, **changed: str) -> str:
        """Return the path of an address, with the parts in `changed` put in as they are."""
        parts = PARTS.get(url_name, ())
        path = reverse(url_name, kwargs={part: self.arguments[part] for part in parts})
        for part, text in changed.items():
            path = path.replace(self.arguments[part], text)
        return path


def a_passkey_of(user: User | None) -> Authenticator:
    """Return a passkey under a number that stands nowhere else in an address."""
    credential = json.loads(Passkey().create({"publicKey": {"user": {"id": "YQ"}, "challenge": "YQ"}}))
    data = {"name": "Phone", "credential": credential | {"clientExtensionResults": {}}}
    made: Authenticator = Authenticator.objects.create(id=PASSKEY, user=user, type="webauthn", data=data)
    return made


def address_token_of(user: User | None) -> str:
    """Return the token of a link by which a person confirms another address."""
    assert user is not None
    request_change(user, "paula.new@people.example")
    mail = next(each for each in waiting() if each.context)
    letter = letter_with_address_link(mail.to[0], mail.context)
    mail.delete()
    assert letter is not None
    return re.findall(r"/accounts/address/(\S+)/", letter.text)[0]


def make_world() -> World:
    """Make the cast, the link, and a product whose computer IDs look like the cast's."""
    cast, newcomer = make_cast(), make_person("Nina Newcomer")
    Product.objects.update(computer_id_pattern="ID-[A-Z-]+")
    Feature.objects.create(product=cast.license.product, code="export", name="Export")
    make_receiver(cast)
    of_issuing.make_issuable(cast)
    return World(
        cast,
        of_groups.make_northerners(cast)
        | {
            "license_id": str(cast.license.pk),
            "organization_id": str(cast.acme.pk),
            "member_id": MEMBER,
            "batch_id": str(cast.batch.pk),
            "invitation_id": str(cast.invitation.pk),
            "invitation_token": "ina-invited",
            "activation_id": str(cast.activation.pk),
            "file_id": str(cast.activation.license_file_id),
            "key_id": cast.license.product.signing_keys.get().key_id,
            "uidb64": urlsafe_base64_encode(force_bytes(newcomer.pk)),
            "pk": str(a_passkey_of(cast.enter("secondary contact")).pk),
            "mail_id": str(queue(Letter("About something", "Hello.", "<p>Hello.</p>"), newcomer.email).pk),
            "token": default_token_generator.make_token(newcomer),
            **of_updates.arguments(cast),
            "address_token": address_token_of(cast.enter("primary contact")),
            "notice_token": not_me_link(newcomer, "password_changed", timezone.now(), newcomer.email).split("/")[-2],
        },
    )

"""The table of places forgets nothing: neither addresses, nor fields of forms, nor what the pages themselves send."""

from collections.abc import Iterator
from html.parser import HTMLParser
from urllib.parse import parse_qsl, urlsplit

import pytest
from django import forms
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, include, path, resolve
from django.views.generic import TemplateView

from accounts.forms.addresses import ChangeAddressForm
from accounts.forms.codes import CodeRequestForm, ConfirmCodeForm
from accounts.forms.passwords import ChangePasswordForm, FirstPasswordForm, PasswordLinkForm
from accounts.forms.proofs import ProofCodeForm
from accounts.forms.second_step import (
    AppForm,
    CodeForm,
    ConfirmByCodeForm,
    ConfirmByPasswordForm,
    NewPasskeyForm,
    PasskeyForm,
    PasskeyNameForm,
    PasskeySignInForm,
)
from accounts.forms.sign_in import SignInForm
from accounts.models import User
from licenses.forms.activating import ActivateForm, FromProgramForm, RenameForm
from licenses.forms.assigning import AssignForm, AssignSeveralForm
from licenses.forms.changing import EditForm, RenewForm, RevokeForm
from licenses.forms.orders import OrderForm
from licenses.issuers import changer_of
from organizations.access import Action, viewer_for
from organizations.forms.invitations import InviteForm, InviteManyForm
from organizations.forms.joining import JoinForm
from organizations.forms.leaving import LeaveForm
from organizations.forms.profile import ProfileForm
from organizations.forms.users import ContactsForm, UserForm
from organizations.licenses_of import Holding, Look, licenses_of
from organizations.membership.leaving import sent_by
from organizations.models import Customer, Organization
from tests.bad_input.of_groups import forms_of_groups
from tests.bad_input.of_issuing import SELLER
from tests.bad_input.of_organizations import MEMBER, RITAS_PROFILE
from tests.bad_input.places import FORMS, NOTHING_READ, PARAMETERS, PARTS, PAULAS_PROFILE, TOKEN, Place, World, places

urlpatterns = [
    path("forgotten/<int:number>/", TemplateView.as_view(), name="forgotten"),
    path("", include("qlmportal.urls")),
]


def parts_of_addresses(resolver: URLResolver, namespace: str = "", above: tuple[str, ...] = ()) -> Iterator[Place]:
    """Yield every part of every address, the admin apart; an address without any yields itself."""
    for pattern in resolver.url_patterns:
        parts = (*above, *pattern.pattern.converters)
        if isinstance(pattern, URLPattern):
            yield from (Place(f"{namespace}{pattern.name}", part) for part in parts or ("",))
        elif pattern.namespace != "admin":
            inner = f"{namespace}{pattern.namespace}:" if pattern.namespace else namespace
            yield from parts_of_addresses(pattern, inner, parts)


def forgotten_parts() -> set[Place]:
    """Return in what the table and the URL resolver differ."""
    reading = {form.url_name for form in FORMS} | set(PARAMETERS) | NOTHING_READ
    known = {Place(name, part) for name, parts in PARTS.items() for part in parts}
    known |= {Place(name, "") for name in reading - set(PARTS)}
    return known ^ set(parts_of_addresses(get_resolver()))


def test_table_knows_every_part_of_every_address() -> None:
    assert forgotten_parts() == set()


@pytest.mark.urls(__name__)
def test_control_address_missing_from_the_table_is_noticed() -> None:
    assert forgotten_parts() == {Place("forgotten", "number")}


def test_table_knows_every_field_of_every_form(world: World) -> None:
    used: dict[str, forms.Form] = {
        "licenses:activate": ActivateForm(world.cast.license.product),
        "licenses:replace": ActivateForm(world.cast.license.product),
        "licenses:activate_from_program": FromProgramForm(world.cast.license.product),
        "licenses:rename": RenameForm(world.cast.activation),
        "organizations:profile": ProfileForm(PAULAS_PROFILE),
        "organizations:user_add": InviteForm(),
        "organizations:users_add": InviteManyForm(),
        "organizations:user_edit": UserForm(RITAS_PROFILE),
        "organizations:user_leave": form_to_leave(world.cast.acme),
        "organizations:contacts": ContactsForm(world.cast.acme),
        "organizations:join": JoinForm(Holding()),
        **forms_to_assign(world),
        **forms_to_issue(world),
        **forms_of_groups(),
        "account_login": SignInForm(),
        "account_reset_password": PasswordLinkForm(),
        "account_request_login_code": CodeRequestForm(),
        "account_confirm_login_code": ConfirmCodeForm(),
        "accounts:identity_address": CodeRequestForm(),
        "account_change_password": ChangePasswordForm(User()),
        "accounts:change_address": ChangeAddressForm(User()),
        "accounts:confirm_proof": ProofCodeForm(),
        "accounts:first_password": FirstPasswordForm(User()),
        "account_reauthenticate": ConfirmByPasswordForm(user=User()),
        "mfa_authenticate": CodeForm(user=User()),
        "mfa_reauthenticate": ConfirmByCodeForm(user=User()),
        "mfa_reauthenticate_webauthn": PasskeyForm(user=User()),
        "mfa_login_webauthn": PasskeySignInForm(),
        "mfa_activate_totp": AppForm(secret=""),
        "mfa_add_webauthn": NewPasskeyForm(user=User()),
        "mfa_edit_webauthn": PasskeyNameForm(),
    }
    fields = {Place(url_name, name) for url_name, form in used.items() for name in form.fields}
    assert fields - places() == set()


def form_to_leave(acme: Organization) -> LeaveForm:
    """Return the form by which Rita leaves."""
    rita = Customer.objects.get(pk=MEMBER)
    held = licenses_of().held(rita.pk, acme.pk, Look())
    return LeaveForm(acme, rita, held, sent_by(rita, acme.pk, Look()))


def forms_to_assign(world: World) -> dict[str, forms.Form]:
    """Return the forms that give licenses."""
    contact = world.cast.enter("primary contact")
    assert contact is not None
    viewer = viewer_for(contact)
    return {
        "licenses:assign": AssignForm(viewer, world.cast.acme, world.cast.license),
        "licenses:assign_several": AssignSeveralForm(viewer, world.cast.acme, [world.cast.license]),
    }


def forms_to_issue(world: World) -> dict[str, forms.Form]:
    """Return the forms that make and change licenses."""
    member = world.cast.enter(SELLER)
    assert member is not None
    viewer, license = viewer_for(member), world.cast.license
    issuer = changer_of(viewer, license, Action.EDIT)
    return {
        "licenses:create": OrderForm(viewer, issuer),
        "licenses:edit": EditForm(issuer, license),
        "licenses:renew": RenewForm(issuer, license=license),
        "licenses:renew_selected": RenewForm(issuer),
        "licenses:revoke": RevokeForm(),
        "licenses:revoke_selected": RevokeForm(),
    }


class Sent(HTMLParser):
    """Collects what a page can send: the fields of its forms, and the parameters in its links."""

    def __init__(self, page: str, own_path: str) -> None:
        super().__init__()
        self.own_path = own_path
        self.actions: list[str] = []
        self.found: set[Place] = set()
        self._fields: set[str] = set()
        self.feed(page)

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        """Look at one tag."""
        names = {name: value or "" for name, value in attributes}
        if tag == "form":
            self.actions, self._fields = [names.get("action") or self.own_path], set()
        if tag in {"input", "button", "select", "textarea"} and self.actions:
            self._fields |= {names["name"]} if names.get("name") else set()
            self.actions += [names["formaction"]] if "formaction" in names else []
        if tag == "a" and "href" in names and not urlsplit(names["href"]).scheme:
            self._remember_link(names["href"])

    def handle_endtag(self, tag: str) -> None:
        """Remember a form with everywhere it can be sent to."""
        if tag == "form":
            self.found |= {Place(name_of(action), field) for action in self.actions for field in self._fields}
            self.actions = []

    def _remember_link(self, address: str) -> None:
        path, query = urlsplit(address).path or self.own_path, urlsplit(address).query
        self.found |= {Place(name_of(path), name) for name, _value in parse_qsl(query, keep_blank_values=True)}


def name_of(path: str) -> str:
    """Return the name of the address that answers to `path`."""
    return resolve(urlsplit(path).path).view_name


def inside(redirects: list[tuple[str, int]]) -> list[str]:
    """Return where redirects within the portal led; those to providers are known."""
    return [address for address, _status in redirects if not urlsplit(address).netloc]


def test_table_knows_everything_that_pages_send(world: World) -> None:
    sent: set[Place] = set()
    for role in ("anonymous", "primary contact", "north, activate and deactivate", "superuser"):
        client = Client()
        user = world.cast.enter(role)
        for name in sorted({*PARTS, *PARAMETERS, *(form.url_name for form in FORMS), "licenses:overview"}):
            if user:
                client.force_login(user)  # again for each address, since one of them signs out
            for response in (client.get(world.path(name), follow=True), client.post(world.path(name), follow=True)):
                for address in inside(response.redirect_chain):
                    sent |= {Place(name_of(address), key) for key, _value in parse_qsl(urlsplit(address).query, True)}
                if response.get("Content-Type", "").startswith("text/html"):
                    sent |= Sent(response.content.decode(), response.request["PATH_INFO"]).found
    missing = {place for place in sent - places() if not place.url_name.startswith("admin:")}
    assert missing == set()
    assert {
        Place("licenses:activate", "computer_id"),
        Place("theme", "next"),
        Place("licenses:activate", TOKEN),
    } <= sent

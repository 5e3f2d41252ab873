"""The table of S1: every address × kind of person × method → status.

It is written in three parts that multiply. ACCESS says for each role of the cast and each
license address whether the person may (`yes`), is refused (`403`), finds nothing (`404`) or is
sent to sign in (`302`), from the action table of section 3 of the product rules. ADDRESSES
says what each method answers to somebody who may. OPEN lists what needs no right at all.
"""

from tests.access_matrix import downloads, groups, issuing, organizations, updates
from tests.access_matrix.addresses import BUTTON, FORM, READING, TO_LIST, Address

METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")
SIGN_IN = "302"
YES = "yes"
EMPTY = "list"
"""What is seen by nobody but who may see it: a selection of it is empty, and leads back to the list."""

_COMPUTER = {"computer_id": "ID-NEW", "computer_name": "NEW-LAPTOP"}

ADDRESSES = {
    "overview": Address("licenses:overview", READING),
    "list": Address("licenses:list", READING),
    "search": Address("licenses:search", {"GET": 302, "HEAD": 302, "POST": 302}, fields={"q": "spectra"}),
    "detail": Address("licenses:detail", READING, "license"),
    "activate": Address("licenses:activate", FORM, "license", fields=_COMPUTER),
    "deactivate": Address("licenses:deactivate", FORM, "license", part="activation"),
    "replace": Address("licenses:replace", BUTTON, "license", part="activation", fields=_COMPUTER),
    "rename": Address("licenses:rename", FORM, "license", part="activation", fields={"was": "MIRAS-LAPTOP"}),
    "file": Address("licenses:license_file", FORM, "license", part="activation"),
    "files": Address("licenses:license_files", BUTTON, "license"),
    "deleted": Address("licenses:detail", READING, "deleted_license"),
    "computers": Address("licenses:computers", READING),
    "find": Address("licenses:search_computers", TO_LIST | BUTTON, fields={"q": "laptop"}),
    "many": Address(
        "licenses:deactivate_computers",
        TO_LIST | {"POST": 200},
        sends_computer=True,
        open_methods=frozenset(TO_LIST),
    ),
    "activity": Address("organizations:activity", READING),
    "export": Address("licenses:export", READING),
    "program": Address("licenses:activate_from_program", READING | {"POST": 200}, fields=_COMPUTER),
    "key": Address("licenses:key", {"POST": 200}, "license"),
    "trail": Address("organizations:activity_export", READING),
    "profile": Address("organizations:profile", READING | {"POST": 200}),
    "undo": Address("licenses:undo_deactivating", TO_LIST | BUTTON, fields={"deactivated": "0"}),
    **organizations.ADDRESSES,
    **groups.ADDRESSES,
    **issuing.ADDRESSES,
    **updates.ADDRESSES,
    **downloads.ADDRESSES,
}

ACCESS = """
role                                              list detail activate deactivate replace rename file files deleted many
anonymous                                         302  302    302      302        302     302    302  302   302     302
nobody                                            yes  404    404      404        404     404    404  404   404     list
individual                                        yes  404    404      404        404     404    404  404   404     list
customer                                          yes  yes    yes      yes        yes     yes    yes  yes   404     yes
plain member                                      yes  404    404      404        404     404    404  404   404     list
primary contact                                   yes  yes    yes      yes        yes     yes    yes  yes   404     yes
secondary contact                                 yes  yes    yes      yes        yes     yes    yes  yes   404     yes
outside contact                                   yes  yes    yes      yes        yes     yes    yes  yes   404     yes
other contact                                     yes  404    404      404        404     404    404  404   404     list
north                                             yes  yes    403      403        403     403    403  403   404     403
north, activate                                   yes  yes    yes      403        403     yes    yes  yes   404     403
north, deactivate                                 yes  yes    403      yes        403     403    403  403   404     yes
north, activate and deactivate                    yes  yes    yes      yes        yes     yes    yes  yes   404     yes
north, view_all                                   yes  yes    403      403        403     403    403  403   404     403
north, view_all_organizations                     yes  yes    403      403        403     403    403  403   404     403
north, export                                     yes  yes    403      403        403     403    403  403   404     403
north, all but activate, deactivate and view all  yes  yes    403      403        403     403    403  403   404     403
north, every privilege                            yes  yes    yes      yes        yes     yes    yes  yes   404     yes
north switched off                                yes  404    404      404        404     404    404  404   404     list
south                                             yes  404    404      404        404     404    404  404   404     list
south, view_all                                   yes  yes    403      403        403     403    403  403   404     403
south, view_all_organizations                     yes  404    404      404        404     404    404  404   404     list
south, all but view all                           yes  404    404      404        404     404    404  404   404     list
south, every privilege                            yes  yes    403      403        403     403    403  403   404     403
switched off                                      302  302    302      302        302     302    302  302   302     302
staff without permissions                         yes  404    404      404        404     404    404  404   404     list
staff with view                                   yes  yes    403      403        403     403    403  403   yes     403
staff with view and change                        yes  yes    yes      yes        yes     yes    yes  yes   yes     yes
superuser                                         yes  yes    yes      yes        yes     yes    yes  yes   yes     yes
"""

LIKE_THE_LIST = ("overview", "program", "search", "computers", "find", "undo", "activity", "profile")
"""Addresses that answer to everybody as the list does: whoever is signed in, with what exists for them."""

WITHOUT_EXPORT = frozenset(
    {
        "north",
        "north, activate",
        "north, deactivate",
        "north, activate and deactivate",
        "north, view_all",
        "north, view_all_organizations",
        "south",
        "south, view_all",
        "south, view_all_organizations",
    }
)
"""Who is here for a user group alone that lacks the privilege *export*."""

VENDOR = "Northwind Instruments"
BY_NAME = {"Mira Lindholm", "Paula Brandt", "Samuel Okoro", VENDOR}
AS_LICENSEE = {"Acme Design Team", "Paula Brandt", "Samuel Okoro", VENDOR}
AS_STRANGER = {"Acme Design Team", "A contact", VENDOR}

WITHOUT_LICENSES = frozenset({"nobody", "north switched off", "staff without permissions"})
"""Who has no way of seeing licenses."""

WHO_CAN = {
    "north": {
        "many": AS_LICENSEE,
        "key": AS_LICENSEE,
        "activate": AS_LICENSEE,
        "deactivate": AS_LICENSEE,
        "replace": AS_LICENSEE,
        "files": AS_LICENSEE,
    },
    "north, activate": {"deactivate": AS_LICENSEE, "replace": AS_LICENSEE},
    "north, deactivate": {"activate": AS_LICENSEE, "rename": AS_LICENSEE, "file": AS_LICENSEE},
    "south, view_all": {"activate": AS_STRANGER, "deactivate": AS_STRANGER},
    "south, every privilege": {"activate": AS_LICENSEE | {"North"}, "replace": AS_LICENSEE | {"North"}},
    "staff with view": {"many": BY_NAME, "key": BY_NAME, "activate": BY_NAME, "deactivate": BY_NAME},
}
"""Whom a refusal names. A group that does not serve the customer knows the licensee; contacts only who sees them."""

ANYBODY = "anybody"
SIGNED_OUT, SIGNED_IN = "signed out", "signed in"

PROVIDERS = ("google", "facebook", "azure")

OPEN = {
    "licenses:license_file_status": {ANYBODY: READING},
    "licenses:jwks": {ANYBODY: READING},
    "licenses:public_key": {ANYBODY: READING},
    "healthz": {ANYBODY: READING},
    "readyz": {ANYBODY: READING},
    "brand_style": {ANYBODY: dict.fromkeys(READING, 404)},
    "brand_logo": {ANYBODY: dict.fromkeys(READING, 404)},
    "theme": {ANYBODY: BUTTON},
    "accounts:first_password": {ANYBODY: dict.fromkeys(METHODS, 410)},
    "account_reset_password": {ANYBODY: READING | {"POST": 200}},
    "account_change_password": {
        SIGNED_OUT: dict.fromkeys(METHODS, 302),
        SIGNED_IN: READING | {"POST": 200},
    },
    "account_request_login_code": {
        SIGNED_OUT: READING | {"POST": 200},
        SIGNED_IN: dict.fromkeys(("GET", "HEAD", "POST"), 302),
    },
    "account_confirm_login_code": {ANYBODY: dict.fromkeys(METHODS, 302)},
    "accounts:identity_address": {ANYBODY: dict.fromkeys(("GET", "HEAD", "POST"), 302)},
    "accounts:prove": {SIGNED_OUT: dict.fromkeys(METHODS, 302), SIGNED_IN: TO_LIST | BUTTON},
    "accounts:confirm_proof": {SIGNED_OUT: dict.fromkeys(METHODS, 302), SIGNED_IN: TO_LIST | BUTTON},
    "accounts:change_address": {SIGNED_OUT: dict.fromkeys(METHODS, 302), SIGNED_IN: READING | {"POST": 200}},
    "accounts:confirm_address": {
        SIGNED_OUT: dict.fromkeys(METHODS, 302),
        SIGNED_IN: dict.fromkeys(("GET", "HEAD", "POST"), 410),
    },
    **{name: {ANYBODY: methods} for name, methods in updates.OPEN.items()},
    "organizations:join": {ANYBODY: dict.fromkeys(("GET", "HEAD", "POST"), 410)},
    "organizations:group_join": {ANYBODY: dict.fromkeys(("GET", "HEAD", "POST"), 410)},
    "accounts:not_me": {ANYBODY: dict.fromkeys(("GET", "HEAD", "POST"), 410)},
    "account_reauthenticate": {
        SIGNED_OUT: dict.fromkeys(METHODS, 302),
        SIGNED_IN: READING | dict.fromkeys(("POST", "PUT", "OPTIONS"), 200),
    },
    "mfa_index": {SIGNED_OUT: dict.fromkeys(METHODS, 302), SIGNED_IN: READING},
    "mfa_authenticate": {ANYBODY: dict.fromkeys(("GET", "HEAD", "POST"), 302)},
    "mfa_reauthenticate": {ANYBODY: dict.fromkeys(METHODS, 302)},
    "mfa_reauthenticate_webauthn": {ANYBODY: dict.fromkeys(METHODS, 302)},
    "mfa_login_webauthn": {ANYBODY: dict.fromkeys(("GET", "HEAD", "POST"), 302)},
    "mfa_activate_totp": {SIGNED_OUT: dict.fromkeys(METHODS, 302), SIGNED_IN: READING | {"POST": 200}},
    "mfa_deactivate_totp": {SIGNED_OUT: dict.fromkeys(METHODS, 302), SIGNED_IN: TO_LIST | BUTTON},
    "mfa_add_webauthn": {SIGNED_OUT: dict.fromkeys(METHODS, 302), SIGNED_IN: READING | {"POST": 200}},
    "mfa_edit_webauthn": {
        SIGNED_OUT: dict.fromkeys(METHODS, 302),
        SIGNED_IN: dict.fromkeys(("GET", "HEAD", "POST"), 404),
    },
    "mfa_remove_webauthn": {
        SIGNED_OUT: dict.fromkeys(METHODS, 302),
        SIGNED_IN: dict.fromkeys(("GET", "HEAD", "POST"), 404),
    },
    "mfa_view_recovery_codes": {SIGNED_OUT: dict.fromkeys(METHODS, 302), SIGNED_IN: TO_LIST},
    "mfa_generate_recovery_codes": {SIGNED_OUT: dict.fromkeys(METHODS, 302), SIGNED_IN: TO_LIST | BUTTON},
    "mfa_download_recovery_codes": {SIGNED_OUT: dict.fromkeys(METHODS, 302), SIGNED_IN: TO_LIST},
    "usersessions_list": {SIGNED_OUT: dict.fromkeys(METHODS, 302), SIGNED_IN: FORM},
    "socialaccount_connections": {SIGNED_OUT: dict.fromkeys(METHODS, 302), SIGNED_IN: FORM},
    **{f"{provider}_login": {ANYBODY: FORM} for provider in PROVIDERS},
    **{f"{provider}_callback": {ANYBODY: {"GET": 401}} for provider in PROVIDERS},
    "socialaccount_login_cancelled": {ANYBODY: READING},
    "socialaccount_login_error": {ANYBODY: dict.fromkeys(READING, 401)},
    "demo_mail": {ANYBODY: dict.fromkeys(METHODS, 404)},
    "demo_mail_text": {ANYBODY: dict.fromkeys(METHODS, 404)},
    "account_login": {
        SIGNED_OUT: READING | dict.fromkeys(("POST", "PUT", "OPTIONS"), 200),
        SIGNED_IN: dict.fromkeys(METHODS, 302),
    },
    "account_logout": {
        SIGNED_OUT: dict.fromkeys(("GET", "HEAD", "POST"), 302) | {"OPTIONS": 200},
        SIGNED_IN: FORM | {"OPTIONS": 200},
    },
}
"""What needs no right.

Without a colour and a logo there is nothing of the brand to send, without the demo mark no mails to
read, the link to set a first password and that of an invitation are used up, and no browser waits
for a code; the other cases have tests of their own.
"""

ADMIN = "admin"
"""Django admin, a family: one door stands before each of its addresses, whatever the method (`admin.py` beside)."""

PATHS_WITHOUT_NAME = frozenset({"admin/(?P<url>.*)$"})


def access() -> dict[str, dict[str, str]]:
    """Return ACCESS and those of the files beside as role → address → answer."""
    found, of_organizations, of_groups = _read(ACCESS), _read(organizations.ACCESS), _read(groups.ACCESS)
    of_issuing = _read(issuing.ACCESS)
    for role, answers in found.items():
        answers.update(dict.fromkeys(LIKE_THE_LIST, answers["list"]))
        answers["key"] = answers["activate"]
        answers["download"] = downloads.answer(role, answers["file"])
        answers["export"] = "403" if role in WITHOUT_EXPORT | WITHOUT_LICENSES else answers["list"]
        answers["trail"] = "403" if role in WITHOUT_EXPORT else answers["list"]
        answers.update(of_organizations[role])
        answers.update(of_groups[role] | of_issuing[role])
        answers["mail order"] = answers["mail"] if answers["order"] == YES else answers["order"]
        like = organizations.LIKE | updates.LIKE | groups.LIKE | issuing.LIKE
        answers.update({name: answers[other] for name, other in like.items()})
    return found


def _read(text: str) -> dict[str, dict[str, str]]:
    head, *lines = text.strip().splitlines()
    columns = [column.replace("-", " ") for column in head.split()[1:]]
    rows = (line.rsplit(maxsplit=len(columns)) for line in lines)
    return {role.strip(): dict(zip(columns, answers, strict=True)) for role, *answers in rows}

"""The checks of S1, as functions that return what differs from the table: none is what we want to see.

The tests expect an empty list, and their controls, with a rule of the portal taken away, one that is not.
"""

import logging
import re
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from html import unescape
from typing import TYPE_CHECKING
from urllib.parse import urlencode
from uuid import uuid4

from django.db import connection, transaction
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from tests.access_matrix import table
from tests.access_matrix.addresses import Address
from tests.cast import Cast

if TYPE_CHECKING:
    from django.test.client import _MonkeyPatchedWSGIResponse as Page

FORM_TYPE = "application/x-www-form-urlencoded"
NOBODY_THERE = uuid4()
EVERY_METHOD_BY = frozenset({"anonymous", "primary contact", "switched off", "superuser"})


@contextmanager
def rolled_back() -> Iterator[None]:
    """Undo everything that the block does to the database."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


@contextmanager
def quiet() -> Iterator[None]:
    """Keep thousands of expected 404 and 405 out of what is printed; they are looked through for secrets."""
    logger = logging.getLogger("django")
    printing = [handler for handler in logger.handlers if isinstance(handler, logging.StreamHandler)]
    for handler in printing:
        logger.removeHandler(handler)
    try:
        yield
    finally:
        for handler in printing:
            logger.addHandler(handler)


def browser_of(cast: Cast, role: str) -> Client:
    """Return a browser in which whoever plays `role` is signed in."""
    client = Client(raise_request_exception=False)
    if user := cast.enter(role):
        client.force_login(user)
    return client


def ask(client: Client, method: str, path: str, fields: dict[str, str] | None = None) -> "Page":
    """Send one request as a browser sends a form, and undo what it did."""
    with rolled_back():
        return client.generic(method, path, urlencode(fields or {}), content_type=FORM_TYPE)


def path_of(cast: Cast, address: Address) -> str:
    """Return the path of an address of the table about what it names of the cast."""
    return reverse(address.url_name, args=[getattr(cast, name).pk for name in (address.about, address.part) if name])


def fields_of(cast: Cast, address: Address, *, is_missing: bool = False) -> dict[str, str]:
    """Return what a POST to an address of the table sends; the computer of the cast, or one that does not exist."""
    computer = str(NOBODY_THERE if is_missing else cast.activation.pk)
    return address.fields | ({"computer": computer} if address.sends_computer else {})


def open_path(cast: Cast, url_name: str) -> str:
    """Return the path of an address that needs no right."""
    arguments = {
        "licenses:license_file_status": [cast.activation.license_file_id],
        "licenses:public_key": [cast.license.product.signing_keys.get().key_id],
        "accounts:first_password": ["none", "none"],
        "accounts:confirm_address": ["none"],
        "accounts:not_me": ["none"],
        "organizations:join": ["none"],
        "organizations:group_join": ["none"],
        "organizations:no_more_mails": ["none"],
        "demo_mail_text": [1],
        "mfa_edit_webauthn": [1],
        "mfa_remove_webauthn": [1],
    }
    return reverse(url_name, args=arguments.get(url_name, []))


def _rows(roles: Sequence[str]) -> list[tuple[str, dict[str, str]]]:
    rows = table.access()
    return [(role, rows[role]) for role in roles or rows]


def license_differences(cast: Cast, roles: Sequence[str] = (), addresses: Sequence[str] = ()) -> list[str]:
    """Compare every license address × role × method with the table; controls look at a few of them.

    A method that an address does not know is refused before anybody looks at who asks. A few people
    try each of them everywhere, everybody else one at each address, in turn.
    """
    found: list[str] = []
    sign_in = reverse("account_login")
    with quiet():
        for number, (role, answers) in enumerate(_rows(roles)):
            client = browser_of(cast, role)
            looked_at = {name: answer for name, answer in answers.items() if not addresses or name in addresses}
            for turn, (name, answer) in enumerate(looked_at.items(), start=number):
                address = table.ADDRESSES[name]
                path = path_of(cast, address)
                for method in _tried(address, role, turn):
                    response = ask(client, method, path, fields_of(cast, address))
                    expected = expected_status(answer, address, method)
                    found += _difference(role, name, method, response, expected)
                    if answer == table.SIGN_IN and not response.get("Location", "").startswith(sign_in):
                        found.append(f"{role}: {method} {name} does not lead to sign-in")
    return found


def _tried(address: Address, role: str, turn: int) -> list[str]:
    """Return by which methods a role tries an address."""
    if connection.vendor == "sqlite":
        return _asking_their_own(address.methods)
    unknown = [method for method in table.METHODS if method not in address.methods]
    return [*address.methods, *(unknown if role in EVERY_METHOD_BY else [unknown[turn % len(unknown)]])]


def _asking_their_own(known: Iterable[str]) -> list[str]:
    """Return, of the methods that an address knows, those to try on SQLite once all were tried on PostgreSQL.

    HEAD asks the database what GET asks, and a method that is not known is refused before it is asked.
    """
    return [method for method in known if method != "HEAD"]


def expected_status(answer: str, address: Address, method: str) -> int:
    """Return the status that the table gives to a method for whoever gets `answer` there."""
    if answer == table.SIGN_IN:
        return 302
    if method not in address.methods:
        return 405
    if answer == table.YES or method in address.open_methods:
        return address.methods[method]
    return 302 if answer == table.EMPTY else int(answer)


def open_differences(cast: Cast, roles: Sequence[str] = ()) -> list[str]:
    """Compare every address that needs no right × role × method with the table.

    They know no roles, so methods other than GET are tried by a few.
    """
    found: list[str] = []
    with quiet():
        for role, answers in _rows(roles):
            client = browser_of(cast, role)
            state = table.SIGNED_OUT if answers["list"] == table.SIGN_IN else table.SIGNED_IN
            for url_name, by_state in table.OPEN.items():
                path = open_path(cast, url_name)
                statuses = by_state.get(table.ANYBODY) or by_state[state]
                methods: Sequence[str] = table.METHODS if role in EVERY_METHOD_BY else ("GET",)
                if connection.vendor == "sqlite":
                    methods = _asking_their_own(method for method in methods if method in statuses)
                for method in methods:
                    response = ask(client, method, path)
                    found += _difference(role, url_name, method, response, statuses.get(method, 405))
    return found


def _difference(role: str, name: str, method: str, response: "Page", expected: int) -> list[str]:
    if response.status_code == expected:
        return []
    return [f"{role}: {method} {name} is {response.status_code}, not {expected}"]


def invisible_differences(cast: Cast, roles: Sequence[str] = ()) -> Iterator[str]:
    """Compare, byte by byte, what is hidden from a role with what does not exist: at each license address."""
    with quiet():
        for role, answers in _rows(roles):
            client = browser_of(cast, role)
            yield from _invisible_selections(cast, role, client, answers)
            for name in (name for name, answer in answers.items() if answer == "404"):
                address = table.ADDRESSES[name]
                if not address.about:
                    continue  # nothing in the address could be missing
                hidden_path = path_of(cast, address)
                missing_path = hidden_path.replace(str(getattr(cast, address.about).pk), str(NOBODY_THERE))
                for method in address.methods.keys() - {"HEAD"}:
                    hidden, missing = (
                        ask(client, method, path, address.fields) for path in (hidden_path, missing_path)
                    )
                    if _all_of(hidden) != _all_of(missing) or hidden.status_code != 404:
                        yield f"{role}: {method} {name} tells what is hidden from what is missing"


def _invisible_selections(cast: Cast, role: str, client: Client, answers: dict[str, str]) -> Iterator[str]:
    for name in (name for name, answer in answers.items() if answer == table.EMPTY):
        address = table.ADDRESSES[name]
        fields = (fields_of(cast, address, is_missing=is_missing) for is_missing in (False, True))
        hidden, missing = (ask(client, "POST", path_of(cast, address), each) for each in fields)
        if _all_of(hidden) != _all_of(missing) or hidden.status_code != 302:
            yield f"{role}: POST {name} tells what is hidden from what is missing"


def _all_of(response: "Page") -> tuple[int, dict[str, str], bytes]:
    return response.status_code, dict(response.items()), response.content


def refusal_differences(cast: Cast) -> list[str]:
    """Compare whom each refusal names with the table: exactly those who can, as this person may know them."""
    found: list[str] = []
    with quiet():
        for role, names_by_address in table.WHO_CAN.items():
            client = browser_of(cast, role)
            for name, names in names_by_address.items():
                address = table.ADDRESSES[name]
                page = unescape(ask(client, "POST", path_of(cast, address), fields_of(cast, address)).content.decode())
                sentence = re.search(r"Ask ([^<]*)\.</p>", page)
                named = set(re.split(", | or ", sentence[1])) if sentence else set()
                if named != names:
                    found.append(f"{role}: {name} names {sorted(named)}, not {sorted(names)}")
    return found


def url_names(resolver: URLResolver | None = None, namespace: str = "", path: str = "") -> Iterator[tuple[str, str]]:
    """Yield the name and the path pattern of every address that the portal answers to."""
    for pattern in (resolver or get_resolver()).url_patterns:
        here = path + str(pattern.pattern)
        if isinstance(pattern, URLPattern):
            yield (f"{namespace}{pattern.name}" if pattern.name else ""), here
        else:
            yield from url_names(pattern, f"{namespace}{pattern.namespace}:" if pattern.namespace else namespace, here)


def table_gaps(cast: Cast) -> list[str]:
    """Compare the table with the URL resolver and with the cast: names, roles and columns, both ways."""
    in_portal = {name for name, path in url_names() if not path.startswith(f"{table.ADMIN}/")}
    in_table = {address.url_name for address in table.ADDRESSES.values()} | set(table.OPEN)
    rows = table.access()
    found = [f"the table lacks the address {name or '(without a name)'}" for name in in_portal - in_table]
    found += [f"the table names the address {name}, which does not exist" for name in in_table - in_portal]
    found += [f"the table lacks the role {role}" for role in set(cast.roles) - set(rows)]
    found += [f"the table names the role {role}, which nobody plays" for role in set(rows) - set(cast.roles)]
    found += [f"{role}: columns differ" for role, answers in rows.items() if set(answers) != set(table.ADDRESSES)]
    return found

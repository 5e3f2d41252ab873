"""What each privilege of a user group opens by itself, and that it opens nothing else (Product rules, section 5).

North has that privilege and no other; its member, who is no manager, asks for every address of the
table of S1, by a form sent by hand where the address takes one. Without a privilege each of these
is refused, and nothing changes.
"""

import pytest

from organizations.models import UserGroup
from organizations.privileges import Privilege
from tests.access_matrix import checks, table
from tests.cast import Cast, make_cast

P = Privilege

OPENED = {
    P.CREATE: {"create"},
    P.ACTIVATE: {
        *("activate", "rename", "generic file"),
        *("file", "files", "download", "key", "keys of order"),
    },
    P.DEACTIVATE: {"deactivate", "many"},
    P.DELETE: {"delete"},
    P.REVOKE: {"revoke", "reinstate"},
    P.EDIT: {"edit"},
    P.RENEW: {"renew"},
    P.EXPORT: {"export", "export many", "trail"},
    P.EDIT_CUSTOMERS: {"enter", "amend"},
    P.DELETE_CUSTOMERS: {"drop"},
    P.MANAGE_ORGANIZATIONS: {
        *("new organization", "alter", "first contact"),
        *("invite", "invite many", "mail again", "withdraw"),
    },
    P.SEND_MAIL: {"mail", "mail order"},
}
"""The addresses that a privilege opens; those that are not named open fields of forms, or rows, and no address.

Replacing a computer takes two of them. Whose is not served is not found by who may edit customers.
"""


@pytest.fixture
def cast(db: None) -> Cast:
    return make_cast()


def test_each_privilege_opens_what_it_says_and_nothing_else(cast: Cast) -> None:
    without = answers(cast, frozenset())
    opened = {}
    for privilege in Privilege:
        by_it = answers(cast, frozenset({privilege}))
        opened[privilege] = {name for name in by_it if by_it[name] != without[name] and by_it[name] in {200, 302}}
    assert opened == {privilege: OPENED.get(privilege, set()) for privilege in Privilege}


def answers(cast: Cast, privileges: frozenset[Privilege]) -> dict[str, int]:
    """Return what each address answers to a member of North, by the status of the form or the page."""
    client = checks.browser_of(cast, "north")
    UserGroup.objects.filter(pk=cast.north.pk).update(privileges=sorted(privileges))
    found = {}
    with checks.quiet():
        for name, address in table.ADDRESSES.items():
            method = "POST" if "POST" in address.methods else "GET"
            path, fields = checks.path_of(cast, address), checks.fields_of(cast, address)
            found[name] = checks.ask(client, method, path, fields).status_code
    return found

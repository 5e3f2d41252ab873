"""S2 for the lists of user groups: exactly the rows of the one table, and nobody else's by name in any of them."""

from collections.abc import Iterator

import pytest

from organizations.models import EnteredCustomer
from organizations.querysets import EnteredCustomerQuerySet
from tests.access_matrix.checks import browser_of
from tests.cast import Cast, make_cast
from tests.row_table import TABLE, Rows

STRANGERS = {"north": "Vera Costa", "south": "Rasmus North"}


@pytest.fixture
def cast(db: None) -> Cast:
    cast = make_cast()
    for group, name in ((cast.north, "Norma Entered"), (cast.south, "Sofia Entered")):
        EnteredCustomer.objects.create(
            user_group=group, customer=cast.mira, full_name=name, email="mira.lindholm@people.example"
        )
    return cast


def differences(cast: Cast) -> Iterator[str]:
    """Compare the lists of customers and organizations, and the group's page, with the table."""
    for role, expected in TABLE.items():
        if not role.startswith(("north", "south", "staff with", "superuser")) or expected == Rows():
            continue
        client = browser_of(cast, role)
        entered = {"north": ["Norma"], "south": ["Sofia"]}.get(role.partition(",")[0], [])
        names = [row.full_name.split()[0] for row in client.get("/customers/").context["page"].rows]
        if sorted(names) != sorted([*expected.customers.split(), *entered]):
            yield f"{role}: the customers are {names}, not {expected.customers} {entered}"
        names = [row.name for row in client.get("/organizations/").context["page"].rows]
        if sorted(names) != sorted(expected.organizations.split()):
            yield f"{role}: the organizations are {names}, not {expected.organizations}"
        page = client.get("/group/")
        if (page.status_code == 200) is not bool(entered):
            yield f"{role}: the page of the group is {page.status_code}"
        elif entered and STRANGERS[role.partition(",")[0]] in page.content.decode():
            yield f"{role}: the page of the group names a stranger"


def test_lists_of_groups_have_exactly_the_rows_of_the_table(cast: Cast) -> None:
    assert list(differences(cast)) == []


def test_control_list_that_shows_what_other_groups_entered_is_noticed(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(EnteredCustomerQuerySet, "visible_to", lambda rows, _viewer: rows.all())
    assert any("the customers are" in each for each in differences(cast))

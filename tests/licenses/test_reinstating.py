"""Who finds which button on a revoked license, by who revoked it (Product rules, sections 3 and 5)."""

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import User
from licenses.models import License
from organizations.models import UserGroup
from tests.cast import make_customer, make_group, make_license, make_member, make_staff
from tests.licenses.pages import address, message_after, words
from tests.licenses.reselling import P, make_reseller

pytestmark = pytest.mark.django_db
ONLY_VENDOR = "The vendor revoked this license, so only the vendor can reinstate it."

BUTTONS = """
who                             nobody-did  group-did         vendor-did  portal-did
member who may revoke           revoke      reinstate         sentence    sentence
member who may not              -           -                 -           -
colleague who sees all          -           -                 -           -
customer                        -           -                 -           -
staff who change                revoke      reinstate,revoke  reinstate   reinstate
staff who look                  -           -                 -           -
staff who change and a member   revoke      reinstate,revoke  reinstate   reinstate
staff who look and a member     revoke      reinstate         sentence    sentence
"""
"""The buttons on the license's page; `sentence` says that only the vendor can. A dash is nothing of it."""

ROWS = [(line[:32].strip(), line[32:].split()) for line in BUTTONS.strip().splitlines()[1:]]
REVOKED_AS = ("", "group", "vendor", "system")
CELLS = [(who, by, cell) for who, cells in ROWS for by, cell in zip(REVOKED_AS, cells, strict=True)]


@pytest.fixture
def north() -> UserGroup:
    return make_reseller(P.REVOKE)


@pytest.fixture
def license(north: UserGroup) -> License:
    return make_license(customer=make_customer("Mira", user_group=north), user_group=north)


def revoked(license: License, by: str) -> None:
    """Let the license be revoked by a user group, the vendor, the portal, or by nobody."""
    fields = {"revoked_at": timezone.now(), "revoked_as": by, "revoked_reason": "Unpaid"} if by else {}
    License.objects.filter(pk=license.pk).update(edited_at=timezone.now(), **fields)


def person(who: str, license: License) -> User:
    """Return who plays that role in the table."""
    north, customer = license.user_group, license.customer
    assert north is not None
    assert customer is not None
    if who == "customer":
        return customer.user
    if who == "member who may not":
        UserGroup.objects.filter(pk=north.pk).update(privileges=sorted(set(P) - {P.REVOKE}))
    if who == "colleague who sees all":
        return make_member(make_group(P.REVOKE, P.VIEW_ALL, name="South"))
    if not who.startswith("staff"):
        return make_member(north)
    user = make_staff("Stella Berg", "view", *(["change"] if "change" in who else []))
    if who.endswith("member"):
        user.group_member = make_member(north).group_member
        user.group_member.user = user
        user.group_member.save()
    return user


@pytest.mark.parametrize(("who", "by", "cell"), CELLS)
def test_page_has_the_buttons_of_the_table_and_they_work(
    client: Client, license: License, who: str, by: str, cell: str
) -> None:
    revoked(license, by)
    client.force_login(person(who, license))
    answer = client.get(license.get_absolute_url())
    page, text = answer.content.decode(), words(answer)
    found = {name for name in ("reinstate", "revoke") if f'href="{address(name, license)}"' in page}
    if ONLY_VENDOR in text:
        found.add("sentence")
    assert found == set(cell.split(",")) - {"-"}
    sent = client.post(address("reinstate", license))
    license.refresh_from_db()
    is_theirs = "reinstate" in found or (not by and cell != "-")
    assert sent.status_code == (302 if is_theirs else 200 if "sentence" in found else 403)
    assert (license.revoked_at is None) == (is_theirs or not by)


def test_staff_make_what_a_group_revoked_theirs_to_reinstate(client: Client, license: License) -> None:
    revoked(license, "group")
    client.force_login(make_staff("Stella Berg", "view", "change"))
    page = address("revoke", license)
    assert "Once you revoke it too, only the vendor can reinstate it." in words(client.get(page))
    assert message_after(client, client.post(page, {"reason": "Fraud"})) == "The license is revoked."
    client.force_login(person("member who may revoke", license))
    assert ONLY_VENDOR in words(client.get(license.get_absolute_url()))


def test_page_to_revoke_what_is_revoked_already_says_so(client: Client, license: License, north: UserGroup) -> None:
    revoked(license, "group")
    client.force_login(make_member(north))
    answer = client.get(address("revoke", license))
    assert "so there is nothing to do. Unpaid" in words(answer)
    assert b'name="reason"' not in answer.content

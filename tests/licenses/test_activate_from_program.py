"""What the vendor's program opens: the licenses that fit, the computer filled in, and nothing before the button."""

import re
from datetime import date, timedelta
from urllib.parse import urlencode

import pytest
from django.test import Client
from django.utils.html import escape

from accounts.audit import SYSTEM
from accounts.models import AuditEvent
from licenses.activation import activate
from licenses.activation_key import make
from licenses.issuing import revoke
from licenses.models import Activation, License, LicenseModel, Product
from organizations.models import Customer
from organizations.privileges import Privilege
from tests.cast import (
    make_contact,
    make_customer,
    make_group,
    make_license,
    make_member,
    make_organization,
    make_product,
    make_staff,
)
from tests.licenses.moments import TODAY
from tests.licenses.pages import Answer, address, fields, links, message_after, words

HERE = "/activate/"
ASKED = {"product": "spectra", "computer_id": "ID-1", "computer_name": "Anna’s laptop", "client_version": "4.1.2"}


def link(**changed: str) -> str:
    """Return the link that a program opens."""
    return f"{HERE}?{urlencode({**ASKED, **changed})}"


def offered(answer: Answer) -> list[str]:
    """Return the ids of the licenses to choose from, in their order."""
    return re.findall(r'<input type="radio" name="license_id" [^>]*value="([^"]*)"', answer.content.decode())


def preselected(answer: Answer) -> str:
    [value] = re.findall(r'name="license_id" [^>]*value="([^"]*)" checked', answer.content.decode())
    return value


def ids(*licenses: License) -> list[str]:
    return [str(license.pk) for license in licenses]


def test_link_fills_in_the_computer_and_preselects_the_license_and_nothing_happens(
    browser_of_anna: Client, license: License
) -> None:
    page = browser_of_anna.get(link())
    assert page.status_code == 200
    sent = fields(page)
    assert {name: sent[name] for name in ASKED} == ASKED
    assert offered(page) == [preselected(page)] == ids(license)
    assert not Activation.objects.exists()


def test_button_activates_and_leads_to_the_license_file(browser_of_anna: Client, license: License) -> None:
    answer = browser_of_anna.post(HERE, {**ASKED, "license_id": str(license.pk)})
    activation = Activation.objects.get()
    assert answer["Location"] == f"{address('license_file', activation)}?activated"
    assert (activation.license, activation.computer_id) == (license, "ID-1")
    assert (activation.computer_name, activation.client_version) == ("Anna’s laptop", "4.1.2")
    assert message_after(browser_of_anna, answer) == "Anna’s laptop is activated."


def test_same_form_sent_twice_has_one_effect_and_the_second_is_told(browser_of_anna: Client, license: License) -> None:
    browser_of_anna.post(HERE, {**ASKED, "license_id": str(license.pk)})
    again = browser_of_anna.post(HERE, {**ASKED, "license_id": str(license.pk)})
    assert message_after(browser_of_anna, again).endswith("Its license file was issued anew.")
    license.refresh_from_db()
    assert license.activations_in_use == Activation.objects.count() == 1


def test_parameters_survive_signing_in(client: Client, license: License) -> None:
    answer = client.get(link())
    assert answer.status_code == 302
    sign_in = client.get(answer["Location"])
    assert fields(sign_in)["next"] == link()


def test_licenses_come_in_the_order_of_how_well_they_fit(client: Client, anna: Customer, product: Product) -> None:
    acme = make_organization("Acme")
    acme.primary_contact = anna
    acme.save()
    colleague = make_customer("Ben", organization=acme)
    own = make_license(customer=anna, product=product)
    full_here = make_license(customer=colleague, product=product, max_activations=1)
    activate(full_here.pk, SYSTEM, computer_id="ID-1")
    older, newer = (make_license(customer=colleague, product=product) for _ in range(2))
    client.force_login(anna.user)
    page = client.get(link())
    assert offered(page) == ids(full_here, own, newer, older)
    assert preselected(page) == str(full_here.pk)
    assert "Active on this computer already: it gets a new license file, and nothing is used up." in words(page)


def test_what_cannot_be_activated_stands_below_with_the_reason_and_the_ways_on(
    browser_of_anna: Client, anna: Customer, product: Product
) -> None:
    possible = make_license(customer=anna, product=product)
    full = make_license(customer=anna, product=product, max_activations=1, computers=("OLD",))
    expired = make_license(customer=anna, product=product, expires_on=TODAY - timedelta(days=10))
    revoked = make_license(customer=anna, product=product)
    revoke(revoked.pk, SYSTEM, reason="returned")
    page = browser_of_anna.get(link())
    assert offered(page) == ids(possible)
    said = words(page)
    for sentence in ("The one activation is in use.", "This license has expired.", "This license was revoked."):
        assert sentence in said
    assert {product.buy_more_url, product.renew_url, expired.get_absolute_url()} <= set(links(page))
    replace = f"{address('activate', full)}?{urlencode({'computer_id': 'ID-1', 'computer_name': 'Anna’s laptop'})}"
    assert replace in links(page)
    assert fields(browser_of_anna.get(replace))["computer_id"] == "ID-1"


def test_without_a_possible_license_it_says_so_and_what_to_do(browser_of_anna: Client, anna: Customer) -> None:
    product = make_product("Sonar", buy_more_url="https://vendor.example/sonar")
    page = browser_of_anna.get(link(product="sonar"))
    assert "There is no license of Sonar here for you to activate." in words(page)
    assert product.buy_more_url in links(page)
    assert any(
        each.startswith("mailto:support@vendor.example?subject=A%20license%20of%20Sonar") for each in links(page)
    )
    make_license(customer=anna, product=product, max_activations=0)
    page = browser_of_anna.get(link(product="sonar"))
    assert "None of your licenses of Sonar can be activated on one more computer now." in words(page)
    assert offered(page) == []


def test_who_sees_licenses_that_others_activate_is_told_so(client: Client, product: Product) -> None:
    group = make_group(name="South")
    make_license(user_group=group, product=product)
    client.force_login(make_member(group))
    page = client.get(link())
    assert "You can see licenses of Spectra, but activating them is not yours to do." in words(page)
    assert f"/licenses/?product={product.pk}" in links(page)


@pytest.mark.parametrize("slug", ["nothing-like-that", "Spectra Desk", "x" * 200, "../../etc"])
def test_unknown_product_is_answered_neutrally_with_the_products_one_has(
    browser_of_anna: Client, license: License, slug: str
) -> None:
    page = browser_of_anna.get(link(product=slug))
    assert page.status_code == 200
    assert escape(slug) not in page.content.decode().partition("<main")[2].partition("</main>")[0]
    assert "this portal does not know" in words(page) or "No product has such a name." in words(page)
    [other] = [each for each in links(page) if each.startswith("?")]
    assert offered(browser_of_anna.get(HERE + other)) == ids(license)


def test_without_parameters_one_chooses_the_product_or_uploads_a_request_file(
    browser_of_anna: Client, license: License
) -> None:
    page = browser_of_anna.get(HERE)
    assert "Your products Spectra" in words(page)
    assert set(fields(page)) == {"request_file"}


ROLES = """
who              privileges              offered
customer         -                       own
contact          -                       acme
plain member     -                       -
group member     -                       -
group member     activate                group
group member     view_all                -
group member     activate view_all       group
staff            view                    -
staff            change                  -
staff            view change             own acme group other
"""


@pytest.mark.parametrize("line", ROLES.strip().splitlines()[1:])
def test_everybody_is_offered_exactly_the_licenses_that_are_theirs_to_activate(
    client: Client, product: Product, line: str
) -> None:
    who, rights, expected = (part.strip() for part in re.split(r"\s{2,}", line.strip()))
    granted = [] if rights == "-" else rights.split()
    acme, group = make_organization("Acme"), make_group(*map(Privilege, granted) if who == "group member" else ())
    customer = make_customer("Anna")
    people = {
        "customer": lambda: customer.user,
        "contact": lambda: make_contact(acme).user,
        "plain member": lambda: make_customer("Max", organization=acme).user,
        "group member": lambda: make_member(group),
        "staff": lambda: make_staff("Stella", *granted),
    }
    user = people[who]()
    licenses = {
        "own": make_license(customer=customer, product=product),
        "acme": make_license(organization=acme, product=product),
        "group": make_license(user_group=group, product=product),
        "other": make_license(customer=make_customer("Other"), product=product),
    }
    make_license(customer=customer, product=make_product("Sonar"))
    client.force_login(user)
    names = [name for name, license in licenses.items() if str(license.pk) in offered(client.get(link()))]
    assert names == ([] if expected == "-" else expected.split())
    for name, license in licenses.items():
        answer = client.post(HERE, {**ASKED, "computer_id": f"ID-{name}", "license_id": str(license.pk)})
        assert (answer.status_code == 302) is (name in names)
        assert name in names or "Choose one of these licenses." in words(answer) or not offered(answer)
    assert Activation.objects.count() == len(names)


def test_deleted_license_is_offered_to_nobody(client: Client, product: Product) -> None:
    license = make_license(product=product)
    License.objects.filter(pk=license.pk).update(deleted_at=license.created_at)
    client.force_login(make_staff("Stella", "view", "change"))
    assert offered(client.get(link())) == []


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"computer_id": ""}, "Enter the computer ID that the program shows."),
        ({"computer_id": "a b"}, "A computer ID has no spaces"),
        ({"computer_name": "x" * 101}, "A computer name has at most 100 characters"),
        ({"client_version": "x" * 51}, "A program’s version has at most 50 characters"),
        ({"license_id": ""}, "Choose the license to activate."),
        ({"license_id": "nonsense"}, "Choose one of these licenses."),
        ({"license_id": "018f0000-0000-7000-8000-000000000000"}, "Choose one of these licenses."),
        ({"product": "nothing-like-that"}, "The program asks for a product that this portal does not know."),
    ],
    ids=str,
)
def test_what_cannot_be_is_told_and_what_was_typed_and_chosen_stays(
    browser_of_anna: Client, anna: Customer, license: License, changed: dict[str, str], sentence: str
) -> None:
    make_license(customer=anna, product=license.product)
    typed = {**ASKED, "license_id": str(license.pk), **changed}
    page = browser_of_anna.post(HERE, typed)
    assert page.status_code == 200
    assert sentence in words(page)
    assert page.content.decode().partition("<title>")[2].startswith("Error:")
    assert not Activation.objects.exists()
    if "product" not in changed:
        assert fields(page)["computer_id"] == typed["computer_id"]
    if not changed.keys() & {"product", "license_id"}:
        assert preselected(page) == str(license.pk)


def test_unusual_computer_id_is_asked_about(browser_of_anna: Client, license: License) -> None:
    Product.objects.update(computer_id_pattern="[0-9A-F]{4}")
    typed = {**ASKED, "license_id": str(license.pk)}
    page = browser_of_anna.post(HERE, typed)
    assert "This does not look like a computer ID of Spectra." in words(page)
    assert not Activation.objects.exists()
    assert browser_of_anna.post(HERE, {**typed, "confirm_unusual": "on"}).status_code == 302


def test_who_was_too_late_is_told_and_offered_what_is_left(
    browser_of_anna: Client, anna: Customer, product: Product
) -> None:
    taken = make_license(customer=anna, product=product, max_activations=1, computers=("OTHER",))
    other = make_license(customer=anna, product=product)
    page = browser_of_anna.post(HERE, {**ASKED, "license_id": str(taken.pk)})
    assert "Nothing was changed: this computer does not use the license yet, and no activation is left." in words(page)
    assert offered(page) == ids(other)


def test_product_texts_stand_where_they_help(browser_of_anna: Client, anna: Customer) -> None:
    texts = {
        "computer_id_help": "Menu Help, About.",
        "computer_id_example": "09AF-09AF",
        "license_file_help": "Put it beside sonar.exe.",
    }
    make_license(customer=anna, product=make_product("Sonar", **texts))
    page = words(browser_of_anna.get(link(product="sonar")))
    for text in ("Menu Help, About.", "It looks like 09AF-09AF.", "Put it beside sonar.exe."):
        assert text in page


def test_contact_of_many_licenses_gets_ten_and_the_way_to_the_rest(client: Client, product: Product) -> None:
    acme = make_organization("Acme")
    paula = make_contact(acme)
    version = product.versions.get()
    License.objects.bulk_create(
        License(
            activation_key=make(),
            product_version=version,
            license_model=LicenseModel.PERMANENT,
            licensee="Acme",
            organization=acme,
            expires_on=date(2020, 1, 1) if number % 2 else None,
        )
        for number in range(60)
    )
    client.force_login(paula.user)
    page = client.get(link())
    newest = License.objects.filter(expires_on=None).order_by("-pk")[:10]
    assert offered(page) == ids(*newest)
    assert words(page).count("This license has expired.") == 5
    assert f"/licenses/?product={product.pk}" in links(page)
    assert AuditEvent.objects.filter(actor_id=paula.user_id).count() == 0

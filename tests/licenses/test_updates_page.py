"""The page of a license's updates: what is included and why, notes, files, and the ways on."""

from datetime import date, timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from licenses.models import License, Platform, Product
from organizations.models import Customer
from tests.cast import make_contact, make_customer, make_group, make_license, make_member, make_organization
from tests.licenses.pages import address, links, words
from tests.releases import make_download, make_release, make_release_file

WINDOWS = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/126 Safari/537.36"


@pytest.fixture
def limited(license: License) -> License:
    """Anna's license of 4.1, whose updates ended on 28 February 2026."""
    license.maintenance_until = date(2026, 2, 28)
    license.save()
    return license


def versions_on(page: str) -> list[str]:
    """Return the versions of the page's rows, from the top."""
    return [part.partition("</h2>")[0].partition(">")[2] for part in page.split('<h2 id="release-')[1:]]


def test_every_published_release_stands_there_newest_first_with_the_reason(
    browser_of_anna: Client, limited: License, product: Product
) -> None:
    make_release(product, "4.1.9", notes="Reads **everything**.")
    make_release(product, "4.1.10", released_on=date(2026, 2, 1))
    make_release(product, "4.2.0", notes="For those who renew.")
    make_release(product, "4.3.0", is_draft=True)
    make_release(product, "4.4.0", published_at=timezone.now() + timedelta(hours=1))
    page = browser_of_anna.get(address("updates", limited))
    assert versions_on(page.content.decode()) == ["4.2.0", "4.1.10", "4.1.9"]
    said = words(page)
    assert "4.2.0 came out on 2 Mar 2026, your updates ended on 28 Feb 2026; the newest included is 4.1.10." in said
    assert "It belongs to 4.1, the version of this license." in said
    assert "For those who renew." in said
    assert b"<strong>everything</strong>" in page.content


def test_release_that_is_not_covered_offers_the_way_to_cover_it_and_no_file(
    browser_of_anna: Client, limited: License, product: Product
) -> None:
    later = make_release_file(make_release(product, "4.2.0"))
    page = browser_of_anna.get(address("updates", limited))
    assert "https://vendor.example/renew" in links(page)
    assert not [link for link in links(page) if str(later.pk) in link]
    assert later.sha256 not in page.content.decode()


def test_latest_included_update_is_on_top_with_a_button_for_the_readers_computer_first(
    browser_of_anna: Client, limited: License, product: Product
) -> None:
    make_release_file(make_release(product, "4.1.9"))
    latest = make_release(product, "4.1.10")
    linux = make_release_file(latest, Platform.LINUX, content=b"x" * 2048)
    windows = make_release_file(latest, Platform.WINDOWS)
    page = browser_of_anna.get(address("updates", limited), headers={"User-Agent": WINDOWS})
    on_top = page.content.decode().partition('id="latest"')[2].partition("</section>")[0]
    assert "Spectra 4.1.10" in on_top
    assert on_top.index(str(windows.pk)) < on_top.index(str(linux.pk))
    assert "Download for Windows (64-bit)" in words(page)
    assert "2.0\xa0KB" in page.content.decode()


def test_each_file_shows_its_size_and_checksum(browser_of_anna: Client, limited: License, product: Product) -> None:
    file = make_release_file(make_release(product, "4.1.9"), name="Spectra für Ёлка.tar.gz")
    page = browser_of_anna.get(address("updates", limited))
    assert file.sha256 in page.content.decode()
    assert "Spectra für Ёлка.tar.gz" in words(page)
    assert reverse("licenses:download", args=[file.pk, limited.pk]) in links(page)


def test_withdrawn_release_is_there_with_the_reason_for_who_downloaded_it_only(
    browser_of_anna: Client, limited: License, product: Product, anna: Customer
) -> None:
    file = make_release_file(make_release(product, "4.1.9", withdrawn="It deletes files."))
    assert "4.1.9" not in words(browser_of_anna.get(address("updates", limited)))
    make_download(make_license(customer=anna, product=product), file, anna)
    assert "4.1.9" not in words(browser_of_anna.get(address("updates", limited))), "by another license"
    make_download(limited, file, anna)
    page = browser_of_anna.get(address("updates", limited))
    assert "It was withdrawn after you downloaded it: It deletes files." in words(page)
    assert not [link for link in links(page) if str(file.pk) in link]


def test_what_somebody_else_downloaded_tells_me_nothing(limited: License, product: Product, client: Client) -> None:
    organization = make_organization("Acme")
    contact, member = make_contact(organization), make_customer("Max", organization=organization)
    license = make_license(customer=member, organization=organization, product=product)
    make_download(license, make_release_file(make_release(product, "4.1.9", withdrawn="Broken.")), member)
    client.force_login(contact.user)
    assert "Broken." not in words(client.get(address("updates", license)))


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"revoked_at": timezone.now()}, "This license was revoked, so it downloads nothing."),
        ({"license_model": "trial", "expires_on": date(2026, 1, 1)}, "This trial has expired, so it downloads nothing"),
    ],
)
def test_license_that_downloads_nothing_says_why_and_shows_the_notes_all_the_same(
    browser_of_anna: Client, license: License, product: Product, fields: dict[str, object], sentence: str
) -> None:
    License.objects.filter(pk=license.pk).update(**fields)
    file = make_release_file(make_release(product, "4.1.9", notes="What is new."))
    page = browser_of_anna.get(address("updates", license))
    assert page.status_code == 200
    assert sentence in words(page)
    assert "What is new." in words(page)
    assert not [link for link in links(page) if str(file.pk) in link]


def test_who_only_sees_a_license_reads_who_downloads_and_gets_no_button(
    client: Client, anna: Customer, product: Product
) -> None:
    group = make_group(name="North")
    license = make_license(customer=anna, product=product, user_group=group)
    file = make_release_file(make_release(product, "4.1.9", notes="What is new."))
    client.force_login(make_member(group))
    page = client.get(address("updates", license))
    assert "downloading its updates is not yours to do" in words(page)
    assert "What is new." in words(page)
    assert not [link for link in links(page) if str(file.pk) in link]


def test_license_of_somebody_else_does_not_exist(browser_of_anna: Client, product: Product) -> None:
    theirs = make_license(product=product)
    assert browser_of_anna.get(address("updates", theirs)).status_code == 404


def test_product_without_releases_says_so(browser_of_anna: Client, license: License) -> None:
    assert "Spectra has no releases here yet" in words(browser_of_anna.get(address("updates", license)))


def test_many_releases_come_in_pages_and_the_latest_stays_on_top(
    browser_of_anna: Client, license: License, product: Product
) -> None:
    for number in range(25):
        make_release(product, f"4.1.{number}")
    first = browser_of_anna.get(address("updates", license))
    assert versions_on(first.content.decode()) == [f"4.1.{number}" for number in range(24, 14, -1)]
    second = browser_of_anna.get(address("updates", license) + first.context["page"].next_url)
    assert versions_on(second.content.decode())[0] == "4.1.14"
    assert 'id="latest">Spectra 4.1.24' in second.content.decode()
    last = browser_of_anna.get(address("updates", license) + second.context["page"].next_url)
    assert versions_on(last.content.decode()) == [f"4.1.{number}" for number in range(4, -1, -1)]
    assert last.context["page"].next_url is None
    back = browser_of_anna.get(address("updates", license) + last.context["page"].previous_url)
    assert versions_on(back.content.decode())[0] == "4.1.14"
    unknown = browser_of_anna.get(address("updates", license) + "?after=nonsense")
    assert versions_on(unknown.content.decode())[0] == "4.1.24"


def test_license_page_says_in_short_what_its_updates_come_to(
    browser_of_anna: Client, limited: License, product: Product, anna: Customer
) -> None:
    file = make_release_file(make_release(product, "4.1.9"))
    make_release(product, "4.2.0")
    said = words(browser_of_anna.get(address("detail", limited)))
    assert "4.1.9 of 2 Mar 2026 is the latest that this license includes." in said
    assert "4.2.0 came out on 2 Mar 2026, your updates ended on 28 Feb 2026; the newest included is 4.1.9." in said
    assert "You downloaded it" not in said
    make_download(limited, file, anna)
    assert "You downloaded it on 10 Mar 2026." in words(browser_of_anna.get(address("detail", limited)))

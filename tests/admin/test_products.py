"""Products, their versions, features and keys in Django's admin, and the command that rotates keys."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.test import Client

from accounts.models import AuditEvent
from licenses.models import Feature, Product, ProductVersion, SigningKey
from tests.admin.pages import address, form_of, save, told
from tests.cast import make_license, make_product

VERSION = {
    "versions-TOTAL_FORMS": "1",
    "versions-0-major": "4",
    "versions-0-minor": "1",
    "versions-0-released_on": "2026-03-01",
}


def test_a_product_is_made_with_its_key_version_and_features(everything: Client) -> None:
    features = {"features-TOTAL_FORMS": "1", "features-0-code": "export", "features-0-name": "Export"}

    save(
        everything,
        address(Product, "add"),
        name="Spectra",
        slug="spectra",
        renew_url="vendor.example/renew",
        **VERSION,
        **features,
    )

    product = Product.objects.get()
    assert product.renew_url == "https://vendor.example/renew"
    assert product.signing_keys.filter(retired_at=None).count() == 1
    assert str(product.versions.get()) == "Spectra 4.1"
    actions = list(AuditEvent.objects.order_by("id").values_list("action", flat=True))
    assert actions == ["product.created", "signing_key.made", "product.edited"]
    assert AuditEvent.objects.get(action="product.edited").details == {
        "versions": {"added": ["Spectra 4.1"]},
        "features": {"added": ["Export"]},
    }


def test_a_version_is_added_to_a_known_product(everything: Client) -> None:
    product = make_product("Spectra")

    page = everything.get(address(Product, "change", product.pk)).content.decode()
    second = {name.replace("-0-", "-1-"): value for name, value in VERSION.items()}
    save(
        everything,
        address(Product, "change", product.pk),
        **(second | {"versions-TOTAL_FORMS": "2", "versions-1-major": "5", "versions-0-major": "7"}),
    )

    assert 'name="versions-0-major"' not in page
    assert {version.number for version in product.versions.all()} == {"4.1", "5.1"}


def test_a_version_is_there_once(everything: Client) -> None:
    product = make_product("Spectra")

    page = save(
        everything, address(ProductVersion, "add"), product=product.pk, major="4", minor="1", released_on="2026-01-01"
    )

    assert "already exists" in told(page)


def test_what_license_files_say_is_fixed_once_there_is_a_license(everything: Client) -> None:
    product = make_product("Spectra")
    version = product.versions.get()
    feature = Feature.objects.create(product=product, code="export", name="Export")
    save(everything, address(ProductVersion, "change", version.pk), minor="2")
    save(everything, address(Feature, "change", feature.pk), code="xport")
    license = make_license(product=product)
    license.features.set([feature])

    save(everything, address(ProductVersion, "change", version.pk), minor="3", released_on="2026-01-01")
    save(everything, address(Feature, "change", feature.pk), code="other", name="Exporting")
    save(everything, address(Product, "change", product.pk), slug="other", description="x")

    version.refresh_from_db()
    feature.refresh_from_db()
    product.refresh_from_db()
    assert (version.number, str(version.released_on)) == ("4.2", "2026-01-01")
    assert (feature.code, feature.name) == ("xport", "Exporting")
    assert (product.slug, product.description) == ("spectra", "x")


def test_a_stale_product_is_told_so(everything: Client) -> None:
    page = address(Product, "change", make_product("Spectra").pk)
    stale = form_of(everything.get(page))

    save(everything, page, description="from a colleague")
    answer = everything.post(page, stale | {"description": "from me"})

    assert "Somebody else changed this meanwhile." in told(answer)


def test_the_private_half_of_a_key_is_shown_nowhere(everything: Client) -> None:
    product = make_product("Spectra")
    key = SigningKey.objects.get()

    for page in (
        address(SigningKey, "changelist"),
        address(SigningKey, "change", key.pk),
        address(SigningKey, "history", key.pk),
        address(Product, "change", product.pk),
        address(AuditEvent, "change", AuditEvent.objects.get(action="signing_key.made").pk),
    ):
        seen = everything.get(page).content.decode()
        assert key.private_key not in seen, page
        assert "private" not in seen.lower(), page
    assert key.public_key in everything.get(address(Product, "change", product.pk)).content.decode()


def rotate(*arguments: str) -> str:
    said = StringIO()
    call_command("rotate_signing_key", *arguments, stdout=said)
    return said.getvalue()


@pytest.mark.django_db
def test_rotating_makes_a_new_key_and_keeps_the_one_before_published(client: Client) -> None:
    product = make_product("Spectra")
    old = SigningKey.objects.get()

    said = rotate("spectra")

    new = SigningKey.objects.get(product=product, retired_at=None)
    assert new.key_id != old.key_id
    assert new.key_id in said
    published = client.get("/.well-known/jwks.json").json()["keys"]
    assert {key["kid"] for key in published} == {old.key_id, new.key_id}
    assert AuditEvent.objects.get(action="signing_key.rotated").actor_kind == "system"


@pytest.mark.django_db
def test_rotating_all_rotates_every_product() -> None:
    make_product("Spectra")
    make_product("Bench")

    said = rotate("--all")

    assert "spectra" in said
    assert "bench" in said
    assert SigningKey.objects.count() == 4


@pytest.mark.django_db
def test_rotating_an_unknown_product_names_those_there_are() -> None:
    make_product("Spectra")

    with pytest.raises(CommandError, match=r"There is no product with the slug “spektra”\. Products: spectra\."):
        rotate("spektra")
    with pytest.raises(CommandError):
        rotate()
    assert SigningKey.objects.count() == 1

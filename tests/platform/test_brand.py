"""The vendor's colour and logo."""

from pathlib import Path

from django.test import Client
from pytest_django import Settings


def test_page_without_colour_and_logo_asks_for_neither(client: Client, db: None) -> None:
    page = client.get("/accounts/login/").content.decode()
    assert "brand.css" not in page
    assert "brand/logo" not in page
    assert client.get("/brand.css").status_code == 404
    assert client.get("/brand/logo").status_code == 404


def test_vendors_colour_and_logo_are_on_every_page(
    client: Client, db: None, settings: Settings, tmp_path: Path
) -> None:
    settings.PORTAL_COLOUR = "#0b6e4f"
    settings.PORTAL_LOGO = tmp_path / "logo.svg"
    settings.PORTAL_LOGO.write_text("<svg/>")
    for path in ("/accounts/login/", "/nothing/here"):
        page = client.get(path).content.decode()
        assert "/brand.css" in page
        assert "/brand/logo" in page
    style, logo = client.get("/brand.css"), client.get("/brand/logo")
    assert (style["Content-Type"], style["Cache-Control"]) == ("text/css", "public, max-age=3600")
    assert "--brand-solid: #0b6e4f;" in style.content.decode()
    assert logo["Content-Type"] == "image/svg+xml"
    logo.close()
    assert logo["Content-Length"] == str(len("<svg/>"))

"""The mail server and the sender, from the environment."""

from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured

from qlmportal.mail import mail_sender, mail_server
from tests.platform.test_environment import SECRETS, start_with


@pytest.mark.parametrize(
    ("url", "port", "use_tls", "use_ssl"),
    [
        ("smtp+tls://anna:p%40ss%2F@mail.example", 587, True, False),
        ("smtp+ssl://anna:p%40ss%2F@mail.example", 465, False, True),
        ("smtp+tls://anna:p%40ss%2F@mail.example:2525/", 2525, True, False),
    ],
)
def test_address_gives_every_part(url: str, port: int, use_tls: bool, use_ssl: bool) -> None:
    server = mail_server(url)
    assert server is not None
    assert (server["host"], server["port"], server["username"]) == ("mail.example", port, "anna")
    assert (server["password"], server["use_tls"], server["use_ssl"]) == ("p@ss/", use_tls, use_ssl)


def test_plain_connection_is_for_servers_that_want_no_password() -> None:
    assert mail_server("smtp://relay.internal") is not None
    assert mail_server("smtp://anna:hush@127.0.0.1") is not None
    with pytest.raises(ImproperlyConfigured, match="in clear text") as refused:
        mail_server("smtp://anna:hush@mail.example")
    assert "hush" not in str(refused.value)


@pytest.mark.parametrize(
    "url",
    [
        "mail.example",
        "smtps://anna:hush@mail.example",
        "http://anna:hush@mail.example",
        "smtp+tls://",
        "smtp+tls://anna:hush@mail.example:x",
        "smtp+tls://anna:hush@mail.example/path",
        "smtp+tls://anna:hush@mail.example?tls=0",
        "smtp+tls://anna:hush@[::1",
    ],
)
def test_address_that_is_none_is_refused_without_repeating_its_password(url: str) -> None:
    with pytest.raises(ImproperlyConfigured, match=r"EMAIL_URL.*smtp\+tls://") as refused:
        mail_server(url)
    assert "hush" not in str(refused.value)


def test_without_an_address_there_is_no_server() -> None:
    assert mail_server("") is None
    assert mail_sender("", is_needed=False) == "portal@localhost"


@pytest.mark.parametrize("sender", ["portal@vendor.example", "License Portal <portal@vendor.example>"])
def test_sender_is_an_address_with_or_without_a_name(sender: str) -> None:
    assert mail_sender(sender, is_needed=True) == sender


@pytest.mark.parametrize(
    "sender", ["portal", "Portal <>", "a@b\nBcc: c@d.example", "Portal <a@b.example", "a@b.ex, c@d.ex"]
)
def test_sender_that_is_none_is_refused(sender: str) -> None:
    with pytest.raises(ImproperlyConfigured, match="PORTAL_MAIL_FROM"):
        mail_sender(sender, is_needed=True)


def test_mail_server_without_a_sender_stops_the_start(tmp_path: Path) -> None:
    started = start_with(tmp_path, **SECRETS, EMAIL_URL="smtp+tls://anna:hush@mail.example")
    assert started.returncode != 0
    assert "PORTAL_MAIL_FROM is not" in started.stderr
    assert "hush" not in started.stderr

"""What the portal refuses to start with, and what it makes of its address."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured

from qlmportal.database import database_settings
from qlmportal.environment import (
    check_encryption_keys,
    check_names,
    make_environment,
    parse_colour,
    parse_logo,
    parse_portal_url,
    parse_proxies,
)

REPOSITORY = Path(__file__).resolve().parents[2]
KEY = "dGhlIHRlc3RzIGVuY3J5cHQgd2l0aCB0aGlzIGtleSE="


SHOWN = (
    "s.SECRET_KEY, s.SESSION_COOKIE_NAME, s.SECURE_HSTS_SECONDS, s.DEBUG, s.DATABASES['default']['NAME'],"
    " s.SECURE_PROXY_SSL_HEADER"
)
COOKIES = (
    "s.CSRF_COOKIE_NAME, s.SESSION_COOKIE_NAME, s.BROWSER_COOKIE_NAME, s.THEME_COOKIE_NAME,"
    " s.CSRF_COOKIE_SECURE, s.SESSION_COOKIE_SECURE"
)


def start_with(data_dir: Path, shown: str = SHOWN, **variables: str) -> subprocess.CompletedProcess[str]:
    """Read the settings in a process of its own, in a fresh data folder and an environment of these variables alone."""
    environment = {"PATH": os.environ["PATH"], "PORTAL_DATA_DIR": str(data_dir), **variables}
    print_settings = f"from qlmportal import settings as s; print({shown})"
    return subprocess.run(
        [sys.executable, "-c", print_settings],
        env=environment,
        cwd=REPOSITORY,
        capture_output=True,
        text=True,
        check=False,
    )


SECRET = "of the process, as long as need be"
SECRETS = {"PORTAL_SECRET_KEY": SECRET, "PORTAL_ENCRYPTION_KEYS": KEY}


@pytest.mark.parametrize(
    ("name", "nearest"),
    [("PORTAL_SECRETKEY", "PORTAL_SECRET_KEY"), ("PORTAL_COLOR", "PORTAL_COLOUR"), ("PORTAL_X", "PORTAL_URL")],
)
def test_unknown_name_stops_the_start_and_the_nearest_is_named(name: str, nearest: str) -> None:
    with pytest.raises(ImproperlyConfigured, match=f"no setting named {name}. Did you mean {nearest}"):
        check_names({"PATH": "/bin", name: "1"})


def test_unknown_name_in_the_secrets_file_stops_the_start_too(tmp_path: Path) -> None:
    (tmp_path / "secrets.env").write_text("PORTAL_SECRTE_KEY=abc\n")
    started = start_with(tmp_path, **SECRETS)
    assert started.returncode != 0
    assert "no setting named PORTAL_SECRTE_KEY. Did you mean PORTAL_SECRET_KEY?" in started.stderr


def test_secrets_file_is_read_and_the_environment_wins(tmp_path: Path) -> None:
    of_the_file = "of-the-file-and-as-long-as-need-be"
    (tmp_path / "secrets.env").write_text(f"PORTAL_SECRET_KEY={of_the_file}\nPORTAL_ENCRYPTION_KEYS={KEY}\n")
    assert start_with(tmp_path).stdout.startswith(f"{of_the_file} ")
    assert start_with(tmp_path, PORTAL_SECRET_KEY=SECRET).stdout.startswith(f"{SECRET} ")


def test_missing_secret_is_named_with_the_way_to_get_one(tmp_path: Path) -> None:
    started = start_with(tmp_path)
    assert started.returncode != 0
    assert "PORTAL_SECRET_KEY is not set" in started.stderr
    assert "python3 portal.py" in started.stderr


def test_secret_that_can_be_guessed_stops_the_start_and_is_not_repeated(tmp_path: Path) -> None:
    short = "x" * 31
    started = start_with(tmp_path, **SECRETS | {"PORTAL_SECRET_KEY": short})
    assert started.returncode != 0
    assert "PORTAL_SECRET_KEY has fewer than 32 letters." in started.stderr
    assert short not in started.stderr
    assert start_with(tmp_path, **SECRETS | {"PORTAL_SECRET_KEY": f"{short}x"}).returncode == 0


def test_short_secret_may_stand_among_those_that_were_replaced(tmp_path: Path) -> None:
    assert start_with(tmp_path, **SECRETS, PORTAL_SECRET_KEY_FALLBACKS="x").returncode == 0


def test_plain_portal_on_this_machine_has_sqlite_in_its_data_folder_and_no_debugging(tmp_path: Path) -> None:
    shown = start_with(tmp_path, **SECRETS).stdout
    assert shown == f"{SECRET} sessionid 0 False {tmp_path / 'portal.sqlite3'} None\n"


def test_data_folder_may_have_any_name(tmp_path: Path) -> None:
    odd = tmp_path / "my data #1 (100%) ?"
    odd.mkdir()
    assert f"{odd / 'portal.sqlite3'}" in start_with(odd, **SECRETS).stdout


def test_https_portal_has_host_cookies_and_strict_transport(tmp_path: Path) -> None:
    shown = start_with(tmp_path, **SECRETS, PORTAL_URL="https://portal.example.com", PORTAL_TRUSTED_PROXIES="1").stdout
    assert " __Host-sessionid 31536000 False " in shown
    assert "('HTTP_X_FORWARDED_PROTO', 'https')" in shown


def test_every_cookie_of_an_https_portal_is_for_its_host_alone(tmp_path: Path) -> None:
    shown = start_with(tmp_path, **SECRETS, PORTAL_URL="https://portal.example.com", shown=COOKIES).stdout
    assert shown == "__Host-csrftoken __Host-sessionid __Host-browser __Host-theme True True\n"


def test_deployment_check_finds_nothing_for_an_https_portal(tmp_path: Path) -> None:
    variables = {"PORTAL_SECRET_KEY": os.urandom(40).hex(), "PORTAL_ENCRYPTION_KEYS": KEY}
    checked = subprocess.run(
        [sys.executable, "manage.py", "check", "--deploy", "--fail-level", "WARNING"],
        env={
            "PATH": os.environ["PATH"],
            "PORTAL_DATA_DIR": str(tmp_path),
            "PORTAL_URL": "https://portal.example.com",
            **variables,
        },
        cwd=REPOSITORY,
        capture_output=True,
        text=True,
        check=False,
    )
    assert checked.returncode == 0, checked.stderr


@pytest.mark.parametrize(
    ("url", "hosts"),
    [
        ("http://127.0.0.1:8000", ["localhost", "127.0.0.1", "[::1]"]),
        ("http://localhost:9/", ["localhost", "127.0.0.1", "[::1]"]),
        ("http://[::1]:8000", ["localhost", "127.0.0.1", "[::1]"]),
        ("https://Portal.Example.com", ["portal.example.com"]),
        ("https://portal.example.com:8443/", ["portal.example.com"]),
        ("https://[2001:db8::1]", ["[2001:db8::1]"]),
    ],
)
def test_address_decides_which_hosts_are_answered(url: str, hosts: list[str]) -> None:
    assert parse_portal_url(url).allowed_hosts == hosts


@pytest.mark.parametrize(
    "url",
    [
        "",
        "portal.example.com",
        "ftp://portal.example.com",
        "https://",
        "https://portal.example.com/portal",
        "https://portal.example.com?x=1",
        "https://anna@portal.example.com",
        "https://portal.example.com:99999",
        "https://portal.example.com:port",
        "https://[::1",
    ],
)
def test_address_that_is_none_is_refused_with_an_example(url: str) -> None:
    with pytest.raises(ImproperlyConfigured, match=r"PORTAL_URL.*https://portal\.example\.com"):
        parse_portal_url(url)


@pytest.mark.parametrize("url", ["http://portal.example.com", "http://192.168.1.7:8000", "http://0.0.0.0:8000"])
def test_address_without_https_is_refused_beyond_this_machine(url: str) -> None:
    with pytest.raises(ImproperlyConfigured, match="without https the portal serves only this machine"):
        parse_portal_url(url)


@pytest.mark.parametrize("number", ["", "-1", "one", "10", "1.5", "٣"])
def test_number_of_proxies_is_a_digit(number: str) -> None:
    with pytest.raises(ImproperlyConfigured, match="PORTAL_TRUSTED_PROXIES"):
        parse_proxies(number)


@pytest.mark.parametrize("colour", ["red", "#fff", "#12345g", "#123456;}", "url(//evil.example)"])
def test_colour_is_six_digits_and_nothing_else(colour: str) -> None:
    with pytest.raises(ImproperlyConfigured, match="#0b6e4f"):
        parse_colour(colour)


def test_colour_is_dark_enough_for_white_text() -> None:
    assert parse_colour("#0B6E4F") == "#0b6e4f"
    assert parse_colour("") == ""
    with pytest.raises(ImproperlyConfigured, match="Choose a darker one"):
        parse_colour("#ffd54f")


def test_logo_is_a_picture_that_exists(tmp_path: Path) -> None:
    (tmp_path / "logo.svg").touch()
    (tmp_path / "logo.exe").touch()
    assert parse_logo(str(tmp_path / "logo.svg")) == tmp_path / "logo.svg"
    for path in ("logo.exe", "missing.svg"):
        with pytest.raises(ImproperlyConfigured, match="SVG, PNG or WebP"):
            parse_logo(str(tmp_path / path))


@pytest.mark.parametrize("keys", [[], ["short"], [KEY, "not base64 at all but forty-four chars long!"]])
def test_encryption_key_that_cannot_encrypt_is_refused_without_repeating_it(keys: list[str]) -> None:
    with pytest.raises(ImproperlyConfigured, match="PORTAL_ENCRYPTION_KEYS") as refused:
        check_encryption_keys(keys)
    assert not any(key in str(refused.value) for key in keys)


def test_dollar_sign_in_a_value_is_just_that() -> None:
    environment = make_environment({"PORTAL_NAME": r"$HOME a\$b", "HOME": "/home"})
    assert environment.str("PORTAL_NAME") == r"$HOME a\$b"


def test_sqlite_waits_for_writers_and_never_upgrades_a_lock() -> None:
    database = database_settings("sqlite:////srv/portal/data%20of/portal.sqlite3")
    assert database["NAME"] == "/srv/portal/data of/portal.sqlite3"
    options = database["OPTIONS"]
    assert isinstance(options, dict)
    assert options["transaction_mode"] == "IMMEDIATE"
    assert options["timeout"] == 20


def test_postgresql_address_gives_every_part_and_a_pool() -> None:
    database = database_settings("postgresql://anna:p%40ss%2F@db.example:6432/portal?sslmode=require")
    parts = [database[name] for name in ("USER", "PASSWORD", "HOST", "PORT", "NAME")]
    assert parts == ["anna", "p@ss/", "db.example", "6432", "portal"]
    options = database["OPTIONS"]
    assert isinstance(options, dict)
    assert options["sslmode"] == "require"
    assert options["pool"]


@pytest.mark.parametrize(
    "url",
    ["", "mysql://a:hush@b/c", "postgresql://anna:hush@db", "postgresql://anna:hush@db:x/y", "sqlite://", "sqlite:///"],
)
def test_database_address_that_is_none_is_refused_without_repeating_its_password(url: str) -> None:
    with pytest.raises(ImproperlyConfigured, match=r"DATABASE_URL.*postgresql://") as refused:
        database_settings(url)
    assert "hush" not in str(refused.value)

"""S6: no secret is logged, neither what PostgreSQL repeats of a refused row nor what a whole test run made.

`tests/conftest.py` looks through all that is logged, test by test; here it is shown that it finds something.
"""

import logging
import sys

import pytest
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.contrib.sessions.backends.db import SessionStore
from django.test import Client

from accounts.models import User
from accounts.people import create_person
from accounts.secret_box import seal
from licenses.activation_key import fold, make
from qlmportal.logs import LineFormatter
from tests.support.secrecy import SECRECY, look_through

REFUSED = """null value in column "licensee" violates not-null constraint
DETAIL:  Failing row contains (1, ABCDE-FGHJK-LMNPQ-RSTUV-WXYZ2, null).
CONTEXT:  SQL statement
"""


def test_row_that_the_database_refused_is_left_out() -> None:
    try:
        raise ValueError(REFUSED)
    except ValueError:
        record = logging.LogRecord("portal", logging.ERROR, __file__, 1, "failed: %s", (REFUSED,), sys.exc_info())
    line = LineFormatter().format(record)
    assert "violates not-null constraint" in line
    assert "ABCDE" not in line
    assert "Traceback" in line


def test_request_that_was_at_fault_gets_a_line_and_no_traceback() -> None:
    try:
        raise ValueError("bytes are not UTF-8")
    except ValueError:
        record = logging.LogRecord("django.request", logging.WARNING, __file__, 1, "refused", None, sys.exc_info())
    assert "Traceback" in LineFormatter().format(record)
    record.status_code = 400
    assert LineFormatter().format(record).endswith("WARNING django.request: refused")


@pytest.mark.parametrize(
    "place",
    ["/accounts/first-password/MDE/", "/accounts//first-password/MDE/", "/group/invitations/", "/no-more-mails/"],
)
def test_link_of_a_mail_is_not_repeated(place: str) -> None:
    path = f"{place}d0abc-0123456789abcdef/"
    record = logging.LogRecord("django.request", logging.ERROR, __file__, 1, "Service Unavailable: %s", (path,), None)
    line = LineFormatter().format(record)
    assert "d0abc" not in line
    assert place.removesuffix("MDE/") in line


def logged(*words: str) -> list[str]:
    """Return the kinds of secrets that are found in what the portal logs, and forget them."""
    for word in words:
        logging.getLogger("portal").warning("somebody sent %s", word)
    leaks = SECRECY.leaks()
    assert not [leak for leak in leaks if leak.template != "somebody sent %s"]
    return [leak.kind for leak in leaks]


def test_control_each_kind_of_secret_is_found_in_the_log(db: None) -> None:
    key, session = make(), SessionStore()._get_new_session_key()
    seal(b"483920")
    seal(b"Open this: https://portal.example.com/invitations/AbCd-1234567890efgh/ soon")
    assert logged("nothing", key, fold(key), session, "code 483920.", "AbCd-1234567890efgh") == [
        *("an activation key", "an activation key", "a session key", "what is kept encrypted", "a mailed link")
    ]
    make_password("correct horse 4711")
    assert logged("correct horse 4711!") == ["a password"]
    code = RecoveryCodes.activate(create_person("anna@acme.example", "Anna")).get_unused_codes()[0]
    assert logged(f"typed {code}", settings.SECRET_KEY, f"with {settings.PORTAL_ENCRYPTION_KEYS[0]}") == [
        *("a recovery code", "the secret key", "an encryption key")
    ]


def test_control_secret_within_a_template_is_found_and_not_repeated() -> None:
    key = make()
    logging.getLogger("django.request").error(f"no license {key}")  # what one should not write
    [leak] = SECRECY.leaks()
    assert (leak.logger, leak.kind, leak.template) == ("django.request", "an activation key", "•••")
    assert key not in str(leak)


def test_control_traceback_with_a_secret_is_found() -> None:
    key = make()
    try:
        raise ValueError(f"no license {key}")
    except ValueError:
        logging.getLogger("portal").exception("failed")
    assert [leak.kind for leak in SECRECY.leaks()] == ["an activation key"]


def test_control_secret_in_the_log_of_a_server_is_found() -> None:
    for secret in (make(), "k3j5h2g4k3j5h2g4k3j5h2g4k3j5h2g4"):
        with pytest.raises(AssertionError, match="A server logged") as failure:
            look_through(f"all is well\n2026-11-22 20:00 WARNING portal: {secret}\n")
        assert secret not in str(failure.value)
    look_through("request 0123456789abcdef0123456789abcdef failed\n")


def test_session_that_is_signed_in_is_among_the_secrets(client: Client, anna: User) -> None:
    client.force_login(anna)
    assert logged(client.session.session_key or "") == ["a session key"]


def lines_about(client: Client, path: str, caplog: pytest.LogCaptureFixture) -> list[str]:
    """Return what the log holds after somebody asked for `path`, as it is written."""
    caplog.clear()
    client.get(path)
    return [LineFormatter().format(record) for record in caplog.records if record.name == "django.request"]


def test_what_is_refused_and_what_does_not_exist_are_lines_of_the_log(
    client: Client, anna: User, caplog: pytest.LogCaptureFixture
) -> None:
    client.force_login(anna)
    [line] = lines_about(client, "/nothing/here/", caplog)
    assert line.endswith("WARNING django.request: Not Found: /nothing/here/")
    caplog.clear()
    assert Client(enforce_csrf_checks=True).post("/theme/").status_code == 403
    [refused] = [LineFormatter().format(record) for record in caplog.records]
    assert refused.endswith("WARNING django.security.csrf: Forbidden (CSRF cookie not set.): /theme/")


@pytest.mark.parametrize("end", ["%0A", "%0D%0A", "%0D"])
def test_line_end_in_an_address_makes_no_line_of_the_log(
    client: Client, db: None, caplog: pytest.LogCaptureFixture, end: str
) -> None:
    [line] = lines_about(client, f"/nothing{end}2026-11-22%20INFO%20portal:%20all%20is%20well/", caplog)
    assert len(line.splitlines()) == 1
    assert "nothing\\" in line

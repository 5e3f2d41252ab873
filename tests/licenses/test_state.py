"""The signed state of a license file, which a program may ask for without sign-in."""

from datetime import UTC, datetime, timedelta

import jwt
import pytest
from django.test import Client

from accounts.audit import Actor
from licenses import license_file
from licenses.activation import deactivate
from licenses.issuing import reinstate, revoke
from licenses.license_files import issue_license_file
from licenses.models import Activation, License, SigningKey
from licenses.signing import rotate_signing_key, signer_of
from licenses.state import State, signed_state
from organizations.models import Customer
from tests.cast import make_activation, make_license, make_product
from tests.licenses.moments import DAY, NOW, TODAY, Clock


@pytest.fixture
def laptop(license: License) -> Activation:
    """Anna's laptop, activated just now."""
    return make_activation(license, "LAPTOP")


def answer(file_id: str) -> tuple[dict[str, object], dict[str, object]]:
    """Return header and claims of the signed answer, verified with the published keys."""
    token = signed_state(file_id)
    assert token is not None
    header: dict[str, object] = jwt.get_unverified_header(token)
    key = SigningKey.objects.get(key_id=header["kid"])
    claims: dict[str, object] = jwt.decode(
        token, license_file.public_key(key.public_key), algorithms=["EdDSA"], options={"verify_aud": False}
    )
    return header, claims


def state(file_id: str) -> object:
    return answer(file_id)[1]["state"]


def last_seen(activation: Activation) -> datetime | None:
    activation.refresh_from_db()
    return activation.last_seen_at


def test_answer_is_signed_as_a_state_and_says_of_which_file(laptop: Activation, clock: Clock) -> None:
    clock.pass_by(DAY)
    header, claims = answer(laptop.license_file_id)
    assert header == {
        "alg": "EdDSA",
        "typ": "license-state+jwt",
        "kid": signer_of(laptop.license.product).key_id,
    }
    assert claims == {
        "iss": "http://127.0.0.1:8000",
        "aud": "spectra",
        "sub": str(laptop.license_id),
        "jti": laptop.license_file_id,
        "iat": int((NOW + DAY).timestamp()),
        "ver": 1,
        "state": "current",
    }


def test_state_follows_what_happens_to_license_computer_and_file(laptop: Activation, actor: Actor) -> None:
    first = laptop.license_file_id
    assert state(first) == "current"
    second = issue_license_file(laptop.pk, actor).license_file_id
    assert (state(first), state(second)) == ("replaced", "current")
    deactivate(laptop.pk, actor)
    assert (state(first), state(second)) == ("deactivated", "deactivated")
    revoke(laptop.license_id, actor, reason="Unpaid")
    assert (state(first), state(second)) == ("revoked", "revoked")
    reinstate(laptop.license_id, actor)
    assert state(second) == "deactivated"


def test_file_of_an_expired_license_is_expired_and_of_a_renewed_one_still_ended(anna: Customer, clock: Clock) -> None:
    license = make_license(customer=anna, expires_on=TODAY, computers=("LAPTOP",))
    file_id = license.activations.get().license_file_id
    noon_after = datetime(2026, 3, 11, 12, tzinfo=UTC)
    clock.move_to(noon_after - timedelta(seconds=1))
    assert state(file_id) == "current"
    clock.move_to(noon_after)
    assert state(file_id) == "expired"
    License.objects.filter(pk=license.pk).update(expires_on=TODAY + 30 * DAY)
    assert state(file_id) == "expired"


def test_revoked_comes_before_expired_and_expired_before_deactivated(anna: Customer, actor: Actor) -> None:
    license = make_license(customer=anna, computers=("LAPTOP",))
    activation = license.activations.get()
    deactivate(activation.pk, actor)
    License.objects.filter(pk=license.pk).update(expires_on=TODAY - 2 * DAY)
    assert state(activation.license_file_id) == "expired"
    revoke(license.pk, actor, reason="Unpaid")
    assert state(activation.license_file_id) == "revoked"


def test_deleted_license_counts_as_revoked(laptop: Activation) -> None:
    License.objects.filter(pk=laptop.license_id).update(deleted_at=NOW)
    assert state(laptop.license_file_id) == "revoked"


def test_file_whose_own_days_are_over_is_expired_until_a_new_one_replaces_it(
    anna: Customer, actor: Actor, clock: Clock
) -> None:
    license = make_license(customer=anna, product=make_product("Sonar", license_file_days=14), computers=("LAPTOP",))
    activation = license.activations.get()
    clock.pass_by(16 * DAY)
    assert state(activation.license_file_id) == "expired"
    anew = issue_license_file(activation.pk, actor)
    assert (state(activation.license_file_id), state(anew.license_file_id)) == ("replaced", "current")


def test_answer_after_a_rotation_is_signed_with_the_new_key(laptop: Activation, actor: Actor) -> None:
    new = rotate_signing_key(laptop.license.product, actor)
    header, claims = answer(laptop.license_file_id)
    assert (header["kid"], claims["state"]) == (new.key_id, "current")


def test_computer_is_seen_when_its_program_asks_and_at_most_once_a_day(laptop: Activation, clock: Clock) -> None:
    assert last_seen(laptop) is None
    state(laptop.license_file_id)
    assert last_seen(laptop) == NOW
    clock.move_to(datetime(2026, 3, 10, 23, 59, 59, tzinfo=UTC))
    state(laptop.license_file_id)
    assert last_seen(laptop) == NOW
    midnight = datetime(2026, 3, 11, tzinfo=UTC)
    clock.move_to(midnight)
    state(laptop.license_file_id)
    assert last_seen(laptop) == midnight


def test_asking_about_an_old_file_is_no_sight_of_the_computer(laptop: Activation, actor: Actor) -> None:
    first = laptop.license_file_id
    issue_license_file(laptop.pk, actor)
    assert state(first) == "replaced"
    assert last_seen(laptop) is None


@pytest.mark.parametrize("file_id", ["", "0" * 32, "no-such-file", "%00", "é" * 40])
def test_unknown_file_has_no_state(db: None, file_id: str) -> None:
    assert signed_state(file_id) is None


def test_states_are_these_five() -> None:
    assert set(State) == {"current", "replaced", "deactivated", "revoked", "expired"}


def test_anybody_may_ask_and_gets_a_signed_text_that_nobody_keeps(client: Client, laptop: Activation) -> None:
    response = client.get(f"/license-files/{laptop.license_file_id}/")
    assert response.status_code == 200
    assert response["Content-Type"] == "application/jwt"
    assert "no-store" in response["Cache-Control"]
    assert "Set-Cookie" not in response
    assert response.content.count(b".") == 2


def test_head_answers_without_a_body(client: Client, laptop: Activation) -> None:
    response = client.head(f"/license-files/{laptop.license_file_id}/")
    assert (response.status_code, response.content) == (200, b"")


@pytest.mark.parametrize("file_id", ["0" * 32, "unknown", "x" * 3000, "%E2%82%AC"])
def test_unknown_file_is_not_found(client: Client, db: None, file_id: str) -> None:
    assert client.get(f"/license-files/{file_id}/").status_code == 404


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete"])
def test_state_can_only_be_read(client: Client, laptop: Activation, method: str) -> None:
    response = getattr(client, method)(f"/license-files/{laptop.license_file_id}/")
    assert response.status_code == 405
    assert last_seen(laptop) is None

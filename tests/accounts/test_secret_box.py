"""What lies encrypted in the database, and which keys open it."""

import pytest
from cryptography.fernet import Fernet
from django.core.exceptions import ImproperlyConfigured
from hypothesis import given
from hypothesis import strategies as st
from pytest_django import Settings

from accounts.secret_box import SecretUnreadableError, open_sealed, seal

SECRET = b"thirty-two bytes of private key!"


def new_key() -> str:
    return Fernet.generate_key().decode()


@given(st.binary(max_size=1000))
def test_what_was_sealed_can_be_opened(secret: bytes) -> None:
    assert open_sealed(seal(secret)) == secret


def test_sealed_text_shows_nothing_and_never_looks_the_same_twice() -> None:
    sealed = seal(SECRET)
    assert sealed.isascii()
    assert "private" not in sealed
    assert seal(SECRET) != sealed


@given(st.data())
def test_changed_text_is_not_opened(data: st.DataObject) -> None:
    sealed = seal(SECRET)
    position = data.draw(st.integers(0, len(sealed.rstrip("=")) - 2))
    changed = sealed[:position] + ("A" if sealed[position] != "A" else "B") + sealed[position + 1 :]
    with pytest.raises(SecretUnreadableError):
        open_sealed(changed)


def test_the_first_key_seals_and_every_key_opens(settings: Settings) -> None:
    old, new = new_key(), new_key()
    settings.PORTAL_ENCRYPTION_KEYS = [old]
    before = seal(SECRET)
    settings.PORTAL_ENCRYPTION_KEYS = [new, old]
    after = seal(SECRET)
    assert open_sealed(before) == open_sealed(after) == SECRET
    settings.PORTAL_ENCRYPTION_KEYS = [new]
    assert open_sealed(after) == SECRET
    with pytest.raises(SecretUnreadableError):
        open_sealed(before)


def test_wrong_key_is_named_in_plain_words_and_the_secret_is_not(settings: Settings) -> None:
    sealed = seal(SECRET)
    settings.PORTAL_ENCRYPTION_KEYS = [new_key()]
    with pytest.raises(SecretUnreadableError) as unreadable:
        open_sealed(sealed)
    assert str(unreadable.value) == (
        "No key of PORTAL_ENCRYPTION_KEYS opens this secret; put back the key it was made with."
    )
    assert unreadable.value.__suppress_context__


def test_without_any_key_nothing_is_sealed(settings: Settings) -> None:
    settings.PORTAL_ENCRYPTION_KEYS = []
    with pytest.raises(ImproperlyConfigured, match="PORTAL_ENCRYPTION_KEYS is empty"):
        seal(SECRET)


@pytest.mark.parametrize("text", ["", "nonsense", "A" * 200])
def test_text_that_was_never_sealed_is_not_opened(text: str) -> None:
    with pytest.raises(SecretUnreadableError):
        open_sealed(text)

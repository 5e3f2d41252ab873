"""People are made in one way only, with an address in one form only."""

import pytest
from allauth.account.models import EmailAddress
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from hypothesis import given
from hypothesis import strategies as st

from accounts.models import User
from accounts.people import create_people, create_person, normalize_email


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("anna@acme.example", "anna@acme.example"),
        ("  Anna@ACME.Example \n", "anna@acme.example"),
        ("ANNA+QLM@acme.example", "anna+qlm@acme.example"),
        ("o'brien@acme.example", "o'brien@acme.example"),
        ("anna@bücher.example", "anna@xn--bcher-kva.example"),
        ("anna@BÜCHER.example", "anna@xn--bcher-kva.example"),
        ("anna@xn--bcher-kva.example", "anna@xn--bcher-kva.example"),
        ("anna@acme。example", "anna@acme.example"),
        ("anna@ａｃｍｅ.example", "anna@acme.example"),
    ],
)
def test_address_is_kept_in_one_form(typed: str, kept: str) -> None:
    assert normalize_email(typed) == kept
    assert normalize_email(kept) == kept


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "anna",
        "@acme.example",
        "anna@",
        "anna@localhost@acme.example",
        "anna@acme",
        "anna@acme..example",
        "anna@-acme.example",
        "anna acme@acme.example",
        "аnna@acme.example",  # Cyrillic
        "ａnna@acme.example",  # full width
        "\N{KELVIN SIGN}im@acme.example",
        "anna\x00@acme.example",
        "anna@acme.example\nBcc: x@evil.example",
        "Anna <anna@acme.example>",
        '"x,eve@evil.example,y"@acme.example',
        "anna@" + "a" * 250 + ".example",
        "a@" + "a" * 63 + "." + "b" * 63 + "." + "c" * 63 + "." + "d" * 60 + ".example",
    ],
)
def test_what_is_no_address_or_only_looks_like_one_is_refused(typed: str) -> None:
    with pytest.raises(ValidationError):
        normalize_email(typed)


@given(st.text(max_size=40), st.text(max_size=40))
def test_whatever_is_typed_is_refused_or_becomes_plain_lower_case(before: str, after: str) -> None:
    try:
        kept = normalize_email(f"{before}@{after}")
    except ValidationError:
        return
    assert kept.isascii()
    assert kept == kept.lower() == normalize_email(kept)
    assert kept.count("@") == 1


@pytest.mark.django_db
def test_person_and_verified_address_come_into_being_together() -> None:
    anna = create_person(" Anna@ACME.example ", "  Anna Acme ", password="correct horse 4711")
    address = EmailAddress.objects.get(user=anna)
    assert (anna.email, anna.full_name) == ("anna@acme.example", "Anna Acme")
    assert (address.email, address.verified, address.primary) == ("anna@acme.example", True, True)
    assert anna.check_password("correct horse 4711")
    assert (anna.is_staff, anna.is_superuser, anna.is_active) == (False, False, True)


@pytest.mark.django_db
def test_person_without_a_password_cannot_sign_in_with_one() -> None:
    anna = create_person("anna@acme.example", "Anna Acme")
    assert not anna.has_usable_password()
    assert not anna.check_password("")


@pytest.mark.django_db
@pytest.mark.parametrize("again", ["anna@acme.example", "ANNA@acme.example", " anna@ACME.EXAMPLE"])
def test_one_address_belongs_to_one_person(again: str) -> None:
    create_person("anna@acme.example", "Anna Acme")
    with pytest.raises(ValidationError):
        create_person(again, "Another Anna")
    assert User.objects.count() == EmailAddress.objects.count() == 1


@pytest.mark.django_db
def test_nobody_is_half_made(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(**_fields: object) -> None:
        raise RuntimeError("out of order")

    monkeypatch.setattr(EmailAddress.objects, "create", fail)
    with pytest.raises(RuntimeError, match="out of order"), transaction.atomic():
        create_person("anna@acme.example", "Anna Acme")
    assert not User.objects.exists()


@pytest.mark.django_db
@pytest.mark.parametrize("time_zone", ["Mars/Olympus", "../../etc/passwd", ""])
def test_time_zone_has_to_be_one(time_zone: str) -> None:
    with pytest.raises(ValidationError):
        create_person("anna@acme.example", "Anna Acme", time_zone=time_zone)


@pytest.mark.django_db
@pytest.mark.parametrize(
    "email", ["Anna@acme.example", "anna@ACME.example", "änna@acme.example", "", "anna", "a b@c.d"]
)
def test_database_itself_refuses_an_address_in_another_form(email: str) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        User.objects.create(email=email, full_name="Anna Acme")


@pytest.mark.django_db
def test_database_itself_refuses_an_address_twice() -> None:
    anna = create_person("anna@acme.example", "Anna Acme")
    with pytest.raises(IntegrityError), transaction.atomic():
        User.objects.create(email=anna.email, full_name="Another Anna")


@pytest.mark.django_db
def test_many_people_are_made_as_one_is() -> None:
    anna = create_person("anna@acme.example", "Anna Acme")
    bea, uwe = create_people({" Bea@ACME.example": " Bea ", "uwe@bücher.example": "Uwe"})
    assert [(each.email, each.full_name) for each in (bea, uwe)] == [
        ("bea@acme.example", "Bea"),
        ("uwe@xn--bcher-kva.example", "Uwe"),
    ]
    of_one, of_many = (set(User.objects.filter(pk=each.pk).values().get().items()) for each in (anna, bea))
    itself = {"id", "email", "full_name", "folded_name", "password", "created_at"}
    assert {name for name, _value in of_one - of_many} == itself
    assert not User.objects.get(pk=bea.pk).has_usable_password()
    addresses = EmailAddress.objects.filter(user__in=[bea, uwe], verified=True, primary=True)
    assert set(addresses.values_list("email", flat=True)) == {bea.email, uwe.email}


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("address", "name"),
    [("no address", "Bea"), ("аnna@acme.example", "Bea"), ("bea@acme.example", ""), ("bea@acme.example", "x" * 151)],
)
def test_of_many_people_all_are_made_or_nobody_and_the_address_at_fault_is_named(address: str, name: str) -> None:
    with pytest.raises(ValidationError) as refused:
        create_people({"anna@acme.example": "Anna", address: name})
    assert list(refused.value.message_dict) == [address]
    assert not User.objects.exists()


@pytest.mark.django_db
def test_many_people_never_take_an_address_that_belongs_to_somebody() -> None:
    anna = create_person("anna@acme.example", "Anna Acme")
    for taken in ("anna@acme.example", " ANNA@acme.example"):
        with pytest.raises(IntegrityError):
            create_people({"bea@acme.example": "Bea", taken: "Another Anna"})
    EmailAddress.objects.create(user=anna, email="private@acme.example", verified=True)
    with pytest.raises(IntegrityError):
        create_people({"bea@acme.example": "Bea", "private@acme.example": "Another Anna"})
    assert User.objects.get() == anna

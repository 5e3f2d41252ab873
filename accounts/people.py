"""The one maker of people: a user and the verified address to sign in with, together."""

import re
from collections.abc import Mapping

import idna
from allauth.account.models import EmailAddress
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User

_MAX_LENGTH = 254
_ASCII_LOCAL_PART = re.compile(r"[!#-?A-~]+")


def normalize_email(address: str) -> str:
    """Return `address` in the one form the portal keeps: ASCII, lower case, domain in IDNA form.

    Blanks around it are dropped. Raises ValidationError for anything that is not an e-mail
    address, that is longer than 254 characters (RFC 5321), or whose part before the @ is quoted
    or not ASCII: letters that merely look alike never become somebody's address, and in
    quotation marks one address could hold commas and others.
    """
    local_part, _at, domain = address.strip().rpartition("@")
    try:
        if not _ASCII_LOCAL_PART.fullmatch(local_part):
            raise ValidationError("")
        normalized = f"{local_part}@{idna.encode(domain, uts46=True).decode('ascii')}".lower()
        validate_email(normalized)
    except (ValidationError, idna.IDNAError, UnicodeError):
        raise ValidationError(_("Enter an e-mail address such as anna@example.com."), code="invalid") from None
    if len(normalized) > _MAX_LENGTH:
        raise ValidationError(_("An e-mail address has at most 254 characters."), code="too_long")
    return normalized


@transaction.atomic
def create_person(
    email: str,
    full_name: str,
    *,
    password: str | None = None,
    is_staff: bool = False,
    is_superuser: bool = False,
    language: str = "en",
    time_zone: str = "UTC",
) -> User:
    """Create a person and the verified address to sign in with, and return the person.

    Without `password` none is usable until the person sets one. Raises ValidationError when
    the address is not one, or belongs to somebody already.
    """
    user = User(
        email=normalize_email(email),
        full_name=full_name.strip(),
        is_staff=is_staff,
        is_superuser=is_superuser,
        language=language,
        time_zone=time_zone,
    )
    user.set_password(password)
    user.full_clean()
    user.save(force_insert=True)
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    return user


@transaction.atomic
def create_people(names: Mapping[str, str]) -> list[User]:
    """Create a person with each address in `names`, as `create_person` does without a password, and return them.

    Few statements for any number of people; all come into being, or nobody. Raises ValidationError as
    `check_people` does, and IntegrityError when an address belongs to somebody already.
    """
    people = User.objects.bulk_create(check_people(names))
    EmailAddress.objects.bulk_create(
        EmailAddress(user=user, email=user.email, verified=True, primary=True) for user in people
    )
    return people


def check_people(names: Mapping[str, str]) -> list[User]:
    """Return a person with each address in `names`, in order, not saved yet; whether they exist is not asked.

    Raises ValidationError, by the address as it is in `names`, for the first that is none, and for a name
    that nobody can have.
    """
    people = []
    for address, full_name in names.items():
        try:
            user = User(email=normalize_email(address), full_name=full_name.strip())
            user.set_unusable_password()
            user.clean_fields()
        except ValidationError as error:
            raise ValidationError({address: error.messages}) from None
        people.append(user)
    return people


def person_with(address: str) -> User | None:
    """Return the person whom exactly this address, verified, belongs to."""
    try:
        normalized = normalize_email(address)
    except ValidationError:
        return None
    verified = EmailAddress.objects.filter(email=normalized, verified=True)
    return User.objects.filter(email=normalized, pk__in=verified.values("user_id")).first()

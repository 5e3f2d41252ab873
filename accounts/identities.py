"""A person's identities at providers: linked once, from then on the provider's subject decides, not the address."""

from allauth.socialaccount.models import SocialAccount
from django.db import IntegrityError, transaction

from accounts.audit import Actor, record
from accounts.models import User
from accounts.notices import tell

NAMES = {"google": "Google", "facebook": "Facebook", "azure": "Microsoft"}


class IdentityTaken(Exception):
    """The identity signs somebody else in already."""


class PersonChanged(Exception):
    """The person was switched off, or got another address, since the identity was matched."""


def provider_name(account: SocialAccount) -> str:
    """Return the provider's name as people know it."""
    return NAMES.get(account.provider, account.provider)


@transaction.atomic
def link(user: User, account: SocialAccount, actor: Actor) -> None:
    """Let the identity sign `user` in from now on; nothing happens when it does so already.

    `account` names provider, subject and what the provider says. Raises IdentityTaken or PersonChanged.
    """
    person = User.objects.select_for_update().filter(pk=user.pk, email=user.email, is_active=True).first()
    if person is None:
        raise PersonChanged
    wanted = {"provider": account.provider, "uid": account.uid}
    try:
        with transaction.atomic():
            linked, is_new = SocialAccount.objects.get_or_create(
                **wanted, defaults={"user": person, "extra_data": account.extra_data}
            )
    except IntegrityError:
        raise IdentityTaken from None
    if linked.user_id != person.pk:
        raise IdentityTaken
    if is_new:
        record(actor, "identity_linked", person, details={"provider": provider_name(account)})
        tell(person, "identity_linked", provider=provider_name(account), name=name_of(account))


@transaction.atomic
def unlink(user: User, account: SocialAccount, actor: Actor) -> None:
    """Let the identity sign nobody in any more; nothing happens when it does not anyway."""
    deleted, _rows = SocialAccount.objects.filter(pk=account.pk, user=user).delete()
    if deleted:
        record(actor, "identity_unlinked", user, details={"provider": provider_name(account)})
        tell(user, "identity_unlinked", provider=provider_name(account), name=name_of(account))


def name_of(account: SocialAccount) -> str:
    """Return how its owner recognizes the identity: the address at the provider, else the name there."""
    said = account.extra_data if isinstance(account.extra_data, dict) else {}
    return str(said.get("email") or said.get("name") or "")

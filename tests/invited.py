"""People who were invited and have not answered, for tests to play with."""

from datetime import timedelta
from itertools import count

from django.utils import timezone
from django.utils.text import slugify

from accounts.models import User
from organizations.invitation_links import hash_of
from organizations.models import GroupInvitation, Invitation, Organization, UserGroup

_numbers = count(1)


def make_invitation(organization: Organization, sender: User, name: str = "") -> Invitation:
    """Make an open invitation, mailed two days ago; its token is the name in short."""
    name, at = name or f"Invited {next(_numbers)}", timezone.now() - timedelta(days=2)
    return Invitation.objects.create(
        organization=organization,
        full_name=name,
        email=f"{slugify(name)}@invited.example",
        invited_by=sender,
        token_hash=hash_of(slugify(name)),
        mailed_at=at,
        expires_at=at + timedelta(days=7),
    )


def make_group_invitation(user_group: UserGroup, sender: User, name: str = "") -> GroupInvitation:
    """Make an open invitation into a user group, mailed two days ago; its token is the name in short."""
    name, at = name or f"Invited {next(_numbers)}", timezone.now() - timedelta(days=2)
    return GroupInvitation.objects.create(
        user_group=user_group,
        full_name=name,
        email=f"{slugify(name)}@invited.example",
        invited_by=sender,
        token_hash=hash_of(slugify(name)),
        mailed_at=at,
        expires_at=at + timedelta(days=7),
    )

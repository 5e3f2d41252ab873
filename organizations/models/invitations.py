"""Invitations to join an organization or a user group: all that is known of a person until they accept."""

from datetime import datetime, timedelta
from enum import Enum

from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.ids import uuid7
from accounts.models import User
from accounts.names import folds_short
from organizations.models.organizations import Customer, Organization
from organizations.models.user_groups import UserGroup
from organizations.querysets import GroupInvitationQuerySet, InvitationQuerySet

MAIL_PAUSE = timedelta(days=1)
"""How long an invitation is not mailed again."""

OPEN = Q(accepted_at=None, declined_at=None, withdrawn_at=None)


class InvitationState(Enum):
    """What became of an invitation."""

    OPEN = "open"
    EXPIRED = "expired"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"


class Invited(models.Model):
    """Somebody was asked to join. Until they accept, what was typed is all that anybody sees of them.

    Of the token in the mailed link only the SHA-256 is kept.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    email = models.CharField(_("e-mail address"), max_length=254)
    full_name = models.CharField(_("full name"), max_length=150, validators=[folds_short])
    invited_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", verbose_name=_("invited by"))
    token_hash = models.CharField(max_length=64, unique=True, editable=False)
    created_at = models.DateTimeField(_("created at"), default=timezone.now, editable=False)
    mailed_at = models.DateTimeField(_("mailed at"), default=timezone.now, editable=False)
    expires_at = models.DateTimeField(_("expires at"))
    accepted_at = models.DateTimeField(_("accepted at"), null=True, editable=False)
    declined_at = models.DateTimeField(_("declined at"), null=True, editable=False)
    withdrawn_at = models.DateTimeField(_("withdrawn at"), null=True, editable=False)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return f"{self.full_name} <{self.email}>"

    @property
    def into(self) -> str:
        """What they are asked to join, by name."""
        raise NotImplementedError  # each kind of invitation says it

    def state(self, now: datetime | None = None) -> InvitationState:
        """Return what became of the invitation by `now`."""
        if self.accepted_at is not None:
            return InvitationState.ACCEPTED
        if self.declined_at is not None:
            return InvitationState.DECLINED
        if self.withdrawn_at is not None:
            return InvitationState.WITHDRAWN
        return InvitationState.OPEN if self.expires_at > (now or timezone.now()) else InvitationState.EXPIRED

    def was_mailed_lately(self, now: datetime | None = None) -> bool:
        """Return whether it is too early to mail the invitation again."""
        return self.mailed_at > (now or timezone.now()) - MAIL_PAUSE


def _addresses(prefix: str) -> list[models.CheckConstraint]:
    """Return the conditions under which addresses are kept: ASCII, in lower case."""
    return [
        models.CheckConstraint(condition=Q(email=Lower("email")), name=f"{prefix}_email_lower_case"),
        models.CheckConstraint(
            condition=Q(email__regex=r"^[!-?A-~]+@[!-?A-~]+\Z"), name=f"{prefix}_email_ascii_never_blank"
        ),
    ]


class Invitation(Invited):
    """Somebody was asked to join an organization."""

    organization = models.ForeignKey(
        Organization, on_delete=models.PROTECT, related_name="invitations", verbose_name=_("organization")
    )
    accepted_by = models.ForeignKey(
        Customer, on_delete=models.PROTECT, null=True, editable=False, related_name="+", verbose_name=_("accepted by")
    )

    objects = InvitationQuerySet.as_manager()

    class Meta:
        verbose_name = _("invitation")
        verbose_name_plural = _("invitations")
        indexes = [
            models.Index(fields=["organization", "id"], name="invitation_organization", condition=OPEN),
            models.Index(fields=["organization", "mailed_at"], name="invitation_mailed"),
            models.Index(fields=["email", "mailed_at"], name="invitation_email"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["organization", "email"], condition=OPEN, name="invitation_open_once"),
            *_addresses("invitation"),
            models.CheckConstraint(
                condition=Q(accepted_at=None, accepted_by=None) | Q(accepted_at__isnull=False),
                name="invitation_accepted_by_somebody_then",
            ),
        ]

    @property
    def into(self) -> str:
        """The name of the organization."""
        return self.organization.name


class GroupInvitation(Invited):
    """Somebody was asked to join a user group; who accepts is no manager."""

    user_group = models.ForeignKey(
        UserGroup, on_delete=models.PROTECT, related_name="invitations", verbose_name=_("user group")
    )

    objects = GroupInvitationQuerySet.as_manager()

    class Meta:
        verbose_name = _("invitation to a user group")
        verbose_name_plural = _("invitations to user groups")
        indexes = [
            models.Index(fields=["user_group", "id"], name="group_invitation_group", condition=OPEN),
            models.Index(fields=["user_group", "mailed_at"], name="group_invitation_mailed"),
            models.Index(fields=["email", "mailed_at"], name="group_invitation_email"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["user_group", "email"], condition=OPEN, name="group_invitation_open_once"),
            *_addresses("group_invitation"),
        ]

    @property
    def into(self) -> str:
        """The name of the user group."""
        return self.user_group.name


class InvitationBlock(models.Model):
    """Somebody wants no more invitations from an organization; nobody there is told."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    organization = models.ForeignKey(Organization, on_delete=models.CASCADE, related_name="+")
    email = models.CharField(max_length=254)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["organization", "email"], name="invitation_block_once")]

    def __str__(self) -> str:
        return self.email


class GroupInvitationBlock(models.Model):
    """Somebody wants no more invitations into a user group; nobody there is told."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    user_group = models.ForeignKey(UserGroup, on_delete=models.CASCADE, related_name="+")
    email = models.CharField(max_length=254)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user_group", "email"], name="group_invitation_block_once")]

    def __str__(self) -> str:
        return self.email

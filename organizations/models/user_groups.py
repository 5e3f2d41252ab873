"""WHO serves customers beside the vendor: user groups, their limits and their members (Product rules, section 5)."""

from typing import TYPE_CHECKING

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.ids import uuid7
from accounts.models import User
from organizations.privileges import Privilege, are_privileges
from organizations.querysets import GroupMemberQuerySet, UserGroupQuerySet

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

MAX_LIMIT = 1_000_000_000
MAX_DAYS = 36_500


def _limit(name: "_StrPromise", help_text: "_StrPromise") -> "models.PositiveIntegerField[int | None, int | None]":
    """Return a limit: empty is no limit, 0 is none at all."""
    return models.PositiveIntegerField(
        name, null=True, blank=True, validators=[MaxValueValidator(MAX_LIMIT)], help_text=help_text
    )


def _days(name: "_StrPromise", help_text: "_StrPromise") -> "models.PositiveIntegerField[int | None, int | None]":
    """Return a number of days from 1 on, or nothing."""
    is_in_range = [MinValueValidator(1), MaxValueValidator(MAX_DAYS)]
    return models.PositiveIntegerField(name, null=True, blank=True, validators=is_in_range, help_text=help_text)


def _issued(name: "_StrPromise") -> "models.PositiveIntegerField[int, int]":
    """Return a counter of licenses ever issued, which only stories change, under the group's row lock."""
    return models.PositiveIntegerField(name, default=0, editable=False)


class UserGroup(models.Model):
    """A reseller or an internal team. No privilege is held until staff tick it.

    A limit that is empty does not limit; 0 allows none. The counters hold every license that the
    group ever issued, deleted ones too, and never fall unless staff credit some.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    name = models.CharField(_("name"), max_length=200, unique=True)
    email = models.EmailField(_("e-mail address"), help_text=_("Where customers of this group are told to write."))
    is_active = models.BooleanField(
        _("switched on"),
        default=True,
        help_text=_("Members of a group that is switched off see nothing of it; its licenses stay valid."),
    )
    privileges = models.JSONField(_("privileges"), default=list, blank=True, validators=[are_privileges])
    may_issue_all_products = models.BooleanField(
        _("may issue all products"),
        default=False,
        help_text=_("Those that are added later, too. Otherwise only the products chosen for the group."),
    )
    max_licenses = _limit(_("licenses in all"), _("Licenses ever issued, of whatever model, deleted ones too."))
    max_permanent = _limit(_("permanent licenses"), _("Permanent licenses ever issued, deleted ones too."))
    max_trial = _limit(_("trial licenses"), _("Trial licenses ever issued, deleted ones too."))
    max_subscription = _limit(_("subscriptions"), _("Subscriptions ever issued, deleted ones too."))
    shortest_trial_days = _limit(_("shortest trial in days"), _("A trial must last at least so many days."))
    longest_trial_days = _limit(_("longest trial in days"), _("A trial must last at most so many days."))
    latest_expiry_on = models.DateField(
        _("latest expiry date"),
        null=True,
        blank=True,
        help_text=_("No license may be set to expire later. A permanent license needs no date all the same."),
    )
    max_activations_per_license = _limit(
        _("activations in one license"), _("How many activations one license may allow.")
    )
    max_licenses_per_customer = _limit(
        _("licenses for one customer"), _("How many licenses of this group one customer may have.")
    )
    max_members = _limit(_("members"), _("Managers included; so are those who are invited and have not answered."))
    default_expiry_days = _days(
        _("expiry days"), _("With how many days a new trial or subscription begins, where nothing else is chosen.")
    )
    default_has_maintenance = models.BooleanField(
        _("with maintenance"), default=False, help_text=_("Whether new licenses include updates for a time.")
    )
    default_maintenance_days = _days(
        _("maintenance days"), _("For how many days new licenses include updates, where maintenance is on.")
    )
    issued_permanent = _issued(_("permanent licenses issued"))
    issued_trial = _issued(_("trial licenses issued"))
    issued_subscription = _issued(_("subscriptions issued"))
    edited_at = models.DateTimeField(_("edited at"), auto_now=True)

    objects = UserGroupQuerySet.as_manager()

    class Meta:
        verbose_name = _("user group")
        verbose_name_plural = _("user groups")
        ordering = ["name"]
        constraints = [
            models.CheckConstraint(condition=~Q(name=""), name="user_group_has_name"),
            models.CheckConstraint(
                condition=Q(shortest_trial_days=None)
                | Q(longest_trial_days=None)
                | Q(shortest_trial_days__lte=F("longest_trial_days")),
                name="user_group_trial_days_in_order",
                violation_error_message=_("The shortest trial cannot be longer than the longest."),
            ),
            models.CheckConstraint(
                condition=(Q(default_expiry_days=None) | Q(default_expiry_days__range=(1, MAX_DAYS)))
                & (Q(default_maintenance_days=None) | Q(default_maintenance_days__range=(1, MAX_DAYS))),
                name="user_group_default_days_in_range",
            ),
            models.CheckConstraint(
                condition=Q(default_has_maintenance=False) | Q(default_maintenance_days__isnull=False),
                name="user_group_maintenance_has_days",
                violation_error_message=_("Say for how many days new licenses include updates."),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def has(self, privilege: Privilege) -> bool:
        """Return whether staff ticked `privilege` for this group and the group is switched on."""
        return self.is_active and privilege in self.privileges

    @property
    def issued(self) -> int:
        """How many licenses the group ever issued, of whatever model."""
        return self.issued_permanent + self.issued_trial + self.issued_subscription


class GroupMember(models.Model):
    """A person who signs in as part of a user group; a manager also looks after its members."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    user = models.OneToOneField(User, on_delete=models.PROTECT, related_name="group_member", verbose_name=_("person"))
    user_group = models.ForeignKey(
        UserGroup, on_delete=models.PROTECT, related_name="members", verbose_name=_("user group")
    )
    is_manager = models.BooleanField(_("manager"), default=False)

    objects = GroupMemberQuerySet.as_manager()

    class Meta:
        verbose_name = _("group member")
        verbose_name_plural = _("group members")

    def __str__(self) -> str:
        return f"{self.user.full_name} <{self.user.email}>"

    @property
    def role(self) -> str:
        """What the person is in the group, in words."""
        return gettext("Manager") if self.is_manager else gettext("Member")

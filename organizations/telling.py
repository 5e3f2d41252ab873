"""What happened to people and organizations, in plain words, as a viewer may know it.

What happened to licenses is told by the licenses app (`licenses_of.py`).
"""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass

from django.db import models
from django.db.models import Field, Model
from django.db.models.fields.reverse_related import ForeignObjectRel
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.audit import Detail
from accounts.models import AuditEvent, User
from organizations.events import shows_internal
from organizations.licenses_of import Telling, Topic
from organizations.models import Customer, EnteredCustomer, GroupInvitation, GroupMember, Organization, UserGroup
from organizations.viewer import Viewer

LONGEST_VALUE = 60
"""How long a value may be to stand in a sentence; of a longer one only the field is named."""

INTERNAL = {
    Customer: frozenset({"external_id", "staff_notes"}),
    Organization: frozenset({"notes"}),
}
"""Fields whose changes are for the user group that serves the row and for staff; nobody is told their values."""

PERSONAL = frozenset({"language", "time_zone", "has_opted_out_of_mail"})
"""Fields whose changes are for the person and for staff."""

PROFILE_EDITED = "profile.edited"

_VALUES_SHOWN = models.CharField, models.BooleanField, models.IntegerField


@dataclass(frozen=True)
class Words:
    """How an action is told: what it is about, the end of a sentence, and of which model's fields it may tell."""

    topic: Topic
    sentence: str | Promise
    model: type[Model] | None = None


ACTIONS = {
    "signed_in": Words(Topic.SIGN_INS, _("signed in")),
    "signed_out": Words(Topic.SIGN_INS, _("signed out")),
    "sign_in_failed": Words(Topic.SIGN_INS, _("refused an attempt to sign in")),
    "password_set": Words(Topic.SIGN_INS, _("set a password")),
    "password_changed": Words(Topic.SIGN_INS, _("changed the password")),
    "password_given": Words(Topic.SIGN_INS, _("gave a password that has to be changed")),
    "sign_in_code_requested": Words(Topic.SIGN_INS, _("was asked for a code to sign in")),
    "identity_linked": Words(Topic.SIGN_INS, _("connected an account at a provider")),
    "identity_unlinked": Words(Topic.SIGN_INS, _("disconnected an account at a provider")),
    "address_link_requested": Words(Topic.SIGN_INS, _("asked for a link to change the e-mail address")),
    "address_given_back": Words(Topic.SIGN_INS, _("gave back an e-mail address that somebody else had taken")),
    "address_changed": Words(Topic.SIGN_INS, _("changed the e-mail address")),
    "session_ended": Words(Topic.SIGN_INS, _("signed out another browser")),
    "sessions_ended": Words(Topic.SIGN_INS, _("signed out all other browsers")),
    "proof_code_requested": Words(Topic.SIGN_INS, _("was asked for a code to confirm a change")),
    "not_me": Words(Topic.SIGN_INS, _("said that it was somebody else, and signed everybody out")),
    "password_link_requested": Words(Topic.SIGN_INS, _("was asked for a link to set a password")),
    "second_step_added": Words(Topic.SIGN_INS, _("set up a second step")),
    "second_step_removed": Words(Topic.SIGN_INS, _("removed a second step")),
    "second_step_reset": Words(Topic.SIGN_INS, _("took every second step away")),
    "second_step_failed": Words(Topic.SIGN_INS, _("refused a second step")),
    "recovery_codes_made": Words(Topic.SIGN_INS, _("made new recovery codes")),
    "staff_added": Words(Topic.PEOPLE, _("added somebody to the vendor’s staff")),
    "person.created": Words(Topic.PEOPLE, _("added a person")),
    "person.edited": Words(Topic.PEOPLE, _("changed %(changes)s"), User),
    "person.deleted": Words(Topic.PEOPLE, _("deleted a person")),
    PROFILE_EDITED: Words(Topic.PEOPLE, _("edited the profile: %(changes)s"), Customer),
    "customer.created": Words(Topic.PEOPLE, _("added a customer")),
    "customer.edited": Words(Topic.PEOPLE, _("changed %(changes)s"), Customer),
    "customer.deleted": Words(Topic.PEOPLE, _("deleted a customer")),
    "organization.created": Words(Topic.PEOPLE, _("added an organization")),
    "organization.edited": Words(Topic.PEOPLE, _("changed %(changes)s"), Organization),
    "organization.deleted": Words(Topic.PEOPLE, _("deleted an organization")),
    "invitation.created": Words(Topic.PEOPLE, _("invited somebody")),
    "invitation.resent": Words(Topic.PEOPLE, _("invited somebody once more")),
    "invitation.withdrawn": Words(Topic.PEOPLE, _("withdrew an invitation")),
    "invitation.accepted": Words(Topic.PEOPLE, _("accepted an invitation")),
    "invitation.declined": Words(Topic.PEOPLE, _("declined an invitation")),
    "membership.ended": Words(Topic.PEOPLE, _("ended a membership")),
    "contacts.changed": Words(Topic.PEOPLE, _("changed %(changes)s"), Organization),
    "user_group.created": Words(Topic.PEOPLE, _("added a user group")),
    "user_group.edited": Words(Topic.PEOPLE, _("changed %(changes)s"), UserGroup),
    "user_group.deleted": Words(Topic.PEOPLE, _("deleted a user group")),
    "group_member.created": Words(Topic.PEOPLE, _("added a member of the user group")),
    "group_member.edited": Words(Topic.PEOPLE, _("changed %(changes)s"), GroupMember),
    "group_member.deleted": Words(Topic.PEOPLE, _("removed a member of the user group")),
    "group_invitation.created": Words(Topic.PEOPLE, _("invited somebody into the user group")),
    "group_invitation.resent": Words(Topic.PEOPLE, _("invited somebody into the user group once more")),
    "group_invitation.withdrawn": Words(Topic.PEOPLE, _("withdrew an invitation into the user group")),
    "group_invitation.accepted": Words(Topic.PEOPLE, _("joined the user group")),
    "group_invitation.declined": Words(Topic.PEOPLE, _("declined an invitation into the user group")),
    "activity.exported": Words(Topic.EXPORTS, _("exported the activity")),
}
"""Every action that the accounts and the organizations app record."""

WITHOUT_WORDS = _("changed something")
"""What is said of an action that this version of the portal does not know."""


def told_to_all() -> Mapping[str, Collection[str]]:
    """Return the actions that may change internal fields, with the names of all other fields."""
    return {
        action: sorted({"full_name", *(field.name for field in words.model._meta.get_fields())} - INTERNAL[words.model])
        for action, words in ACTIONS.items()
        if words.model in INTERNAL and action != PROFILE_EDITED
    }


def telling(viewer: Viewer, event: AuditEvent) -> Telling:
    """Return one event that the accounts or the organizations app recorded, in words for `viewer`."""
    words = ACTIONS.get(event.action)
    if words is None:
        return Telling(str(WITHOUT_WORDS), about(viewer, event))
    if words.model is None:
        return Telling(str(words.sentence), about(viewer, event))
    changes = changes_in_words(words.model, event.details, hidden=_hidden(viewer, event, words.model))
    return Telling(str(words.sentence) % {"changes": changes}, about(viewer, event))


def _hidden(viewer: Viewer, event: AuditEvent, model: type[Model]) -> frozenset[str]:
    """Return the fields of whose changes `viewer` is told nothing."""
    internal = frozenset[str]() if shows_internal(viewer, event) else INTERNAL.get(model, frozenset())
    is_own = viewer.user.pk in {event.actor_id, event.target_id} or event.target_id == viewer.customer_id
    is_staff = viewer.staff_may("view", "accounts.auditevent")
    return internal if is_own or is_staff else internal | PERSONAL


def about(viewer: Viewer, event: AuditEvent) -> str:
    """Return what an event is about, as it was called then; nothing where people did something to themselves.

    People are called by name. Their address is for staff, and stands where it is what happened is about:
    whom a user group invites, for its managers.
    """
    if event.target_type == GroupInvitation._meta.model_name and not _sees_invited(viewer, event):
        return ""
    is_about_actor = event.action == PROFILE_EDITED or event.actor_id == event.target_id
    knows_addresses = viewer.staff_may("view", "organizations.customer")
    if is_about_actor and (event.actor_id == viewer.user.pk or not knows_addresses):
        return ""
    name = event.target_label.rpartition(" <")[0]
    is_named = bool(name) and event.target_type in _NAMED_WITH_ADDRESS
    return name if is_named and not knows_addresses else event.target_label


def _sees_invited(viewer: Viewer, event: AuditEvent) -> bool:
    """Return whether an invitation into a user group exists for `viewer`: as its `visible_to` says."""
    is_manager = viewer.is_group_manager and viewer.group_id == event.user_group_id
    return is_manager or viewer.staff_may("view", "organizations.usergroup")


_NAMED_WITH_ADDRESS = frozenset({each._meta.model_name for each in (Customer, EnteredCustomer, GroupMember)})


def changes_in_words(model: type[Model], details: Mapping[str, Detail], hidden: Collection[str] = frozenset()) -> str:
    """Return what changed of a row of `model`, in the order of its fields, with short values before and after.

    Fields that are `hidden` are left out; a customer's name comes first.
    """
    order = ["full_name", *(field.name for each in (model, User) for field in each._meta.concrete_fields)]
    names = sorted(details.keys() - set(hidden), key=lambda name: order.index(name) if name in order else len(order))
    return ", ".join(_change(model, name, details[name]) for name in names) or gettext("something")


def _change(model: type[Model], name: str, change: Detail) -> str:
    field = next(_fields_named(model, name), None)
    label = _label(field)
    match change:
        case {"before": before, "after": after} if _shows_values(model, field) and _is_short(before, after):
            values = {"field": label, "before": _value(before), "after": _value(after)}
            return gettext("%(field)s from %(before)s to %(after)s") % values
        case _:
            return label


def _fields_named(model: type[Model], name: str) -> "Iterator[Field[object, object] | ForeignObjectRel]":
    """Yield the field of that name; a customer's name and settings are the person's."""
    for each in (model, User):
        for field in each._meta.get_fields():
            if field.name == name and isinstance(field, Field | ForeignObjectRel):
                yield field


def _label(field: "Field[object, object] | ForeignObjectRel | None") -> str:
    if isinstance(field, Field):
        return str(field.verbose_name)
    return str(field.related_model._meta.verbose_name_plural) if field else gettext("something else")


def _shows_values(model: type[Model], field: "Field[object, object] | ForeignObjectRel | None") -> bool:
    is_internal = field is not None and field.name in INTERNAL.get(model, ())
    return isinstance(field, _VALUES_SHOWN) and not is_internal


def _is_short(*values: Detail) -> bool:
    return all(len(str(value)) <= LONGEST_VALUE for value in values)


def _value(value: Detail) -> str:
    match value:
        case None | "":
            return gettext("nothing")
        case bool():
            return gettext("yes") if value else gettext("no")
        case _:
            return str(value)

"""The forms that give licenses to users of an organization."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from licenses.assigning import reservation_of
from licenses.models import License
from organizations.forms.members import member_field, offered_members
from organizations.models import Customer, Invitation, Organization
from organizations.viewer import Viewer

MOST_INVITATIONS = 200
INVITED = "invitation:"


class ReceiverForm(forms.Form):
    """Who gets a license: a user, or somebody who was invited and has not answered yet."""

    def __init__(
        self,
        viewer: Viewer,
        organization: Organization,
        data: Mapping[str, object] | None,
        *,
        initial: str = "",
        nobody: str = "",
    ) -> None:
        super().__init__(data, initial={"user": "" if initial.startswith(INVITED) else initial, "invited": initial})
        self.organization = organization
        self.invitations = Invitation.objects.visible_to(viewer).open().filter(organization=organization)
        invited = [(f"{INVITED}{each.pk}", str(each)) for each in self.invitations.order_by("-pk")[:MOST_INVITATIONS]]
        nobody = nobody or (_("Nobody") if invited else "")
        self.fields["user"] = member_field(organization, offered_members(organization), _("User"), nobody=nobody)
        if invited:
            self.fields["invited"] = forms.ChoiceField(
                label=_("Or somebody invited, for when they accept"),
                choices=[("", _("Nobody")), *invited],
                required=False,
            )

    def clean(self) -> dict[str, object]:
        """Refuse two receivers."""
        cleaned = super().clean() or {}
        if cleaned.get("user") and cleaned.get("invited"):
            self.add_error("invited", _("Choose a user or somebody invited, not both."))
        return cleaned

    def receiver(self) -> Customer | Invitation | None:
        """Return who was chosen, if they still belong to the organization."""
        user, invited = self.cleaned_data.get("user"), self.cleaned_data.get("invited")
        if user:
            return self.organization.members.select_related("user").filter(pk=user).first()
        if invited:
            return self.invitations.filter(pk=invited.removeprefix(INVITED)).first()
        return None


class AssignForm(ReceiverForm):
    """Who gets one license; nobody, too."""

    def __init__(
        self,
        viewer: Viewer,
        organization: Organization,
        license: License,
        data: Mapping[str, object] | None = None,
    ) -> None:
        reserved = reservation_of(license)
        has_it = f"{INVITED}{reserved.invitation_id}" if reserved else str(license.customer_id or "")
        super().__init__(viewer, organization, data, initial=has_it, nobody=_("Nobody"))


class AssignSeveralForm(ReceiverForm):
    """Which licenses go to whom."""

    licenses = forms.TypedMultipleChoiceField(
        label=gettext_lazy("Licenses"),
        coerce=UUID,
        widget=forms.CheckboxSelectMultiple,
        error_messages={
            "required": gettext_lazy("Tick at least one license."),
            "invalid_choice": gettext_lazy("One of the licenses is not to be given any more. Choose again."),
        },
    )

    def __init__(
        self,
        viewer: Viewer,
        organization: Organization,
        licenses: Sequence[License],
        data: Mapping[str, object] | None = None,
    ) -> None:
        super().__init__(viewer, organization, data)
        field = self.fields["licenses"]
        if isinstance(field, forms.ChoiceField):
            field.choices = [(str(each.pk), f"{each.product_version} …{each.key_tail}") for each in licenses]
        self.order_fields(["licenses", "user", "invited"])

    def clean(self) -> dict[str, object]:
        """Refuse to give licenses to nobody: they are nobody's already."""
        cleaned = super().clean()
        if not self.errors and not cleaned.get("user") and not cleaned.get("invited"):
            self.add_error("user", _("Choose who gets the licenses."))
        return cleaned

"""The form that answers an invitation."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy as _

from organizations.licenses_of import Possession

ANSWERS = ("accept", "decline", "block")


class JoinForm(forms.Form):
    """The answer, and the licenses of their own that somebody hands over: none ticked."""

    answer = forms.ChoiceField(choices=[(each, each) for each in ANSWERS])
    licenses = forms.TypedMultipleChoiceField(
        label=_("Licenses to hand over"),
        required=False,
        coerce=UUID,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"invalid_choice": _("One of the licenses is not yours to hand over any more. Choose again.")},
    )

    def __init__(self, personal: Sequence[Possession], data: Mapping[str, object] | None = None) -> None:
        super().__init__(data)
        field = self.fields["licenses"]
        if isinstance(field, forms.ChoiceField):
            field.choices = [(str(each.id), each.label) for each in personal]

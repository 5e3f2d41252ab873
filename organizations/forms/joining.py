"""The form that answers an invitation."""

from collections.abc import Mapping, MutableMapping
from uuid import UUID

from django import forms
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.ids import id_or_none
from organizations.licenses_of import ALL, Holding, Look, Several

ANSWERS = ("accept", "decline", "block")
LONGEST_TEXT = 200
MOST_TICKED = 200
"""How many licenses can be ticked one by one; all of them are one tick."""


def look_of(text: str, ticked: list[str]) -> Look:
    """Return which licenses the page shows: what the text finds, and what was ticked before."""
    ids = [each for each in map(id_or_none, ticked) if each is not None]
    return Look(text.strip()[:LONGEST_TEXT], frozenset(ids[: MOST_TICKED + 1]))


class JoinForm(forms.Form):
    """The answer, and the licenses of their own that somebody hands over: none ticked.

    However many they have, the newest are shown, those that a text finds, and those ticked before;
    `all_licenses` means every one of them.
    """

    answer = forms.ChoiceField(choices=[(each, each) for each in ANSWERS])
    all_licenses = forms.BooleanField(required=False)
    q = forms.CharField(
        label=gettext_lazy("Find single ones"),
        required=False,
        widget=forms.TextInput(
            attrs={"type": "search", "maxlength": LONGEST_TEXT, "autocomplete": "off", "spellcheck": "false"}
        ),
        help_text=gettext_lazy("Product, end of a key, or computer."),
    )
    licenses = forms.TypedMultipleChoiceField(
        label=gettext_lazy("Licenses to hand over"),
        required=False,
        coerce=UUID,
        widget=forms.CheckboxSelectMultiple,
        error_messages={
            "invalid_choice": gettext_lazy("One of the licenses is not yours to hand over any more. Choose again.")
        },
    )

    def __init__(
        self,
        personal: Holding,
        data: Mapping[str, object] | None = None,
        initial: MutableMapping[str, object] | None = None,
    ) -> None:
        super().__init__(data, initial=initial)
        self.personal = personal
        self.shows_all = personal.license_number == len(personal.licenses)
        field = self.fields["licenses"]
        if isinstance(field, forms.ChoiceField):
            field.choices = [(str(each.id), each.label) for each in personal.licenses]
        self.number_text = number_format(personal.license_number, force_grouping=True)
        self.fields["all_licenses"].label = _("All of them: %(number)s licenses") % {"number": self.number_text}

    def clean_licenses(self) -> list[UUID]:
        """Refuse more ticks than a page carries."""
        ticked: list[UUID] = self.cleaned_data["licenses"]
        if len(ticked) > MOST_TICKED:
            text = _(
                "At most %(most)d licenses can be ticked one by one. Tick all of them, or hand over the rest later."
            )
            raise forms.ValidationError(text % {"most": MOST_TICKED}, code="too_many")
        return ticked

    def handed_over(self) -> Several:
        """Return which licenses the person hands over."""
        return ALL if self.cleaned_data["all_licenses"] else Several(frozenset(self.cleaned_data["licenses"]))

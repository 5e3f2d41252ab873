"""The form that settles what somebody leaves behind: a choice for all of it, and others for single things.

However much it is, a page shows little of it: the newest, what a text finds, and what was chosen
for already. What was chosen travels along in the form, so that it works without JavaScript.
"""

from collections.abc import Iterator, Mapping, MutableMapping
from uuid import UUID

from django import forms
from django.core.exceptions import ValidationError
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.ids import id_or_none
from accounts.people import normalize_email
from organizations.forms.members import Offered, member_field, offered_members
from organizations.licenses_of import Heirs, Holding, Look, Possession, Several
from organizations.membership.leaving import Sent, Settlement
from organizations.models import Customer, Organization

GIVE, FREE, WITHDRAW = "give_", "free_", "withdraw_"
AS_ALL, NOBODY, YES, NO = "", "-", "yes", "no"
MOST_SINGLE = 200
"""For how many single things somebody may choose otherwise than for all; more are carried by no form."""
FEW = 25
"""In a larger organization the receiver of a single license is typed, not chosen from a list of its own."""
LONGEST_TEXT = 200

Row = tuple[Possession, forms.BoundField]


def chosen_singly(data: Mapping[str, object]) -> dict[str, UUID]:
    """Return the fields in which something else was chosen for one thing than for all, with its id."""
    found = {}
    for name, value in data.items():
        prefix, _underscore, text = name.partition("_")
        single = id_or_none(text) if f"{prefix}_" in {GIVE, FREE, WITHDRAW} else None
        if single is not None and str(value).strip() != AS_ALL:
            found[name] = single
    return found


def look_of(data: Mapping[str, object]) -> Look:
    """Return what of it the page shows."""
    text = str(data.get("q", "")).strip()[:LONGEST_TEXT]
    return Look(text, frozenset(list(chosen_singly(data).values())[:MOST_SINGLE]))


def is_looking(data: Mapping[str, object]) -> bool:
    """Return whether the person wants to see other things, and nothing done; unless they chose more than is carried."""
    return "look" in data and len(chosen_singly(data)) <= MOST_SINGLE


class LeaveForm(forms.Form):
    """What becomes of licenses, computers and invitations."""

    q = forms.CharField(
        label=gettext_lazy("Find single ones"),
        required=False,
        widget=forms.TextInput(
            attrs={"type": "search", "maxlength": LONGEST_TEXT, "autocomplete": "off", "spellcheck": "false"}
        ),
        help_text=gettext_lazy("Product, end of a key, computer, or the beginning of who was invited."),
    )
    free_all = forms.BooleanField(label=gettext_lazy("Deactivate all of them"), required=False)
    withdraw_all = forms.BooleanField(label=gettext_lazy("Withdraw all of them"), required=False)

    def __init__(
        self,
        organization: Organization,
        member: Customer,
        holding: Holding,
        sent: Sent,
        data: Mapping[str, object] | None = None,
        initial: MutableMapping[str, object] | None = None,
    ) -> None:
        super().__init__(data, initial=initial)
        self.organization, self.holding, self.sent = organization, holding, sent
        self.numbers = {
            "licenses": number_format(holding.license_number, force_grouping=True),
            "computers": number_format(holding.computer_number, force_grouping=True),
            "sent": number_format(sent.number, force_grouping=True),
        }
        people = offered_members(organization, besides=member)
        self.fields["all_to"] = member_field(organization, people, _("They go to"), nobody=_("Nobody for now"))
        self.takes_addresses = people is None or len(people) > FEW
        self._offer_single_choices(people)

    def _offer_single_choices(self, people: Offered | None) -> None:
        for license in self.holding.licenses:
            self.fields[f"{GIVE}{license.id}"] = self._receiver_of(license, people)
        for computer in self.holding.computers:
            label = _("What becomes of %(computer)s") % {"computer": computer.label}
            self.fields[f"{FREE}{computer.id}"] = _either(label, _("Deactivate"))
        for invitation in self.sent.shown:
            label = _("What becomes of the invitation of %(name)s") % {"name": invitation}
            self.fields[f"{WITHDRAW}{invitation.pk}"] = _either(label, _("Withdraw"))

    def _receiver_of(self, license: Possession, people: Offered | None) -> forms.Field:
        label = _("%(license)s goes to") % {"license": license.label}
        if people is None or self.takes_addresses:
            widget = forms.TextInput(attrs={"placeholder": _("As chosen for all"), "autocapitalize": "none"})
            return forms.CharField(label=label, required=False, max_length=254, widget=widget)
        choices = [(AS_ALL, _("As chosen for all")), (NOBODY, _("Nobody for now")), *people]
        return forms.ChoiceField(label=label, choices=choices, required=False)

    def clean(self) -> dict[str, object]:
        """Understand the receivers that were typed, and refuse more single choices than a form carries."""
        cleaned = super().clean() or {}
        if len(chosen_singly(self.data)) > MOST_SINGLE:
            text = _("At most %(most)d single things can be settled otherwise than all. Give some of them first.")
            raise ValidationError(text % {"most": MOST_SINGLE}, code="too_many")
        if self.takes_addresses:
            self._find_receivers(cleaned)
        return cleaned

    def _find_receivers(self, cleaned: dict[str, object]) -> None:
        """Put the ids of the members in place of the addresses that were typed; one question for all of them."""
        typed = {name: str(value) for name, value in cleaned.items() if name.startswith(GIVE) and value}
        addresses = {name: _as_address(text) for name, text in typed.items() if text != NOBODY}
        members = self.organization.members.filter(user__email__in=set(addresses.values()))
        ids = dict(members.values_list("user__email", "pk"))
        for name, address in addresses.items():
            if address in ids:
                cleaned[name] = str(ids[address])
            else:
                self.add_error(name, _("“%(address)s” is none of the users.") % {"address": typed[name]})

    def licenses(self) -> list[Row]:
        """Return the licenses that are shown, each with its field."""
        return [(each, self[f"{GIVE}{each.id}"]) for each in self.holding.licenses]

    def computers(self) -> list[Row]:
        """Return the computers that are shown, each with its field."""
        return [(each, self[f"{FREE}{each.id}"]) for each in self.holding.computers]

    def sent_rows(self) -> list[Row]:
        """Return the invitations that are shown, each with its field."""
        return [(Possession(each.pk, str(each), ""), self[f"{WITHDRAW}{each.pk}"]) for each in self.sent.shown]

    @property
    def shown_number(self) -> int:
        """How many things are shown."""
        return len(self.holding.licenses) + len(self.holding.computers) + len(self.sent.shown)

    @property
    def looks_for_more(self) -> bool:
        """Whether there is more than is shown."""
        return self.holding.license_number + self.holding.computer_number + self.sent.number > self.shown_number

    def settlement(self) -> Settlement:
        """Return what was chosen."""
        heirs = {each: id_or_none(value) for each, value in self._single(GIVE)}
        return Settlement(
            Heirs(id_or_none(self.cleaned_data["all_to"]), heirs),
            self._several(FREE, is_all=self.cleaned_data["free_all"]),
            self._several(WITHDRAW, is_all=self.cleaned_data["withdraw_all"]),
        )

    def _several(self, prefix: str, *, is_all: bool) -> Several:
        otherwise = NO if is_all else YES
        return Several(frozenset(each for each, value in self._single(prefix) if value == otherwise), is_all)

    def _single(self, prefix: str) -> Iterator[tuple[UUID, str]]:
        """Yield for which things something else was chosen than for all, and what."""
        for name, single in chosen_singly(self.data).items():
            if name.startswith(prefix) and self.cleaned_data.get(name):
                yield single, str(self.cleaned_data[name])


def _either(label: str, yes: str) -> forms.Field:
    choices = [(AS_ALL, _("As chosen for all")), (YES, yes), (NO, _("Leave it"))]
    return forms.ChoiceField(label=label, choices=choices, required=False)


def _as_address(text: str) -> str:
    try:
        return normalize_email(text)
    except ValidationError:
        return text

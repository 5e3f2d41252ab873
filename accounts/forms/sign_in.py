"""The form of signing in by password."""

from allauth.account.forms import LoginForm
from django import forms
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from accounts.forms.fields import AddressField
from accounts.signin import refusal

LONGEST_PASSWORD = 128


class SignInForm(LoginForm):
    """Address and password; every failure gets the same answer."""

    def __init__(self, *args: object, request: HttpRequest | None = None, **kwargs: object) -> None:
        super().__init__(*args, request=request, **kwargs)
        self.fields["login"] = AddressField(
            label=_("E-mail address"),
            max_length=254,
            widget=forms.EmailInput(
                attrs={"autocomplete": "username", "autocapitalize": "none", "spellcheck": "false"}
            ),
        )
        self.fields["password"] = forms.CharField(
            label=_("Password"),
            max_length=LONGEST_PASSWORD,
            strip=False,
            widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
        )
        self.fields["remember"].label = _("Stay signed in on this computer")

    def _clean_with_password(self, credentials: dict[str, str]) -> dict[str, object]:
        try:
            cleaned: dict[str, object] = super()._clean_with_password(credentials)
        except ValidationError:
            raise ValidationError(refusal(self.data["login"].strip()), code="refused") from None
        return cleaned

"""The forms of signing in."""

from allauth.account.forms import LoginForm
from django import forms
from django.contrib.auth.forms import SetPasswordForm
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from accounts.people import normalize_email
from accounts.signin import refusal

LONGEST_PASSWORD = 128


class AddressField(forms.CharField):
    """An e-mail address, returned in the one form the portal keeps."""

    widget = forms.EmailInput

    def clean(self, value: str | None) -> str:
        """Return the normalized address, or raise ValidationError with an example of one."""
        return normalize_email(super().clean(value))


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


class FirstPasswordForm(SetPasswordForm):  # type: ignore[type-arg]  # generic for type checkers only
    """A new password, typed twice; what is wrong with it stands beside the first."""

    def clean(self) -> dict[str, object]:
        """Check that both are the same, then the rules for passwords."""
        self.validate_passwords("new_password1", "new_password2")
        self.validate_password_for_user(self.user, "new_password1")
        return self.cleaned_data

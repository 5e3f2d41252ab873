"""The forms of the second step, and of confirming who is there."""

from allauth.account.forms import ReauthenticateForm
from allauth.core import context
from allauth.mfa.base.internal.flows import post_authentication
from allauth.mfa.models import Authenticator
from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.http import QueryDict
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext_lazy as _

from accounts.forms.sign_in import LONGEST_PASSWORD
from accounts.models import User
from accounts.names import is_readable
from accounts.passkeys import PasskeyRefused, confirmed, created, signed_in
from accounts.second_step_codes import count_guess, counter_of, use_code, write_down_failure

LONGEST_CODE = 40
LONGEST_NAME = 60
LONGEST_ANSWER = 30_000
_CODE_ATTRIBUTES = {"autocomplete": "one-time-code", "autocapitalize": "none", "spellcheck": "false"}


class OwnForm(forms.Form):
    """A form about the ways in which `user` signs in."""

    def __init__(
        self,
        data: QueryDict | None = None,
        files: "MultiValueDict[str, UploadedFile[bytes]] | None" = None,
        *,
        user: User,
        initial: dict[str, object] | None = None,
        prefix: str | None = None,
    ) -> None:
        super().__init__(data, files, initial=initial, prefix=prefix)
        self.user = user


class CodeForm(OwnForm):
    """A code of the authenticator app, or a recovery code."""

    code = forms.CharField(
        label=_("Code"),
        max_length=LONGEST_CODE,
        widget=forms.TextInput(attrs={**_CODE_ATTRIBUTES, "inputmode": "numeric"}),
        help_text=_("Six digits from your authenticator app, or one of your recovery codes."),
    )

    def clean_code(self) -> str:
        """Use the code up; it works once, and guessing is slowed down and written down."""
        forget_guesses = count_guess(context.request, self.user)
        code: str = self.cleaned_data["code"]
        used = use_code(self.user, code)
        if used is None:
            write_down_failure(self.user)
            raise ValidationError(
                _("This code does not work, or it was used already. Wait for the app to show the next one."),
                code="refused",
            )
        forget_guesses()
        used.user = self.user
        self.authenticator: Authenticator = used
        return code


class ConfirmByCodeForm(CodeForm):
    """The same from somebody who is signed in and shows that it is still them."""

    def save(self) -> None:
        """Note in the session that the person was there just now."""
        post_authentication(context.request, self.authenticator, reauthenticated=True)


class ConfirmByPasswordForm(ReauthenticateForm):
    """The password of somebody who is signed in and shows that it is still them."""

    password = forms.CharField(  # type: ignore[assignment]  # allauth's field shows a link of its own
        label=_("Password"),
        max_length=LONGEST_PASSWORD,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )

    def clean_password(self) -> str:
        """Refuse any other password with what to do."""
        try:
            password: str = super().clean_password()
        except ValidationError:
            raise ValidationError(_("This is not your password. Type it again."), code="refused") from None
        return password


class AppForm(forms.Form):
    """The first code of a new authenticator app, which shows that it knows the secret."""

    code = forms.CharField(
        label=_("Code from the app"),
        max_length=LONGEST_CODE,
        widget=forms.TextInput(attrs={**_CODE_ATTRIBUTES, "inputmode": "numeric"}),
        help_text=_("The six digits that the app shows now."),
    )

    def __init__(self, data: QueryDict | None = None, *, secret: str) -> None:
        super().__init__(data)
        self.secret = secret

    def clean_code(self) -> str:
        """Remember for which moment the code is."""
        code: str = self.cleaned_data["code"]
        counter = counter_of(self.secret, code)
        if counter is None:
            raise ValidationError(
                _("The app shows another code. Type the newest one; if it keeps failing, set the phone’s clock."),
                code="refused",
            )
        self.counter = counter
        return code


class PasskeyAnswerField(forms.JSONField):
    """What a device answered, put into the form by the page's script."""

    widget = forms.HiddenInput
    default_error_messages = {
        "required": _("The browser has no passkey for this portal, or it was not let use it. Try again."),
        "invalid": _("This is not what a passkey answers. Try again."),
    }

    def to_python(self, value: str | None) -> object:  # type: ignore[override]  # whatever JSON says
        """Refuse endless answers before reading them, and those that nobody could read."""
        if value is not None and len(value) > LONGEST_ANSWER:
            raise ValidationError(self.error_messages["invalid"], code="invalid")
        try:
            return super().to_python(value)
        except (RecursionError, ValueError):
            raise ValidationError(self.error_messages["invalid"], code="invalid") from None


class PasskeyNameForm(forms.Form):
    """What a passkey is called, so that its person recognizes it in the list."""

    name = forms.CharField(
        label=_("Name"),
        max_length=LONGEST_NAME,
        validators=[is_readable],
        help_text=_("So that you recognize it later, such as “Anna’s phone”."),
    )


class NewPasskeyForm(OwnForm, PasskeyNameForm):
    """A passkey that a device has just made."""

    credential = PasskeyAnswerField()

    def clean_credential(self) -> dict[str, object]:
        """Return the passkey as it is kept."""
        try:
            return created(context.request, self.user, self.cleaned_data["credential"])
        except PasskeyRefused:
            raise _refused() from None


class PasskeyForm(OwnForm):
    """A passkey of `user` as second step, or to show that it is still them."""

    credential = PasskeyAnswerField()

    def clean_credential(self) -> object:
        """Remember which passkey answered."""
        try:
            self.authenticator = confirmed(context.request, self.user, self.cleaned_data["credential"])
        except PasskeyRefused:
            write_down_failure(self.user)
            raise _refused() from None
        return self.cleaned_data["credential"]

    def save(self) -> None:
        """Note in the session that the person was there just now."""
        post_authentication(context.request, self.authenticator, reauthenticated=True)


class PasskeySignInForm(forms.Form):
    """A passkey that says who signs in."""

    credential = PasskeyAnswerField()

    def clean_credential(self) -> object:
        """Remember which passkey answered."""
        try:
            self.authenticator = signed_in(context.request, self.cleaned_data["credential"])
        except PasskeyRefused:
            raise _refused() from None
        return self.cleaned_data["credential"]


def _refused() -> ValidationError:
    return ValidationError(
        _("This passkey was not accepted. Try again; if it keeps failing, it was removed here."), code="refused"
    )

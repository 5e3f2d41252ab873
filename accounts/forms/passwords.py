"""The forms that set a password."""

from django import forms
from django.contrib.auth.forms import PasswordChangeForm, SetPasswordForm
from django.utils.translation import gettext_lazy as _

from accounts.forms.fields import AddressField
from accounts.models import User
from accounts.own_password import change_password, choose_password


class PasswordLinkForm(forms.Form):
    """The address to send a link to."""

    email = AddressField(
        label=_("E-mail address"),
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "username", "autocapitalize": "none", "spellcheck": "false"}),
    )


class NewPasswordForm(SetPasswordForm):  # type: ignore[type-arg]  # generic for type checkers only
    """A new password, typed twice; what is wrong with it stands beside the first."""

    user: User

    def clean(self) -> dict[str, object]:
        """Check that both are the same, then the rules for passwords."""
        self.validate_passwords("new_password1", "new_password2")
        self.validate_password_for_user(self.user, "new_password1")
        return self.cleaned_data


class FirstPasswordForm(NewPasswordForm):
    """The new password of somebody who opened a link."""

    def save(self, commit: bool = True) -> User:
        """Set the password; raise PasswordChangedMeanwhile when the link was used by somebody else just now."""
        choose_password(self.user, self.cleaned_data["new_password1"])
        return self.user


class ChangePasswordForm(NewPasswordForm, PasswordChangeForm):
    """The present password and another one."""

    error_messages = {
        **PasswordChangeForm.error_messages,
        "password_incorrect": _("This is not your present password. Type it again."),
    }

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.fields["old_password"].label = _("Present password")
        del self.fields["old_password"].widget.attrs["autofocus"]
        self.order_fields(["old_password", "new_password1", "new_password2"])

    def clean(self) -> dict[str, object]:
        """Refuse the present password as the new one."""
        cleaned = super().clean()
        if cleaned.get("old_password") and cleaned.get("new_password1") == cleaned["old_password"]:
            self.add_error("new_password1", _("This is your present password. Choose another one."))
        return cleaned

    def save(self, commit: bool = True) -> User:
        """Set the password; raise PasswordChangedMeanwhile when somebody else did so since this form was sent."""
        change_password(self.user, self.cleaned_data["new_password1"])
        return self.user

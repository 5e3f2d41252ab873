"""What several forms ask for."""

from django import forms

from accounts.people import normalize_email


class AddressField(forms.CharField):
    """An e-mail address, returned in the one form the portal keeps."""

    widget = forms.EmailInput

    def clean(self, value: str | None) -> str:
        """Return the normalized address, or raise ValidationError with an example; nothing where none has to be."""
        typed: str = super().clean(value)
        return normalize_email(typed) if typed else ""

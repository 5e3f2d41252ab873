"""The app that knows WHO signs in."""

from importlib import import_module

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from accounts import session_limits


class AccountsConfig(AppConfig):
    """WHO signs in. The label differs from that of allauth's `account` app by one letter."""

    name = "accounts"
    verbose_name = _("People")

    def ready(self) -> None:
        """Note when each session begins, and give the worker its chore: the module registers itself."""
        session_limits.connect()
        import_module("accounts.audit_seals")

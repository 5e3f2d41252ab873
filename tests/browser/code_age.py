"""Making a code old that a server process waits for: its clock is not the test's."""

from importlib import import_module

from django.conf import settings
from playwright.sync_api import BrowserContext


def age_code(context: BrowserContext, seconds: int) -> None:
    """Let the code that this browser waits for have been made so long ago."""
    [key] = [cookie["value"] for cookie in context.cookies() if cookie["name"] == settings.SESSION_COOKIE_NAME]
    session = import_module(settings.SESSION_ENGINE).SessionStore(key)
    login = session["account_login"]
    login["state"]["stages"]["login_by_code"]["data"]["at"] -= seconds
    session["account_login"] = login
    session.save()

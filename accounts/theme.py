"""Light, dark, or as the person's system has it: kept in a cookie, rendered by the server, so nothing flashes."""

from django.conf import settings
from django.http import HttpRequest

SYSTEM = "system"
THEMES = (SYSTEM, "light", "dark")


def theme_of(request: HttpRequest) -> str:
    """Return the theme this browser asked for; the system's where it never did."""
    theme = request.COOKIES.get(settings.THEME_COOKIE_NAME, SYSTEM)
    return theme if theme in THEMES else SYSTEM

"""What every page shows around its content: brand, navigation, who is signed in, theme."""

from dataclasses import dataclass

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.demo import DEMO_PASSWORD, DEMO_PEOPLE, is_demo
from accounts.theme import theme_of
from organizations.viewer import Viewer

MOST_ORGANIZATIONS = 3
"""How many organizations of a contact stand in the navigation; the profile names more."""


@dataclass(frozen=True)
class NavigationEntry:
    """One link of the navigation."""

    label: str
    url: str
    icon: str
    is_current: bool


def navigation(viewer: Viewer, path: str) -> list[NavigationEntry]:
    """Return what this person can use, and nothing else."""
    links = [
        (_("Overview"), reverse("licenses:overview"), "layout-dashboard"),
        (_("Licenses"), reverse("licenses:list"), "key-round"),
        (_("Computers"), reverse("licenses:computers"), "monitor"),
        (_("Activity"), reverse("organizations:activity"), "history"),
    ]
    links += [
        (name, reverse("organizations:detail", args=[pk]), "building-2")
        for pk, name in viewer.managed[:MOST_ORGANIZATIONS]
    ]
    if viewer.group_id is not None:
        links += [
            (_("Customers"), reverse("organizations:customer_list"), "users"),
            (_("Organizations"), reverse("organizations:list"), "building"),
            (viewer.group_name, reverse("organizations:group"), "briefcase-business"),
        ]
    if viewer.user.is_staff:
        links.append((_("Administration"), reverse("admin:index"), "settings"))
    return [NavigationEntry(label, url, icon, _is_current(url, path)) for label, url, icon in links]


def _is_current(url: str, path: str) -> bool:
    """Return whether the page at `path` is, or hangs below, the one at `url`; nothing hangs below the overview."""
    return path == url if url == reverse("licenses:overview") else path.startswith(url)


def brand(request: HttpRequest, *, is_demo_portal: bool) -> dict[str, object]:
    """Return what the skeleton of every page shows; asks the database nothing."""
    return {
        "name": settings.PORTAL_NAME,
        "vendor": settings.PORTAL_VENDOR,
        "support_address": settings.PORTAL_SUPPORT_ADDRESS,
        "has_colour": bool(settings.PORTAL_COLOUR),
        "has_logo": settings.PORTAL_LOGO is not None,
        "is_demo": is_demo_portal,
        "theme": theme_of(request),
    }


def portal(request: HttpRequest) -> dict[str, object]:
    """Return `portal`, `viewer` and `navigation` for every template."""
    is_demo_portal = is_demo()
    viewer: Viewer | None = getattr(request, "viewer", None)
    return {
        "portal": brand(request, is_demo_portal=is_demo_portal),
        "demo_people": DEMO_PEOPLE if is_demo_portal and viewer is None else (),
        "demo_password": DEMO_PASSWORD,
        "viewer": viewer,
        "navigation": navigation(viewer, request.path) if viewer else [],
    }

"""Browsers that came back from a provider, for pages that only they see."""

from allauth.socialaccount.adapter import get_adapter
from django.conf import settings
from django.contrib.sessions.backends.db import SessionStore
from django.test import RequestFactory
from playwright.sync_api import Page

from accounts.matching import WITHOUT_ADDRESS
from accounts.providers.identity import Identity

ADDRESS_PAGE = "/accounts/identity/address/"


def come_back_without_address(page: Page) -> None:
    """Open the page that asks for an address, in a browser that Facebook sent back without one."""
    request = RequestFactory().get("/")
    provider = get_adapter(request).get_provider(request, "facebook")
    session = SessionStore()
    session[WITHOUT_ADDRESS] = provider.sociallogin_from_response(request, Identity(uid="f-9")).serialize()
    session.save()
    name, url = settings.SESSION_COOKIE_NAME, page.url
    page.context.add_cookies([{"name": name, "value": str(session.session_key), "url": url}])
    page.goto(url.partition("/accounts/")[0] + ADDRESS_PAGE)

"""Where forms may lead besides the portal itself: browsers hold a form's redirect to the provider against that list."""

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec
from urllib.parse import urlsplit

from csp.decorators import csp_update
from django.conf import settings
from django.http import HttpRequest, HttpResponseBase

Rest = ParamSpec("Rest")
View = Callable[Concatenate[HttpRequest, Rest], HttpResponseBase]

LEADS_ON_TO = {
    "https://www.facebook.com": ("https://m.facebook.com", "https://web.facebook.com"),
    "https://login.microsoftonline.com": ("https://login.live.com",),
}
"""Where providers send some browsers first: phones, and people with private accounts."""


def provider_origins() -> list[str]:
    """Return the origins of the providers that are switched on."""
    found: dict[str, None] = {}
    for provider in settings.SOCIALACCOUNT_PROVIDERS.values():
        parts = urlsplit(str(provider["AUTHORIZE_URL"]))
        origin = f"{parts.scheme}://{parts.netloc}"
        found.update(dict.fromkeys((origin, *LEADS_ON_TO.get(origin, ()))))
    return list(found)


def with_provider_origins(view: View[Rest]) -> View[Rest]:
    """Let forms of the view's page lead to the providers, and to nowhere else."""

    @wraps(view)
    def wrapped(request: HttpRequest, /, *args: Rest.args, **kwargs: Rest.kwargs) -> HttpResponseBase:
        def answer(asked: HttpRequest) -> HttpResponseBase:
            return view(asked, *args, **kwargs)

        origins = provider_origins()
        return csp_update({"form-action": origins})(answer)(request) if origins else answer(request)

    return wrapped

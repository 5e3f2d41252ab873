"""How often a mail is asked for: who asks too often waits, and cannot make others wait (Product rules, section 7)."""

from allauth.account.adapter import get_adapter
from allauth.core.ratelimit import consume_or_429
from django.http import HttpRequest, HttpResponse

from accounts.browsers import known_browser


def too_often(request: HttpRequest, action: str, address: str) -> HttpResponse | None:
    """Count a request for a mail to `address`; return the 429 page when it is one too many.

    Each client is counted for itself (`…_here`), so that a stranger does not use up what the owner
    has; all of them together are bounded, too, or a crowd could flood a mailbox (`…_to`). A browser in
    which the owner signed in before is not counted with the crowd.
    """
    browser = known_browser(request, address)
    who = browser or get_adapter(request).get_client_ip(request)
    counted = _as_post(request)
    return (
        consume_or_429(counted, action=action, key=address)
        or consume_or_429(counted, action=f"{action}_here", key=f"{address}|{who}")
        or (None if browser else consume_or_429(counted, action=f"{action}_to", key=address))
    )


def _as_post(request: HttpRequest) -> HttpRequest:
    """Return a request that counts: allauth counts nothing for a GET, which is how providers send people back."""
    counted = HttpRequest()
    counted.method, counted.user, counted.META = "POST", request.user, request.META
    return counted

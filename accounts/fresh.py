"""What changes how somebody signs in asks who is there: whoever took over a session cannot answer.

What was sent with an outdated proof is never kept to be done after the next one: whoever took over
a session could leave a change there, which its owner would then approve without seeing it.
"""

import time
from collections.abc import Callable
from datetime import timedelta
from functools import wraps
from typing import Concatenate, ParamSpec, TypeVar

from allauth.account.adapter import get_adapter
from allauth.account.authentication import get_authentication_records
from django.contrib.auth import REDIRECT_FIELD_NAME
from django.http import HttpRequest, HttpResponseBase, HttpResponseRedirect
from django.utils.http import urlencode

from accounts.session_limits import BEGAN, seconds_since

FRESH_FOR = timedelta(minutes=5)
"""How long a proof is believed: that of signing in, or a later one."""

Arguments = ParamSpec("Arguments")
RequestT = TypeVar("RequestT", bound=HttpRequest)
View = Callable[Concatenate[RequestT, Arguments], HttpResponseBase]


def is_fresh(request: HttpRequest) -> bool:
    """Return whether the person of the request showed who they are less than five minutes ago."""
    if not request.user.is_authenticated:
        return False
    records = get_authentication_records(request, request.user)
    ages = [time.time() - float(record["at"]) for record in records if record.get("reauthenticated")]
    return min([seconds_since(request.session, BEGAN), *ages]) < FRESH_FOR.total_seconds()


def fresh_sign_in_required(view: "View[RequestT, Arguments]") -> "View[RequestT, Arguments]":
    """Let a view be reached only with a fresh proof; else lead to giving one, and back with a GET.

    Who is not signed in is left to the rule that stands before every view.
    """

    @wraps(view)
    def guarded(request: RequestT, /, *args: Arguments.args, **kwargs: Arguments.kwargs) -> HttpResponseBase:
        if request.user.is_authenticated and not is_fresh(request):
            return ask_for_proof(request, request.get_full_path())
        return view(request, *args, **kwargs)

    return guarded


def ask_for_proof(request: HttpRequest, go_on_at: str) -> HttpResponseRedirect:
    """Lead to the first of the person's ways to prove who they are; from there on to `go_on_at`, a path."""
    way = get_adapter(request).get_reauthentication_methods(request.user)[0]
    return HttpResponseRedirect(f"{way['url']}?{urlencode({REDIRECT_FIELD_NAME: go_on_at})}")

"""The way to a provider and back."""

from collections.abc import Callable
from http import HTTPStatus

from allauth.account.utils import get_next_redirect_url
from allauth.core.ratelimit import consume_or_429
from allauth.socialaccount.providers.oauth2.views import OAuth2CallbackView, OAuth2LoginView
from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.views.decorators.http import require_GET, require_http_methods, require_safe

from accounts.providers.asking import AskingAdapter
from accounts.providers.azure import AzureAdapter
from accounts.providers.buttons import provider_buttons
from accounts.providers.facebook import FacebookAdapter
from accounts.providers.google import GoogleAdapter
from accounts.providers.origins import with_provider_origins

LOGGED_ALREADY = "_has_been_logged"
"""What Django looks for before it logs an answer: a fault of a provider has a line of its own."""

View = Callable[[HttpRequest], HttpResponseBase]
State = dict[str, object]


class CallbackView(OAuth2CallbackView):
    """Takes people back who were sent away from this browser."""

    adapter: AskingAdapter

    def _get_state(self, request: HttpRequest, provider: object) -> tuple[State | None, HttpResponse | None]:
        """Hand over the nonce that was sent along; a state works once and for ten minutes."""
        state, refusal = super()._get_state(request, provider)
        self.adapter.nonce = state.get("nonce", "") if state else ""
        return state, refusal


def login_view(adapter: type[AskingAdapter]) -> View:
    """Return the view that sends a browser to a provider, by a button only: a link shows that button."""
    leave: View = OAuth2LoginView.adapter_view(adapter)

    @require_http_methods(["GET", "HEAD", "POST"])
    @login_not_required
    @with_provider_origins
    def view(request: HttpRequest) -> HttpResponseBase:
        _check_is_on(adapter)
        if request.method == "POST":
            return consume_or_429(request, action="provider_login") or leave(request)
        buttons = provider_buttons(request, request.GET.get("process", ""))
        button = next(each for each in buttons if each.provider_id == adapter.provider_id)
        context = {"button": button, "next": get_next_redirect_url(request) or ""}
        return render(request, "socialaccount/login.html", context)

    return view


def callback_view(adapter: type[AskingAdapter]) -> View:
    """Return the view that a provider sends browsers back to."""
    come_back: View = CallbackView.adapter_view(adapter)  # type: ignore[no-untyped-call]  # allauth's

    @require_GET
    @login_not_required
    def view(request: HttpRequest) -> HttpResponseBase:
        _check_is_on(adapter)
        _keep_the_answer_back(request)
        answer = come_back(request)
        setattr(answer, LOGGED_ALREADY, answer.status_code == HTTPStatus.UNAUTHORIZED)
        return answer

    return view


def _check_is_on(adapter: type[AskingAdapter]) -> None:
    if adapter.provider_id not in settings.SOCIALACCOUNT_PROVIDERS:
        raise Http404


def _keep_the_answer_back(request: HttpRequest) -> None:
    """Read the code and the state, and take them out of the address: no page or line of a log repeats them."""
    if request.GET:
        request.META["QUERY_STRING"] = ""


@require_safe
@login_not_required
def cancelled(request: HttpRequest) -> HttpResponse:
    """Receive people who thought better of it at the provider."""
    return render(request, "socialaccount/login_cancelled.html")


@require_safe
@login_not_required
def failed(request: HttpRequest) -> HttpResponse:
    """Say what to do after a provider did not sign somebody in."""
    return render(request, "socialaccount/authentication_error.html", status=HTTPStatus.UNAUTHORIZED)


google_login, google_callback = login_view(GoogleAdapter), callback_view(GoogleAdapter)
facebook_login, facebook_callback = login_view(FacebookAdapter), callback_view(FacebookAdapter)
azure_login, azure_callback = login_view(AzureAdapter), callback_view(AzureAdapter)

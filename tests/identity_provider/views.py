"""The page where a browser that was sent here says who it is, and the way back to the portal."""

from urllib.parse import parse_qs, urlencode, urlsplit

from allauth.idp.oidc import views as server
from django.contrib.auth import get_user_model, login, logout
from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest, HttpResponseRedirect
from django.shortcuts import render
from django.views.decorators.http import require_GET, require_http_methods

from tests.identity_provider.choices import LAST_ANSWERS, OF_CODES, OF_SESSIONS, Choice
from tests.identity_provider.facebook import new_code
from tests.identity_provider.identities import IDENTITIES, ROLES, faults_of
from tests.identity_provider.portal import callback_url, client_id

LOGGED_IN_BY = "django.contrib.auth.backends.ModelBackend"


@require_GET
def welcome(request: HttpRequest) -> HttpResponse:
    """Say what this is."""
    return HttpResponse("Local identity provider: press a button on the portal’s sign-in page.\n", "text/plain")


@require_http_methods(["GET", "POST"])
def authorize(request: HttpRequest, role: str) -> HttpResponse:
    """Let a browser choose who it is each time, then send it back to the portal with a code."""
    if not _is_asked_by_the_portal(request, role):
        return HttpResponseBadRequest("The portal is not known here, or wants its answer elsewhere.", "text/plain")
    if request.method == "POST":
        return _choose(request, role)
    choice = OF_SESSIONS.pop(request.session.session_key or "", None)
    if choice is None or choice.role != role:
        context = {"role": ROLES[role], "identities": IDENTITIES[role], "faults": faults_of(role)}
        return render(request, "choose.html", context)
    answer = _facebook_answer(request) if role == "facebook" else server.authorization(request)
    logout(request)
    return _remembered(answer, choice)


def _is_asked_by_the_portal(request: HttpRequest, role: str) -> bool:
    return (
        request.GET.get("client_id") == client_id(role)
        and request.GET.get("redirect_uri") == callback_url(role)
        and bool(request.GET.get("state"))
    )


def _choose(request: HttpRequest, role: str) -> HttpResponse:
    """Remember the choice for the request that follows, or send the browser straight back."""
    if "refuse" in request.POST:
        return _back(request, role, error="access_denied")
    try:
        choice = Choice.sent_in(request, role)
    except KeyError as error:
        return HttpResponseBadRequest(f"There is no {error}.", "text/plain")
    match choice.fault:
        case "error":
            return _back(request, role, error="server_error")
        case "replayed" if role in LAST_ANSWERS:
            return HttpResponseRedirect(LAST_ANSWERS[role])
        case "foreign-state":
            return HttpResponseRedirect(f"{callback_url(role)}?{urlencode({'code': 'any', 'state': 'nobody-asked'})}")
    login(request, get_user_model().objects.get(), backend=LOGGED_IN_BY)
    OF_SESSIONS[request.session.session_key or ""] = choice
    return HttpResponseRedirect(request.get_full_path())


def _back(request: HttpRequest, role: str, **answer: str) -> HttpResponse:
    return HttpResponseRedirect(f"{callback_url(role)}?{urlencode({**answer, 'state': request.GET['state']})}")


def _facebook_answer(request: HttpRequest) -> HttpResponse:
    return _back(request, "facebook", code=new_code(request.GET["redirect_uri"]))


def _remembered(answer: HttpResponse, choice: Choice) -> HttpResponse:
    """Remember for whom the code in the answer is; an answer without one goes to the browser as it is."""
    target = answer.get("Location", "")
    for code in parse_qs(urlsplit(target).query).get("code", ()):
        OF_CODES[code] = choice
        LAST_ANSWERS[choice.role] = target
    return answer

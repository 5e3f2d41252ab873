"""The role Facebook: a code becomes an access token, an access token a profile."""

import hashlib
import hmac
import secrets

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.http import require_GET

from tests.identity_provider.choices import OF_CODES, Choice
from tests.identity_provider.portal import client_id, secret
from tests.identity_provider.wire import wrong_answer

OF_ACCESS_TOKENS: dict[str, Choice] = {}
REDIRECTS_OF_CODES: dict[str, str] = {}
NO_PERMISSION = {"error": {"message": "Invalid OAuth access token.", "type": "OAuthException", "code": 190}}


def new_code(redirect_uri: str) -> str:
    """Return a code that is good for that address alone."""
    code = secrets.token_urlsafe(24)
    REDIRECTS_OF_CODES[code] = redirect_uri
    return code


@require_GET
def access_token(request: HttpRequest) -> HttpResponse:
    """Exchange a code for an access token; a code works once."""
    code = request.GET.get("code", "")
    is_asked_rightly = (
        request.GET.get("client_id") == client_id("facebook")
        and request.GET.get("client_secret") == secret("facebook")
        and request.GET.get("redirect_uri") == REDIRECTS_OF_CODES.pop(code, None)
    )
    if not is_asked_rightly:
        return JsonResponse(NO_PERMISSION, status=400)
    choice = OF_CODES.pop(code)
    wrong = wrong_answer(choice.fault)
    if wrong is not None:
        return wrong
    token = secrets.token_urlsafe(24)
    OF_ACCESS_TOKENS[token] = choice
    return JsonResponse({"access_token": token, "token_type": "bearer", "expires_in": 3600})


@require_GET
def me(request: HttpRequest) -> HttpResponse:
    """Answer with the fields of the profile that were asked for, to whoever holds the token and the secret."""
    token = request.GET.get("access_token", "")
    choice = OF_ACCESS_TOKENS.get(token)
    proof = hmac.new(secret("facebook").encode(), token.encode(), hashlib.sha256).hexdigest()
    if choice is None or not hmac.compare_digest(proof, request.GET.get("appsecret_proof", "")):
        return JsonResponse(NO_PERMISSION, status=400)
    if choice.fault == "wrong-types":
        return JsonResponse({"id": ["a", "list"], "email": {"address": choice.identity.address}, "name": None})
    fields = request.GET.get("fields", "id,name").split(",")
    profile = {**choice.identity.claims, "id": choice.identity.subject}
    return JsonResponse({name: value for name, value in profile.items() if name in fields or name == "id"})

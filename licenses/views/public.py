"""What anybody may ask without sign-in: public keys, and the signed state of a license file."""

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.http import require_safe

from licenses.license_file import as_jwk, as_pem
from licenses.models import SigningKey
from licenses.state import signed_state

PUBLIC_KEYS_CACHE = "public, max-age=300"


@require_safe
@login_not_required
def jwks(request: HttpRequest) -> HttpResponse:
    """Publish every public key, retired ones too, as a JWK set (RFC 7517)."""
    keys = SigningKey.objects.order_by("-created_at").values_list("key_id", "public_key")
    response = JsonResponse({"keys": [as_jwk(key_id, public) for key_id, public in keys]})
    return _cached(response)


@require_safe
@login_not_required
def public_key(request: HttpRequest, key_id: str) -> HttpResponse:
    """Publish one public key as PEM."""
    public = SigningKey.objects.filter(key_id=key_id).values_list("public_key", flat=True).first()
    if public is None:
        raise Http404
    return _cached(HttpResponse(as_pem(public), content_type="application/x-pem-file"))


@require_safe
@login_not_required
def license_file_state(request: HttpRequest, file_id: str) -> HttpResponse:
    """Answer a program with the signed state of a license file it has: a compact JWS."""
    state = signed_state(file_id)
    if state is None:
        raise Http404
    return HttpResponse(state, content_type="application/jwt", headers={"Cache-Control": "no-store"})


def _cached(response: HttpResponse) -> HttpResponse:
    response["Cache-Control"] = PUBLIC_KEYS_CACHE
    return response

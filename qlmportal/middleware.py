"""What happens to every request and every answer, before and after the views."""

import re
import secrets
from collections.abc import Callable, Iterable
from contextlib import suppress
from ipaddress import IPv6Address, ip_address
from urllib.parse import unquote_to_bytes

from django.conf import settings
from django.core.exceptions import BadRequest, RequestDataTooBig
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseNotAllowed
from django.http.request import split_domain_port
from django.middleware.gzip import GZipMiddleware

from accounts import audit
from accounts.demo import is_demo
from qlmportal.environment import is_loopback_host
from qlmportal.errors import demo_elsewhere, method_not_allowed
from qlmportal.uploads import can_be_text, is_release_upload

_WITH_PORT = re.compile(r"\[(?P<six>[^\]]+)\](?::\d+)?|(?P<four>[\d.]+):\d+")
GetResponse = Callable[[HttpRequest], HttpResponseBase]

HEALTH_PATHS = frozenset({"/healthz", "/readyz"})
FOR_PROGRAMS = re.compile(r"/license-files/[^/]+/|/\.well-known/(jwks\.json|license-keys/.+)")
LARGEST_BODY_BYTES = 20_000_000
CHUNK_BYTES = 65_536
MOST_CHUNKS_READ = 1_600
SIGN_OUT_VIEWS = frozenset({"account_logout", "admin:logout"})
PERMISSIONS_POLICY = ", ".join(
    f"{feature}=()"
    for feature in ("camera", "display-capture", "geolocation", "gyroscope", "microphone", "midi", "payment", "usb")
)


def origin(get_response: GetResponse) -> GetResponse:
    """Tell the audit trail where each request comes from, and give the request an id."""

    def middleware(request: HttpRequest) -> HttpResponseBase:
        token = audit.origin.set(audit.Origin(client_address(request), secrets.token_hex(16)))
        try:
            return get_response(request)
        finally:
            audit.origin.reset(token)

    return middleware


def client_address(request: HttpRequest) -> str | None:
    """Return the client's network address, or None when it cannot be told.

    Each trusted proxy appends the address it was called from to X-Forwarded-For, so the
    client's is the PORTAL_TRUSTED_PROXIES-th from the right; anything further left may be
    made up by the client. IPv4 inside IPv6 is the IPv4 address, and a port is left out, so that
    everybody has a limit of their own however the proxy listens and writes.
    """
    header = request.headers.get("X-Forwarded-For", "")
    forwarded = header.split(",") if header else []
    proxies: int = settings.PORTAL_TRUSTED_PROXIES
    is_forwarded = 0 < proxies <= len(forwarded)
    address = forwarded[-proxies] if is_forwarded else request.META.get("REMOTE_ADDR", "")
    with_port = _WITH_PORT.fullmatch(address.strip())
    try:
        found = ip_address((with_port["six"] or with_port["four"]) if with_port else address.strip())
    except ValueError:
        return None
    inner = found.ipv4_mapped if isinstance(found, IPv6Address) else None
    return str(inner or found).partition("%")[0]


def https_for_programs(get_response: GetResponse) -> GetResponse:
    """Refuse by plain HTTP what programs ask for; led on to https like a person, they would never be mended."""

    def middleware(request: HttpRequest) -> HttpResponseBase:
        is_open = settings.SECURE_SSL_REDIRECT and not request.is_secure()
        if is_open and FOR_PROGRAMS.fullmatch(request.path_info):
            return HttpResponse("Ask by https.\n", status=403, content_type="text/plain; charset=utf-8")
        return get_response(request)

    return middleware


def response_headers(get_response: GetResponse) -> GetResponse:
    """Give every page the headers that keep it private (S5); views may say otherwise about caching."""

    def middleware(request: HttpRequest) -> HttpResponseBase:
        response = _readable(request, get_response(request))
        if "no-store" in response.get("Cache-Control", "no-store"):
            response["Cache-Control"] = "private, no-store"
        response["Permissions-Policy"] = PERMISSIONS_POLICY
        response["Cross-Origin-Resource-Policy"] = "same-origin"
        if _has_signed_out(request):
            response["Clear-Site-Data"] = '"cache", "storage"'
        return response

    return middleware


def _readable(request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
    """Put a page into the empty answer to a method that the address does not know."""
    if not isinstance(response, HttpResponseNotAllowed):
        return response
    page = method_not_allowed(request)
    page["Allow"] = response["Allow"]
    return page


def _has_signed_out(request: HttpRequest) -> bool:
    match = request.resolver_match
    return request.method == "POST" and match is not None and match.view_name in SIGN_OUT_VIEWS


class CompressionMiddleware(GZipMiddleware):
    """Compresses answers, but no files of which parts can be asked for: those come as they are, to the byte."""

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        """Compress what may be compressed."""
        is_in_parts = response.has_header("Accept-Ranges")
        return response if is_in_parts else super().process_response(request, response)


def bad_input(get_response: GetResponse) -> GetResponse:
    """Refuse what cannot be text (Product rules, section 8); contents of uploaded files are exempt."""

    def middleware(request: HttpRequest) -> HttpResponseBase:
        _refuse_other_charsets(request)
        _check_bytes(unquote_to_bytes(request.path_info))
        _check_bytes(unquote_to_bytes(request.META.get("QUERY_STRING", "").encode("iso-8859-1")))
        _drop_unreadable_cookies(request)
        if request.method == "POST" and not is_release_upload(request):
            check_body(request, LARGEST_BODY_BYTES)
        return get_response(request)

    return middleware


def _refuse_other_charsets(request: HttpRequest) -> None:
    """Refuse forms in anything but UTF-8; Django would decode fields and query as the client says."""
    charset = (request.content_params or {}).get("charset", "utf-8")
    if charset.lower() not in {"utf-8", "utf8"}:
        raise BadRequest("charset is not UTF-8")


def _check_bytes(raw: bytes) -> None:
    try:
        _check_texts([raw.decode("utf-8")])
    except UnicodeDecodeError:
        raise BadRequest("bytes are not UTF-8") from None


def _check_texts(texts: Iterable[str]) -> None:
    if not all(map(can_be_text, texts)):
        raise BadRequest("text with NUL or U+FFFD")


def _drop_unreadable_cookies(request: HttpRequest) -> None:
    """Ignore cookies that no page of this portal can have set; another site on this host may have."""
    for name, value in list(request.COOKIES.items()):
        if not can_be_text(value):
            del request.COOKIES[name]


def check_body(request: HttpRequest, largest: int) -> None:
    """Check every field and file name; a body of more than `largest` bytes is not kept."""
    try:
        length = int(request.META.get("CONTENT_LENGTH") or 0)
        if length > largest:
            raise RequestDataTooBig("body is too big")
        if request.content_type == "application/x-www-form-urlencoded":
            _check_urlencoded(request.body, length)
        fields, files = request.POST, request.FILES
    except RequestDataTooBig:
        _read_to_the_end(request)
        raise
    except (LookupError, ValueError, OSError):
        raise BadRequest("body cannot be parsed") from None
    for name, values in fields.lists():
        _check_texts([name, *(str(value) for value in values)])
    for name, uploads in files.lists():
        _check_texts([name, *(upload.name or "" for upload in uploads)])


def _read_to_the_end(request: HttpRequest) -> None:
    """Take what is still being sent, within reason; a browser shows no answer before it has sent everything."""
    with suppress(OSError):
        for _ in range(MOST_CHUNKS_READ):
            if not request.read(CHUNK_BYTES):
                return


def _check_urlencoded(body: bytes, announced_length: int) -> None:
    """Refuse what is not ASCII, and what broke off on the way: the last field would be a part of what was typed."""
    if not body.isascii():
        raise BadRequest("urlencoded body is not ASCII")
    if len(body) < announced_length:
        raise BadRequest("body is shorter than announced")


def demo_stays_local(get_response: GetResponse) -> GetResponse:
    """Answer only this machine itself while the database holds demo data, which anyone can sign in to."""

    def middleware(request: HttpRequest) -> HttpResponseBase:
        if request.path not in HEALTH_PATHS and is_demo() and not _is_for_this_machine(request):
            return demo_elsewhere(request)
        return get_response(request)

    return middleware


def _is_for_this_machine(request: HttpRequest) -> bool:
    """Tell whether a browser on this machine asks directly: by its address, and not through a proxy."""
    host, _port = split_domain_port(request.get_host())
    is_forwarded = any(name in request.headers for name in ("Forwarded", "X-Forwarded-For", "X-Forwarded-Host"))
    return is_loopback_host(host) and _is_loopback_address(request.META.get("REMOTE_ADDR", "")) and not is_forwarded


def _is_loopback_address(address: str) -> bool:
    try:
        return ip_address(address).is_loopback
    except ValueError:
        return False

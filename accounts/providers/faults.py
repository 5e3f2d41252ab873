"""What goes wrong between the portal and a provider: a short word for each kind, and nothing that came from outside."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager

from allauth.socialaccount.providers.base.provider import ProviderException
from allauth.socialaccount.providers.oauth2.client import OAuth2Error
from requests.exceptions import ConnectionError, RequestException, SSLError, Timeout  # noqa: A004  # that of requests

log = logging.getLogger("portal.sign_in")

PASSING = frozenset({"busy", "slow", "unreachable"})
NONSENSE = (ArithmeticError, AttributeError, LookupError, RecursionError, TypeError, ValueError)
"""What reading an answer that makes no sense ends in, such as a list where a text belongs."""


class Fault(ProviderException):
    """A provider did not do its part; `kind` is one short word, made here."""

    def __init__(self, kind: str) -> None:
        super().__init__(kind)
        self.kind = kind

    @property
    def is_passing(self) -> bool:
        """Tell whether it may work in a minute, without anybody mending anything."""
        return self.kind in PASSING


@contextmanager
def faults_only() -> Iterator[None]:
    """Turn whatever an answer of a provider leads to into a Fault, which ends on a friendly page.

    What the database raises passes: it is no provider's fault.
    """
    try:
        yield
    except RequestException as exception:
        raise Fault(_kind_of_call(exception)) from None
    except OAuth2Error:
        raise Fault("refused") from None
    except NONSENSE:
        raise Fault("nonsense") from None


def _kind_of_call(exception: RequestException) -> str:
    match exception:
        case Timeout():
            return "slow"
        case SSLError():
            return "certificate"
        case ConnectionError():
            return "unreachable"
        case ValueError():
            return "nonsense"
    return "refused"


def log_fault(provider_id: str, error: str, exception: Exception | None) -> None:
    """Write one line: which provider, and what kind of fault.

    Never an exception's own words: they repeat addresses with secrets in them, and answers.
    """
    kind = exception.kind if isinstance(exception, Fault) else _kind_without_fault(error, exception)
    level = logging.INFO if kind == "cancelled" else logging.WARNING
    log.log(level, "Signing in with %s failed: %s", provider_id, kind)


def _kind_without_fault(error: str, exception: Exception | None) -> str:
    if exception is not None:
        return type(exception).__name__
    return error if error in {"cancelled", "denied"} else "not asked, or an error at the provider"

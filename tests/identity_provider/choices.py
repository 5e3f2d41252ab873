"""What was chosen for each code that is on its way; the process is one, so memory will do."""

from dataclasses import dataclass
from typing import Self

from django.http import HttpRequest

from tests.identity_provider.identities import Identity, faults_of, identity


@dataclass(frozen=True)
class Choice:
    """Whom a tester chose to be, and what shall go wrong."""

    role: str
    identity: Identity
    fault: str = ""

    @classmethod
    def sent_in(cls, request: HttpRequest, role: str) -> Self:
        """Return what a form says; raise KeyError when it says nothing sensible."""
        chosen, address, fault = (
            identity(role, request.POST["identity"]),
            request.POST["address"],
            request.POST["fault"],
        )
        if fault and fault not in faults_of(role):
            raise KeyError(fault)
        return cls(role, chosen.with_address(address) if address else chosen, fault)


OF_CODES: dict[str, Choice] = {}
OF_SESSIONS: dict[str, Choice] = {}
LAST_ANSWERS: dict[str, str] = {}
"""Where each role sent a browser last, the code and state included."""

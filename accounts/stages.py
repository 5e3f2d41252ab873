"""What stands between a proved way of signing in and being signed in."""

from allauth.account.internal.flows.login_by_code import LoginCodeVerificationProcess
from allauth.account.stages import LoginByCodeStage
from allauth.mfa.stages import AuthenticateStage
from django.http import HttpRequest, HttpResponse

from accounts.sign_in_codes import mail_code


class CodeStage(LoginByCodeStage):
    """Asks for the mailed code before an identity that nobody vouches for is linked."""

    def is_resumable(self, request: HttpRequest) -> bool:
        """Let the sign-in page stay what it is, so that who waits for a code can go another way."""
        return False

    def handle(self) -> tuple[HttpResponse | None, bool]:
        """Mail the code, for an unknown address too (S4)."""
        is_new = not self.state
        response, goes_on = super().handle()  # type: ignore[no-untyped-call]  # the package has types in part
        if is_new and response is not None and self.state:
            identity = (self.login.signal_kwargs or {})["sociallogin"]
            mail_code(self.state["email"], LoginCodeVerificationProcess(self).code, provider=str(identity.provider))
        return response, goes_on


class SecondStepStage(AuthenticateStage):
    """Asks for the second step, whatever the first was, unless that was a passkey."""

    def is_resumable(self, request: HttpRequest) -> bool:
        """Let the sign-in page stay what it is."""
        return False

    def handle(self) -> tuple[HttpResponse | None, bool]:
        """Remember for which password, address and sessions the first step was right."""
        self.state["first_step"] = self._first_step()
        response, goes_on = super().handle()
        return response, goes_on

    def is_still_good(self) -> bool:
        """Return whether the first step would be right now, too: nothing changed, and nobody was switched off."""
        user = self.login.user
        return user is not None and user.is_active and self.state.get("first_step") == self._first_step()

    def _first_step(self) -> str:
        return str(self.login.user.get_session_auth_hash()) if self.login.user else ""

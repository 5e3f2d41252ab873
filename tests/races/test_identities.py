"""R1b: one identity at a provider signs in for the first time twenty times over, or for two people."""

from collections.abc import Callable

from allauth.socialaccount.models import SocialAccount

from accounts.audit import Actor
from accounts.identities import IdentityTaken, link
from accounts.mail import waiting
from accounts.models import AuditEvent, User
from tests.races.racing import Crowd, in_own_connection
from tests.support.visitor import at_once

AT_ONCE, ROUNDS = 4, 5
"""As many at once as this process has connections to the database, and as often as makes twenty."""


def linking(user: User) -> Callable[[], object]:
    """Return the end of a first sign-in with the identity; it tells whether that now signs `user` in."""

    def finish() -> bool:
        try:
            link(user, SocialAccount(provider="google", uid="g-1", extra_data={}), Actor.of(user))
        except IdentityTaken:
            return False
        return True

    return in_own_connection(finish)


def test_identity_that_signs_in_for_the_first_time_again_and_again_is_linked_once(crowd: Crowd) -> None:
    user = crowd.people[0]
    for _round in range(ROUNDS):
        assert at_once(*[linking(user) for _ in range(AT_ONCE)]) == [True] * AT_ONCE
    assert SocialAccount.objects.get().user == user
    assert AuditEvent.objects.filter(action="identity_linked").count() == 1
    assert waiting().filter(to=user.email).count() == 1


def test_identity_that_two_people_link_at_once_is_one_persons(crowd: Crowd) -> None:
    first, second = crowd.people[:2]
    outcomes = at_once(*[linking(user) for _ in range(AT_ONCE // 2) for user in (first, second)])
    owner = SocialAccount.objects.get().user
    assert outcomes == [owner == first, owner == second] * (AT_ONCE // 2)
    assert waiting().filter(to=owner.email).count() == 1

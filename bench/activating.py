"""P5: activations of different licenses, eight people at once, against a bare view that runs the same statements."""

from collections.abc import Iterator

from accounts.audit import SYSTEM
from accounts.models import User
from bench.bare import keep
from bench.loading import in_batches
from bench.recording import COMPUTER, statements_of_activation
from bench.reference.sizes import CONTACT_OF_LARGEST
from bench.sending import Form, Rates, rate_of
from bench.serving import Server
from bench.table import Line
from bench.taking_back import everything_taken_back
from bench.visitors import sign_in
from licenses.models import License, LicenseModel, Product
from licenses.signing import rotate_signing_key

CLIENTS = 8
TURNS = 8
IN_A_TURN = 48
WARM_UP_TURNS = 1
LEAST = 0.6


def activating(server: Server) -> Iterator[Line]:
    """Send the same number of forms to both by turns, each for a license of its own."""
    first, *licenses = unused = _unused(1 + 2 * (TURNS + WARM_UP_TURNS) * IN_A_TURN)
    with everything_taken_back(unused):
        for product in Product.objects.filter(signing_keys=None):
            rotate_signing_key(product, SYSTEM)
        recording = "activation"
        file = keep(recording, statements_of_activation(first, User.objects.get(email=CONTACT_OF_LARGEST)))
        try:
            portal, bare = _by_turns(server, licenses, recording)
        finally:
            file.unlink()
        used = License.objects.filter(pk__in=[each.pk for each in licenses], activations_in_use=1).count()
    ratio = portal.median / bare.median
    holds = ratio >= LEAST and used == len(licenses)
    what = f"{used:,} different licenses activated, {CLIENTS} at once, against a bare view with the same SQL"
    yield Line("P5", what, str(portal), str(bare), f"{ratio:.2f} ×", f"≥ {LEAST:g} ×", holds)


def _unused(number: int) -> list[License]:
    """Return so many licenses of the largest organization that were never activated, and can be."""
    rows = License.objects.filter(
        organization__primary_contact__user__email=CONTACT_OF_LARGEST,
        license_model=LicenseModel.PERMANENT,
        activations=None,
        revoked_at=None,
        deleted_at=None,
    )
    found = list(rows.order_by("-pk")[:number])
    if len(found) < number:
        raise RuntimeError(f"There are {len(found)} licenses to activate instead of {number}.")
    return found


def _by_turns(server: Server, licenses: list[License], recording: str) -> tuple[Rates, Rates]:
    """Return how many activations, and how many bare forms, were answered in a second; first some to warm up."""
    portal: list[float] = []
    bare: list[float] = []
    for turn, some in enumerate(in_batches(licenses, IN_A_TURN)):
        is_bare = bool(turn % 2)
        forms = [_form(server, license, recording if is_bare else "") for license in some]
        (bare if is_bare else portal).append(rate_of(forms, CLIENTS))
    return Rates(tuple(portal[WARM_UP_TURNS:])), Rates(tuple(bare[WARM_UP_TURNS:]))


def _form(server: Server, license: License, recording: str) -> Form:
    """Return the form that activates the license; with `recording` the bare one."""
    visitor = sign_in(CONTACT_OF_LARGEST, server)
    if recording:
        return Form(visitor, "/bench/bare/", {"recording": recording, "license": str(license.pk)})
    return Form(visitor, f"/licenses/{license.pk}/activate/", COMPUTER)

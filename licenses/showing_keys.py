"""Show a whole activation key, and write down who looked at it. The key itself is in no trail, address or log (S6)."""

from accounts.audit import Actor, record
from licenses.locking import concerned_by
from licenses.models import License


def show_key(license: License, actor: Actor) -> str:
    """Return the whole activation key of `license`; the trail keeps that `actor` looked at it."""
    record(actor, "license.key_shown", license, concerned=concerned_by(license))
    return license.activation_key

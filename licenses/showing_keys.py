"""Show a whole activation key, and write down who looked at it. The key itself is in no trail, address or log (S6)."""

from collections.abc import Sequence

from accounts.audit import Actor, Happening, record, record_many
from licenses.locking import concerned_by
from licenses.models import License


def show_key(license: License, actor: Actor) -> str:
    """Return the whole activation key of `license`; the trail keeps that `actor` looked at it."""
    record(actor, "license.key_shown", license, concerned=concerned_by(license))
    return license.activation_key


def show_keys(licenses: Sequence[License], actor: Actor) -> list[str]:
    """Return the whole activation keys of several licenses; the trail of each keeps that `actor` looked at it."""
    record_many(actor, "license.key_shown", [Happening(each, concerned_by(each)) for each in licenses])
    return [each.activation_key for each in licenses]

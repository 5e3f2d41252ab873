"""What an order says while it is typed: as much of it as can be understood, for the mail in preview."""

from collections.abc import Mapping

from django.forms import ValidationError

from licenses.forms.orders import OrderForm
from licenses.forms.terms import day_or_none
from licenses.models import LicenseModel
from licenses.orders import Order, Recipient
from organizations.membership.many import Outcome, lines_of


def draft_of(form: OrderForm) -> Order | None:
    """Return the order as far as it is typed, of a list its first line; None while there is no product to issue."""
    typed = _understood(form)
    version = form.versions.get(str(typed.get("version")), next(iter(form.versions.values()), None))
    if version is None:
        return None
    return Order(
        token=form.initial["token"],
        version=version,
        license_model=LicenseModel(str(typed.get("license_model", LicenseModel.PERMANENT))),
        number=_whole(typed, "number", usual=1),
        recipients=_recipients(typed),
        user_group=form.groups.get(str(typed.get("user_group", ""))),
        licensee=str(typed.get("licensee") or typed.get("organization") or ""),
        max_activations=_whole(typed, "max_activations", usual=1),
        is_generic=bool(typed.get("is_generic")),
        expires_on=day_or_none(typed.get("expires_on")),
        expires_after_days=_whole(typed, "expires_after_days", usual=0) or None,
        maintenance_until=day_or_none(typed.get("maintenance_until")),
    )


def _understood(form: OrderForm) -> dict[str, object]:
    """Return the fields that can be read; what is wrong with the others is said when the order is sent."""
    found: dict[str, object] = {}
    for name, field in form.fields.items():
        try:
            found[name] = field.clean(form[name].value())
        except ValidationError:
            continue
    return found


def _whole(typed: Mapping[str, object], name: str, *, usual: int) -> int:
    value = typed.get(name)
    return value if isinstance(value, int) else usual


def _recipients(typed: Mapping[str, object]) -> tuple[Recipient, ...]:
    """Return who would get the first mail: the customer, else the first person of the list."""
    address = str(typed.get("email") or "")
    if address:
        return (Recipient(address, str(typed.get("full_name") or "")),)
    lines = [line for line in lines_of(str(typed.get("people") or "")) if line.outcome is Outcome.INVITE]
    return tuple(Recipient(line.email, line.full_name) for line in lines[:1])

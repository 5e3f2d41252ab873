"""What stands in braces in mails about licenses (Product rules, section 5): plain names, put in once, and nothing else.

What is put in is never read again, so that no name somebody typed can bring along a variable of its own.
"""

import re
from collections.abc import Mapping

from django.core.exceptions import ValidationError
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

_VARIABLE = re.compile(r"\{([^{}]*)\}")
EVERY_LICENSE = "licenses"

VARIABLES: Mapping[str, Promise] = {
    "customer": gettext_lazy("the customer’s name"),
    EVERY_LICENSE: gettext_lazy(
        "all licenses that are mailed to the customer, each with its key; makes one mail of many"
    ),
    "product": gettext_lazy("product and version, such as Workbench 4.1"),
    "model": gettext_lazy("permanent, subscription or trial"),
    "activation_key": gettext_lazy("the whole activation key; not in the subject, which stays readable on the way"),
    "licensee": gettext_lazy("whom the license is issued to"),
    "activations": gettext_lazy("on how many computers it can be activated"),
    "expires_on": gettext_lazy("the day on which it expires, in words"),
    "updates_until": gettext_lazy("the day until which updates are included, in words"),
    "link": gettext_lazy("the address of the license’s page; alone in a paragraph it can be pressed"),
    "group": gettext_lazy("the user group that serves the license, else the vendor"),
    "group_address": gettext_lazy("the e-mail address to write to"),
    "portal": gettext_lazy("what this portal is called"),
}
"""Every variable, and what is put in its place."""

OF_ONE_LICENSE = frozenset(
    {"product", "model", "activation_key", "licensee", "activations", "expires_on", "updates_until", "link"}
)
"""What differs from license to license, and so cannot stand beside `licenses`."""

NOT_IN_SUBJECT = frozenset({"activation_key", EVERY_LICENSE})


def variables_in(text: str) -> list[str]:
    """Return what stands in braces, in order."""
    return _VARIABLE.findall(text)


def has_known_variables(text: str) -> None:
    """Raise ValidationError for a variable that does not exist, and for a brace that belongs to none."""
    if unknown := [name for name in variables_in(text) if name not in VARIABLES]:
        raise ValidationError(
            _("There is no variable {%(name)s}. There are: %(known)s."),
            code="unknown",
            params={"name": unknown[0], "known": ", ".join(f"{{{name}}}" for name in VARIABLES)},
        )
    if re.search(r"[{}]", _VARIABLE.sub("", text)):
        raise ValidationError(_("A brace stands alone. Braces are for variables, such as {customer}."), code="brace")


def fits_subject(text: str) -> None:
    """Raise ValidationError for what must not stand in a subject: it stays readable in the queue and on the way."""
    if names := NOT_IN_SUBJECT.intersection(variables_in(text)):
        raise ValidationError(_("{%(name)s} cannot stand in the subject."), code="subject", params={"name": min(names)})


def fill(text: str, values: Mapping[str, str]) -> str:
    """Return `text` with every variable replaced by its value; braces that belong to none stay as they stand."""
    return _VARIABLE.sub(lambda found: values.get(found[1], found[0]), text)

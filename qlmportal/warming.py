"""What the first request of a process would wait for, done before it comes."""

from contextlib import suppress

from django.conf import settings
from django.template import TemplateSyntaxError
from django.template.loader import get_template
from django.urls import reverse


def warm_up() -> None:
    """Load the addresses with all that hangs on them, and the templates; asks the database nothing.

    A portal that was just started has its crowd at the door already: it would wait for half a
    second more. A template that cannot be read is told about by its page, not by a portal that
    does not start.
    """
    reverse("healthz")
    folder = settings.BASE_DIR / "templates"
    for file in folder.rglob("*.html"):
        with suppress(TemplateSyntaxError):
            get_template(file.relative_to(folder).as_posix())

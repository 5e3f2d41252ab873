"""What mails about licenses say, as staff define it."""

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.ids import uuid7
from accounts.names import is_readable
from licenses.mail_variables import EVERY_LICENSE, OF_ONE_LICENSE, fits_subject, has_known_variables, variables_in
from licenses.querysets import MailTemplateQuerySet


class Purpose(models.TextChoices):
    """What a mail is written for: it is proposed then."""

    NEW = "new", gettext_lazy("new licenses")
    RENEWED = "renewed", gettext_lazy("renewed licenses")
    OTHER = "other", gettext_lazy("anything else")


class MailTemplate(models.Model):
    """A mail about licenses with variables in braces; a text without any says the same to everybody."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    name = models.CharField(
        gettext_lazy("name"),
        max_length=100,
        unique=True,
        help_text=gettext_lazy("As it is chosen by those who send it; customers do not see it."),
    )
    purpose = models.CharField(gettext_lazy("proposed for"), max_length=10, choices=Purpose, default=Purpose.OTHER)
    subject = models.CharField(
        gettext_lazy("subject"), max_length=200, validators=[is_readable, has_known_variables, fits_subject]
    )
    body = models.TextField(
        gettext_lazy("text"),
        max_length=10_000,
        validators=[has_known_variables],
        help_text=gettext_lazy("An empty line begins a new paragraph."),
    )
    edited_at = models.DateTimeField(gettext_lazy("edited at"), auto_now=True)

    objects = MailTemplateQuerySet.as_manager()

    class Meta:
        verbose_name = gettext_lazy("mail about licenses")
        verbose_name_plural = gettext_lazy("mails about licenses")
        ordering = ["name"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(name="") & ~Q(subject="") & ~Q(body=""), name="mail_template_says_something"
            ),
            models.CheckConstraint(condition=Q(purpose__in=Purpose.values), name="mail_template_purpose_known"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_about_many(self) -> bool:
        """Whether one mail tells a customer of all licenses; else each license has a mail of its own."""
        return EVERY_LICENSE in variables_in(self.body)

    def clean(self) -> None:
        """Refuse what is true of one license in a mail about many."""
        names = OF_ONE_LICENSE.intersection(variables_in(f"{self.subject}\n{self.body}"))
        if self.is_about_many and names:
            raise ValidationError(
                {
                    "body": ValidationError(
                        _("{licenses} makes one mail of many licenses; {%(name)s} is of one and cannot stand here."),
                        code="one_of_many",
                        params={"name": min(names)},
                    )
                }
            )

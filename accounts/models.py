"""WHO signs in, and the trail of what they did."""

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager, PermissionsMixin
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _
from post_office.models import Email

from accounts.fields import DerivedCharField
from accounts.ids import uuid7
from accounts.names import MAX_FOLDED, fold, folds_short
from accounts.time_zones import is_time_zone


class UserManager(BaseUserManager["User"]):
    """Finds people; only `accounts.people` makes them."""

    def get_by_natural_key(self, username: str | None) -> "User":
        """Return the person with this address, in the form the database keeps."""
        return self.get(email=(username or "").strip().lower())


class User(AbstractBaseUser, PermissionsMixin):
    """A person who can sign in; the e-mail address is the login name."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    email = models.CharField(_("e-mail address"), max_length=254, unique=True)
    full_name = models.CharField(_("full name"), max_length=150, validators=[folds_short])
    folded_name = DerivedCharField(source="full_name", by=fold, max_length=MAX_FOLDED, db_index=True)
    language = models.CharField(_("language"), max_length=10, default="en")
    time_zone = models.CharField(_("time zone"), max_length=64, default="UTC", validators=[is_time_zone])
    is_active = models.BooleanField(
        _("switched on"), default=True, help_text=_("A person who is switched off is out with the next click.")
    )
    must_change_password = models.BooleanField(
        _("must change the password"),
        default=False,
        help_text=_("Staff gave the password; the person chooses another one at the next sign-in."),
    )
    sessions_ended = models.PositiveIntegerField(
        default=0, editable=False, help_text=_("How often every session of this person was ended at once.")
    )
    is_staff = models.BooleanField(_("staff"), default=False, help_text=_("Vendor people: may enter the admin site."))
    created_at = models.DateTimeField(_("created at"), default=timezone.now, editable=False)

    objects = UserManager()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS = ["full_name"]

    class Meta:
        verbose_name = _("person")
        verbose_name_plural = _("people")
        indexes = [
            # The few of each are found among very many customers.
            models.Index(fields=["email"], name="user_switched_off", condition=Q(is_active=False)),
            models.Index(fields=["email"], name="user_staff", condition=Q(is_staff=True)),
            models.Index(fields=["email"], name="user_superuser", condition=Q(is_superuser=True)),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(email=Lower("email")), name="user_email_lower_case"),
            models.CheckConstraint(
                condition=Q(email__regex=r"^[!-?A-~]+@[!-?A-~]+\Z"), name="user_email_ascii_never_blank"
            ),
        ]

    def __str__(self) -> str:
        return self.email

    def session_mark(self, secret: str | bytes | None = None) -> str:
        """Return what a session has to know to stay valid: it ends with the password, the address, or by command."""
        state = f"{self.password}|{self.email}|{self.sessions_ended}"
        return salted_hmac("accounts.models.User.session", state, secret=secret, algorithm="sha256").hexdigest()

    _get_session_auth_hash = session_mark

    def get_full_name(self) -> str:
        """Return the name, or the address where no name was entered."""
        return self.full_name or self.email

    def get_short_name(self) -> str:
        """Return the same as `get_full_name`: names are not taken apart."""
        return self.get_full_name()


class AuditEvent(models.Model):
    """Something that happened. The database refuses to change or remove it.

    Whom it concerned is kept as plain ids of that time, without foreign keys, so that the
    trail outlives what it tells of (Product rules, section 2).
    """

    class ActorKind(models.TextChoices):
        PERSON = "person", _("customer or contact")
        GROUP = "group", _("user group")
        VENDOR = "vendor", _("vendor")
        SYSTEM = "system", _("portal")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    at = models.DateTimeField(_("at"), default=timezone.now)
    actor_id = models.UUIDField(_("actor id"), null=True)
    actor_kind = models.CharField(_("acted as"), max_length=10, choices=ActorKind)
    actor_name = models.CharField(_("actor"), max_length=254)
    actor_group_name = models.CharField(_("actor's user group"), max_length=200, blank=True)
    action = models.CharField(_("action"), max_length=50)
    target_type = models.CharField(_("kind of target"), max_length=50)
    target_id = models.UUIDField(_("target id"))
    target_label = models.CharField(_("target"), max_length=300)
    customer_id = models.UUIDField(_("customer id"), null=True)
    organization_id = models.UUIDField(_("organization id"), null=True)
    user_group_id = models.UUIDField(_("user group id"), null=True)
    details = models.JSONField(_("details"), default=dict)
    address = models.GenericIPAddressField(_("network address"), null=True)
    request_id = models.CharField(_("request id"), max_length=36, blank=True)

    class Meta:
        verbose_name = _("audit event")
        verbose_name_plural = _("audit trail")
        indexes = [
            models.Index(fields=["actor_id", "id"], name="audit_actor"),
            models.Index(fields=["target_id", "id"], name="audit_target"),
            models.Index(fields=["customer_id", "id"], name="audit_customer"),
            models.Index(fields=["organization_id", "id"], name="audit_organization"),
            models.Index(fields=["user_group_id", "id"], name="audit_user_group"),
            # What is narrowed to what happens seldom would else be looked for among everything.
            models.Index(fields=["action", "id"], name="audit_action"),
            models.Index(fields=["target_type", "id"], name="audit_target_type"),
            models.Index(fields=["actor_kind", "id"], name="audit_actor_kind"),
            models.Index(fields=["address", "id"], name="audit_address", condition=Q(address__isnull=False)),
        ]

    def __str__(self) -> str:
        return f"{self.action} · {self.target_label}"


class AuditSeal(models.Model):
    """What the audit trail said on one day, as one number. The database refuses to change or remove it.

    `accounts.audit_seals` makes it, and `accounts.audit_check` compares it with the trail (S10).
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    day = models.DateField(_("day (UTC)"), unique=True)
    events = models.PositiveIntegerField(_("events"))
    late_events = models.PositiveIntegerField(_("of them late"))
    before = models.CharField(_("seal before"), max_length=64, unique=True)
    sha256 = models.CharField(_("seal (SHA-256)"), max_length=64, unique=True)
    ledger = models.BinaryField()
    sealed_at = models.DateTimeField(_("sealed at"), default=timezone.now)

    class Meta:
        verbose_name = _("seal of the audit trail")
        verbose_name_plural = _("seals of the audit trail")
        default_permissions = ()
        constraints = [
            models.CheckConstraint(condition=Q(late_events__lte=F("events")), name="audit_seal_late_are_some_of_all")
        ]

    def __str__(self) -> str:
        return f"{self.day:%Y-%m-%d}={self.sha256}"


class DemoMark(models.Model):
    """Its one row says that this database holds demo data, which everybody can sign in to."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1, editable=False)
    made_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(id=1), name="demo_mark_single_row")]

    def __str__(self) -> str:
        return f"demo data of {self.made_at:%Y-%m-%d}"


class Mail(Email):
    """A mail on its way, or what is left of it: recipient and subject, until they are cleaned up.

    What it says is encrypted while it waits and removed when it was sent (S6); `accounts.mail`
    writes it, `accounts.delivery` sends it.
    """

    class Meta:
        proxy = True
        verbose_name = _("mail")
        verbose_name_plural = _("mails")

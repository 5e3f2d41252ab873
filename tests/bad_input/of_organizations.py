"""The forms by which contacts look after their organization, and the one that answers an invitation."""

from datetime import timedelta

from django.utils import timezone

from accounts.audit import Kind
from licenses.activation_key import make
from licenses.models import Activation, License, LicenseModel
from organizations.models import Customer, Invitation
from organizations.profile import mark_of
from tests.bad_input.form import (
    Form,
    anything,
    is_company,
    is_nothing,
    is_person_name,
    is_phone,
    is_postal_address,
    nothing,
)
from tests.cast import Cast, make_person

MEMBER = "018f0000-0000-7000-8000-0000000c0de1"
"""Rita Receiver, a user of Acme who has a license of it, in use on a computer, and has sent an invitation."""
HELD = "018f0000-0000-7000-8000-0000000c0de2"
IN_USE = "018f0000-0000-7000-8000-0000000c0de3"
SENT = "018f0000-0000-7000-8000-0000000c0de4"
CHOSEN = "018f0000-0000-7000-8000-00000000c0de"
"""A license to choose: of Acme, and nobody's."""

RITAS_PROFILE = {"full_name": "Rita Receiver", "phone": "", "company": "", "address": "", "country": ""}
GIVE, FREE, WITHDRAW = f"give_{HELD}", f"free_{IN_USE}", f"withdraw_{SENT}"
PREVIEWED = frozenset({200})
NAMING = {"primary": MEMBER, "secondary": "", "was_primary": "", "was_secondary": ""}
"""Rita becomes the only contact; whom the form showed before is known once the cast is there."""

FORMS = (
    Form("organizations:search", "primary contact", {"q": "mira"}, {"q": anything}),
    Form(
        "organizations:user_add",
        "primary contact",
        {"full_name": "Nina New", "email": "nina@new.example", "is_outside_meant": "on"},
        {"full_name": is_person_name, "email": nothing, "is_outside_meant": anything},
    ),
    Form(
        "organizations:users_add",
        "primary contact",
        {"text": "Nina New, nina@new.example", "is_outside_meant": "on"},
        {
            "text": lambda text: bool(text.strip()),
            "is_outside_meant": anything,
            "do": anything,
            "file": anything,
        },
        accepted=PREVIEWED,
    ),
    Form("organizations:invitation_resend", "primary contact", {}, {}),
    Form("organizations:invitation_withdraw", "primary contact", {}, {}),
    Form(
        "organizations:user_edit",
        "primary contact",
        {**RITAS_PROFILE, "full_name": "Rita R. Receiver", "country": "DE", "seen": mark_of(RITAS_PROFILE)},
        {
            "full_name": is_person_name,
            "phone": is_phone,
            "company": is_company,
            "address": is_postal_address,
            "country": is_nothing,
            "seen": nothing,
        },
    ),
    Form(
        "organizations:user_leave",
        "primary contact",
        {"all_to": "", "free_all": "", "withdraw_all": "", "q": "", GIVE: "", FREE: "yes", WITHDRAW: "yes"},
        {
            "all_to": is_nothing,
            "free_all": anything,
            "withdraw_all": anything,
            "q": anything,
            GIVE: is_nothing,
            FREE: is_nothing,
            WITHDRAW: is_nothing,
        },
    ),
    Form(
        "organizations:user_leave",
        "primary contact",
        {"look": "yes", "q": "Spectra", "all_to": "", GIVE: "", FREE: "no", WITHDRAW: ""},
        dict.fromkeys(("q", "all_to", "free_all", "withdraw_all", GIVE, FREE, WITHDRAW), anything),
        accepted=PREVIEWED,
    ),
    Form(
        "organizations:contacts",
        "primary contact",
        NAMING,
        {"primary": nothing, "secondary": is_nothing, "was_primary": nothing, "was_secondary": nothing},
    ),
    Form(
        "organizations:join",
        "anonymous",
        {"answer": "accept"},
        {"answer": nothing, "licenses": nothing, "all_licenses": anything, "q": anything},
    ),
    Form(
        "organizations:join",
        "anonymous",
        {"look": "yes"},
        dict.fromkeys(("answer", "licenses", "all_licenses", "q"), anything),
        accepted=PREVIEWED,
    ),
    Form("licenses:assign", "primary contact", {"user": MEMBER}, {"user": is_nothing, "invited": is_nothing}),
    Form(
        "licenses:assign_several",
        "primary contact",
        {"licenses": CHOSEN, "user": MEMBER, "invited": ""},
        {"licenses": nothing, "user": nothing, "invited": is_nothing},
    ),
)


def make_receiver(cast: Cast) -> None:
    """Make a license to choose, and a user of Acme with everything that somebody can leave behind."""
    NAMING.update(was_primary=str(cast.acme.primary_contact_id), was_secondary=str(cast.secondary.pk))
    rita = Customer.objects.create(id=MEMBER, user=make_person("Rita Receiver"), organization=cast.acme)
    for pk, customer, in_use in ((CHOSEN, None, 0), (HELD, rita, 1)):
        License.objects.create(
            id=pk,
            activation_key=make(),
            product_version=cast.license.product_version,
            license_model=LicenseModel.PERMANENT,
            licensee="Acme",
            organization=cast.acme,
            customer=customer,
            activations_in_use=in_use,
        )
    Activation.objects.create(
        id=IN_USE,
        license_id=HELD,
        computer_id="ID-RITA",
        activated_as=Kind.SYSTEM,
        license_file_id="r" * 32,
        license_file_issued_at=timezone.now(),
    )
    Invitation.objects.create(
        id=SENT,
        organization=cast.acme,
        email="sent@invited.example",
        full_name="Sent",
        invited_by=rita.user,
        token_hash="sent",
        expires_at=timezone.now() + timedelta(days=7),
    )

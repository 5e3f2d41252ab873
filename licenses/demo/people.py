"""Whom the demo knows: resellers, organizations and customers. Every address ends in `.example`."""

from dataclasses import dataclass

from organizations.privileges import Privilege

PAULA, SAMUEL, MIRA = "primary@acme.example", "secondary@acme.example", "member@acme.example"
JUERGEN, AOIFE = "juergen.weissmueller@acme.example", "aoife.nibhriain@acme.example"
LUKASZ, THANDIWE = "lukasz.wojcik@acme.example", "thandiwe.mokoena@acme.example"
GRETA, IVO, HANA = "primary@globex.example", "ivo.markovic@globex.example", "hana.dvorakova@globex.example"
INGRID, BJOERN = "ingrid.solvberg@fjordlab.example", "bjorn.asheim@fjordlab.example"
INES, RUI = "ines.carvalho@atlantico.example", "rui.tavares@atlantico.example"
FRIEDERIKE, YUKI = "f.loewenstein@photonik.example", "y.tanaka@photonik.example"
SOL = "solo@home.example"
KIRSI, MAGNUS = "kirsi@hamalainen.example", "magnus@thorvaldsen.example"
MATEO = "mateo@ocampo.example"
RASMUS, NINA = "reseller@north.example", "nina.aalto@north.example"
VERA = "viewer@south.example"
STELLA = "staff@vendor.example"


@dataclass(frozen=True)
class GroupPlan:
    """A reseller and the people who sign in as part of it; the first one is its manager, if it has one."""

    name: str
    email: str
    privileges: tuple[Privilege, ...]
    members: tuple[str, ...]
    has_manager: bool = True


@dataclass(frozen=True)
class OrganizationPlan:
    """A customer company, its contacts, and the reseller that serves it."""

    name: str
    domains: tuple[str, ...]
    primary: str
    secondary: str = ""
    group: str = ""
    notes: str = ""


@dataclass(frozen=True)
class CustomerPlan:
    """A customer, known for so many days; of the organization whose domain the address has, if there is one."""

    address: str
    name: str
    known_for: int
    group: str = ""
    company: str = ""
    phone: str = ""
    street: str = ""
    country: str = ""
    time_zone: str = "Europe/Berlin"
    external_id: str = ""
    notes: str = ""


NORTH, SOUTH = "North", "South"
_NOT_FOR_NORTH = {Privilege.VIEW_ALL, Privilege.DELETE}
GROUPS = (
    GroupPlan(
        NORTH,
        "licenses@north.example",
        tuple(privilege for privilege in Privilege if privilege not in _NOT_FOR_NORTH),
        (RASMUS, NINA),
    ),
    GroupPlan(SOUTH, "hello@south.example", (), (VERA,), has_manager=False),
)
COLLEAGUES = {NINA: "Nina Aalto"}
"""People of the resellers who are not among the eight whom everybody may sign in as."""

ORGANIZATIONS = (
    OrganizationPlan(
        "Acme Engineering",
        ("acme.example", "acme-engineering.example"),
        PAULA,
        SAMUEL,
        notes="Framework agreement until the end of next year. Invoices to Berlin, whichever site orders.",
    ),
    OrganizationPlan("Globex", ("globex.example",), GRETA, IVO),
    OrganizationPlan("Fjordlab Måleteknikk", ("fjordlab.example",), INGRID, group=NORTH),
    OrganizationPlan("Construções Atlântico", ("atlantico.example",), INES, RUI, group=SOUTH),
    OrganizationPlan(
        "Institut für Angewandte Messtechnik und Photonik der Technischen Universität Süderbrück",
        ("photonik.example", "süderbrück.example"),
        FRIEDERIKE,
        YUKI,
        notes="Academic terms. The institute asks for one invoice in January.",
    ),
)

_BERLIN = "Messdamm 114\n10115 Berlin"
_GDANSK = "ul. Doki 7\n80-958 Gdańsk"
_BRNO = "Spektrální 21\n602 00 Brno"
CUSTOMERS = (
    CustomerPlan(
        PAULA, "Paula Brandt", 725, phone="+49 30 23125 014", street=_BERLIN, country="DE", external_id="C-10024"
    ),
    CustomerPlan(
        SAMUEL, "Samuel Okoro", 725, phone="+49 30 23125 027", street=_BERLIN, country="DE", external_id="C-10025"
    ),
    CustomerPlan(MIRA, "Mira Lindholm", 640, street=_BERLIN, country="DE", external_id="C-10131"),
    CustomerPlan(JUERGEN, "Jürgen Weißmüller", 722, street=_BERLIN, country="DE", external_id="C-10040"),
    CustomerPlan(AOIFE, "Aoife Ní Bhriain", 600, street=_BERLIN, country="DE", time_zone="Europe/Dublin"),
    CustomerPlan(LUKASZ, "Łukasz Wójcik", 560, street=_GDANSK, country="PL", time_zone="Europe/Warsaw"),
    CustomerPlan(THANDIWE, "Thandiwe Mokoena", 714, phone="+49 30 23125 061", street=_BERLIN, country="DE"),
    CustomerPlan(GRETA, "Greta Novak", 690, street=_BRNO, country="CZ", time_zone="Europe/Prague"),
    CustomerPlan(IVO, "Ivo Marković", 430, street=_BRNO, country="CZ", time_zone="Europe/Prague"),
    CustomerPlan(HANA, "Hana Dvořáková", 680, street=_BRNO, country="CZ", time_zone="Europe/Prague"),
    CustomerPlan(
        INGRID, "Ingrid Sølvberg", 410, NORTH, street="Kaigata 9\n5003 Bergen", country="NO", time_zone="Europe/Oslo"
    ),
    CustomerPlan(
        BJOERN, "Bjørn Åsheim", 345, NORTH, street="Kaigata 9\n5003 Bergen", country="NO", time_zone="Europe/Oslo"
    ),
    CustomerPlan(
        INES, "Inês Carvalho", 540, SOUTH, street="Rua do Farol 30\n4050 Porto", country="PT", time_zone="Europe/Lisbon"
    ),
    CustomerPlan(
        RUI, "Rui Tavares", 330, SOUTH, street="Rua do Farol 30\n4050 Porto", country="PT", time_zone="Europe/Lisbon"
    ),
    CustomerPlan(
        FRIEDERIKE,
        "Prof. Dr. Friederike Löwenstein-Østergaard",
        290,
        street="Campusallee 2\n24999 Süderbrück",
        country="DE",
        external_id="C-10377",
    ),
    CustomerPlan(YUKI, "Dr. Yūki Tanaka", 285, street="Campusallee 2\n24999 Süderbrück", country="DE"),
    CustomerPlan(
        SOL,
        "Sol Herrera",
        600,
        street="Calle del Olmo 5\n28012 Madrid",
        country="ES",
        time_zone="Europe/Madrid",
        notes="Repairs and restores radios; writes about it. Glad to try versions before they are released.",
    ),
    CustomerPlan(
        KIRSI, "Kirsi Hämäläinen", 215, NORTH, company="Hämäläinen Audio", country="FI", time_zone="Europe/Helsinki"
    ),
    CustomerPlan(
        MAGNUS,
        "Magnus Thorvaldsen",
        470,
        NORTH,
        company="Thorvaldsen Elektronik",
        country="DK",
        time_zone="Europe/Copenhagen",
    ),
    CustomerPlan(
        MATEO,
        "Mateo Fernández-Ocampo",
        235,
        SOUTH,
        company="Ocampo Instrumentación y Calibración Industrial",
        country="ES",
        time_zone="Europe/Madrid",
    ),
)

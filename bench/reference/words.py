"""Names that look like names: of people, companies, products and computers."""

from random import Random

FIRST_NAMES = (
    "Anna Bela Carlos Chiara Daniel Dorota Elena Emil Fatima Felix Greta Hana Ibrahim Ingrid Ivo Jana Jonas Kirsi "
    "Lars Leila Linus Magnus Maria Mateo Mira Nadia Nils Olga Oscar Paula Pedro Priya Rasmus Rosa Samuel Sofia Tariq "
    "Thandiwe Tomas Ursula Vera Viktor Wanda Xenia Yuki Zoltan Åsa Émilie Özlem Łukasz"
).split()
LAST_NAMES = (
    "Aalto Abe Andersen Baker Becker Berg Bianchi Brandt Carvalho Chen Costa Dubois Dvořák Eriksson Fischer Fontaine "
    "García Grant Haddad Hansen Herrera Horvat Ito Jansen Jensen Kaya Keller Kovács Kowalski Larsen Lindholm López "
    "Marković Meyer Mokoena Moreau Müller Nakamura Nguyen Novak Okoro Olsen Patel Petrov Popescu Ricci Rossi Santos "
    "Schmidt Silva Singh Sørensen Suzuki Takahashi Tanaka Taylor Tavares Virtanen Wagner Weiß Williams Wójcik "
    "Yılmaz Zhang"
).split()
COMPANY_FIRST = (
    "Alpine Amber Arctic Atlas Aurora Baltic Beacon Bluefin Boreal Bright Cedar Central Cobalt Copper Coral Crystal "
    "Delta Eastern Echo Elm Ember Falcon First Fjord Garnet Global Golden Granite Harbour Helix Horizon Iron Ivory "
    "Juniper Keystone Lakeside Lumen Maple Meridian Metro Nordic North Northern Oak Ocean Onyx Orion Pacific Pearl "
    "Pine Polar Prime Quartz Rapid River Sable Silver Solar Southern Sterling Summit Terra Titan Union United Valley "
    "Vertex Western Willow Zenith"
).split()
COMPANY_SECOND = (
    "Acoustics Analytics Automation Aviation Biotech Ceramics Chemicals Controls Diagnostics Dynamics Electric "
    "Electronics Energy Engineering Foods Foundry Geophysics Hydraulics Imaging Instruments Laboratories Lasers "
    "Logistics Machines Marine Materials Measurement Medical Metals Motors Networks Optics Paper Pharma Photonics "
    "Plastics Power Precision Rail Research Robotics Semiconductors Sensors Shipping Software Steel Surveying Systems "
    "Telecom Textiles Tools Turbines Vision Works"
).split()
COMPANY_FORMS = ("", " AB", " AG", " BV", " GmbH", " Inc.", " Ltd", " SA", " SpA", " Oy")
PRODUCT_NAMES = (
    "Spectra Desk|Bench Pilot|Calibration Ledger|Signal Harbor|Trace Studio|Field Recorder|Probe Manager|Wave Sketch|"
    "Report Mill|Sensor Atlas|Lab Notebook|Flow Monitor|Torque Bench|Thermal Eye|Noise Meter|Line Inspector|"
    "Data Courier|Fleet Gauge|Pulse Editor|Query Lens"
).split("|")
COMPANY_NAMES = len(COMPANY_FIRST) * len(COMPANY_SECOND) * len(COMPANY_FORMS)
COMPUTER_KINDS = ("LAPTOP", "PC", "DESKTOP", "WS", "LAB", "NB", "MAC", "BENCH")


def person_name(random: Random) -> str:
    """Return a first and a last name."""
    return f"{random.choice(FIRST_NAMES)} {random.choice(LAST_NAMES)}"


def company_name(position: int) -> str:
    """Return the name of the company at `position`; no two of the first COMPANY_NAMES are the same."""
    position, first = divmod(position, len(COMPANY_FIRST))
    position, second = divmod(position, len(COMPANY_SECOND))
    return f"{COMPANY_FIRST[first]} {COMPANY_SECOND[second]}{COMPANY_FORMS[position % len(COMPANY_FORMS)]}"


def computer_name(random: Random) -> str:
    """Return what somebody calls a computer; some have no name."""
    kind = random.choice(COMPUTER_KINDS)
    if random.random() < 0.1:
        return ""
    if random.random() < 0.5:
        return f"{random.choice(FIRST_NAMES).upper()}-{kind}"
    return f"{kind}-{random.randrange(10_000):04}"

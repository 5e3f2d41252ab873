"""What Globex, an institute and an individual bought from the vendor."""

from licenses.demo.people import FRIEDERIKE, GRETA, HANA, IVO, SOL, YUKI
from licenses.demo.plan import PERMANENT, SUBSCRIPTION, TRIAL, LicensePlan
from licenses.demo.products import BENCH, LEDGER, SPECTRA
from licenses.demo.steps import Activate, Change, Deactivate, NewFiles, Rename, Replace, fleet

GLOBEX = (
    LicensePlan(
        product=SPECTRA,
        version=(3, 2),
        model=PERMANENT,
        issued=678,
        customer=HANA,
        updates=-313,
        order="NW-4179",
        steps=(Activate(676, "GLX-BRNO-07", seen=12),),
    ),
    LicensePlan(
        product=SPECTRA,
        version=(4, 0),
        model=SUBSCRIPTION,
        issued=353,
        customer=GRETA,
        activations=5,
        features=("real-time", "emc"),
        expires=12,
        updates=12,
        order="NW-5044",
        steps=(
            Activate(352, "GLX-NOVAK", seen=0),
            Activate(340, "GLX-RF-1", seen=1),
            Activate(340, "GLX-RF-2", seen=1),
            Change(297, version=(4, 1)),
            NewFiles(296),
            Activate(171, "GLX-FIELD-KIT", seen=48),
        ),
    ),
    LicensePlan(
        product=BENCH,
        version=(2, 0),
        model=PERMANENT,
        issued=347,
        customer=IVO,
        activations=2,
        features=("sequencer", "remote"),
        updates=18,
        order="NW-5048",
        steps=(
            Activate(345, "GLX-HIL-1", seen=0),
            Activate(345, "GLX-HIL-2", seen=0),
            Change(255, version=(2, 1)),
            NewFiles(254),
            NewFiles(171),
            NewFiles(88),
            NewFiles(9),
        ),
    ),
    LicensePlan(
        product=LEDGER,
        version=(2, 3),
        model=SUBSCRIPTION,
        issued=36,
        organization="Globex",
        activations=3,
        floating_seats=15,
        features=("iso17025", "api"),
        expires=329,
        updates=329,
        order="NW-5221",
        steps=(
            Activate(35, "ledger-main", GRETA, seen=0),
            Activate(35, "ledger-standby", GRETA, seen=4),
            Activate(28, "GLX-CAL-DESK", IVO, seen=1),
        ),
    ),
)

INSTITUTE = (
    LicensePlan(
        product=SPECTRA,
        version=(4, 1),
        model=SUBSCRIPTION,
        issued=281,
        customer=FRIEDERIKE,
        activations=100,
        features=("phase-noise", "real-time", "emc", "scpi"),
        expires=449,
        updates=449,
        order="NW-5080",
        comment="Campus license, academic price, two years.",
        steps=(
            *fleet("photonik-pool-{:02}", range(1, 6), 274, YUKI),
            Activate(268, "Prismenlabor links", seen=1),
            Activate(109, "kryo-messplatz", YUKI, seen=0),
        ),
    ),
)

INDIVIDUAL = (
    LicensePlan(
        product=SPECTRA,
        version=(3, 2),
        model=PERMANENT,
        issued=598,
        customer=SOL,
        updates=-233,
        key="SD3-7741-KESTREL-0093",
        order="NW-4270",
        steps=(Activate(598, "workshop-pc", seen=140), Deactivate(133, "workshop-pc")),
    ),
    LicensePlan(
        product=SPECTRA,
        version=(4, 1),
        model=PERMANENT,
        issued=133,
        customer=SOL,
        activations=2,
        features=("phase-noise",),
        updates=232,
        order="NW-5158",
        steps=(
            Activate(133, "workshop-pc", seen=0),
            Activate(126, "old-thinkpad"),
            Replace(29, "old-thinkpad", "sol-framework", seen=1),
            Rename(29, "sol-framework", "Sol’s laptop"),
            NewFiles(29),
        ),
    ),
    LicensePlan(
        product=LEDGER,
        version=(2, 3),
        model=TRIAL,
        issued=13,
        customer=SOL,
        expires_after=14,
        features=("barcode",),
        steps=(Activate(11, "workshop-pc", seen=1),),
    ),
)

LICENSES = GLOBEX + INSTITUTE + INDIVIDUAL

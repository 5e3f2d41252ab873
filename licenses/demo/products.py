"""What Northwind Instruments sells in the demo. Links lead to `.example`, where nobody is."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass

from licenses.models import AfterDeactivation, Product, QuotaPer

SPECTRA, BENCH, LEDGER = "spectra-desk", "bench-pilot", "calibration-ledger"
_STORE = "https://store.northwind.example"


def _characters(name: str, alphabet: str, number: int) -> str:
    """Return what a computer called `name` would show as its fingerprint; at most 32 characters."""
    return "".join(alphabet[byte % len(alphabet)] for byte in hashlib.sha256(name.encode()).digest()[:number])


def _spectra_id(name: str) -> str:
    characters = _characters(name, "0123456789ABCDEF", 16)
    return "-".join(characters[start : start + 4] for start in range(0, 16, 4))


def _bench_id(name: str) -> str:
    return "BP-" + _characters(name, "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", 16)


def _ledger_id(name: str) -> str:
    return _characters(name, "0123456789abcdef", 32)


@dataclass(frozen=True)
class ProductPlan:
    """A product, its features (code, name), and its versions (major, minor, released so many days ago)."""

    product: Callable[[], Product]
    computer_id_of: Callable[[str], str]
    features: tuple[tuple[str, str], ...]
    versions: tuple[tuple[int, int, int], ...]


def _spectra() -> Product:
    return Product(
        name="Spectra Desk",
        slug=SPECTRA,
        description="Signal and spectrum analysis at the desk: connect an analyzer, or open what it recorded.",
        default_deactivations_allowed=1,
        default_deactivation_days=90,
        default_deactivations_per=QuotaPer.ACTIVATION,
        renew_url=f"{_STORE}/spectra-desk/renew",
        buy_more_url=f"{_STORE}/spectra-desk/activations",
        computer_id_pattern="[0-9A-F]{4}(-[0-9A-F]{4}){3}",
        computer_id_example=_spectra_id("an example"),
        computer_id_help="In Spectra Desk, open Help, then License. The computer ID is the line at the bottom.",
        license_file_help=(
            "In Spectra Desk, open Help, then License, and choose the file with “Load license file”. "
            "On computers without a screen, save it as /etc/northwind/spectra-desk.lic."
        ),
        after_deactivation=AfterDeactivation.NEXT_CHECK,
    )


def _bench() -> Product:
    return Product(
        name="Bench Pilot",
        slug=BENCH,
        description="Drives a bench of instruments through a test plan and writes the report.",
        default_deactivations_allowed=3,
        default_deactivation_days=30,
        default_deactivations_per=QuotaPer.LICENSE,
        license_file_days=90,
        renew_url=f"{_STORE}/bench-pilot/renew",
        buy_more_url=f"{_STORE}/bench-pilot/activations",
        computer_id_pattern="BP-[A-Z2-7]{16}",
        computer_id_example=_bench_id("an example"),
        computer_id_help=(
            "Start Bench Pilot without a license: the first window shows the computer ID, with a button to copy it."
        ),
        license_file_help=(
            "Save the file as bench-pilot.lic in the folder “Bench Pilot” of your documents, then start the program."
        ),
        after_deactivation=AfterDeactivation.FILE_ENDS,
    )


def _ledger() -> Product:
    return Product(
        name="Calibration Ledger",
        slug=LEDGER,
        description="Keeps every instrument, certificate and due date of a calibration laboratory; floating seats.",
        buy_more_url=f"{_STORE}/calibration-ledger/seats",
        computer_id_pattern="[0-9a-f]{32}",
        computer_id_example=_ledger_id("an example"),
        computer_id_help="On the server or tablet, run “ledger id”. It prints 32 letters and digits.",
        license_file_help="Copy the file into the folder “licenses” of the installation, then run “ledger reload”.",
        after_deactivation=AfterDeactivation.REMOVED_THERE,
    )


PRODUCTS = (
    ProductPlan(
        _spectra,
        _spectra_id,
        (
            ("phase-noise", "Phase noise"),
            ("real-time", "Real-time spectrum"),
            ("emc", "EMC pre-compliance"),
            ("scpi", "Automation with SCPI and Python"),
        ),
        ((3, 2, 880), (4, 0, 560), (4, 1, 310)),
    ),
    ProductPlan(
        _bench,
        _bench_id,
        (("sequencer", "Test sequencer"), ("reports", "Signed reports"), ("remote", "Remote benches")),
        ((2, 0, 760), (2, 1, 265)),
    ),
    ProductPlan(
        _ledger,
        _ledger_id,
        (("iso17025", "ISO/IEC 17025 certificates"), ("barcode", "Barcodes and labels"), ("api", "Web interface")),
        ((2, 2, 850), (2, 3, 345)),
    ),
)

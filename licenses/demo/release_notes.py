"""What is new in the releases of the demo: written by people who know their instruments."""

from dataclasses import dataclass

from licenses.demo.products import BENCH, LEDGER, SPECTRA


@dataclass(frozen=True)
class ReleasePlan:
    """A release that came out so many days ago, with what is new in it; a negative number lies ahead.

    `withdrawn` says how many days ago it was taken away, and why.
    """

    version: str
    ago: int
    notes: str
    withdrawn: tuple[int, str] | None = None
    mails: bool = False
    is_draft: bool = False


_SPECTRA = (
    ReleasePlan(
        "3.2.0",
        880,
        """\
Spectra Desk 3.2 opens what your analyzer recorded, not only what it shows.

## New
- IQ recordings of up to 4 GB open in seconds, whatever their length
- **Limit lines** from CISPR 11, 32 and 25; your own import from CSV
- Markers stay where you put them when the span changes

## Known limits
- Recordings in the old `.sd2` format have to be converted once (File → Convert)
""",
    ),
    ReleasePlan(
        "3.2.1", 790, "## Fixed\n- The waterfall no longer stops after 65,536 lines\n- Faster start on Windows"
    ),
    ReleasePlan(
        "3.2.4", 655, "## Fixed\n- Channel power is right at a resolution bandwidth below 10 Hz\n- Umlauts in paths"
    ),
    ReleasePlan(
        "3.2.5",
        430,
        """\
## Security
- A prepared recording could make the importer write outside of its folder. **Please update.**

This is the last release of 3.2.
""",
    ),
    ReleasePlan(
        "4.0.0",
        560,
        """\
A new engine: every core of your computer works on the spectrum.

## New
- Real-time spectrum with up to 160 MHz span *(feature “Real-time spectrum”)*
- Phase noise from 1 Hz to 10 MHz offset *(feature “Phase noise”)*
- Dark theme

## Changed
- Settings of 3.x are taken over at the first start; 3.x keeps its own
- Windows 7 and 8 are no longer supported
""",
    ),
    ReleasePlan(
        "4.0.1", 520, "## Fixed\n- Crash with two screens of different scaling\n- GPIB adapters are found again"
    ),
    ReleasePlan(
        "4.0.3",
        402,
        """\
## Better
- Twelve more analyzers, among them the handheld NW-H20

## Fixed
- The same security fault as in 3.2.5
- Limit lines print in colour
""",
    ),
    ReleasePlan("4.0.4", 200, "## Fixed\n- Certificates of analyzers that were renewed this year are accepted"),
    ReleasePlan(
        "4.1.0-rc.2",
        324,
        "A candidate for 4.1, for those who want to look early. The way back to 4.0 stays open.",
    ),
    ReleasePlan(
        "4.1.0",
        310,
        """\
Pre-compliance without a spreadsheet beside it.

## New
- **EMC assistant**: from the antenna factor to the report, step by step
- Python: `import spectra` controls everything that the mouse does

```python
import spectra

desk = spectra.connect()
desk.center("2.45 GHz").span("80 MHz")
print(desk.peak())
```

## Changed
| | 4.0 | 4.1 |
|---|---|---|
| Sweep, 1 GHz at 10 kHz | 2.1 s | 0.8 s |
| Memory at rest | 410 MB | 260 MB |
""",
    ),
    ReleasePlan(
        "4.1.2", 238, "## Fixed\n- The EMC assistant remembers the antenna\n- SCPI: `:INIT:CONT?` answers again"
    ),
    ReleasePlan(
        "4.1.3",
        156,
        "## Better\n- Quasi-peak detection is 3 × faster",
        withdrawn=(
            147,
            "Quasi-peak values above 1 GHz are 2 dB too low. Use 4.1.4, and repeat measurements made with 4.1.3.",
        ),
    ),
    ReleasePlan(
        "4.1.4", 146, "## Fixed\n- Quasi-peak values above 1 GHz are right again; **4.1.3 was withdrawn for them**"
    ),
    ReleasePlan(
        "4.1.9",
        74,
        """\
## New
- Compare up to eight traces, also from different days

## Fixed
- Exported tables keep their units
- Reconnects after the computer slept
""",
    ),
    ReleasePlan(
        "4.1.10",
        16,
        """\
## New
- The report names the calibration of every device in the chain *(needs Calibration Ledger 2.3)*
- Linux: runs under Wayland

## Fixed
- A marker on a paused waterfall shows the time of its line
- Peak search ignores the DC spike if asked to

Thank you to everybody who sent recordings.
""",
    ),
    ReleasePlan(
        "4.1.11",
        -6,
        "## Fixed\n- Licenses on computers with two network cards\n- Shortcut keys on Czech keyboards",
        mails=True,
    ),
)

_BENCH = (
    ReleasePlan(
        "2.0.0",
        760,
        """\
Test plans are text now: keep them in version control, review them, run them anywhere.

## New
- Plans in YAML, with an editor that knows your instruments
- **Sequencer** for parallel benches
""",
    ),
    ReleasePlan(
        "2.0.3", 610, "## Fixed\n- A plan stops at once when a power supply trips\n- Reports of more than 200 pages"
    ),
    ReleasePlan("2.0.5", 420, "## Better\n- 30 more drivers\n\n## Fixed\n- Time zones in reports"),
    ReleasePlan("2.0.6", 230, "## Security\n- Updated TLS library\n\nThis is the last release of 2.0."),
    ReleasePlan(
        "2.1.0",
        265,
        """\
## New
- **Remote benches**: run a plan on a bench in another building, with the camera beside it
- Signed reports *(feature “Signed reports”)*

## Changed
- Drivers are looked for in `~/.config/bench-pilot/drivers`
""",
    ),
    ReleasePlan("2.1.1", 190, "## Fixed\n- Remote benches reconnect after a change of network"),
    ReleasePlan(
        "2.1.2", 95, "## Better\n- Steps that failed can be repeated by themselves\n\n## Fixed\n- Decimal commas in CSV"
    ),
    ReleasePlan(
        "2.1.3",
        27,
        """\
## New
- A plan can ask the operator a question, with a picture

## Fixed
- Signed reports open in readers that check the time stamp
- The sequencer counts skipped steps
""",
    ),
)

_LEDGER = (
    ReleasePlan("2.2.0", 850, "## New\n- Due dates by mail, a month and a week before\n- Labels with barcodes"),
    ReleasePlan("2.2.2", 600, "## Fixed\n- Import of 100,000 instruments no longer needs all memory"),
    ReleasePlan("2.2.4", 380, "## Security\n- Sessions end on the server too\n\nThis is the last release of 2.2."),
    ReleasePlan(
        "2.3.0",
        345,
        """\
## New
- **ISO/IEC 17025**: certificates with measurement uncertainty, from a template that auditors know
- Web interface: `GET /api/instruments`, with tokens per system

## Before you update
1. Make a backup: `ledger backup /path`
2. Install
3. Run `ledger migrate`; with 100,000 instruments it takes about four minutes
""",
    ),
    ReleasePlan("2.3.1", 260, "## Fixed\n- `ledger migrate` goes on where it stopped\n- Tablets keep their sorting"),
    ReleasePlan("2.3.2", 120, "## Better\n- Search finds parts of serial numbers\n\n## Fixed\n- Certificates on A5"),
    ReleasePlan(
        "2.3.3",
        48,
        """\
## New
- Spectra Desk 4.1.10 and later read the calibration of a measuring chain from here

## Fixed
- Barcodes of 13 digits
- The list of loans counts weekends
""",
    ),
    ReleasePlan("2.3.4", 0, "## Fixed\n- *to be written*", is_draft=True),
)

RELEASES = {SPECTRA: _SPECTRA, BENCH: _BENCH, LEDGER: _LEDGER}

"""What systemd itself says of the deployment's units, where it is there; it starts nothing."""

import shutil
import subprocess
from collections.abc import Iterator

from bench.deployment.checking import check
from bench.deployment.machine import Machine

NAMES = ("portal-web@8001.service", "portal-worker.service", "portal-backup.service", "portal-backup.timer")
MOST_EXPOSED = 20
"""In tenths of the number that systemd gives a service, 0 to 100; above it there is room for doubt."""


def check_units(machine: Machine) -> Iterator[str]:
    """Check the units as they were installed."""
    program = shutil.which("systemd-analyze")
    if program is None:
        yield "the units were not read by systemd, which is not on this machine"
        return
    folder = machine.folder / "etc/systemd/system"
    files = [str(folder / machine.translated(name)) for name in NAMES]
    read = subprocess.run([program, "verify", "--man=no", *files], check=False, capture_output=True, text=True)
    yield check(
        read.returncode == 0 and not read.stderr.strip(), f"systemd understands the units {read.stderr}".strip()
    )
    services = [file for file in files if file.endswith(".service")]
    command = [program, "security", "--offline=yes", f"--threshold={MOST_EXPOSED}", "--no-pager"]
    rated = [subprocess.run([*command, file], check=False, capture_output=True).returncode for file in services]
    yield check(not any(rated), f"their exposure is at most {MOST_EXPOSED / 10:.1f} of 10 by its measure")

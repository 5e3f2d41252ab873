"""The Chromium of the system, for pytest-playwright."""

import os
import shutil

NAMES = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")
"""The one without windows first: it draws the same pages with less work."""

PATIENCE_MS = 15_000
"""How long a page may take to become what a test expects, on a machine that is busy with other tests."""

# Chromium keeps to the pages it is told to open: it looks nothing up and fetches nothing by itself.
STAY_HOME = [
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-gpu",
    "--disable-quic",
    "--disable-sync",
    "--no-first-run",
]


def chromium() -> str:
    """Return the path of a Chromium, or nothing."""
    return os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, NAMES)), "")


def launch_options() -> dict[str, object]:
    """Return what Playwright needs to start it; root has to do without the sandbox."""
    as_root = ["--no-sandbox"] if os.geteuid() == 0 else []
    return {"executable_path": chromium(), "args": [*STAY_HOME, *as_root]}

"""Node, with the packages of `tests/javascript`, to run what the README tells people of that language."""

import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from launcher.folder import alone_in

HERE = Path(__file__).resolve().parent.parent / "javascript"
INSTALLED_FOLDER = Path(sys.prefix).parent / "javascript"


def node() -> str:
    """Return the path of Node, or nothing when Node or its package manager is missing."""
    return (shutil.which("npm") and shutil.which("node")) or ""


def install() -> Path:
    """Install the locked packages beside the virtual environment, unless that is done; return their folder."""
    INSTALLED_FOLDER.mkdir(parents=True, exist_ok=True)
    with alone_in(INSTALLED_FOLDER):
        return _install()


def _install() -> Path:
    lock, installed = HERE / "package-lock.json", INSTALLED_FOLDER / "installed.json"
    if installed.exists() and installed.read_bytes() == lock.read_bytes():
        return INSTALLED_FOLDER
    for name in ("package.json", "package-lock.json"):
        shutil.copy(HERE / name, INSTALLED_FOLDER)
    command = ["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund"]
    done = subprocess.run(command, cwd=INSTALLED_FOLDER, check=False, capture_output=True, text=True)
    assert done.returncode == 0, f"npm ci failed: {done.stdout}{done.stderr}"
    shutil.copy(lock, installed)
    return INSTALLED_FOLDER


class Node:
    """Runs programs that import the locked packages."""

    def __init__(self) -> None:
        self.folder = install()

    def run(self, program: str, *arguments: str, text: str = "") -> subprocess.CompletedProcess[str]:
        """Run the text of a program, an ES module, with `arguments`, and `text` as its standard input."""
        # Modules are looked up from the program's own folder upwards, so it has to lie beside them.
        with tempfile.NamedTemporaryFile("w", dir=self.folder, suffix=".mjs", encoding="utf-8") as file:
            file.write(program)
            file.flush()
            return subprocess.run(
                [node(), file.name, *arguments], input=text, check=False, capture_output=True, text=True, timeout=60
            )

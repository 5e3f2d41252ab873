"""What somebody typed is never a format string, and no process is started: the guard reads the sources."""

import ast
from collections.abc import Iterator
from pathlib import Path

from django.conf import settings

ROOT = Path(settings.BASE_DIR)
PACKAGES = ("accounts", "organizations", "licenses", "qlmportal")
FORMATTED = {
    "licenses/demo/releases.py": "names of the demo's own files",
    "licenses/demo/steps.py": "names of the demo's own computers",
    "qlmportal/brand.py": "a constant, with the colour of the settings put in",
    "qlmportal/logs.py": "the formatter of a log record",
}
STARTING = frozenset({"subprocess", "pty", "multiprocessing"})
STARTING_CALLS = frozenset({"system", "popen", "execv", "execve", "execvp", "spawnl", "spawnv", "posix_spawn", "fork"})


def sources() -> Iterator[tuple[str, ast.Module]]:
    """Return every module of the portal by its path."""
    for package in PACKAGES:
        for path in sorted((ROOT / package).rglob("*.py")):
            yield str(path.relative_to(ROOT)), ast.parse(path.read_text(encoding="utf-8"))


def formats(module: ast.Module) -> bool:
    """Tell whether a module formats a text that is no constant where it does so."""
    return any(
        isinstance(node, ast.Attribute)
        and node.attr in {"format", "format_map", "vformat"}
        and not isinstance(node.value, ast.Constant)
        for node in ast.walk(module)
    )


def starts_a_process(module: ast.Module) -> bool:
    """Tell whether a module can start a process."""
    for node in ast.walk(module):
        names = [each.name for each in node.names] if isinstance(node, ast.Import | ast.ImportFrom) else []
        if isinstance(node, ast.ImportFrom):
            names.append(node.module or "")
        if STARTING & {name.partition(".")[0] for name in names}:
            return True
        if isinstance(node, ast.Attribute) and node.attr in STARTING_CALLS:
            return True
    return False


def test_only_constants_are_format_strings() -> None:
    assert {path for path, module in sources() if formats(module)} == FORMATTED.keys()


def test_nothing_of_the_portal_starts_a_process() -> None:
    assert [path for path, module in sources() if starts_a_process(module)] == []


def test_control_what_is_looked_for_is_found() -> None:
    assert formats(ast.parse("text.format(1)"))
    assert not formats(ast.parse("'{}'.format(1)"))
    assert starts_a_process(ast.parse("from subprocess import run"))
    assert starts_a_process(ast.parse("import os\nos.system('ls')"))

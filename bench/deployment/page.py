"""What `docs/deployment.md` tells people to type."""

import re
from dataclasses import dataclass

from launcher.folder import HERE

PAGE = HERE / "docs" / "deployment.md"
_BLOCK = re.compile(r"^```sh\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_HEADING = re.compile(r"^## (.+)$", re.MULTILINE)


@dataclass(frozen=True)
class Step:
    """A section of the page, with the commands in it."""

    title: str
    commands: str


def steps() -> list[Step]:
    """Return the sections that have commands, in their order."""
    title, *rest = _HEADING.split(PAGE.read_text(encoding="utf-8"))[1:]
    titles, texts = [title, *rest[1::2]], rest[0::2]
    found = [Step(title, "".join(_BLOCK.findall(text))) for title, text in zip(titles, texts, strict=True)]
    return [step for step in found if step.commands]

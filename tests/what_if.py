"""The small workspace with shocks and a scenario that includes another, for tests to change."""

from __future__ import annotations

import shutil
from pathlib import Path

from command import SMALL

WHAT_IF = SMALL.parent / "what_if"


def what_if(folder: Path) -> Path:
    """A copy of it in ``folder``, which is made."""
    shutil.copytree(SMALL, folder)
    return Path(shutil.copytree(WHAT_IF, folder, dirs_exist_ok=True))


def edit(root: Path, file: str, old: str, new: str) -> None:
    """Replace the first ``old`` in a file, which must be there."""
    text = (root / file).read_text("utf-8")
    assert old in text, f"{file} has no {old}"
    (root / file).write_text(text.replace(old, new, 1), encoding="utf-8")


def add(root: Path, file: str, text: str) -> None:
    """Append to a file."""
    with (root / file).open("a", encoding="utf-8") as out:
        out.write(text)

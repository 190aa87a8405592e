"""The installed `forecast` command as a process, for tests of the command line."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
SMALL = ROOT / "tests" / "workspaces" / "small"
FORECAST = Path(sys.executable).parent / "forecast"
#: Draws of a run that is only to be fast; diagnostics are computed on more.
QUICK = ("--draws", "400")
#: Seconds after which a command that should take one is given up.
PATIENCE = 300

Done = subprocess.CompletedProcess[str]


def environment(cache: Path, **more: str) -> dict[str, str]:
    """This process's environment without what would change the output, and with a cache of its own."""
    kept = {k: v for k, v in os.environ.items() if k not in {"COLUMNS", "NO_COLOR", "FORCE_COLOR", "LINES"}}
    return {**kept, "FORECAST_CACHE_DIR": str(cache), **more}


def forecast(*arguments: str, cache: Path, cwd: Path = ROOT, **more: str) -> Done:
    """Run the command to its end; stdout and stderr apart."""
    return subprocess.run(
        [str(FORECAST), *arguments],
        cwd=cwd,
        env=environment(cache, **more),
        capture_output=True,
        text=True,
        encoding="utf-8",
        stdin=subprocess.DEVNULL,
        timeout=PATIENCE,
        check=False,
    )


def small(command: str, *arguments: str, cache: Path, **more: str) -> Done:
    """A command on the small workspace."""
    return forecast(command, "-w", str(SMALL), *arguments, cache=cache, **more)


def without_run(text: str) -> str:
    """A document's text up to ``run``, the one part that is outside the promise of the same bytes."""
    head, mark, _ = text.partition('"run": {')
    assert mark, text
    return head


def files(folder: Path) -> list[str]:
    """Every file below a folder, hidden ones too."""
    return sorted(p.relative_to(folder).as_posix() for p in folder.rglob("*") if p.is_file())

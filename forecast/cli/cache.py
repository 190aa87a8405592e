"""`forecast cache` and `forecast doctor`: what is kept, and whether the installation is whole."""

from __future__ import annotations

import os
import platform
import shutil
from importlib import metadata, util

import typer

from forecast import __version__
from forecast import cache as kept
from forecast.cli import options as o
from forecast.errors import UsageError

app = typer.Typer(
    help="Look at or clear the results kept between runs.", no_args_is_help=True, rich_markup_mode=None
)

#: What a full run needs beyond the numerical packages, and the least free space a fit is safe with.
OTHERS = ("pydantic", "PyYAML", "typer", "arviz", "matplotlib", "markdown-it-py", "platformdirs", "pandas")
LEAST_FREE = 500_000_000


@app.command()
def path() -> None:
    """Print the folder results are kept in."""
    print(kept.folder())


@app.command("ls")
def ls() -> None:
    """List what is kept: kind, size, name."""
    for each in kept.entries():
        print(f"{each.parent.name:10} {each.stat().st_size:>10} {each.name[:16]}")


@app.command()
def clear() -> None:
    """Delete everything kept; it is made again when needed."""
    count, size = kept.clear()
    print(f"deleted {count} file{'s' * (count != 1)}, {size / 1e6:.1f} MB")


def doctor(workspace: o.WorkspaceOption = None, debug: o.DebugOption = False) -> int:
    """Check the installation, the cache and the workspace; exit 1 if something is wrong."""
    troubles = []
    print(f"forecast    {__version__}  Python {platform.python_version()}  {platform.platform()}")
    for name in (*kept.NUMERICAL, *OTHERS):
        try:
            print(f"{name:16}{metadata.version(name)}")
        except metadata.PackageNotFoundError:
            troubles.append(f"{name} is not installed: pip install {name}")
    if util.find_spec("forecast") is None:  # pragma: no cover - the command itself proves it
        troubles.append("the package does not import")
    folder = kept.folder()
    existing = folder
    while not existing.exists():
        existing = existing.parent
    writable = os.access(existing, os.W_OK)
    free = shutil.disk_usage(existing).free
    print(f"cache           {folder} ({len(kept.entries())} files, {free / 1e9:.1f} GB free)")
    if not writable:
        troubles.append(
            f"the cache folder {folder} cannot be written: every run will fit again (FORECAST_CACHE_DIR)"
        )
    if free < LEAST_FREE:
        troubles.append(f"only {free / 1e6:.0f} MB free at {existing}")
    print(f"processors      {os.cpu_count()}")
    from forecast.inputs.locate import locate
    from forecast.inputs.read import examine

    try:
        root, origin = locate(workspace)
        typed, problems = examine(root, origin)
        print(f"workspace       {root} ({origin})")
        if typed is None:
            troubles.append(
                f"the workspace has {sum(not p.warning for p in problems)} problems: forecast validate"
            )
    except UsageError as error:
        troubles.append(str(error))
    for trouble in troubles:
        print(f"trouble: {trouble}")
    print("all well" if not troubles else f"{len(troubles)} trouble{'s' * (len(troubles) != 1)}")
    return 1 if troubles else 0

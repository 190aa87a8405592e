"""Finding the workspace, as git finds its repository."""

from __future__ import annotations

from pathlib import Path

from forecast.errors import UsageError

MARK = Path("priors") / "question.yaml"
_PACKAGE = Path(__file__).resolve().parents[1]


def locate(where: str | Path | None = None) -> tuple[Path, str]:
    """The workspace folder, and how it was chosen: ``given``, ``found`` (looking upward) or ``shipped``.

    Raises
    ------
    UsageError
        If ``where`` holds no priors/question.yaml, or nothing is found and no example is shipped.
    """
    if where is not None:
        return _given(Path(where)), "given"
    here = Path.cwd()
    for folder in (here, *here.parents):
        if (folder / MARK).is_file():
            return folder, "found"
    return shipped(), "shipped"


def shipped() -> Path:
    """The read-only example: inside the package (wheel), else the repository it is installed from."""
    for folder in (_PACKAGE / "_shipped", _PACKAGE.parent):
        if (folder / MARK).is_file():
            return folder
    raise UsageError(
        f"no workspace: looked upward from {Path.cwd()} for {MARK.as_posix()}, and no example is shipped "
        "with this installation; name the folder that holds priors/ with -w DIR"
    )


def _given(folder: Path) -> Path:
    if (folder / MARK).is_file():
        return folder.resolve()
    looked = f"looked for {MARK.as_posix()} in {folder}"
    if not folder.is_dir():
        raise UsageError(f"no folder {folder} ({looked})")
    if (folder / MARK.name).is_file():
        raise UsageError(f"{folder} is a priors folder; -w names the folder that holds it: {folder.parent}")
    raise UsageError(f"{folder} is not a workspace: {looked}; 'forecast init DIR' makes one")

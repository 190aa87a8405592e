"""Both kinds of install find the shipped workspace from any folder, and an editable one has no stale copy."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import sysconfig
import zipfile
from pathlib import Path

import pytest
from command import ROOT, files

pytestmark = pytest.mark.slow

#: What a build takes from the repository.
BUILT_FROM = ("forecast", "priors", "scenarios", "pyproject.toml", "README.md", "LICENSE")

#: Without dependencies or a download, with the build backend of this environment.
OFFLINE = ("-q", "--no-deps", "--no-index", "--no-build-isolation")


def checkout(folder: Path) -> Path:
    """A copy of what a build needs, without compiled files: building and editing leave ours alone."""
    for name in BUILT_FROM:
        source = ROOT / name
        if source.is_dir():
            shutil.copytree(source, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            folder.mkdir(parents=True, exist_ok=True)
            shutil.copy(source, folder / name)
    return folder


def environment(folder: Path) -> Path:
    """A virtual environment that sees this one's libraries, behind its own; its folder of programs.

    Nothing is downloaded. This environment's own `forecast` is only a path in a file there that is not
    followed, so it cannot answer in place of the one under test.
    """
    subprocess.run([sys.executable, "-m", "venv", folder], check=True)
    site = next((folder / "lib").glob("python*")) / "site-packages"
    (site / "libraries.pth").write_text(sysconfig.get_path("purelib") + "\n")
    return folder / "bin"


def call(*command: str | Path, cwd: Path) -> str:
    """Run to the end, with no variable that would lead Python elsewhere; stdout and stderr."""
    clean = {k: v for k, v in os.environ.items() if not k.startswith("PYTHON")}
    done = subprocess.run(
        list(map(str, command)),
        cwd=cwd,
        env=clean,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout
    return done.stdout


def install(programs: Path, *what: str | Path, cwd: Path) -> None:
    """pip install into the environment these programs are of."""
    call(programs / "python", "-m", "pip", "install", *OFFLINE, "--force-reinstall", *what, cwd=cwd)


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A wheel of this repository as it stands."""
    place = tmp_path_factory.mktemp("wheel")
    source = checkout(place / "checkout")
    call(sys.executable, "-m", "pip", "wheel", *OFFLINE, "-w", place, source, cwd=place)
    (built,) = place.glob("*.whl")
    return built


def test_wheel_holds_the_inputs_and_nothing_else(wheel: Path) -> None:
    """The package, every input file under _shipped, and the mark that it is typed; no tests, no caches."""
    names = set(zipfile.ZipFile(wheel).namelist())
    for folder in ("priors", "scenarios"):
        for name in files(ROOT / folder):
            assert f"forecast/_shipped/{folder}/{name}" in names
    assert {"forecast/py.typed", "forecast/cli/app.py"} <= names
    assert {name.split("/")[0].split("-")[0] for name in names} == {"forecast", "alliance_forecast"}
    assert not [name for name in names if "__pycache__" in name or "tests" in name]


def test_a_wheel_answers_from_an_empty_folder(wheel: Path, tmp_path: Path) -> None:
    """Installed from the wheel, the shipped workspace is inside, is valid, and init copies it out."""
    programs = environment(tmp_path / "venv")
    empty = tmp_path / "empty"
    empty.mkdir()
    install(programs, wheel, cwd=empty)
    said = call(programs / "forecast", "validate", cwd=empty)
    assert f"{tmp_path / 'venv'}" in said.splitlines()[0]
    assert said.splitlines()[0].endswith("/forecast/_shipped (shipped)")
    assert "valid: " in said
    assert call(programs / "forecast", "scenarios", "list", cwd=empty).count("\n") == 2 + len(
        list((ROOT / "scenarios").glob("*.yaml"))
    )
    call(programs / "forecast", "init", "mine", cwd=empty)
    assert "(found)" in call(programs / "forecast", "validate", cwd=empty / "mine")


def test_an_editable_install_reads_the_checkout(tmp_path: Path) -> None:
    """Installed in place, the workspace is the checkout's own: an edit of priors/ is seen from anywhere."""
    source = checkout(tmp_path / "checkout")
    programs = environment(tmp_path / "venv")
    empty = tmp_path / "empty"
    empty.mkdir()
    install(programs, "-e", source, cwd=empty)
    said = call(programs / "forecast", "validate", cwd=empty)
    assert said.splitlines()[0] == f"workspace: {source} (shipped)"
    path = source / "scenarios" / "added.yaml"
    path.write_text(
        "schema: scenario/1\nid: added\ntitle: Added later\nstoryline: Nothing happens.\n", encoding="utf-8"
    )
    assert "Added later" in call(programs / "forecast", "scenarios", "list", cwd=empty)
    assert not list(source.rglob("_shipped"))

"""Every fault has its message, and only its own."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest

from forecast.errors import InputError
from forecast.inputs import load

TESTS = Path(__file__).resolve().parents[1]
SMALL = TESTS / "workspaces" / "small"
FAULTS = sorted(path for path in (TESTS / "bad_inputs").iterdir() if path.is_dir())
BESIDE = ("expected.txt", "removed.txt")


def overlay(fault: Path, workspace: Path) -> None:
    """Put a fault's files over a copy of the small workspace; removed.txt lists files to take away."""
    shutil.copytree(SMALL, workspace)
    shutil.copytree(fault, workspace, dirs_exist_ok=True, ignore=shutil.ignore_patterns(*BESIDE))
    removed = fault / "removed.txt"
    for file in removed.read_text("utf-8").split() if removed.exists() else []:
        (workspace / file).unlink()


@pytest.mark.parametrize("fault", FAULTS, ids=lambda path: path.name)
def test_fault_is_named_with_its_place_and_nothing_else(fault: Path, tmp_path: Path) -> None:
    """A fault yields exactly the text beside it: its own problems, the count, and no others."""
    overlay(fault, tmp_path / "w")
    with pytest.raises(InputError, match=re.escape("nothing was run.")) as caught:
        load(tmp_path / "w")
    assert str(caught.value) + "\n" == (fault / "expected.txt").read_text("utf-8")


@pytest.mark.parametrize("fault", FAULTS, ids=lambda path: path.name)
def test_every_problem_has_a_line_of_its_file(fault: Path, tmp_path: Path) -> None:
    """Each problem but those of a whole file points at a line that is there."""
    overlay(fault, tmp_path / "w")
    with pytest.raises(InputError, match=re.escape("nothing was run.")) as caught:
        load(tmp_path / "w")
    for problem in caught.value.problems:
        if problem.message in ("the file is missing", "the file is empty"):
            continue
        rows = (tmp_path / "w" / problem.file).read_bytes().count(b"\n")
        assert 1 <= problem.line <= rows


def test_there_are_faults_to_test() -> None:
    """The folder of faults is found and is not a handful."""
    assert len(FAULTS) >= 100


def test_nothing_in_a_file_is_executed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A tag that asks for a call is refused without the call."""
    monkeypatch.setattr("os.system", lambda command: pytest.fail(f"ran {command}"))
    overlay(TESTS / "bad_inputs" / "yaml_python_tag", tmp_path / "w")
    with pytest.raises(InputError, match=r"the tag !!python/object/apply:os\.system is not accepted"):
        load(tmp_path / "w")

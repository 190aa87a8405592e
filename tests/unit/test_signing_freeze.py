"""Reports put in place: all at once, never over a final one, whoever else is writing."""

from __future__ import annotations

import stat
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import pytest
from test_signing import RECORD

from forecast.errors import UsageError
from forecast.report.signing.freeze import check_may_write, check_unedited, put
from forecast.report.signing.inputs import sha256
from forecast.report.signing.manifest import FILE, read_manifest
from forecast.report.signing.seal import resealed
from forecast.report.signing.signature import signature

DRAFT = replace(RECORD, signature=signature(), generated=None)


def report(text: str, *, final: bool = False, author: str = "A", **files: bytes) -> dict[str, bytes]:
    """A report's files, of one line."""
    signed = signature(status="final", authors=[author]) if final else signature()
    named = {name.replace("_", "."): data for name, data in files.items()}
    return resealed(replace(DRAFT, signature=signed), {"report.md": text.encode(), **named})


def whole(folder: Path) -> bool:
    """Whether every file is the one that the manifest lists."""
    listed = read_manifest(folder).files
    return all(sha256((folder / name).read_bytes()) == digest for name, digest in listed.items())


def test_a_draft_replaces_a_draft(tmp_path: Path) -> None:
    """Files of the old one that the new one has not are gone; whatever else is there stays."""
    folder = tmp_path / "r"
    put(folder, report("one", report_pdf=b"1"))
    (folder / "notes.txt").write_text("mine")
    written = put(folder, report("two"), ours=["old.md"])
    assert [path.name for path in written] == ["report.md", FILE]
    assert sorted(path.name for path in folder.iterdir()) == [FILE, "notes.txt", "report.md"]
    assert whole(folder)


def test_a_final_report_is_read_only_and_stays(tmp_path: Path) -> None:
    """Neither a draft nor another final one goes over it."""
    folder = tmp_path / "r"
    put(folder, report("draft"))
    for path in put(folder, report("final", final=True)):
        assert not stat.S_IMODE(path.stat().st_mode) & 0o222
    before = {path.name: path.read_bytes() for path in folder.iterdir()}
    for other in (report("other"), report("other", final=True)):
        with pytest.raises(
            UsageError, match=r"holds a final report .*not overwritten; write to another folder"
        ):
            put(folder, other)
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == before
    assert [path.name for path in tmp_path.iterdir()] == ["r"], "nothing is left lying about"


def test_a_manifest_that_cannot_be_read_may_be_of_a_final_report(tmp_path: Path) -> None:
    """So it is not written over either."""
    (tmp_path / FILE).write_text("{")
    with pytest.raises(UsageError, match="cannot be told whether it is final"):
        check_may_write(tmp_path)


def test_a_folder_without_a_report_may_be_written_to(tmp_path: Path) -> None:
    """Also one that is not there."""
    check_may_write(tmp_path)
    check_may_write(tmp_path / "none")


def test_what_is_frozen_is_the_report_alone(tmp_path: Path) -> None:
    """A final report does not move in with other files; what a system leaves in folders is none."""
    (tmp_path / "r" / "sub").mkdir(parents=True)
    (tmp_path / "r" / "sub" / "notes.txt").write_text("mine")
    with pytest.raises(UsageError, match=r"holds other files .sub/notes.txt."):
        put(tmp_path / "r", report("final", final=True))
    (tmp_path / "r" / "sub" / "notes.txt").rename(tmp_path / "r" / ".DS_Store")
    put(tmp_path / "r", report("final", final=True))


def test_a_text_edited_by_hand_is_not_lost(tmp_path: Path) -> None:
    """It is said before minutes are spent, with what can be done."""
    put(tmp_path / "r", report("one"))
    check_unedited(tmp_path / "r")
    (tmp_path / "r" / "report.md").write_text("one, edited")
    with pytest.raises(UsageError, match="edited by hand and would be replaced; render it with --from"):
        check_unedited(tmp_path / "r")
    (tmp_path / "r" / "report.md").unlink()
    check_unedited(tmp_path / "r")


def test_an_interrupted_write_leaves_the_old_report(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whole, and without a lock that would keep the next one out."""
    folder = tmp_path / "r"
    put(folder, report("one"))

    def stop(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr("forecast.report.place._write", stop)
        with pytest.raises(KeyboardInterrupt):
            put(folder, report("two"))
    assert (folder / "report.md").read_text() == "one"
    put(folder, report("three"))
    assert whole(folder)


RACE = """
import sys, time
from pathlib import Path
sys.path.insert(0, sys.argv[1])
from test_signing_freeze import report
from forecast.errors import UsageError
from forecast.report.signing.freeze import put

place, name, kind = Path(sys.argv[2]), sys.argv[3], sys.argv[4]
(place / f"{name}.ready").touch()
while not (place / "go").exists():
    time.sleep(0.001)
done = 0
try:
    for _ in range(1 if kind == "final" else 40):
        body = {f"f{i}_svg": name.encode() * 2000 for i in range(20)}
        put(place / "reports" / "r", report(name, final=kind == "final", author=name, **body))
        done += 1
except UsageError as error:
    print(done, error)
    sys.exit(2)
"""


def race(place: Path, kinds: list[str]) -> list[subprocess.CompletedProcess[str]]:
    """Processes that put reports into one folder, begun at one moment."""
    here = str(Path(__file__).parent)
    calls = [
        subprocess.Popen(
            [sys.executable, "-c", RACE, here, str(place), f"p{i}", kind],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        for i, kind in enumerate(kinds)
    ]
    until = time.monotonic() + 120
    while len(list(place.glob("*.ready"))) < len(kinds) and time.monotonic() < until:
        assert not any(call.poll() for call in calls), "a process failed before the start"
        time.sleep(0.01)
    (place / "go").touch()
    told = [call.communicate(timeout=120) for call in calls]
    return [
        subprocess.CompletedProcess(call.args, call.returncode, *out)
        for call, out in zip(calls, told, strict=True)
    ]


def test_of_processes_that_finalise_one_folder_one_wins(tmp_path: Path) -> None:
    """The others are told, and what is there is one report, whole."""
    done = race(tmp_path, ["final"] * 3)
    assert sorted(one.returncode for one in done) == [0, 2, 2], [one.stderr for one in done]
    folder = tmp_path / "reports" / "r"
    winner = read_manifest(folder).signature.authors
    assert winner == (f"p{[one.returncode for one in done].index(0)}",)
    assert whole(folder)
    assert all("holds a final report" in one.stdout for one in done if one.returncode)
    assert [path.name for path in (tmp_path / "reports").iterdir()] == ["r"]


def test_drafts_that_are_being_written_do_not_break_a_final_one(tmp_path: Path) -> None:
    """Whichever comes first, in the end the final report is there, whole."""
    done = race(tmp_path, ["draft", "final"])
    assert done[1].returncode == 0, done[1].stdout + done[1].stderr
    folder = tmp_path / "reports" / "r"
    assert read_manifest(folder).signature.authors == ("p1",)
    assert whole(folder)

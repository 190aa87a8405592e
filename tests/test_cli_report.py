"""A report from draft to signature, as the analyst does it: the real command on the small workspace."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from pathlib import Path

import pytest
from command import QUICK, SMALL, Done, files, forecast

pytestmark = pytest.mark.slow

EVERY = "md,html,json,docx,pdf,csv"
SIGNED = ("--status", "final", "--author", "A. Analyst", "--reviewer", "B. Reader", "--marking", "TRIAL ONLY")


@pytest.fixture(scope="module")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Results shared by the reports of this module."""
    return tmp_path_factory.mktemp("cache")


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the small workspace."""
    where = tmp_path_factory.mktemp("home")
    for folder in ("priors", "scenarios"):
        shutil.copytree(SMALL / folder, where / folder)
    return where


def pages(path: Path) -> int:
    """How many pages a PDF has, as Poppler counts them; skipped where it is not installed."""
    if shutil.which("pdfinfo") is None:
        pytest.skip("pdfinfo (poppler-utils) is not installed")
    told = subprocess.run(["pdfinfo", str(path)], capture_output=True, text=True, check=True).stdout
    return int(re.search(r"Pages: +(\d+)", told)[1])  # type: ignore[index]


def write(home: Path, cache: Path, *arguments: str) -> Done:
    """`forecast report` in the workspace."""
    return forecast("report", *QUICK, *arguments, cache=cache, cwd=home)


@pytest.fixture(scope="module")
def draft(home: Path, cache: Path) -> Path:
    """A draft in every format, with one scenario."""
    done = write(home, cache, "trade_grows", "--out", "draft", "--format", EVERY)
    assert done.returncode == 0, done.stderr
    return home / "draft"


def test_every_format_is_there_and_what_it_says(draft: Path) -> None:
    """Each by its first bytes; the manifest lists them all."""
    begins = {
        "md": b"# Will",
        "html": b"<!doctype html>",
        "json": b"{\n",
        "docx": b"PK\x03\x04",
        "pdf": b"%PDF-1.7",
        "csv": b"",
    }
    for name, start in begins.items():
        assert (draft / f"report.{name}").read_bytes().startswith(start), name
    listed = json.loads((draft / "manifest.json").read_text("utf-8"))["files"]
    assert set(listed) == set(files(draft)) - {"manifest.json"}


def test_the_same_bytes_again(draft: Path, home: Path, cache: Path) -> None:
    """Markdown, page, data, PDF, DOCX, table and figures, in another folder."""
    assert (
        write(home, cache, "trade_grows", "--out", "again", "--format", EVERY, "--since", "none").returncode
        == 0
    )
    for name in files(draft):
        assert (home / "again" / name).read_bytes() == (draft / name).read_bytes(), name


def test_an_edited_text_is_held_to_its_data(draft: Path, home: Path, cache: Path) -> None:
    """A number changed, words that say another: each with its line; the text as written passes."""
    assert forecast("report", "--check", "draft/report.md", cache=cache, cwd=home).returncode == 0
    edited = home / "edited"
    shutil.copytree(draft, edited)
    text = (edited / "report.md").read_text("utf-8")
    shown = re.search(r"by 31 December 2030: \*\*([\d.]+)%\*\*", text)
    assert shown
    wrong = text.replace(shown[0], shown[0].replace(f"{shown[1]}%", "31%"), 1)
    (edited / "report.md").write_text(wrong, "utf-8")
    done = forecast("report", "--check", "edited/report.md", cache=cache, cwd=home)
    assert done.returncode == 1
    line = next(i for i, row in enumerate(wrong.splitlines(), 1) if "31%**" in row)
    assert f"report.md:{line}" in done.stdout
    assert f"{shown[1]}%" in done.stdout
    kept = {name: (edited / name).read_bytes() for name in files(edited)}
    refused = forecast("report", "--from", "edited/report.md", *SIGNED, cache=cache, cwd=home)
    assert refused.returncode == 1
    assert {name: (edited / name).read_bytes() for name in files(edited)} == kept


def test_from_draft_to_final(draft: Path, home: Path, cache: Path) -> None:
    """Edited, rendered, signed, frozen, verified; not overwritten, and a changed byte is named."""
    final = home / "final"
    shutil.copytree(draft, final)
    text = (final / "report.md").read_text("utf-8")
    note = "A sentence that the analyst adds to say what it is for."
    (final / "report.md").write_text(
        text.replace("## Key judgments\n", f"## Key judgments\n\n{note}\n", 1), "utf-8"
    )
    done = forecast("report", "--from", "final/report.md", *SIGNED, cache=cache, cwd=home)
    assert done.returncode == 0, done.stderr
    for name in ("report.md", "report.html"):
        shown = (final / name).read_text("utf-8")
        assert note in shown
        assert "A. Analyst" in shown
        assert "TRIAL ONLY" in shown
    refused = write(home, cache, "trade_grows", "--out", "final")
    assert refused.returncode == 2
    assert "holds a final report" in refused.stderr
    verified = forecast("report", "--verify", "final", cache=cache, cwd=home)
    assert verified.returncode == 0, verified.stdout + verified.stderr
    page = final / "report.html"
    page.chmod(0o644)
    page.write_text(page.read_text("utf-8").replace("A. Analyst", "C. Culprit"), "utf-8")
    tampered = forecast("report", "--verify", "final", cache=cache, cwd=home)
    assert tampered.returncode == 1
    assert re.search(r"changed +report\.html", tampered.stdout)


def test_what_changed_is_said_with_its_line(draft: Path, home: Path, cache: Path) -> None:
    """A later report finds the earlier one by --since and attributes the difference to the edit."""
    source = home / "priors" / "sources" / "smith2019.yaml"
    before = source.read_text("utf-8")
    changed = re.sub(
        r"(alliance: *\{p05: )([\d.]+)(, p50: )([\d.]+)(, p95: )([\d.]+)",
        r"\g<1>0.2\g<3>0.4\g<5>0.6",
        before,
        count=1,
    )
    assert changed != before
    source.write_text(changed, "utf-8")
    try:
        done = write(home, cache, "--out", "later", "--since", "draft")
    finally:
        source.write_text(before, "utf-8")
    assert done.returncode == 0, done.stderr
    text = (home / "later" / "report.md").read_text("utf-8")
    section = text.partition("## What changed since the last report")[2].partition("\n## ")[0]
    assert "priors/sources/smith2019.yaml" in section


def test_one_page_and_a_comparison(home: Path, cache: Path) -> None:
    """A brief's PDF has one page; two panels make a comparison, in folders of their own."""
    assert write(home, cache, "--brief", "--format", "md,pdf,json").returncode == 0
    assert write(home, cache, "trade_grows", "--panel", "all", "--panel", "texts").returncode == 0
    made = {p.name for p in (home / "reports").iterdir()}
    assert {name.rpartition("-")[2] for name in made} >= {"brief", "comparison"}
    (brief,) = (home / "reports").glob("*-brief/brief.pdf")
    assert pages(brief) == 1


def test_hostile_words_on_the_command_line(home: Path, cache: Path) -> None:
    """Nothing that is given is run, rendered or left to steer a terminal."""
    done = forecast(
        *("report", "--status", "final", "--author", "A\u202eB", "--out", "x"),
        cache=cache,
        cwd=home,
    )
    assert done.returncode == 2
    assert "U+202E" in done.stderr

"""Linting a file: what it needs beside it, and how faults are said."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from forecast.errors import UsageError
from forecast.report.lint import RULES, Fault, as_document, as_text, check_file
from tests.unit.test_lint import published


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A report in order, in a folder."""
    text, data = published()
    (tmp_path / "report.md").write_text(text, "utf-8")
    (tmp_path / "report.json").write_text(json.dumps(data), "utf-8")
    return tmp_path


def test_a_report_in_order_passes(folder: Path) -> None:
    """Against the data beside it, and against data named."""
    assert check_file(folder / "report.md") == ()
    (folder / "elsewhere.json").write_bytes((folder / "report.json").read_bytes())
    assert check_file(folder / "report.md", folder / "elsewhere.json") == ()


def test_the_data_of_its_own_name_comes_first(folder: Path) -> None:
    """brief.md is checked against brief.json; a copy under another name against report.json."""
    (folder / "brief.md").write_text("The two will ally.\n", "utf-8")
    assert {f.rule for f in check_file(folder / "brief.md")} == {"judgment", "will"}
    _, data = published()
    (folder / "brief.json").write_text(json.dumps({**data, "kind": "comparison"}), "utf-8")
    assert {f.rule for f in check_file(folder / "brief.md")} == {"will"}


def test_windows_files_are_read(folder: Path) -> None:
    """A byte-order mark and line ends of another system change nothing."""
    text = (folder / "report.md").read_text("utf-8")
    (folder / "report.md").write_bytes(b"\xef\xbb\xbf" + text.replace("\n", "\r\n").encode())
    assert check_file(folder / "report.md") == ()


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("report.md", b"", "is empty"),
        ("report.md", b" \n\n", "is empty"),
        (
            "report.md",
            b"One line.\nA \x1b[2J line.\n",
            r"report.md:2 has characters that do not print: A ⟨U\+001B⟩",
        ),
        ("report.md", b"caf\xe9", "not UTF-8 .byte 0xe9 at 3"),
        ("report.json", b"{", "is not JSON"),
        ("report.json", b"[]", "its schema is None"),
        ("report.json", b'{"schema": "forecast/1"}', "its schema is 'forecast/1'"),
        ("report.json", b'{"schema": "report/1"}', "has no ledger"),
        ("report.json", b'{"schema": "report/1", "prose": {}}', "has no ledger"),
        ("report.json", b'{"schema": "report/1", "prose": 3}', "has no ledger"),
        ("report.json", b'{"schema": "report/1", "prose": {"entries": [], "lines": [3]}}', "has no ledger"),
        ("report.json", b"\xff\xfe", "not UTF-8"),
        ("report.json", b"[" * 100_000, "is not JSON"),
    ],
)
def test_files_that_cannot_be_used(folder: Path, name: str, content: bytes, message: str) -> None:
    """Say what is wrong with which file."""
    (folder / name).write_bytes(content)
    with pytest.raises(UsageError, match=message) as raised:
        check_file(folder / "report.md")
    assert name in str(raised.value)


def test_files_that_are_not_there(folder: Path) -> None:
    """The text, its data, a folder, a page of another format."""
    with pytest.raises(UsageError, match=r"none\.md: no such file"):
        check_file(folder / "none.md")
    with pytest.raises(UsageError, match="is a folder"):
        check_file(folder)
    with pytest.raises(UsageError, match="checked in Markdown"):
        check_file(folder / "report.html")
    (folder / "report.json").unlink()
    with pytest.raises(UsageError, match=r"report\.json: no such file; a text is checked against the data"):
        check_file(folder / "report.md")


FAULT = Fault(
    21, "words", "It is\nlikely: \x1b[31m9.4%", "“likely” is not “very unlikely”", "Write “very unlikely”."
)


def test_faults_as_text() -> None:
    """Place, rule and what was found; then what is wrong and what to write; nothing a terminal obeys."""
    assert as_text([FAULT], "report.md") == (
        "report.md:21  words  It is likely: ?[31m9.4%\n"
        "  “likely” is not “very unlikely”\n"
        "  Write “very unlikely”.\n"
        "1 fault in report.md; not fit to publish."
    )
    assert "2 faults" in as_text([FAULT, FAULT], Path("report.md"))
    assert as_text([], "report.md").startswith("report.md: no faults")


def test_faults_as_data() -> None:
    """With the rules they break."""
    found = as_document([FAULT], Path("report.md"))
    assert found["passed"] is False
    assert found["faults"][0]["line"] == 21
    assert found["rules"] == {"words": RULES["words"]}
    assert as_document([], "report.md") == {
        "schema": "lint/1",
        "file": "report.md",
        "passed": True,
        "faults": [],
        "rules": {},
    }
    json.dumps(found)

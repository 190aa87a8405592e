"""The same report is the same file: in other processes, folders, time zones, languages and hours."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

pytest.importorskip("typst", reason="needs the extra [reports]")
pytest.importorskip("pypandoc", reason="needs the extra [reports]")

_PROGRAM = """
import hashlib, sys
sys.path.insert(0, sys.argv[1])
from test_documents_pdf import FIGURES, FRONT, TEXT
from forecast.report.documents.docx import docx
from forecast.report.documents.pdf import pdf
for make in (pdf, docx):
    print(hashlib.sha256(make(TEXT, FIGURES, FRONT)).hexdigest())
"""
_HERE = str(Path(__file__).parent)


def _hashes(folder: Path, **environment: str) -> list[str]:
    done = subprocess.run(
        [sys.executable, "-c", _PROGRAM, _HERE],
        cwd=folder,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.split()


def test_the_same_bytes_elsewhere(tmp_path: Path) -> None:
    """Neither folder, user, zone, language nor the order of a hash reaches the files."""
    here, there = tmp_path / "here", tmp_path / "there"
    for folder in (here, there / "data" / "pandoc"):
        folder.mkdir(parents=True)
    # A user's own model for pandoc is not taken.
    (there / "data" / "pandoc" / "reference.docx").write_bytes(b"not a document")
    first = _hashes(here, TZ="UTC", LC_ALL="C.UTF-8", PYTHONHASHSEED="1", SOURCE_DATE_EPOCH="1")
    second = _hashes(
        there,
        TZ="Asia/Kamchatka",
        LC_ALL="C",
        PYTHONHASHSEED="2",
        PYTHONUTF8="1",
        SOURCE_DATE_EPOCH="1700000000",
        XDG_DATA_HOME=str(there / "data"),
        TYPST_FONT_PATHS=str(there),
    )
    assert len(first) == 2
    assert first == second

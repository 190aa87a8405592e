"""Typst as a function: a source and the files it names to PDF or PNG, with the fonts of `fonts` alone."""

from __future__ import annotations

import datetime as dt
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Literal

from forecast.report.documents.fonts import lay_out

#: PDF for the archive, tagged for screen readers: Typst refuses what would not last, a picture without
#: description, a text without language, a character without glyph.
STANDARDS = ("a-2a", "ua-1")
_MAIN = "main.typ"


def compiled(
    source: str,
    files: Mapping[str, bytes],
    *,
    kind: Literal["pdf", "png"],
    inputs: Mapping[str, str] | None = None,
    timestamp: dt.datetime | None = None,
    ppi: float = 144.0,
    fonts: Sequence[Path] = (),
) -> bytes:
    """Compile ``source`` in a folder of its own that holds ``files`` and nothing else.

    ``timestamp`` is the time that a PDF says it was made. Raises RuntimeError with Typst's own words where
    the source does not compile.
    """
    import typst

    options: dict[str, Any] = {"pdf_standards": list(STANDARDS)} if kind == "pdf" else {"ppi": ppi}
    with tempfile.TemporaryDirectory() as folder:
        root, letters = Path(folder, "root"), Path(folder, "fonts")
        for made in (root, letters):
            made.mkdir()
        lay_out(letters, fonts)
        for name, data in {**files, _MAIN: source.encode("utf-8")}.items():
            (root / name).write_bytes(data)
        try:
            result = typst.compile(
                str(root / _MAIN),
                root=str(root),
                font_paths=[str(letters)],
                ignore_system_fonts=True,
                format=kind,
                sys_inputs=dict(inputs or {}),
                package_path=str(root),
                package_cache_path=str(root),
                timestamp=timestamp,
                **options,
            )
        except typst.TypstError as error:
            raise RuntimeError(
                f"Typst could not set the document: {error.message}\n{error.diagnostic}"
            ) from error
    assert isinstance(result, bytes)
    return result

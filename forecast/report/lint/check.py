"""Linting a text against its data, and a file against the file of data beside it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from forecast.errors import UsageError
from forecast.report.lint.certain import certain
from forecast.report.lint.confidence import apart
from forecast.report.lint.fault import Fault
from forecast.report.lint.heads import heads
from forecast.report.lint.judgments import judgments
from forecast.report.lint.levels import held
from forecast.report.lint.likelihoods import agreeing, straddling
from forecast.report.lint.multiples import multiples
from forecast.report.lint.numbers import numbers
from forecast.report.lint.style import one_row, stacked
from forecast.report.lint.text import read
from forecast.visible import first_hidden

_RULES = (numbers, heads, multiples, agreeing, straddling, apart, held, one_row, certain, judgments, stacked)
SCHEMA = "report/1"


def lint(markdown: str, data: Mapping[str, Any]) -> tuple[Fault, ...]:
    """Every breach of a rule of language in a report's text, in the order of its lines.

    Parameters
    ----------
    markdown
        The text, as published or edited since.
    data
        The report's data: documents, outcomes, lexicon, and the ledger of its text as ``prose``.
    """
    text = read(markdown, data)
    found = {fault for rule in _RULES for fault in rule(text)}
    return tuple(sorted(found))


def check_file(path: Path, data: Path | None = None) -> tuple[Fault, ...]:
    """Lint a Markdown file.

    Parameters
    ----------
    path
        The text, UTF-8.
    data
        Its data; by default the JSON of its name beside it, else ``report.json`` there.

    Raises
    ------
    UsageError
        If either cannot be read, the text is empty, no text or holds characters that do not print, or the
        data is broken, of another schema, or without the ledger that the text is held to.
    """
    if path.suffix.lower() in {".html", ".htm", ".json", ".pdf", ".docx"}:
        raise UsageError(f"{path}: a report is checked in Markdown; name its .md file")
    markdown = _text(path)
    if not markdown.strip():
        raise UsageError(f"{path} is empty; there is nothing to check")
    if hidden := first_hidden(markdown):
        raise UsageError(f"{path}:{hidden[0]} has characters that do not print: {hidden[1][:200]}")
    return lint(markdown, _data(data or _beside(path)))


def _beside(path: Path) -> Path:
    same = path.with_suffix(".json")
    return same if same.exists() else path.with_name("report.json")


def _text(path: Path) -> str:
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except FileNotFoundError:
        raise UsageError(f"{path}: no such file") from None
    except IsADirectoryError:
        raise UsageError(f"{path} is a folder; name the text in it, such as {path / 'report.md'}") from None
    except OSError as error:
        raise UsageError(f"{path} cannot be read: {error.strerror}") from None
    except UnicodeDecodeError as error:
        raise UsageError(
            f"{path} is not UTF-8 (byte {error.object[error.start]:#04x} at {error.start}); save it as UTF-8"
        ) from None
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _data(path: Path) -> Mapping[str, Any]:
    try:
        found = json.loads(_text(path))
    except UsageError as error:
        raise UsageError(
            f"{error}; a text is checked against the data it was written with, which lies beside it"
        ) from None
    except (ValueError, RecursionError) as error:
        raise UsageError(f"{path} is not JSON ({error}); make the report again") from None
    schema = found.get("schema") if isinstance(found, dict) else None
    if schema != SCHEMA:
        raise UsageError(f"{path} is not a report's data: its schema is {schema!r}, not '{SCHEMA}'")
    try:
        read("", found)
    except KeyError as error:
        raise UsageError(f"{path} {_LACKS} ({error}); make the report again") from None
    except (TypeError, ValueError, IndexError, AttributeError):
        raise UsageError(f"{path} {_LACKS}, or it is broken; make the report again") from None
    return dict(found)


_LACKS = "has no ledger of the report's numbers ('prose')"

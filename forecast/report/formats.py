"""Which kinds of file a report can be written as."""

from __future__ import annotations

from collections.abc import Sequence

from forecast.errors import UsageError
from forecast.inputs.plain_words import did_you_mean
from forecast.report.documents.requirements import require_documents

#: Every format; csv is a table in the manner of hubverse.
FORMATS = ("md", "html", "json", "docx", "pdf", "csv")
#: Those written where none is named.
USUAL = ("md", "html", "json")


def check_formats(formats: Sequence[str]) -> tuple[str, ...]:
    """The formats asked for, in order and once each.

    Raises UsageError for one that is unknown, or that needs packages which are not installed.
    """
    known = ", ".join(FORMATS)
    for name in formats:
        if name not in FORMATS:
            near = did_you_mean(name, FORMATS)
            hint = f" Did you mean '{near}'?" if near else ""
            raise UsageError(f"unknown report format '{name}'; formats: {known}.{hint}")
    if not formats:
        raise UsageError(f"no report format was named; formats: {known}")
    require_documents(formats)
    return tuple(dict.fromkeys(formats))

"""A reviewer's dissent: whose it is, and in their own words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from forecast.errors import UsageError
from forecast.inputs.yaml_nodes import YamlRefusal, decode
from forecast.report.markdown import Lines, escape, heading, paragraph
from forecast.report.signing.words import one_line, printable, shown

TITLE = "Dissent"
#: Most characters of a dissent: some two pages.
MOST = 8_000
_TAKES = "--dissent takes 'NAME: TEXT', or a UTF-8 text file that begins so"
#: Endings by which a text that is no file is taken to have been meant as one.
_FILES = (".md", ".txt", ".markdown")


@dataclass(frozen=True)
class Dissent:
    """What ``reviewer`` does not share; ``text`` in paragraphs, an empty line between them."""

    reviewer: str
    text: str

    @property
    def paragraphs(self) -> tuple[str, ...]:
        """The paragraphs, each on one line."""
        return tuple(self.text.split("\n\n"))


def dissent(given: str) -> Dissent:
    """A dissent as named on a command line: ``NAME: TEXT``, or a file that begins so.

    Raises UsageError for a file that is not there or not UTF-8, and for a text without a name, without
    words, or with characters that do not print.
    """
    body, where = _body(given)
    name, colon, words = body.partition(":")
    if not colon or len(name.strip().splitlines()) != 1:
        raise UsageError(f"{_TAKES} ({where} begins '{shown(body.strip().split(chr(10))[0][:40])}')")
    paragraphs = [" ".join(part.split()) for part in _split(words)]
    text = "\n\n".join(printable(part, where) for part in paragraphs if part)
    if not text:
        raise UsageError(f"{_TAKES} ({where} has a name and no text)")
    if len(text) > MOST:
        raise UsageError(f"{where} has {len(text):,} characters; a dissent holds at most {MOST:,}")
    return Dissent(one_line(name, "the name of a --dissent"), text)


def section(dissents: Sequence[Dissent]) -> Lines:
    """The section near the key judgments: each dissent as a quotation under its name; none for none.

    Whatever numbers it names are the reviewer's: they are marked as quoted, and traced to nothing.
    """
    if not dissents:
        return []
    lines = heading(TITLE)
    for one in dissents:
        lines += paragraph(
            f"**{escape(one.reviewer)}** does not share these judgments. In their own words, the numbers in "
            "them their own:"
        )
        for i, part in enumerate(one.paragraphs):
            lines += [">"] * (i > 0) + [f"> {escape(part)}"]
        lines.append("")
    return lines


def _body(given: str) -> tuple[str, str]:
    """The text, and what errors call it."""
    path = Path(given)
    try:
        found = path.is_file()
    except (OSError, ValueError):  # too long for a name, or with a NUL byte: no file
        found = False
    if not found:
        if given.endswith(_FILES) and " " not in given:
            raise UsageError(f"--dissent {shown(given)}: there is no such file")
        return given, "--dissent"
    try:
        return decode(path.read_bytes()), f"--dissent {shown(given)}"
    except OSError as error:
        raise UsageError(f"--dissent {shown(given)} cannot be read: {error.strerror}") from None
    except YamlRefusal as refusal:
        raise UsageError(f"--dissent {shown(given)}: {refusal}") from None


def _split(words: str) -> list[str]:
    """Paragraphs: what stands between empty lines."""
    lines = [line.strip() for line in words.replace("\r\n", "\n").replace("\r", "\n").split("\n")]
    parts: list[list[str]] = [[]]
    for line in lines:
        if line:
            parts[-1].append(line)
        elif parts[-1]:
            parts.append([])
    return [" ".join(part) for part in parts]

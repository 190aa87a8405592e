"""Every number of a report's text with what it is: the ledger that makes the text traceable and checkable.

    marked text --publish--> Markdown, Ledger      (once, when a report is composed)
    Markdown, Ledger --assign--> which number of a text is which datum      (also of a text edited since)

A number is one of
    datum      formed from a value of the report's data (``path``, a JSON pointer), or computed for the
               sentence from such values (no path)
    date       a day or a year
    quoted     in text from an input file
    wording    in the fixed words of the report (the 90 of "90% interval")
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from typing import Any, Literal

from forecast.report.blocks import Block, blocks, parser
from forecast.report.marks import END, QUOTE, START, VALUE, plain
from forecast.report.number_tokens import Token, skeleton, tokens

Kind = Literal["datum", "date", "quoted", "wording"]
_SIGNS = re.compile(f"[{START}{VALUE}{QUOTE}{END}]")


@dataclass(frozen=True)
class Entry:
    """A number as shown and what it is; ``value`` exact, ``path`` into the report's data, for a datum."""

    text: str
    kind: Kind
    value: float | None = None
    path: str | None = None


@dataclass(frozen=True)
class Line:
    """A block of the text as published: its section, its words, and its numbers in order."""

    section: str
    kind: str
    text: str
    numbers: tuple[Entry, ...]


@dataclass(frozen=True)
class Ledger:
    """The published text, block by block."""

    lines: tuple[Line, ...]

    def as_dict(self) -> dict[str, Any]:
        """As JSON: distinct entries once, lines naming them by place in that list."""
        entries: dict[Entry, int] = {}
        lines = [
            {
                "section": line.section,
                "kind": line.kind,
                "text": line.text,
                "numbers": [entries.setdefault(e, len(entries)) for e in line.numbers],
            }
            for line in self.lines
        ]
        shown = [{k: v for k, v in asdict(e).items() if v is not None} for e in entries]
        return {"entries": shown, "lines": lines}

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Ledger:
        """Back from `as_dict`."""
        entries = [Entry(**e) for e in data["entries"]]
        return cls(
            tuple(
                Line(x["section"], x["kind"], x["text"], tuple(entries[i] for i in x["numbers"]))
                for x in data["lines"]
            )
        )


def publish(marked: str, paths: Mapping[float, Iterable[str]]) -> tuple[str, Ledger]:
    """The Markdown that is published, and its ledger.

    ``paths``: every value of the report's data with the JSON pointers it stands at (`paths_of`).
    """
    lines = tuple(
        Line(block.section, block.kind, plain(block.text), _entries(block, paths))
        for block in blocks(parser().parse(marked))
    )
    return plain(marked), Ledger(lines)


@dataclass(frozen=True)
class _Span:
    start: int
    end: int
    value: float | None  # None: quoted


def _spans(text: str) -> tuple[str, list[_Span]]:
    """A marked text without its marks, and where its values and quotations stand in it."""
    shown: list[str] = []
    length, found, opened = 0, [], list[tuple[str, int]]()
    at = 0
    while at < len(text):
        sign = text[at]
        at += 1
        if sign in (START, QUOTE):
            opened.append((sign, length))
        elif sign == VALUE:
            close = text.index(END, at)
            _, start = opened.pop()
            found.append(_Span(start, length, float.fromhex(text[at:close])))
            at = close + 1
        elif sign == END:
            _, start = opened.pop()
            found.append(_Span(start, length, None))
        else:
            shown.append(sign)
            length += 1
    return "".join(shown), found


def _entries(block: Block, paths: Mapping[float, Iterable[str]]) -> tuple[Entry, ...]:
    text, spans = _spans(block.text)
    return tuple(_entry(token, spans, paths, block, text) for token in tokens(text))


def _entry(
    token: Token, spans: list[_Span], paths: Mapping[float, Iterable[str]], block: Block, text: str
) -> Entry:
    inside = [s for s in spans if s.start <= token.start and token.end <= s.end]
    valued = next((s for s in inside if s.value is not None), None)
    if valued is not None and valued.value is not None:
        return Entry(
            token.text, "datum", valued.value, _likeliest(paths.get(valued.value, ()), block.section, text)
        )
    if token.kind == "date":
        return Entry(token.text, "date")
    return Entry(token.text, "quoted" if inside else "wording")


def _likeliest(found: Iterable[str], section: str, text: str) -> str | None:
    """Of the places a value stands at, the one whose names the block and its section speak of most."""
    spoken = set(re.findall(r"[a-z0-9]+", f"{section} {text}".lower()))

    def agreement(path: str) -> tuple[int, int]:
        named = set(re.findall(r"[a-z]+|\d{4}", path.lower()))
        return len(named & spoken), -path.count("/")

    return max(found, key=agreement, default=None)


def paths_of(data: Any) -> dict[float, list[str]]:
    """Every number of a JSON value with the pointers it stands at, in order."""
    found: dict[float, list[str]] = defaultdict(list)

    def walk(value: Any, path: str) -> None:
        if isinstance(value, dict):
            for key, each in value.items():
                walk(each, f"{path}/{str(key).replace('~', '~0').replace('/', '~1')}")
        elif isinstance(value, list):
            for i, each in enumerate(value):
                walk(each, f"{path}/{i}")
        elif isinstance(value, int | float) and not isinstance(value, bool):
            found[float(value)].append(path)

    walk(data, "")
    return found


@dataclass(frozen=True)
class Assigned:
    """A block of a text with what each of its numbers is taken to be.

    ``line`` is the published block it comes from: with the same words (``same``), or with the same words but
    for numbers; None for a block written since, whose numbers are then None.
    """

    block: Block
    line: Line | None
    same: bool
    numbers: tuple[tuple[Token, Entry | None], ...]


def assign(found: Iterable[Block], ledger: Ledger) -> list[Assigned]:
    """Match the blocks of a text to those of a ledger: by their words, then by all but their numbers.

    Blocks keep their order where several read alike.
    """
    whole: dict[tuple[str, str], list[Line]] = defaultdict(list)
    for line in reversed(ledger.lines):
        whole[line.section, _spaced(line.text)].append(line)
    placed: dict[int, Line] = {}
    listed = list(found)
    for i, block in enumerate(listed):
        if at := whole.get((block.section, _spaced(block.text))):
            placed[i] = at.pop()
    bare: dict[tuple[str, str], list[Line]] = defaultdict(list)
    for left in whole.values():
        for line in left:
            bare[line.section, skeleton(line.text)].append(line)
    assigned = []
    for i, block in enumerate(listed):
        line = placed.get(i)
        same = line is not None
        if line is None and (alike := bare.get((block.section, skeleton(block.text)))):
            line = alike.pop(0)
        entries = line.numbers if line else ()
        read = tokens(block.text)
        known: Iterable[Entry | None] = entries if len(read) == len(entries) else [None] * len(read)
        pairs = zip(read, known, strict=True)
        assigned.append(Assigned(block, line, same, tuple(pairs)))
    return assigned


def _spaced(text: str) -> str:
    return " ".join(text.split())

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
from collections import defaultdict, deque
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any, Literal

from forecast.report.blocks import Block, blocks, figures, parser
from forecast.report.marks import COUNTED, END, QUOTE, START, VALUE, plain
from forecast.report.number_tokens import Token, skeleton, tokens
from forecast.report.pointers import coarse, likeliest, paths_of

__all__ = ["Assigned", "Entry", "Kind", "Ledger", "Line", "assign", "paths_of", "publish"]

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
    """A block of the text as published: its section, its words, and its numbers in order.

    ``quoted``: where in ``text`` the words are those of an input file, as (start, end).
    """

    section: str
    kind: str
    text: str
    numbers: tuple[Entry, ...]
    quoted: tuple[tuple[int, int], ...] = ()


@dataclass(frozen=True)
class Ledger:
    """The published text, block by block; and what each figure was described as, by its address."""

    lines: tuple[Line, ...]
    figures: tuple[tuple[str, str], ...] = ()

    def as_dict(self) -> dict[str, Any]:
        """As JSON: distinct entries once, lines naming them by place in that list."""
        entries: dict[Entry, int] = {}
        lines = [
            {
                "section": line.section,
                "kind": line.kind,
                "text": line.text,
                "numbers": [entries.setdefault(e, len(entries)) for e in line.numbers],
                **({"quoted": [list(span) for span in line.quoted]} if line.quoted else {}),
            }
            for line in self.lines
        ]
        shown = [{k: v for k, v in asdict(e).items() if v is not None} for e in entries]
        return {"entries": shown, "lines": lines, "figures": dict(self.figures)}

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Ledger:
        """Back from `as_dict`."""
        entries = [Entry(**e) for e in data["entries"]]
        lines = tuple(
            Line(
                x["section"],
                x["kind"],
                x["text"],
                tuple(entries[i] for i in x["numbers"]),
                tuple((start, end) for start, end in x.get("quoted", ())),
            )
            for x in data["lines"]
        )
        return cls(lines, tuple(data.get("figures", {}).items()))


def publish(
    marked: str,
    paths: Mapping[float, Iterable[str]],
    *,
    names: Callable[[str], Sequence[str]] = lambda _: (),
) -> tuple[str, Ledger]:
    """The Markdown that is published, and its ledger.

    ``paths``: every value of the report's data with the JSON pointers it stands at (`paths_of`); ``names``:
    what readers call the things that the number at a pointer is of.
    """
    parsed = parser().parse(marked)
    lines, under = [], ""
    for block in blocks(parsed):
        under = block.text if block.kind == "heading" else under
        lines.append(_line(block, paths, under=plain(under), names=names))
    return plain(marked), Ledger(tuple(lines), tuple((where, plain(said)) for where, said in figures(parsed)))


@dataclass(frozen=True)
class _Span:
    start: int
    end: int
    value: float | None  # None: quoted
    place: str = ""  # a pointer; COUNTED: none; empty: to be looked for


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
            value, place = _payload(text[at:close])
            found.append(_Span(start, length, value, place))
            at = close + 1
        elif sign == END:
            _, start = opened.pop()
            found.append(_Span(start, length, None))
        else:
            shown.append(sign)
            length += 1
    return "".join(shown), found


def _payload(text: str) -> tuple[float, str]:
    """A value, and where it stands: as `marks.mark` wrote them."""
    for sign in ("/", COUNTED):
        value, found, rest = text.partition(sign)
        if found:
            return float.fromhex(value), found + rest
    return float.fromhex(text), ""


def _line(
    block: Block, paths: Mapping[float, Iterable[str]], *, under: str, names: Callable[[str], Sequence[str]]
) -> Line:
    """``under``: the heading that the block stands under."""
    text, spans = _spans(block.text)
    read = [_entry(token, spans) for token in tokens(text)]
    entries = [entry for entry, _ in read]
    known = [entry.path for entry in entries if entry.path]
    # What cannot be confused first: the rest of a row most likely stands beside it in the data.
    for at in sorted(range(len(entries)), key=lambda i: _confusable(entries[i], paths)):
        entry = entries[at]
        if entry.value is not None and read[at][1] and (found := list(paths.get(entry.value, ()))):
            spoken = f"{block.section} {under} {text}"
            path = likeliest(found, spoken, known, value=entry.value, names=names)
            entries[at] = replace(entry, path=path)
            known += [path] if path else []
    return Line(
        section=block.section,
        kind=block.kind,
        text=text,
        numbers=tuple(entries),
        quoted=tuple(sorted((s.start, s.end) for s in spans if s.value is None)),
    )


def _entry(token: Token, spans: list[_Span]) -> tuple[Entry, bool]:
    """What a number is, and whether its place in the data is still to be looked for."""
    inside = [s for s in spans if s.start <= token.start and token.end <= s.end]
    valued = next((s for s in inside if s.value is not None), None)
    if valued is not None:
        path = valued.place if valued.place.startswith("/") else None
        return Entry(token.text, "datum", valued.value, path), not valued.place
    if token.kind == "date":
        return Entry(token.text, "date"), False
    return Entry(token.text, "quoted" if inside else "wording"), False


def _confusable(entry: Entry, paths: Mapping[float, Iterable[str]]) -> tuple[bool, int]:
    """How easily a value is taken for another: coarse ones most, then what stands at many places."""
    if entry.value is None:
        return False, 0
    return coarse(entry.value), len(list(paths.get(entry.value, ())))


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

    Blocks that were moved to another section are found there, and a published block may stand twice. Blocks
    keep their order where several read alike; where only numbers differ, the line with most of a block's
    numbers is taken, so that one row edited or deleted does not shift those after it.
    """
    listed = list(found)
    placed = _word_for_word(listed, ledger)
    same = set(placed)
    used = {id(line) for line in placed.values()}
    for whole in (False, True):
        _but_for_numbers(listed, [line for line in ledger.lines if id(line) not in used], placed, whole=whole)
        used |= {id(line) for line in placed.values()}
    assigned = []
    for i, block in enumerate(listed):
        line = placed.get(i)
        read, entries = tokens(block.text), line.numbers if line else ()
        known: Iterable[Entry | None] = entries if len(read) == len(entries) else [None] * len(read)
        assigned.append(Assigned(block, line, i in same, tuple(zip(read, known, strict=True))))
    return assigned


def _word_for_word(listed: Sequence[Block], ledger: Ledger) -> dict[int, Line]:
    """Lines with a block's very words, by the place of the block: of its section, else of another."""
    here: dict[tuple[str, str], deque[Line]] = defaultdict(deque)
    anywhere: dict[str, deque[Line]] = defaultdict(deque)
    for line in ledger.lines:
        here[line.section, _spaced(line.text)].append(line)
    placed = {}
    for i, block in enumerate(listed):
        if alike := here.get((block.section, _spaced(block.text))):
            placed[i] = alike.popleft()
    taken = {id(line) for line in placed.values()}
    for line in sorted(ledger.lines, key=lambda one: id(one) in taken):
        anywhere[_spaced(line.text)].append(line)
    for i, block in enumerate(listed):
        if i not in placed and (alike := anywhere.get(_spaced(block.text))):
            placed[i] = alike[0]
            alike.rotate(-1)
    return placed


#: Of so many lines that read alike, the first are compared: a text may repeat itself without end.
_COMPARED = 100
#: Words enough to know a block by, wherever it stands.
_TELLING = 3
_WORD = re.compile(r"[^\W\d_]{2,}")


def _but_for_numbers(
    listed: Sequence[Block], left: Sequence[Line], placed: dict[int, Line], *, whole: bool
) -> None:
    """Place blocks at lines of ``left`` that differ in numbers only, of their section or the ``whole`` text.

    In the whole text, only such as have words to know them by: rows of bare numbers read alike everywhere.
    """
    bare: dict[tuple[str, str], list[Line]] = defaultdict(list)
    for line in left:
        without = skeleton(line.text)
        if not whole or len(_WORD.findall(without)) >= _TELLING:
            bare["" if whole else line.section, without].append(line)
    for i, block in enumerate(listed):
        if i in placed or not (alike := bare.get(("" if whole else block.section, skeleton(block.text)))):
            continue
        read = [token.text for token in tokens(block.text)]
        at = max(range(min(len(alike), _COMPARED)), key=lambda k: (_shared(read, alike[k]), -k))
        placed[i] = alike.pop(at)


def _shared(read: Sequence[str], line: Line) -> int:
    """How many numbers a text and a line have at the same places."""
    return sum(shown == entry.text for shown, entry in zip(read, line.numbers, strict=False))


def _spaced(text: str) -> str:
    return " ".join(text.split())

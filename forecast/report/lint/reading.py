"""A report's text as the rules see it: passages of sentences, with what is the report's own word in each.

Text that an input file holds is the file's: `escape` marks it, the ledger keeps where it stands, and in a
text edited since it is found again word for word. No rule of style looks at it. All else is linted, published
unchanged or not: a report is held to the same rules whoever wrote the sentence. Numbers are held to the data
in every sentence that is not as it was published.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from forecast.lexicon import Lexicon
from forecast.report.blocks import CELL, Block, piece
from forecast.report.ledger import Assigned, Entry, Ledger
from forecast.report.lint.estimative import Use, uses
from forecast.report.lint.published import Match, Published, Status, published, spaced
from forecast.report.lint.quantities import Quantity, quantities
from forecast.report.lint.sentences import hidden, plainly, quotations, sentences
from forecast.report.number_tokens import tokens


@dataclass(frozen=True)
class Sentence:
    """A sentence, or a cell of a table, and what its numbers were when it was published.

    ``text`` is all of it, ``own`` without what an input file says; ``entries`` by where a number begins;
    ``was`` the published sentence it was made of. ``lead``: it is the bold words that a block opens with.
    """

    text: str
    own: str
    line: int
    lexicon: Lexicon
    status: Status
    entries: Mapping[int, Entry]
    was: str = ""
    lead: bool = False

    @cached_property
    def style(self) -> str:
        """Only what the report says in its own voice: no quotations either."""
        return hidden(self.own, quotations(self.own))

    @cached_property
    def uses(self) -> list[Use]:
        """Its estimative words."""
        return uses(self.own, self.lexicon)

    @cached_property
    def quantities(self) -> list[Quantity]:
        """Its numbers, dates apart."""
        return quantities(self.text)

    @property
    def asks(self) -> bool:
        """Whether it is a question."""
        return self.text.rstrip(' "”*)').endswith("?")


@dataclass(frozen=True)
class Passage:
    """A block of the text in sentences, under the nearest heading; ``same`` as published."""

    block: Block
    heading: str
    sentences: tuple[Sentence, ...]
    same: bool

    @property
    def section(self) -> str:
        """The slug of the second-level heading above."""
        return self.block.section


def passages(assigned: Sequence[Assigned], ledger: Ledger, lexicon: Lexicon) -> list[Passage]:
    """Every block of a text, read against what was published."""
    before: Published | None = None
    known = None
    standing: frozenset[str] = frozenset()
    if not all(_unchanged(each) for each in assigned):
        before, known = published(ledger), _input_texts(ledger)
        texts = [plainly(each.block.text) for each in assigned]
        standing = frozenset(spaced(text[a:b]) for text in texts for a, b in sentences(text))
    found, heading = [], ""
    for each in assigned:
        if each.block.kind == "heading":
            heading = each.block.text
        reader = _Reader(each, lexicon, before, standing, known or ())
        found.append(Passage(each.block, heading, tuple(reader.sentences()), each.same))
    return found


def _input_texts(ledger: Ledger) -> tuple[str, ...]:
    """What input files said in the published text, long enough to be known again, longest first."""
    told = {line.text[a:b] for line in ledger.lines for a, b in line.quoted}
    return tuple(sorted((t for t in told if len(t) >= 12 and " " in t.strip()), key=lambda t: (-len(t), t)))


@dataclass(frozen=True)
class _Reader:
    assigned: Assigned
    lexicon: Lexicon
    before: Published | None
    standing: frozenset[str]
    known: Sequence[str]

    def sentences(self) -> Iterator[Sentence]:
        block = self.assigned.block
        text = plainly(block.text)
        own = hidden(text, self._quoted())
        lead, breaks = _lead(block), _breaks(block)
        for start, end in _pieces(block, text):
            match = self._match(text[start:end], start)
            yield Sentence(
                text=text[start:end],
                own=own[start:end],
                line=block.line + sum(at < start for at in breaks),
                lexicon=self.lexicon,
                status=match.status,
                entries=match.entries,
                was=match.was,
                lead=end <= lead,
            )

    def _quoted(self) -> list[tuple[int, int]]:
        if _unchanged(self.assigned) and self.assigned.line is not None:
            return list(self.assigned.line.quoted)
        text = self.assigned.block.text
        return [(at, at + len(said)) for said in self.known for at in _places(said, text)]

    def _match(self, text: str, start: int) -> Match:
        """What a sentence was: by its block where that was found, else by itself."""
        entries = {
            token.start - start: entry
            for token, entry in self.assigned.numbers
            if entry is not None and start <= token.start < start + len(text)
        }
        if self.assigned.same:
            return Match("published", entries)
        if self.assigned.line is not None:
            shown = {token.start: token.text for token in tokens(text)}
            unchanged = all(shown.get(at) == entry.text for at, entry in entries.items())
            return Match("published" if unchanged else "renumbered", entries)
        if self.before is None or self.assigned.block.kind == "row":
            return Match("new", {})
        return self.before.match(text, self.assigned.block.section, standing=self.standing)


def _unchanged(assigned: Assigned) -> bool:
    """Whether a block is as published to the last space, so that places in it hold."""
    return assigned.line is not None and assigned.line.text == assigned.block.text


def _places(said: str, text: str) -> Iterator[int]:
    at = text.find(said)
    while at >= 0:
        yield at
        at = text.find(said, at + len(said))


def _pieces(block: Block, text: str) -> Iterator[tuple[int, int]]:
    """Sentences; of a row its cells, of a heading all of it."""
    if block.kind == "heading":
        yield 0, len(text)
    elif block.kind == "row":
        at = 0
        for cell in text.split(CELL):
            if cell.strip():
                yield at, at + len(cell)
            at += len(cell) + len(CELL)
    else:
        yield from sentences(text)


def _lead(block: Block) -> int:
    """Where the bold words end that a block opens with; 0 where it opens with others."""
    if block.kind in ("row", "heading") or not block.inlines:
        return 0
    bold, length = False, 0
    for child in block.inlines[0][0].children or ():
        if child.type == "strong_open":
            bold = True
        elif child.type == "strong_close":
            return length
        elif not bold and piece(child).strip():
            return 0
        length += len(piece(child))
    return 0


def _breaks(block: Block) -> list[int]:
    """Where the lines of a block end in its text."""
    found, length = [], 0
    for inline, _ in block.inlines if block.kind != "row" else ():
        for child in inline.children or ():
            if child.type in ("softbreak", "hardbreak"):
                found.append(length)
            length += len(piece(child))
    return found

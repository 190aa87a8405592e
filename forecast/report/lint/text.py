"""A text and all that its rules need: its passages, what each states, and the data they are held to."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from markdown_it.token import Token

from forecast.report.blocks import Block, blocks, figures, parser, verbatim
from forecast.report.ledger import Ledger, assign
from forecast.report.lint.facts import Facts, facts
from forecast.report.lint.reading import Passage, Sentence, passages
from forecast.report.lint.statements import Statement, statements
from forecast.report.lint.subjects import Names, names
from forecast.report.markdown import slug
from forecast.report.signing.dissent import TITLE as DISSENT


@dataclass(frozen=True)
class Text:
    """A report's text, read.

    ``stated`` has the statements of each sentence of each passage; ``heads`` the lines of heads of tables.
    """

    passages: tuple[Passage, ...]
    stated: tuple[tuple[tuple[Statement, ...], ...], ...]
    figures: tuple[tuple[int, str, str], ...]
    facts: Facts
    names: Names
    ledger: Ledger
    kind: str
    heads: frozenset[int]

    @property
    def title(self) -> str:
        """What the lexicon is called."""
        return self.facts.lexicon.title

    def sentences(self) -> Iterator[tuple[Passage, Sentence, tuple[Statement, ...]]]:
        """Every sentence with its passage and its statements."""
        for passage, stated in zip(self.passages, self.stated, strict=True):
            for sentence, each in zip(passage.sentences, stated, strict=True):
                yield passage, sentence, each


def read(markdown: str, data: Mapping[str, Any]) -> Text:
    """Read a report's Markdown beside its data."""
    ledger = Ledger.from_dict(data["prose"])
    told = facts(data)
    known = names(told)
    parsed = parser().parse(markdown)
    held = [block for block in (*blocks(parsed), *verbatim(parsed)) if not _of_reviewer(block)]
    found = passages(assign(held, ledger), ledger, told.lexicon)
    return Text(
        passages=tuple(found),
        stated=tuple(tuple(tuple(each) for each in statements(passage, known)) for passage in found),
        figures=tuple(_figures(parsed)),
        facts=told,
        names=known,
        ledger=ledger,
        kind=str(data.get("kind", "report")),
        heads=frozenset(token.map[0] + 1 for token in parsed if token.type == "thead_open" and token.map),
    )


def _of_reviewer(block: Block) -> bool:
    """Whether the words are a dissenter's own, which no rule is for: the report does not answer for them."""
    return block.kind == "quote" and block.section == slug(DISSENT)


def _figures(parsed: list[Token]) -> Iterator[tuple[int, str, str]]:
    """Images with the line, the address and the description of each."""
    for token in parsed:
        for where, said in figures([token]):
            yield (token.map[0] + 1 if token.map else 0), where, said

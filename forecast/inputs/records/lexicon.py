"""lexicons/<id>.yaml: a house's own table of verbal probabilities."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, WithJsonSchema
from pydantic_core import PydanticCustomError

from forecast.inputs.fields import Identifier, Prose, Strict
from forecast.lexicon import Lexicon, Term


def _as_edge(value: Any) -> Any:
    """A fraction from 0 to 1, or a percentage in quotes; anything else is told how to be one."""
    number = value
    if isinstance(value, str) and value.strip().endswith("%"):
        try:
            number = float(value.strip()[:-1]) / 100.0
        except ValueError:
            return value
    if not isinstance(number, int | float) or isinstance(number, bool):
        return value
    if not 0.0 <= number <= 1.0:
        meant = f'; write {number / 100:g} or "{number:g}%"' if 1 < number <= 100 else ""
        raise PydanticCustomError(
            "edge", "{found} is not a probability from 0 to 1{meant}", {"found": str(value), "meant": meant}
        )
    return float(number)


_EDGE_SCHEMA = {
    "description": "a fraction from 0 to 1, or a percentage in quotes",
    "anyOf": [
        {"type": "number", "minimum": 0, "maximum": 1},
        {"type": "string", "pattern": r"^\s*[0-9]*\.?[0-9]+\s*%\s*$"},
    ],
}
#: Where a range begins or ends; 0 and 1 are allowed.
Edge = Annotated[float, BeforeValidator(_as_edge), WithJsonSchema(_EDGE_SCHEMA)]
#: Words of a row, the preferred first.
Phrases = Annotated[list[Prose], Field(min_length=1)]


class LexiconTerm(Strict):
    """One range of probability and the words for it, the preferred first.

    ``low_open``: the range begins just above ``low``; ``high_open``: it ends just below ``high``. ``forms``:
    the preferred words as grammar bends them ("almost certainly").
    """

    words: Phrases
    low: Edge
    high: Edge
    low_open: bool = False
    high_open: bool = False
    forms: list[Prose] = []

    def term(self) -> Term:
        """As words are looked up."""
        return Term(
            tuple(self.words),
            self.low,
            self.high,
            forms=tuple(self.forms),
            low_open=self.low_open,
            high_open=self.high_open,
        )


class LexiconFile(Strict):
    """A table of verbal probabilities, chosen by ``lexicon: <id>`` of question.yaml.

    ``source`` is its citation. ``nested``: ranges may lie within or over each other, as the IPCC's do; a
    number is then said in the narrowest.
    """

    schema_: Literal["lexicon/1"] = Field(alias="schema")
    id: Identifier
    title: Prose
    source: Prose
    nested: bool = False
    terms: Annotated[list[LexiconTerm], Field(min_length=1)]

    def lexicon(self) -> Lexicon:
        """The table, from the least to the most likely, whatever the order of the file."""
        terms = sorted((row.term() for row in self.terms), key=lambda t: (t.low + t.high, t.low))
        return Lexicon(self.id, self.title, self.source, tuple(terms), nested=self.nested)

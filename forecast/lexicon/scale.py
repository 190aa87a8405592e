"""A table of verbal probabilities, from the least to the most likely words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from difflib import get_close_matches
from typing import Any

from forecast.lexicon.term import Term, plainly


@dataclass(frozen=True)
class Lexicon:
    """Terms from the least to the most likely; ``nested`` if ranges may lie over each other.

    ``id`` is the name that question.yaml chooses it by, ``source`` the citation.
    """

    id: str
    title: str
    source: str
    terms: tuple[Term, ...]
    nested: bool = False

    def as_dict(self) -> dict[str, Any]:
        """As plain data, which `from_dict` reads back."""
        told = asdict(self)
        rows = [{**row, "words": list(row["words"]), "forms": list(row["forms"])} for row in told["terms"]]
        return {**told, "terms": rows}

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Lexicon:
        """A lexicon out of `as_dict`'s plain data; ValueError where that is not what it wrote.

        >>> from forecast.lexicon import LEXICONS
        >>> Lexicon.from_dict(LEXICONS["ipcc"].as_dict()) == LEXICONS["ipcc"]
        True
        """
        try:
            rows = [
                Term(**{**row, "words": _strings(row["words"]), "forms": _strings(row["forms"])})
                for row in data["terms"]
            ]
            found = cls(**{**data, "terms": tuple(rows)})
            sound = bool(rows) and all(row.words and 0.0 <= row.low < row.high <= 1.0 for row in rows)
        except (KeyError, TypeError) as error:
            raise ValueError(f"not a lexicon as it is written: {error}") from None
        if not sound:
            raise ValueError("not a lexicon as it is written: a row without words or range")
        return found

    @property
    def edges(self) -> tuple[float, ...]:
        """Where terms begin and end, in order, each once."""
        return tuple(sorted({edge for term in self.terms for edge in (term.low, term.high)}))

    def term(self, words: str) -> Term:
        """The row that holds these words; of "between X and Y", what lies between the two.

        Raises
        ------
        ValueError
            If the lexicon has no such words, or nothing lies between them; the message names the nearest.

        Examples
        --------
        >>> from forecast.lexicon import LEXICONS
        >>> gap = LEXICONS["phia"].term("between realistic possibility and likely")
        >>> gap.low, gap.high, gap.low_open, gap.high_open
        (0.5, 0.55, False, True)
        """
        wanted = plainly(words)
        if wanted.startswith("between ") and " and " in wanted:
            return self._between(words, *wanted.removeprefix("between ").split(" and ", 1))
        known = {plainly(name): term for term in self.terms for name in term.spoken}
        if wanted in known:
            return known[wanted]
        near = get_close_matches(wanted, known, n=1, cutoff=0.7)
        hint = f" Did you mean '{near[0]}'?" if near else ""
        choices = ", ".join(term.words[0] for term in self.terms)
        raise ValueError(f"'{words}' is not in the lexicon {self.title} ({choices}).{hint}")

    def _between(self, said: str, first: str, second: str) -> Term:
        below, above = self.term(first), self.term(second)
        if (gap := _gap(below, above)) is None:
            raise ValueError(
                f"'{said}': nothing lies between the two in the lexicon {self.title}, where "
                f"'{below.words[0]}' ends at {below.high:g} and '{above.words[0]}' begins at {above.low:g}; "
                "write one of them"
            )
        return gap

    @property
    def gaps(self) -> tuple[Term, ...]:
        """What lies between terms and is said in neither's words, in order.

        >>> from forecast.lexicon import LEXICONS
        >>> [gap.span for gap in LEXICONS["phia"].gaps][:2], LEXICONS["icd203"].gaps
        (['over 5% to under 10%', 'over 20% to under 25%'], ())
        """
        rows = sorted(self.terms, key=lambda term: (term.low, term.low_open))
        found, furthest = [], rows[0]
        for row in rows[1:]:
            if (gap := _gap(furthest, row)) is not None:
                found.append(gap)
            furthest = max(furthest, row, key=lambda term: (term.high, not term.high_open, term.low))
        return tuple(found)

    def narrowest(self, p: float) -> tuple[Term, ...]:
        """The terms that hold a probability, but none with a narrower one within.

        In a gap its two neighbours, neither of which holds it; beyond the outermost terms, the outermost.
        ValueError for a number that is no probability.
        """
        if not 0.0 <= p <= 1.0:
            raise ValueError(f"{p} is not a probability")
        if holding := [term for term in self.terms if term.holds(p)]:
            return tuple(t for t in holding if not any(o != t and o.inside(t) for o in holding))
        # Where ranges are nested several may end at one place: the narrowest is the nearest in meaning.
        below = max((t for t in self.terms if t.high <= p), key=lambda t: (t.high, t.low), default=None)
        above = min((t for t in self.terms if t.low >= p), key=lambda t: (t.low, t.high), default=None)
        return tuple(term for term in (below, above) if term is not None)


def _gap(below: Term, above: Term) -> Term | None:
    """What lies between two terms; None where they meet or overlap."""
    apart = below.high < above.low or (below.high == above.low and below.high_open and above.low_open)
    phrase = f"between {below.words[0]} and {above.words[0]}"
    gap = Term((phrase,), below.high, above.low, low_open=not below.high_open, high_open=not above.low_open)
    return gap if apart else None


def _strings(values: Any) -> tuple[str, ...]:
    if not isinstance(values, list) or not all(isinstance(value, str) for value in values):
        raise TypeError(f"{values!r} is no list of words")
    return tuple(values)


def named(lexicon: Lexicon | str, among: Mapping[str, Lexicon]) -> Lexicon:
    """A lexicon as it is, or the one of that name; ValueError names those there are."""
    if isinstance(lexicon, Lexicon):
        return lexicon
    if lexicon in among:
        return among[lexicon]
    near = get_close_matches(lexicon, among, n=1, cutoff=0.6)
    hint = f" Did you mean '{near[0]}'?" if near else ""
    raise ValueError(f"'{lexicon}' is not a lexicon ({', '.join(among)}).{hint}")

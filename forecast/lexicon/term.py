"""One row of a table of verbal probabilities: its words and the exact range they stand for."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Term:
    """Words, the first of them preferred, and their range of probability.

    ``low`` and ``high`` belong to the range unless ``low_open`` or ``high_open``: "40% to under 50%" is
    ``Term(("realistic possibility",), 0.4, 0.5, high_open=True)``. ``forms`` are the preferred words as
    grammar bends them ("almost certainly"): no other words than those.
    """

    words: tuple[str, ...]
    low: float
    high: float
    forms: tuple[str, ...] = ()
    low_open: bool = False
    high_open: bool = False

    @property
    def preferred(self) -> tuple[str, ...]:
        """The words that a report which keeps to one row may use: the first, and its other forms."""
        return (self.words[0], *self.forms)

    @property
    def spoken(self) -> tuple[str, ...]:
        """Every word or form there is for this range."""
        return tuple(dict.fromkeys((*self.words, *self.forms)))

    @property
    def span(self) -> str:
        """The range as it is published, to the digit: "at most 5%", "40% to under 50%", "over 50%".

        >>> Term(("even",), 0.45, 0.55).span, Term(("remote",), 0.0, 0.05).span
        ('45% to 55%', 'at most 5%')
        >>> Term(("realistic possibility",), 0.4, 0.5, high_open=True).span
        '40% to under 50%'
        """
        low, high = f"{100 * self.low:g}%", f"{100 * self.high:g}%"
        if self.low == self.high:
            return low
        if self.low == 0.0 and not self.low_open:
            return f"under {high}" if self.high_open else f"at most {high}"
        if self.high == 1.0 and not self.high_open:
            return f"over {low}" if self.low_open else f"at least {low}"
        return f"{'over ' if self.low_open else ''}{low} to {'under ' if self.high_open else ''}{high}"

    def holds(self, p: float) -> bool:
        """Whether a probability is in the range.

        >>> over = Term(("more likely than not",), 0.5, 1.0, low_open=True)
        >>> over.holds(0.5), over.holds(0.501), over.holds(1.0)
        (False, True, True)
        """
        above = p > self.low if self.low_open else p >= self.low
        return above and (p < self.high if self.high_open else p <= self.high)

    def inside(self, other: Term) -> bool:
        """Whether the range is another's, or lies within it."""
        return other.low <= self.low and self.high <= other.high


def plainly(phrase: str) -> str:
    """A phrase as phrases are compared: small letters, one space between words, no hyphens.

    >>> plainly("Highly  Un-likely")
    'highly un likely'
    """
    return " ".join(phrase.lower().replace("-", " ").split())

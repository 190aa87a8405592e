"""The smallest set of sources whose removal changes a word for a probability.

Every set that counts is answered for in full; what may be missed is a set that was never tried:

    one source      each is tried
    two             those that take half the way to another word if their changes add, and those whose
                    changes do not add (`silenced.dependent`); the most promising first, until one serves
    more            greedily, the sources that move the answer most in one direction together, up to half of
                    the panel; then any that are not needed go, and one is exchanged for two

so that a set of one is the smallest, and so is one of two; of a larger one it is known that no smaller was
found. To be sure one would have to try 2^n. Source: Broderick, Giordano and Meager (2020), arXiv:2011.14999,
on the fewest data whose removal overturns a conclusion, there by a linear approximation.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import combinations, pairwise

from forecast.lexicon import LEXICONS, Lexicon, named, words

#: Standard errors by which an answer is past the edge of its word where that is clear.
CLEAR = 2.0
#: Share of the way that two changes must add up to for the pair to be tried, most pairs tried, and at a time.
SHARE, MOST_PAIRS, AT_A_TIME = 0.5, 240, 16
#: Outsiders tried in the place of two members.
OUTSIDERS = 8

Names = tuple[str, ...]
#: For each of some sets that are left out: the answer, its standard error, and whether it can be trusted.
Answers = Callable[[Sequence[Names]], list[tuple[float, float, bool]]]


@dataclass(frozen=True)
class Flip:
    """A set whose removal changes the word: the answer without it, its error, the word it then has.

    ``past``: by how much it is past the edge; ``trusted``: whether its weights were light enough.
    """

    members: Names
    p: float
    error: float
    word: str
    past: float
    trusted: bool

    @property
    def clear(self) -> bool:
        """Whether it is past the edge by CLEAR standard errors."""
        return self.past > CLEAR * self.error


@dataclass(frozen=True)
class Smallest:
    """What was found for one probability.

    ``word`` holds between ``below`` and ``above``, None where no other word follows. ``found``: the smallest
    set that changes it, of equals the one that goes furthest; ``clear``: the smallest that does so clearly.
    ``furthest``: where none was found, the set that went the largest part of the way to another word.
    ``proved``: that no smaller set than ``found`` exists. ``pairs``: how many pairs were tried of how many;
    ``most``: up to how many sources were left out at a time; ``tried``: how many sets in all, and of how many
    of these the weights could not be trusted.
    """

    p: float
    error: float
    word: str
    below: float | None
    above: float | None
    found: Flip | None
    clear: Flip | None
    furthest: Flip | None
    proved: bool
    pairs: tuple[int, int]
    most: int
    tried: tuple[int, int]


def smallest(
    members: Names, answers: Answers, *, lexicon: Lexicon | str, together: frozenset[Names]
) -> Smallest:
    """Seek the smallest set of ``members`` whose removal changes the word, by the rules above.

    ``together``: pairs whose changes are known not to add. ``answers`` remembers what it was asked.

    >>> moves = {"a": 0.015, "b": 0.012, "c": -0.001, "d": 0.001}
    >>> def answers(sets):
    ...     return [(0.18 + sum(moves[name] for name in one), 0.001, True) for one in sets]
    >>> found = smallest(tuple(moves), answers, lexicon="icd203", together=frozenset())
    >>> found.found.members, found.found.word, found.proved
    (('a', 'b'), 'unlikely', True)
    """
    return _Search(members, answers, lexicon, together).result()


def edges(lexicon: Lexicon | str, p: float) -> tuple[float | None, float | None]:
    """Between which probabilities the word for ``p`` is the same; None where it is so to the end.

    >>> edges("icd203", 0.1), edges("icd203", 0.02)
    ((0.05, 0.2), (None, 0.05))
    """
    word = words(lexicon, p)
    marks = {0.0, 1.0, *named(lexicon, LEXICONS).edges}
    # Between two marks the word is one; which one shows in the middle.
    others = [(a, b) for a, b in pairwise(sorted(marks)) if words(lexicon, (a + b) / 2) != word]
    return (
        max((b for _, b in others if b <= p), default=None),
        min((a for a, _ in others if a >= p), default=None),
    )


class _Search:
    """One search: the answer as it stands, what single sources do, and what was tried."""

    def __init__(
        self, members: Names, answers: Answers, lexicon: Lexicon | str, together: frozenset[Names]
    ) -> None:
        self.members, self.lexicon, self.together = members, lexicon, together
        self._answers = answers
        #: Pairs are tried in any panel that they leave someone of, larger sets up to half of it.
        self.most = max(min(2, len(members) - 1), len(members) // 2)
        [(self.p, self.error, _)] = answers([()])
        self.word = words(lexicon, self.p)
        self.below, self.above = edges(lexicon, self.p)
        ones = answers([(name,) for name in members])
        self.change = {name: one[0] - self.p for name, one in zip(members, ones, strict=True)}
        self.pairs: dict[Names, float] = {}
        self.tried: dict[Names, Flip] = {}

    def result(self) -> Smallest:
        found = self.sought(0.0)
        clear = found if found is None or found.clear else self.sought(CLEAR)
        every = len(self.members) * (len(self.members) - 1) // 2
        return Smallest(
            p=self.p,
            error=self.error,
            word=self.word,
            below=self.below,
            above=self.above,
            found=found,
            clear=clear,
            furthest=None if found else max(self.tried.values(), key=self._share, default=None),
            proved=found is not None and len(found.members) <= 2,
            pairs=(len(self.pairs), every),
            most=self.most,
            tried=(len(self.tried), sum(not one.trusted for one in self.tried.values())),
        )

    def sought(self, errors: float) -> Flip | None:
        """The smallest set that is past an edge by so many standard errors."""
        if self.below is None and self.above is None:
            return None
        one = self._best([(name,) for name in self.members], errors)
        if one is not None or self.most < 2:
            return one
        return self._two(errors) or (self._more(errors) if self.most > 2 else None)

    def _past(self, p: float) -> float:
        """How far a probability is past the edges; negative where it is short of them."""
        ways = [self.below - p] if self.below is not None else []
        return max([*ways, *([p - self.above] if self.above is not None else [])])

    def _flips(self, sets: Sequence[Names], errors: float) -> list[Flip]:
        found = [
            Flip(one, p, error, words(self.lexicon, min(max(p, 0.0), 1.0)), self._past(p), trusted)
            for one, (p, error, trusted) in zip(sets, self._answers(sets), strict=True)
        ]
        self.tried |= {flip.members: flip for flip in found}
        return [flip for flip in found if flip.past > errors * flip.error and flip.word != self.word]

    def _best(self, sets: Sequence[Names], errors: float) -> Flip | None:
        """Of the sets that flip the word, one that can be trusted where there is one, and goes furthest."""
        return max(self._flips(sets, errors), key=lambda flip: (flip.trusted, flip.past), default=None)

    def _two(self, errors: float) -> Flip | None:
        promise = {pair: self._reach(pair) for pair in combinations(self.members, 2)}
        worth = [
            pair for pair, reach in promise.items() if reach >= SHARE or self.together & {pair, pair[::-1]}
        ]
        worth.sort(key=lambda pair: -promise[pair])
        for start in range(0, min(len(worth), MOST_PAIRS), AT_A_TIME):
            tried = worth[start : min(start + AT_A_TIME, MOST_PAIRS)]
            self.pairs |= {
                pair: one[0] - self.p for pair, one in zip(tried, self._answers(tried), strict=True)
            }
            best = self._best(tried, errors)
            if best is not None:
                return best
        return None

    def _share(self, flip: Flip) -> float:
        """Which part of the way to an edge an answer has gone."""
        return self._part(flip.p - self.p)

    def _reach(self, names: Names) -> float:
        """Which part of it the changes of single sources add up to."""
        return self._part(sum(self.change[name] for name in names))

    def _part(self, total: float) -> float:
        edge = self.above if total > 0 else self.below
        if edge is None:
            return 0.0
        way = abs(edge - self.p)
        return abs(total) / way if way > 0 else float("inf")

    def _more(self, errors: float) -> Flip | None:
        found = [
            self._shrunk(flip, errors)
            for sign, edge in ((1, self.above), (-1, self.below))
            if edge is not None and (flip := self._greedy(sign, errors)) is not None
        ]
        return min(found, key=lambda flip: (len(flip.members), not flip.trusted, -flip.past), default=None)

    def _greedy(self, sign: int, errors: float) -> Flip | None:
        """The first of ever larger sets, those that move the answer most in one direction, that flips it."""
        # A pair that says the same does more together than apart: half of that goes to each.
        score = {name: sign * self.change[name] for name in self.members}
        for pair in self.together & set(self.pairs):
            extra = sign * (self.pairs[pair] - sum(self.change[name] for name in pair))
            for name in pair:
                score[name] += max(extra, 0.0) / 2
        order = sorted(self.members, key=lambda name: -score[name])
        sizes = sorted({min(size, self.most) for size in (3, 4, 6, 9, 13, 19, 28, 41, self.most)})
        tried = self._sizes(order, sizes, errors)
        if not tried:
            return None
        first = len(tried[0].members)
        between = range(max((size for size in sizes if size < first), default=2) + 1, first)
        return (self._sizes(order, list(between), errors) or tried)[0]

    def _sizes(self, order: Sequence[str], sizes: list[int], errors: float) -> list[Flip]:
        sets = [self._in_order(order[:size]) for size in sizes]
        return sorted(self._flips(sets, errors), key=lambda flip: len(flip.members))

    def _shrunk(self, flip: Flip, errors: float) -> Flip:
        """Leave out whoever is not needed, one after the other; then one in the place of two."""
        while len(flip.members) > 2:
            fewer = [self._in_order(set(flip.members) - {name}) for name in flip.members]
            smaller = self._best(fewer, errors) or self._exchanged(flip, errors)
            if smaller is None:
                break
            flip = smaller
        return flip

    def _exchanged(self, flip: Flip, errors: float) -> Flip | None:
        way = 1 if flip.p > self.p else -1
        ranked = sorted(self.members, key=lambda name: -way * self.change[name])
        inside = [name for name in ranked if name in flip.members]
        outside = [name for name in ranked if name not in flip.members][:OUTSIDERS]
        sets = [self._in_order({*inside[:-2], name}) for name in outside]
        return self._best(sets, errors)

    def _in_order(self, names: Iterable[str]) -> Names:
        chosen = set(names)
        return tuple(name for name in self.members if name in chosen)

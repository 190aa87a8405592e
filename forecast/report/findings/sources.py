"""The sources of a report: kinds counted, each with its card, and what they say of every driver."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from forecast.agreement.coders import Coders, coders
from forecast.cards.card import Card, card
from forecast.cards.listing import Entry, in_panel_order, listing
from forecast.cards.matrix import Matrix, matrix
from forecast.inference.fit import Fit
from forecast.inputs.records import KINDS, Kind
from forecast.model.judgments import weighted_codes


@dataclass(frozen=True)
class KindCount:
    """How many sources of the panel are of a kind, and how much wider the kind is heard."""

    kind: Kind
    meaning: str
    widening: float
    sources: int


@dataclass(frozen=True)
class Sources:
    """Everything a report says of its sources; ``entries`` and ``cards`` in the order of the page.

    Those the panel hears come first; the others have no share of its weight.
    """

    kinds: tuple[KindCount, ...]
    entries: tuple[Entry, ...]
    cards: tuple[Card, ...]
    matrix: Matrix
    coders: Coders | None

    @property
    def heard(self) -> tuple[Entry, ...]:
        """The sources of the panel."""
        return tuple(e for e in self.entries if e.share is not None)


def sources(fit: Fit) -> Sources:
    """The sources as the panel of ``fit`` hears them."""
    files, panel = fit.workspace, fit.panel
    order = sorted(in_panel_order(files, panel.id), key=lambda name: name not in panel.weights)
    often = Counter(files.sources[m].kind for m in panel.members)
    return Sources(
        kinds=tuple(
            KindCount(kind, meaning, files.question.widened(kind), often[kind])
            for kind, meaning in KINDS.items()
            if often[kind]
        ),
        entries=listing(files, panel, order),
        cards=tuple(card(files, panel, name) for name in order),
        matrix=matrix(files, panel, weighted_codes(files, panel), order=order),
        coders=coders(files),
    )

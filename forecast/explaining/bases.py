"""Bases by key: what a number rests on, made once for each key that is asked for.

    answer:QUANTITY                 every judgment, the record and the class, by how far the answer moves
    outcome:OUTCOME                 probabilities stated of alliance or split
    definition, index               where sources draw the line of a broad alliance; what it is drawn on
    effect:FEATURE:OUTCOME, gain    codes and hazard ratios of one effect; what a code point is worth
    driver:ID, dynamics:ID          readings of a level; how it moves by itself
    drivers:OUTCOME, links:ID       which drivers do most to an outcome; cross-impacts of one
    source:ID, panel                all that is coded from a source; who is heard
    class, record                   the reference class and its counts; the pair's own past
    shock:ID, scenario:ID           what may strike; what a scenario does
    pull:FROM:TO, pulls, unit, together
    question, resolution:OUTCOME, settings, lexicon, coding, covariate:NAME
    pooled:OUTCOME                  what pooled judgment is pooled of
    input:PATH, row:SERIES:PERIOD   a number as it stands in a file, by the one grammar of paths

Names are those of the files; a key that names nothing has no basis.
"""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable, Mapping

from forecast.explaining import asked, events, ranked, rates, stated, turnable
from forecast.explaining.basis import Basis, Item, basis
from forecast.explaining.ground import Ground
from forecast.explaining.pooled import pooled
from forecast.explaining.target import quantity_names
from forecast.inputs.records import BaseRates
from forecast.states import CHANNELS

Maker = Callable[..., Basis]
#: What a name of a key must be one of; None where the maker looks for itself.
Known = Callable[[Ground], Container[str]] | None


class Bases:
    """The bases of one ground, each made when it is first asked for."""

    def __init__(self, ground: Ground) -> None:
        self.ground = ground
        self._made: dict[str, Basis | None] = {}

    def __call__(self, key: str) -> Basis | None:
        """The basis of a key; None of one that names nothing of this fit, or has nothing in it."""
        if key not in self._made:
            made = make(self.ground, key)
            self._made[key] = made if made is not None and made.items else None
        return self._made[key]


def make(ground: Ground, key: str) -> Basis | None:
    """The basis of a key, empty where there is nothing; None where the key names nothing."""
    kind, *names = key.split(":")
    if kind not in _KINDS:
        return None
    maker, known = _KINDS[kind]
    if len(known) != len(names):
        return None
    fits = all(of is None or name in of(ground) for name, of in zip(names, known, strict=True))
    return maker(ground, *names) if fits else None


def _drivers(ground: Ground) -> Container[str]:
    return ground.files.drivers.drivers


def _features(ground: Ground) -> Container[str]:
    return ground.fit.prepared.features.names


def _channels(_: Ground) -> Container[str]:
    return CHANNELS


def _covariates(base: BaseRates) -> Container[str]:
    chosen = base.classes[base.use]
    return {c for c in base.covariates if c in chosen.covariates and c in chosen.pair_covariates}


def _panel(ground: Ground) -> Basis:
    files, heard = ground.files, ground.fit.panel
    found = [*asked.panel(files, heard.id), *stated.heard(files, heard)]
    return basis(f"Who is heard in panel {heard.id}", found, ranked="weight in the panel")


def _shock(ground: Ground, name: str) -> Basis:
    return basis(ground.files.shocks[name].name, events.shock(ground.files, name))


def _scenario(ground: Ground, name: str) -> Basis:
    title = f"What the scenario does: {ground.files.scenarios[name].title}"
    return basis(title, events.scenario_lines(ground.files, name))


def _dynamics(ground: Ground, name: str) -> Basis:
    title = f"How {ground.files.drivers.drivers[name].name} moves by itself"
    return basis(title, events.dynamics(ground.files, name))


def _links(ground: Ground, name: str) -> Basis:
    title = f"{ground.files.drivers.drivers[name].name} and other drivers"
    return basis(title, events.pulls(ground.files, name), ranked="points")


def _record(ground: Ground) -> Basis:
    return basis("The pair's own record", rates.record(ground.fit))


def _pooled(ground: Ground, channel: str) -> Basis:
    return basis(
        f"Probabilities of {channel} that are pooled",
        pooled(ground.fit, channel),
        ranked="share of the pool's weight, in per cent",
        form="{:.1f}% of the pool's weight",
        by_size=True,
    )


def _of_files(title: str, pieces: Callable[..., Iterable[Item]]) -> Maker:
    """A maker of pieces that the files alone decide on."""
    return lambda ground, *names: basis(title, pieces(ground.files, *names))


#: Kind of key -> its maker, and what each name that follows must be one of.
_KINDS: Mapping[str, tuple[Maker, tuple[Known, ...]]] = {
    "answer": (ranked.answer, (lambda _: quantity_names(),)),
    "outcome": (ranked.outcome, (_channels,)),
    "definition": (ranked.definition, ()),
    "effect": (ranked.effect, (_features, _channels)),
    "driver": (ranked.driver, (_drivers,)),
    "drivers": (ranked.drivers, (_channels,)),
    "source": (ranked.source, (lambda ground: ground.files.sources,)),
    "panel": (_panel, ()),
    "class": (_of_files("The reference class and its counts", rates.reference_class), ()),
    "record": (_record, ()),
    "shock": (_shock, (lambda ground: ground.files.shocks,)),
    "scenario": (_scenario, (lambda ground: ground.files.scenarios,)),
    "dynamics": (_dynamics, (_drivers,)),
    "links": (_links, (_drivers,)),
    "pull": (_of_files("A cross-impact", events.pull), (_drivers, _drivers)),
    "pulls": (_of_files("What drivers do to one another", events.pulls), ()),
    "unit": (_of_files("What a point of cross-impact is", events.units), ()),
    "together": (_of_files("Drivers that move together", events.together), ()),
    "index": (_of_files("The alignment index", asked.index), ()),
    "gain": (_of_files("What a code point is worth", asked.gain), ()),
    "question": (_of_files("The question", asked.question), ()),
    "settings": (_of_files("Settings of the model", asked.settings), ()),
    "coding": (_of_files("The second coding", asked.coding), ()),
    "covariate": (
        _of_files("A covariate of the reference class", rates.covariate),
        (lambda ground: _covariates(ground.files.base_rates),),
    ),
    "lexicon": (_of_files("The words of probability", asked.lexicon), ()),
    "pooled": (_pooled, (_channels,)),
    "input": (_of_files("As the file has it", turnable.values), (None,)),
    "row": (_of_files("A row of a measured series", turnable.row), (None, None)),
    "resolution": (
        _of_files("What the outcome means, and how it resolves", asked.resolution),
        (lambda ground: ground.files.question.outcomes,),
    ),
}

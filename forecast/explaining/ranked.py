"""Bases whose pieces are ranked by what draws say of them: how far an answer, an effect or a level moves."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from forecast.drivers.features import moments
from forecast.explaining import asked, events, stated
from forecast.explaining.basis import DRIVERS, HISTORY, RATES, Basis, Item, basis, piece, weighed
from forecast.explaining.ground import Ground, in_words
from forecast.explaining.influence import Factor
from forecast.explaining.readings import readings_of
from forecast.states import CHANNELS

MOVES = "points that the answer moves, to first order, if the judgment counted double"
POINTS = "{:+.2f} points if doubled"


def answer(ground: Ground, quantity: str) -> Basis:
    """Every judgment, the pair's record and the class, by how far one answer moves with each."""
    kinds = {"outcome", "code", "ratio", "record", "class"} | (
        {"line"} if quantity.endswith("alliance_broad") else set()
    )
    title = f"Judgments behind {in_words(ground.files, quantity, ground.date)}"
    return _by_moves(ground, title, quantity, lambda f: f.kind in kinds)


def outcome(ground: Ground, channel: str) -> Basis:
    """Probabilities stated of an outcome."""
    name = ground.files.question.outcomes[channel].title.lower()  # type: ignore[index]
    quantity = ground.headlines()[CHANNELS.index(channel)]
    return _by_moves(
        ground,
        f"Probabilities stated of {name}",
        quantity,
        lambda f: f.kind == "outcome" and f.channel == channel,
    )


def definition(ground: Ground) -> Basis:
    """Where sources draw the line of a broad alliance, by how often each is taken."""
    lines = [f for f in ground.factors if f.kind == "line"]
    return basis(
        "Where the line of a broad alliance is drawn",
        [weighed(_item(ground, f), 100 * f.weight) for f in lines],
        ranked="share of the definitions' weight, in per cent",
        form="{:.1f}% of the definitions' weight",
        by_size=True,
    )


def effect(ground: Ground, feature: str, channel: str) -> Basis:
    """The codes of one effect by how far its coefficient moves with each; of an interaction, its judgment."""
    fit, drivers = ground.fit, ground.files.drivers.drivers
    if feature not in drivers:
        return basis("What two drivers do together", events.interaction(ground.files, feature))
    mine = tuple(
        f
        for f in ground.factors
        if f.kind in ("code", "ratio") and (f.driver, f.channel) == (feature, channel)
    )
    title = f"What {drivers[feature].name} does to {channel}, as coded"
    if not mine:
        return Basis(title, ())
    at = fit.prepared.features.names.index(feature), CHANNELS.index(channel)
    moved, error = ground.moves_of(fit.posterior.coefficients[:, *at], mine)
    return basis(
        title,
        [weighed(_item(ground, f), float(m), float(e)) for f, m, e in zip(mine, moved, error, strict=True)],
        ranked="log hazard per unit that the effect moves, to first order, if the judgment counted double",
        form="{:+.3f} in log hazard per unit if doubled",
        by_size=True,
    )


def driver(ground: Ground, name: str) -> Basis:
    """The readings of a driver by how much each counts in its level today."""
    return readings_of(ground.seen, name)


def adds(ground: Ground, channel: str) -> Mapping[str, float]:
    """What each driver adds to a log hazard today: the mean coefficient times the saturated level."""
    spec = ground.fit.prepared.features
    mean, variance = ground.fit.prepared.drivers.filtered()
    at_work = moments(spec, mean[-1:], variance[-1:])[0][0]
    column = CHANNELS.index(channel)
    found = ground.fit.posterior.coefficients[:, :, column].mean(axis=0) * at_work
    return dict(zip(spec.drivers, found[: len(spec.drivers)].tolist(), strict=True))


def leading(ground: Ground, quantity: str) -> tuple[str, ...]:
    """Drivers by how much they do to a quantity: to the hazards it depends on, or to the index it reads."""
    outcome = quantity.rpartition(".")[2]
    if outcome == "alliance_broad":
        size = {d: abs(w) for d, w in ground.files.question.alignment_index.weights.items()}
    else:
        channels = [outcome] if outcome in CHANNELS else CHANNELS
        each = [adds(ground, channel) for channel in channels]
        size = {name: sum(abs(one[name]) for one in each) for name in each[0]}
    return tuple(sorted(size, key=lambda name: -size[name]))


def drivers(ground: Ground, channel: str) -> Basis:
    """Drivers by what they add to a log hazard today."""
    files, added = ground.files, adds(ground, channel)
    mean, _ = ground.fit.prepared.drivers.filtered()
    found = [
        weighed(
            piece(
                files,
                DRIVERS,
                f"drivers.{name}",
                f"{files.drivers.drivers[name].name}, level today {mean[-1, i]:+.1f}",
            ),
            added[name],
        )
        for i, name in enumerate(added)
    ]
    return basis(
        f"Drivers of {channel}",
        found,
        ranked="log hazard that the driver adds at today's level, on average over draws",
        form="{:+.2f} in log hazard today",
        by_size=True,
    )


def source(ground: Ground, name: str) -> Basis:
    """All that is coded from a source, by how far alliance or split moves with it; its weight, its levels."""
    files = ground.files
    place: dict[tuple[str, str, str], int] = {
        (f.kind, f.driver, f.channel or "alliance_broad"): i
        for i, f in enumerate(ground.factors)
        if f.source == name and f.kind != "line"
    }
    both = [ground.moves(quantity)[0] for quantity in ground.headlines()]
    found = []
    for key, item in stated.everything(files, name):
        at = place.get(key)
        found.append(item if at is None else weighed(item, float(max((m[at] for m in both), key=abs))))
    whole = basis(
        f"All that is coded from {stated.name_of(files, name)}",
        found,
        ranked=f"{MOVES}: alliance or split, whichever moves more",
        form=POINTS,
        by_size=True,
    )
    heard = stated.source_weight(files, ground.fit.panel, name)
    return Basis(whole.title, (heard, *whole.items), whole.more, whole.ranked, whole.form)


def _by_moves(ground: Ground, title: str, quantity: str, wanted: Callable[[Factor], bool]) -> Basis:
    """Some factors by how far an answer moves with them; they are only worded once it is known which."""
    moved, error = ground.moves(quantity)
    chosen = sorted(
        (i for i, factor in enumerate(ground.factors) if wanted(factor)), key=lambda i: -abs(moved[i])
    )
    listed = tuple(
        weighed(_item(ground, ground.factors[i]), float(moved[i]), float(error[i]))
        for i in chosen[: ground.listed]
    )
    return Basis(title, listed, max(len(chosen) - ground.listed, 0), MOVES, POINTS)


def _item(ground: Ground, factor: Factor) -> Item:
    """A factor as a piece: what was judged, and where it stands."""
    return _ITEMS[factor.kind](ground, factor)


def _record(ground: Ground, _: Factor) -> Item:
    history = ground.files.history
    told = f"the pair's own record, year by year since {history.record_start}"
    return piece(ground.files, HISTORY, "record_start", told, claim=float(history.record_start))


def _class(ground: Ground, _: Factor) -> Item:
    rates = ground.files.base_rates
    chosen = rates.classes[rates.use]
    told = f"the reference class's rates: {chosen.title}"
    return piece(ground.files, RATES, "use", told, claim=rates.use)


def _line(ground: Ground, factor: Factor) -> Item:
    if factor.source in ground.files.sources:
        return stated.probability_of(ground.files, factor.source, "alliance_broad")
    return asked.threshold(ground.files)


_ITEMS: dict[str, Callable[[Ground, Factor], Item]] = {
    "outcome": lambda g, f: stated.probability_of(g.files, f.source, str(f.channel)),
    "code": lambda g, f: stated.code(g.files, f.source, f.driver, f.channel or CHANNELS[0]),
    "ratio": lambda g, f: stated.class_ratio(g.files, f.driver, f.channel or CHANNELS[0]),
    "line": _line,
    "record": _record,
    "class": _class,
}

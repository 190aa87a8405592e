"""What `forecast elicit seeds` found, as tables and as JSON."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from forecast.cli.columns import aligned, terminal

if TYPE_CHECKING:
    from forecast.interchange.excalibur import ExcaliburStudy
    from forecast.pooling.classical import Classical, Compared, Robustness, Score, Without

_SCORES = ("calibration", "information", "all items", "combined")


def table(
    study: ExcaliburStudy, found: Compared, shown: str, left_out: Robustness | None, items: Sequence[str]
) -> Iterator[str]:
    """Experts, decision makers, and what else was asked for, one line each."""
    said, width = study.assessments, terminal()
    chosen = found.makers[shown]
    levels = ", ".join(f"p{100 * p:02.4g}" for p in said.levels)
    yield (
        f"{_many(said.experts, 'expert')}, {_many(said.seeds, 'seed')}, {_many(said.targets, 'target')}; "
        f"quantiles {levels}; overshoot {chosen.overshoot:g}; calibration at {chosen.effective_seeds} seeds, "
        "the fewest that anybody answered"
    )
    yield ""
    yield from aligned(_experts(found), width=width)
    yield ""
    yield from aligned(_makers(found, shown), width=width)
    for item in items:
        yield ""
        yield from [study.questions[item]] if item in study.questions else []
        yield from aligned(_quantiles(study, found, item), width=width)
    if left_out is not None:
        yield ""
        yield f"robustness of {shown}: left out in turn; distance to the whole study's in nats, all items"
        yield from aligned(_left_out(left_out, chosen), width=width)
    yield ""
    yield "A weight is earned by calibration times information on seeds. No forecast number depends on it."


def _many(names: Sequence[str], noun: str) -> str:
    return f"{len(names)} {noun}{'s' * (len(names) != 1)}"


def _experts(found: Compared) -> list[list[str]]:
    """A row an expert: scores, and the weight under each rule."""
    first = next(iter(found.makers.values()))
    rows = [["expert", "seeds", *_SCORES, *(f"w {name}" for name in found.makers)]]
    for e, (expert, score) in enumerate(first.scores.items()):
        weights = [f"{one.decision_maker.overall[e]:.4g}" for one in found.makers.values()]
        rows.append([expert, str(score.seeds), *_scores(score), *weights])
    return rows


def _scores(score: Score) -> list[str]:
    parts = (score.calibration, score.information_seeds, score.information_all, score.combined)
    return [f"{part:.4g}" for part in parts]


def _alpha(alpha: float | None) -> str:
    """A cut-off to four digits, rounded down: given back as --alpha it keeps the expert who sets it.

    >>> _alpha(0.60835833), _alpha(3.621e-05), _alpha(0.0), _alpha(None)
    ('0.6083', '3.621e-05', '0', '-')
    """
    if alpha is None:
        return "-"
    shown = f"{alpha:.4g}"
    if float(shown) <= alpha:
        return shown
    step = 10.0 ** (math.floor(math.log10(alpha)) - 3)
    return f"{float(shown) - step:.4g}"


def _makers(found: Compared, shown: str) -> list[list[str]]:
    """A row a decision maker; the one that is shown further down is marked."""
    rows = [["decision maker", "alpha", *_SCORES]]
    for name, one in found.makers.items():
        maker = one.decision_maker
        alpha = _alpha(maker.alpha) + " best" * maker.optimised
        rows.append([name + " *" * (name == shown), alpha, *_scores(maker.score)])
    return rows


def _quantiles(study: ExcaliburStudy, found: Compared, item: str) -> list[list[str]]:
    """Everybody's quantiles of one item, experts first."""
    said = study.assessments
    i = said.items.index(item)
    realised = said.realisations[i]
    came = "target" if realised != realised else f"came true: {realised:g}"  # noqa: PLR0124 - NaN alone
    rows = [[f"{item} ({said.scales[i]})", *(f"p{100 * p:02.4g}" for p in said.levels), came]]
    for expert, values in zip(said.experts, said.values[:, i].tolist(), strict=True):
        rows.append([expert, *_values(values), ""])
    for name, one in found.makers.items():
        rows.append([f"[{name}]", *_values(list(one.quantiles(item))), ""])
    return rows


def _values(values: list[float]) -> list[str]:
    return ["-" if value != value else f"{value:.4g}" for value in values]  # noqa: PLR0124 - NaN alone


def _left_out(found: Robustness, chosen: Classical) -> list[list[str]]:
    score, alpha = chosen.decision_maker.score, chosen.decision_maker.alpha
    head = ["left out", "alpha", *_SCORES, "distance", ""]
    rows = [head, ["nothing", _alpha(alpha), *_scores(score), "0", ""]]
    rows += [["expert " + row[0], *row[1:]] for row in map(_without, found.experts)]
    return rows + [["seed " + row[0], *row[1:]] for row in map(_without, found.seeds)]


def _without(one: Without) -> list[str]:
    if one.score is None:
        return [one.name, *["-"] * 6, one.why]
    distance = "-" if one.distance_all is None else f"{one.distance_all:.4g}"
    return [one.name, _alpha(one.alpha), *_scores(one.score), distance, ""]


def document(
    study: ExcaliburStudy,
    found: Compared,
    shown: str,
    left_out: Robustness | None,
    origin: dict[str, str],
) -> dict[str, Any]:
    """All of it, unrounded; what is not known is null."""
    said = study.assessments
    first = next(iter(found.makers.values()))
    return {
        "schema": "elicit-seeds/1",
        "origin": origin,
        "levels": list(said.levels),
        "overshoot": first.overshoot,
        "calibration_power": first.power,
        "effective_seeds": first.effective_seeds,
        "items": [
            {
                "id": item,
                "question": study.questions.get(item),
                "scale": said.scales[i],
                "realisation": _known(float(said.realisations[i])),
                "answered_by": [e for e, yes in zip(said.experts, said.answered[:, i], strict=True) if yes],
            }
            for i, item in enumerate(said.items)
        ],
        "experts": [
            {
                "id": expert,
                **_score(score),
                "weights": {name: float(one.decision_maker.overall[e]) for name, one in found.makers.items()},
            }
            for e, (expert, score) in enumerate(first.scores.items())
        ],
        "shown": shown,
        "decision_makers": [_maker(name, one) for name, one in found.makers.items()],
        "robustness": None
        if left_out is None
        else {
            "experts": [_robust(one) for one in left_out.experts],
            "seeds": [_robust(one) for one in left_out.seeds],
        },
        "notes": [*study.notes, *([found.why] if found.why else [])],
    }


def _maker(name: str, one: Classical) -> dict[str, Any]:
    maker, said = one.decision_maker, one.assessments
    return {
        "id": name,
        "rule": maker.rule,
        "alpha": maker.alpha,
        "optimised": maker.optimised,
        **_score(maker.score),
        "items": [
            {
                "id": item,
                "range": maker.ends[i].tolist(),
                "quantiles": [_known(value) for value in maker.quantiles[i].tolist()],
                "weights": dict(zip(said.experts, maker.weights[:, i].tolist(), strict=True)),
            }
            for i, item in enumerate(said.items)
        ],
    }


def _score(score: Score) -> dict[str, Any]:
    return {
        "seeds": score.seeds,
        "calibration": score.calibration,
        "information": score.information_seeds,
        "information_all": score.information_all,
        "combined": score.combined,
    }


def _robust(one: Without) -> dict[str, Any]:
    return {
        "left_out": one.name,
        "alpha": one.alpha,
        **({} if one.score is None else _score(one.score)),
        "distance_seeds": one.distance_seeds,
        "distance_all": one.distance_all,
        "why": one.why or None,
    }


def _known(value: float) -> float | None:
    return None if value != value else value  # noqa: PLR0124 - true of NaN alone

"""What `forecast elicit pool` found, as tables and as JSON."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from forecast.cli.columns import aligned, terminal
from forecast.rounding import percent

if TYPE_CHECKING:
    from forecast.pooling.pooled import PooledItem, Voice
    from forecast.pooling.side_by_side import Flip

SCHEMA = "elicit-pool/1"
NOTHING = "-"
_WEIGHTS = (
    "weight = the panel's x evidence grade x age, divided for who repeats whom (the forecast's own pooled "
    "answer does not divide)"
)


def document(pooled: Sequence[PooledItem], between: Sequence[Flip], **origin: Any) -> dict[str, Any]:
    """All of it, unrounded."""
    return {
        "schema": SCHEMA,
        **origin,
        "items": [_as_dict(one) for one in pooled],
        "flips_between_items": [_flip(flip) for flip in between],
    }


def _as_dict(one: PooledItem) -> dict[str, Any]:
    return {
        "item": one.key,
        "title": one.title,
        "form": one.form,
        "unit": one.unit,
        "horizon": one.horizon.isoformat() if one.horizon else None,
        "pools": [
            {
                "rule": pool.rule,
                "title": pool.title,
                "p05": pool.p05,
                "p50": pool.p50,
                "p95": pool.p95,
                "mean": pool.mean,
                "sd": pool.sd,
                "why_not": pool.why or None,
            }
            for pool in one.pools
        ],
        "flips": [_flip(flip) for flip in one.flips],
        "heard": [
            {
                "source": voice.name,
                "weight": voice.weight,
                "divided_by": voice.divided_by,
                "quantiles": {f"p{round(100 * p):02d}": v for p, v in voice.quantiles.items()},
                "file": voice.file or None,
                "line": voice.line or None,
            }
            for voice in one.voices
        ],
        "notes": list(one.notes),
        "left_out": dict(one.left_out),
        "performance_weights": {rule: dict(w) for rule, w in one.performance.items()},
    }


def _flip(flip: Flip) -> dict[str, Any]:
    return {"of": flip.of, "reached": {told: list(rules) for told, rules in flip.reached.items()}}


def table(pooled: Sequence[PooledItem], between: Sequence[Flip], *, voices: bool) -> Iterator[str]:
    """Each item's rules, what flips between them, who was heard; one line each."""
    width = terminal()
    for number, one in enumerate(pooled):
        if number:
            yield ""
        yield _head(one)
        yield from aligned(_rows(one), width=width)
        for flip in one.flips:
            yield _told(flip)
        if not one.flips and one.form == "probability" and sum(p.p50 is not None for p in one.pools) > 1:
            yield "no conclusion flips between the rules"
        yield from one.notes
        if voices:
            yield ""
            if one.horizon:
                yield _WEIGHTS
            yield from aligned(_heard(one), width=width)
        yield from _left_out(one, named=voices)
    for flip in between:
        yield ""
        yield _told(flip)
    without = list(dict.fromkeys(line for one in pooled for line in _without(one)))
    if without:
        yield ""
        yield from without


def _without(one: PooledItem) -> Iterator[str]:
    """Rules that made nothing of it, those with the same reason together."""
    reasons: dict[str, list[str]] = {}
    for pool in one.pools:
        if pool.why:
            reasons.setdefault(pool.why, []).append(pool.rule)
    yield from (f"not pooled by {', '.join(rules)}: {why}" for why, rules in reasons.items())


def _head(one: PooledItem) -> str:
    by = f", by {one.horizon.isoformat()}" if one.horizon else ""
    unit = f" ({one.unit})" if one.unit else ""
    return f"{one.key}: {one.title}{unit}{by}; {len(one.voices)} heard"


def _rows(one: PooledItem) -> list[list[str]]:
    quantity = one.form != "probability"
    head = ["rule", "p05", "p50", "p95", *(["mean", "sd"] if quantity else ["in words"])]
    rows = [head]
    for pool in one.pools:
        if pool.why:
            continue
        cells = [_number(value, one) for value in pool.quantiles]
        if quantity:
            cells += [_number(pool.mean, one), _number(pool.sd, one)]
        else:
            cells.append(one.words.get(pool.rule, NOTHING))
        rows.append([pool.rule, *cells])
    return rows


def _number(value: float | None, one: PooledItem) -> str:
    if value is None:
        return NOTHING
    return percent(value) if one.form == "probability" else f"{value:.4g}"


def _told(flip: Flip) -> str:
    told = "; ".join(f"{conclusion}: {', '.join(rules)}" for conclusion, rules in flip.reached.items())
    return f"FLIPS  {flip.of}: {told}"


def _heard(one: PooledItem) -> list[list[str]]:
    rows = [["source", "weight", "divided by", *(f"p{round(100 * p):02d}" for p in one.levels), "place"]]
    for voice in one.voices:
        said = [_number(voice.quantiles.get(p), one) for p in one.levels]
        rows.append([voice.name, f"{voice.weight:.3g}", f"{voice.divided_by:.3g}", *said, _place(voice)])
    return rows


def _place(voice: Voice) -> str:
    return f"{voice.file}:{voice.line}" if voice.line else voice.file or NOTHING


def _left_out(one: PooledItem, *, named: bool) -> Iterator[str]:
    """Who says something that cannot be pooled, by reason; how many, unless they are to be named."""
    reasons: dict[str, list[str]] = {}
    for source, why in one.left_out.items():
        reasons.setdefault(why, []).append(source)
    if named:
        yield from (f"left out, {why}: {', '.join(sources)}" for why, sources in reasons.items())
    elif reasons:
        told = "; ".join(f"{len(sources)} {why}" for why, sources in reasons.items())
        yield f"left out: {told} (--voices names them)"

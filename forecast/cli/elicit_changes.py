"""`forecast elicit changes`: what the second round changed."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterator
from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated, Any

import typer

from forecast.cli import options as o
from forecast.rounding import percent
from forecast.visible import in_json

if TYPE_CHECKING:
    from forecast.protocol.changes import Change, ItemChanges

_DIRECTIONS = {
    "toward": "toward the group's median",
    "away": "away from the group's median",
    "at": "on the group's median",
    "none": "",
}


def changes(
    as_json: Annotated[bool, typer.Option("--json", help="Print the whole of it as JSON.")] = False,
    workspace: o.WorkspaceOption = None,
    quiet: o.QuietOption = False,
    debug: o.DebugOption = False,
) -> None:
    """Show who moved between the rounds, how far, and whether the experts came closer to one another."""
    from forecast.protocol.changes import changes as compare
    from forecast.protocol.folder import folder_of
    from forecast.protocol.handing import titles
    from forecast.protocol.items import items_of
    from forecast.protocol.rounds import heard

    ws = o.read(workspace, quiet=quiet)
    folder = folder_of(ws)
    now = dt.datetime.now(dt.UTC)
    with folder.alone():
        first, second = heard(folder, 1, now=now), heard(folder, 2, now=now, least=1)
    found = compare(first, second, titles(items_of(ws)))
    both = [one.expert for one in second]
    alone = [one.expert for one in first if one.expert not in both]
    if as_json:
        document = {
            "schema": "elicit-changes/1",
            "question": ws.question.id,
            "experts": both,
            "first_round_only": alone,
            "items": [_item(one) for one in found],
        }
        print(in_json(json.dumps(document, indent=2, ensure_ascii=False)))
        return
    print("\n".join(_lines(found)))
    if alone:
        o.say(f"answered the first round only, and not compared: {', '.join(alone)}", quiet=quiet)


def _item(item: ItemChanges) -> dict[str, Any]:
    return {**asdict(item), "changes": [{**asdict(one), "narrowed": one.narrowed} for one in item.changes]}


def _lines(found: tuple[ItemChanges, ...]) -> Iterator[str]:
    for item in found:
        yield f"{item.key}  {item.title}"
        for one in item.changes:
            yield f"  {one.expert:<12}  {_change(item, one)}"
        if item.sd_before is not None and item.sd_after is not None:
            unit = " (log-odds)" if item.measure == "probability" else ""
            word = _spread(item.sd_before, item.sd_after)
            yield (
                f"  spread of the medians{unit}: sd {item.sd_before:.2f} -> {item.sd_after:.2f}, range "
                f"{item.range_before:.2f} -> {item.range_after:.2f}: {word}"
            )
    moved = [one for item in found for one in item.changes if one.became == "changed"]
    toward = sum(one.direction == "toward" for one in moved)
    narrower = sum(one.narrowed is True for one in moved)
    total = sum(len(item.changes) for item in found)
    yield (
        f"{len(moved)} of {total} answers changed: {toward} toward the first-round median, {narrower} with a "
        "narrower interval."
    )


def _spread(before: float, after: float) -> str:
    if abs(before - after) < 1e-9:
        return "as far apart as before"
    return "closer together" if after < before else "further apart"


def _change(item: ItemChanges, one: Change) -> str:
    before, after = _answer(item, one.before), _answer(item, one.after)
    if one.became != "changed":
        states = {"added": f"added {after}", "withdrawn": f"withdrawn (was {before})"}
        return states.get(
            one.became, f"kept {after}" if one.became == "kept" else f"{before} -> {after}: another window"
        )
    said = [f"{before} -> {after}"]
    if one.moved is not None:
        unit = " log-odds" if item.measure == "probability" else ""
        said.append(f"moved {one.moved:+.2f}{unit}")
    if _DIRECTIONS[one.direction]:
        said.append(_DIRECTIONS[one.direction])
    if one.narrowed is not None:
        said.append("narrower" if one.narrowed else "wider")
    return ", ".join(said)


def _answer(item: ItemChanges, values: Any) -> str:
    if not values:
        return "-"
    if item.measure == "code":
        return ", ".join(f"{value:+g}" if value else "0" for value in values.values())
    number = percent if item.measure == "probability" else (lambda value: f"{value:.3g}")
    return f"{number(values['p50'])} [{number(values['p05'])}, {number(values['p95'])}]"

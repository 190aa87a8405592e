"""`forecast elicit rounds`: who was asked, who has sealed, and the group's picture."""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from forecast.cli import options as o
from forecast.errors import UsageError
from forecast.visible import in_json

if TYPE_CHECKING:
    from forecast.protocol.picture import Portrait
    from forecast.protocol.rounds import Round

_COLUMNS = ("round", "expert", "sealed", "SHA-256", "state")


def rounds(
    number: Annotated[
        int | None,
        typer.Option("--round", metavar="1|2", help="Which round is closed or shown. Default: the last one."),
    ] = None,
    close: Annotated[
        bool, typer.Option("--close", help="Close the round with those who have sealed; it stays closed.")
    ] = False,
    picture: Annotated[
        bool, typer.Option("--picture", help="Show the group's answers, which ends the round.")
    ] = False,
    svg: Annotated[
        Path | None,
        typer.Option("--svg", metavar="FILE", help="Write the picture as a figure (.svg or .png)."),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print the whole of it as JSON.")] = False,
    workspace: o.WorkspaceOption = None,
    quiet: o.QuietOption = False,
    debug: o.DebugOption = False,
) -> int:
    """Say where the rounds stand, and check every seal; exit 1 if a sealed answer was changed."""
    from forecast.protocol.folder import check_round, folder_of
    from forecast.protocol.handing import rereading, titles
    from forecast.protocol.items import items_of
    from forecast.protocol.picture import picture as paint
    from forecast.protocol.rounds import heard, standing
    from forecast.protocol.seals import close as close_round
    from forecast.protocol.seals import closed_of

    if number is not None:
        check_round(number)
    if svg is not None and svg.suffix not in (".svg", ".png"):
        raise UsageError(f"--svg: a figure ends in .svg or .png (found '{svg.name}')")
    ws = o.read(workspace, quiet=quiet)
    folder = folder_of(ws)
    now = dt.datetime.now(dt.UTC)
    which = number or (2 if folder.asked(2) else 1)
    reread = rereading(ws, folder, today=now.date())
    portraits: tuple[Portrait, ...] | None = None
    if close:
        with folder.alone():
            for each in standing(folder, reread=reread):
                if each.number == which and any(one.fault for one in each.standings):
                    o.say(_table((each,)))
                    raise UsageError(f"round {which} has altered answers; mend them before it is closed")
            before = closed_of(folder, which)
            over = close_round(folder, which, now=now)
        left = f"; not heard: {', '.join(over.left_out)}" if over.left_out else ""
        was = "was closed" if before else "closed"
        o.say(f"round {which} {was} on {over.closed.date()} with {len(over.heard)} heard{left}", quiet=quiet)
    if picture or svg is not None:
        with folder.alone():
            before = closed_of(folder, which)
            everyone = heard(folder, which, now=now)
        if before is None:
            o.say(f"all have sealed round {which}; it is over, now that its answers are seen", quiet=quiet)
        portraits = paint(everyone, titles(items_of(ws)))
    found_rounds = standing(folder, reread=reread)
    if svg is not None:
        _figure(svg, portraits or ())
        o.say(f"wrote {svg}", quiet=quiet)
    if as_json:
        print(_json(ws.question.id, found_rounds, which, portraits))
    elif portraits is not None and picture:
        from forecast.protocol.picture_text import as_text

        print(as_text(portraits))
    else:
        print(_table(found_rounds))
    amiss = [one for found in found_rounds for one in found.standings if one.fault or one.edited]
    if (as_json or picture) and amiss:
        o.say("\n".join(f"round {one.round}, {one.expert}: {one.words}" for one in amiss))
    return 1 if amiss else 0


def _figure(path: Path, portraits: tuple[Portrait, ...]) -> None:
    from forecast.files import write_atomically
    from forecast.protocol.picture_figure import figure

    if not path.parent.is_dir():
        raise UsageError(f"--svg: there is no folder {path.parent}")
    write_atomically(path, figure(portraits, form=path.suffix[1:]))


def _table(found: tuple[Round, ...]) -> str:
    if not found:
        return "nobody was asked; 'forecast elicit new --expert ID' begins"
    rows = [_COLUMNS]
    for one in (standing for each in found for standing in each.standings):
        when = one.sealed.isoformat(sep=" ", timespec="minutes") if one.sealed else "-"
        rows.append((str(one.round), one.expert, when, (one.sha256 or "-")[:12], one.words))
    room = [max(len(row[i]) for row in rows) for i in range(len(_COLUMNS) - 1)]
    lines = ["  ".join([*(c.ljust(w) for c, w in zip(row, room, strict=False)), row[-1]]) for row in rows]
    for each in found:
        sealed = sum(one.sealed is not None for one in each.standings)
        state = f"closed on {each.closed.date()}" if each.closed else "open"
        lines.append(f"round {each.number}: {sealed} of {len(each.standings)} sealed, {state}")
    return "\n".join(lines)


def _json(question: str, found: tuple[Round, ...], which: int, portraits: tuple[Portrait, ...] | None) -> str:
    document: dict[str, Any] = {
        "schema": "elicit-rounds/1",
        "question": question,
        "rounds": [
            {
                "round": each.number,
                "closed": each.closed.isoformat() if each.closed else None,
                "experts": [
                    {
                        "expert": one.expert,
                        "sealed": one.sealed.isoformat() if one.sealed else None,
                        "sha256": one.sha256,
                        "method": one.method,
                        "left_out": one.left_out,
                        "altered": one.fault,
                        "edited": one.edited,
                    }
                    for one in each.standings
                ],
            }
            for each in found
        ],
    }
    if portraits is not None:
        document["picture"] = {"round": which, "items": [_portrait(one) for one in portraits]}
    return in_json(json.dumps(document, indent=2, ensure_ascii=False))


def _portrait(portrait: Portrait) -> dict[str, Any]:
    return {
        "item": portrait.key,
        "title": portrait.title,
        "measure": portrait.measure,
        "years": portrait.years,
        "other_windows": portrait.other_windows,
        "group": {blank: asdict(found) for blank, found in portrait.by_blank.items()},
        "answers": [{"letter": one.letter, **one.values} for one in portrait.answers],
        "reasons": list(portrait.reasons),
    }

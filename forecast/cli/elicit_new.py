"""`forecast elicit new`: hand an expert the questions."""

from __future__ import annotations

import datetime as dt
from typing import Annotated

import typer

from forecast.cli import options as o
from forecast.errors import UsageError

ExpertOption = Annotated[str | None, typer.Option("--expert", metavar="ID", help="Whose answers.")]
RoundOption = Annotated[int, typer.Option("--round", metavar="1|2", help="Which round.")]
_SEPARATORS = {"comma": ",", "semicolon": ";", "tab": "\t", ",": ",", ";": ";"}
_FORMS = ("quantiles", "four_point")


def new(
    expert: ExpertOption = None,
    number: RoundOption = 1,
    anonymous: Annotated[
        str | None,
        typer.Option("--anonymous", metavar="NAME", help="Draw an id for this person; the name stays here."),
    ] = None,
    email: Annotated[
        str, typer.Option("--email", metavar="ADDRESS", help="With --anonymous: kept beside the name.")
    ] = "",
    items: Annotated[
        list[str] | None,
        typer.Option("--items", metavar="ITEM", help="outcomes, levels, effects.DRIVER ...; repeatable."),
    ] = None,
    form: Annotated[
        str,
        typer.Option("--form", metavar="FORM", help="quantiles (p05 p50 p95), or four_point as in IDEA."),
    ] = "quantiles",
    lens: Annotated[
        list[str] | None, typer.Option("--lens", metavar="L", help="Fill in the expert's lens; repeatable.")
    ] = None,
    separator: Annotated[
        str,
        typer.Option(
            "--separator",
            metavar="comma|semicolon|tab",
            help="What separates the spreadsheet's cells; semicolon where decimals have commas.",
        ),
    ] = "comma",
    force: Annotated[
        bool, typer.Option("--force", help="Write over a template that is there and not sealed.")
    ] = False,
    workspace: o.WorkspaceOption = None,
    quiet: o.QuietOption = False,
    debug: o.DebugOption = False,
) -> None:
    """Write an expert's questions as YAML and as a spreadsheet; round 2 shows the group's first answers."""
    from forecast.protocol.folder import check_id, check_round, folder_of
    from forecast.protocol.handing import hand, identified

    if (expert is None) == (anonymous is None):
        raise UsageError("name the expert with --expert ID, or have an id drawn with --anonymous NAME")
    if form not in _FORMS:
        raise UsageError(f"--form: unknown form '{form}'. One of {', '.join(_FORMS)}.")
    if separator not in _SEPARATORS:
        raise UsageError(f"--separator: unknown separator '{separator}'. comma, semicolon or tab.")
    check_round(number)
    if anonymous is not None and number != 1:
        raise UsageError("--anonymous draws an id for the first round; name it with --expert in the second")
    if email and anonymous is None:
        raise UsageError("--email is kept beside the name that --anonymous gives")
    if expert is not None:
        check_id(expert)
    ws = o.read(workspace, quiet=quiet)
    folder = folder_of(ws)
    now = dt.datetime.now(dt.UTC)
    with folder.alone():
        who = expert or identified(ws, folder, anonymous or "", email)
        written = hand(
            ws, folder, who, number, items=tuple(items or ()), form=form,  # type: ignore[arg-type]
            lens=tuple(lens or ()), separator=_SEPARATORS[separator], force=force, now=now,
            name=anonymous, email=email,
        )  # fmt: skip
    for path in written:
        print(folder.relative(path))
    again = f" --round {number}" if number != 1 else ""
    if anonymous is not None:
        o.say(f"{anonymous} is {who}; only elicitation/names.csv says so, and git ignores it", quiet=quiet)
    o.say(f"next: fill in one of the two; forecast elicit seal --expert {who}{again}", quiet=quiet)

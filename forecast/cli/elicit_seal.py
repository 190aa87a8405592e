"""`forecast elicit seal`: answers that are checked and cannot be changed any more."""

from __future__ import annotations

import datetime as dt

from forecast.cli import options as o
from forecast.cli.elicit_new import ExpertOption, RoundOption
from forecast.errors import UsageError


def seal(
    expert: ExpertOption = None,
    number: RoundOption = 1,
    workspace: o.WorkspaceOption = None,
    quiet: o.QuietOption = False,
    debug: o.DebugOption = False,
) -> None:
    """Check a filled template, list every problem, and seal what is right."""
    from forecast.inputs.report_problems import as_text
    from forecast.protocol.folder import check_id, check_round, folder_of
    from forecast.protocol.handing import seal_returned

    if expert is None:
        raise UsageError("say whose answers to seal with --expert ID")
    check_round(number)
    check_id(expert)
    ws = o.read(workspace, quiet=quiet)
    folder = folder_of(ws)
    with folder.alone():
        done, record = seal_returned(ws, folder, expert, number, now=dt.datetime.now(dt.UTC))
    if done.warnings:
        o.say(as_text(done.warnings), quiet=quiet)
    for key, answer in done.answers.items.items():
        if answer.note:
            o.say(f"{key}: {answer.note}", quiet=quiet)
    if done.untouched and number > 1:
        o.say("nothing was changed since the first round; those answers stand", quiet=quiet)
    stated = sum(bool(answer.values) for answer in done.answers.items.values())
    print(
        f"sealed: {folder.relative(folder.sealed(number, expert))}, {stated} item{'s' * (stated != 1)} of "
        f"{expert}, round {number}, SHA-256 {record.sha256}"
    )
    waiting = [one for one in folder.asked(number) if one not in folder.sealers(number)]
    if waiting:
        o.say(f"not sealed yet: {', '.join(waiting)}", quiet=quiet)
    elif number == 1:
        o.say(f"all have sealed; next: forecast elicit new --expert {expert} --round 2", quiet=quiet)
    else:
        o.say("all have sealed; next: forecast elicit changes; forecast elicit accept", quiet=quiet)

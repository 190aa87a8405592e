"""Where an elicitation stands: who was asked, who has sealed, and whether anything was changed since."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass

from forecast.errors import InputError, Problem, UsageError
from forecast.protocol.answers import Answers
from forecast.protocol.folder import ROUNDS, Folder
from forecast.protocol.seals import altered, close, closed_of, seal_of, sealed_answers, sha256


@dataclass(frozen=True)
class Standing:
    """One expert in one round.

    ``fault``: what is wrong with the sealed answers; ``edited``: the template says something else by now.
    """

    expert: str
    round: int
    sealed: dt.datetime | None
    sha256: str | None
    method: str | None
    left_out: bool
    fault: str | None
    edited: str | None

    @property
    def words(self) -> str:
        """The state in words."""
        if self.fault:
            return f"ALTERED: {self.fault}"
        if self.edited:
            return self.edited
        if self.sealed:
            return f"sealed on {self.sealed.date()}"
        return "asked, not heard: the round was closed" if self.left_out else "asked, not sealed"


@dataclass(frozen=True)
class Round:
    """One round, and everyone in it."""

    number: int
    closed: dt.datetime | None
    standings: tuple[Standing, ...]

    @property
    def complete(self) -> bool:
        """Whether everyone asked has sealed."""
        return bool(self.standings) and all(one.sealed for one in self.standings)


#: Reads a template that was sealed, given its round, expert and bytes; None where it cannot be read any more.
Reread = Callable[[int, str, str, bytes], Answers | None]


def standing(folder: Folder, *, reread: Reread) -> tuple[Round, ...]:
    """Every round that anyone was asked in."""
    found = []
    for number in ROUNDS:
        over = closed_of(folder, number)
        everyone = sorted(
            {*folder.asked(number), *(over.heard if over else ()), *(over.left_out if over else ())}
        )
        if everyone:
            rows = tuple(_standing(folder, number, expert, reread) for expert in everyone)
            found.append(Round(number, over.closed if over else None, rows))
    return tuple(found)


def heard(folder: Folder, number: int, *, now: dt.datetime, least: int = 2) -> tuple[Answers, ...]:
    """The answers of a round that may be shown, closing it if everyone asked has sealed.

    A round is over once its answers are seen: nobody can join it afterwards.

    Parameters
    ----------
    least
        How many must have sealed for the round to close by itself.

    Raises
    ------
    UsageError
        While the round is open: someone has not sealed, or fewer than ``least`` were asked.
    InputError
        If a sealed answer was altered.
    """
    over = closed_of(folder, number)
    if over is None:
        sealers, asked = folder.sealers(number), folder.asked(number)
        waiting = [expert for expert in asked if expert not in sealers]
        remedy = f"'forecast elicit rounds --close --round {number}' closes it with those who have"
        if waiting or not sealers:
            who = f"{', '.join(waiting[:6])}{', ...' if len(waiting) > 6 else ''}" or "anyone"
            raise UsageError(
                f"round {number} is open: no answer is shown before {who} "
                f"{'has' if len(waiting) < 2 else 'have'} sealed; {remedy}"
            )
        if len(sealers) < least:
            raise UsageError(
                f"round {number} is open, with one expert asked: showing the answer would end it; ask others "
                f"first, or {remedy}"
            )
        for expert in sealers:
            sealed_answers(folder, number, expert)
        over = close(folder, number, now=now)
    faults = [problem for expert in over.heard for problem in _faults(folder, number, expert)]
    if faults:
        raise InputError(faults)
    return tuple(sealed_answers(folder, number, expert) for expert in over.heard)


def _faults(folder: Folder, number: int, expert: str) -> tuple[Problem, ...]:
    try:
        sealed_answers(folder, number, expert)
    except InputError as error:
        return error.problems
    return ()


def _standing(folder: Folder, number: int, expert: str, reread: Reread) -> Standing:
    over = closed_of(folder, number)
    left_out = over is not None and expert not in over.heard
    try:
        fault = altered(folder, number, expert)
        record = seal_of(folder, number, expert) if folder.seal(number, expert).exists() else None
    except InputError as error:
        return Standing(expert, number, None, None, None, left_out, error.problems[0].message, None)
    if record is None:
        return Standing(expert, number, None, None, None, left_out, fault, None)
    edited = None if fault else _edited(folder, number, expert, reread)
    return Standing(expert, number, record.sealed, record.sha256, record.method, left_out, fault, edited)


def _edited(folder: Folder, number: int, expert: str, reread: Reread) -> str | None:
    """Whether the template that was sealed says something else now; saved again unchanged, it does not."""
    record = seal_of(folder, number, expert)
    path = folder.root / record.read_from
    if path not in (folder.template(number, expert, suffix) for suffix in (".yaml", ".csv")):
        return f"sealed on {record.sealed.date()}; its record names another file, {record.read_from}"
    if not path.is_file():
        return None
    data = path.read_bytes()
    if sha256(data) == record.read_sha256:
        return None
    now = reread(number, expert, path.suffix, data)
    sealed = sealed_answers(folder, number, expert)
    if now is not None and now.items == sealed.items and now.lens == sealed.lens:
        return None
    return (
        f"sealed on {record.sealed.date()}, changed since: {record.read_from} says something else now, and "
        "what was sealed counts"
    )

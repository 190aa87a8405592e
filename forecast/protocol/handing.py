"""The steps of the protocol in a workspace: hand out, take back and seal, take the last word."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from pathlib import Path
from typing import get_args

from forecast.errors import UsageError
from forecast.inputs.plain_words import did_you_mean
from forecast.inputs.records import Lens
from forecast.inputs.workspace import Workspace
from forecast.protocol import identities
from forecast.protocol.answers import Answers
from forecast.protocol.checked import Asked, answers_of
from forecast.protocol.folder import ROUNDS, Folder
from forecast.protocol.items import Form, Item, chosen, items_of
from forecast.protocol.picture import picture
from forecast.protocol.returned import Returned, read_one, returned
from forecast.protocol.rounds import Reread, heard
from forecast.protocol.seals import Seal, check_open, seal, seal_of, sealed_answers
from forecast.protocol.template import Template
from forecast.protocol.template_csv import as_csv
from forecast.protocol.template_yaml import as_yaml

#: How the rounds are run; stands in every seal.
METHOD = "IDEA (Hemming et al. 2018), two rounds, the first sealed"


def identified(workspace: Workspace, folder: Folder, name: str, email: str) -> str:
    """A free id for a person; `hand` writes down whose it is."""
    taken = {*workspace.sources, *identities.known(folder), *(e for n in ROUNDS for e in folder.asked(n))}
    return identities.drawn(taken)


def hand(
    workspace: Workspace,
    folder: Folder,
    expert: str,
    number: int,
    *,
    items: Sequence[str],
    form: Form,
    lens: Sequence[str],
    separator: str,
    force: bool,
    now: dt.datetime,
    name: str | None = None,
    email: str = "",
) -> tuple[Path, Path]:
    """Write both templates of an expert, and whose id it is if it was drawn.

    Raises
    ------
    UsageError
        If the answers are sealed, the round is over, a template is there (without ``force``), the first
        round is open (for the second), or a name in the arguments is unknown.
    """
    source = workspace.sources.get(expert)
    if source is not None and source.kind != "expert":
        raise UsageError(
            f"--expert: {expert} is a source of kind {source.kind}; an expert has an id of their own"
        )
    for one in lens:
        if one not in get_args(Lens):
            near = did_you_mean(one, get_args(Lens))
            hint = f"Did you mean '{near}'?" if near else f"One of {', '.join(get_args(Lens))}."
            raise UsageError(f"--lens: unknown lens '{one}'. {hint}")
    check_open(folder, number, expert)
    paths = (folder.template(number, expert, ".yaml"), folder.template(number, expert, ".csv"))
    there = [folder.relative(path) for path in paths if path.exists()]
    if there and not force:
        raise UsageError(
            f"{' and '.join(there)} stand there already, filled in perhaps; --force writes them anew"
        )
    everything = items_of(workspace)
    asked = chosen(everything, items)
    template = _first(workspace, expert, asked, form, lens)
    if number > 1:
        if items:
            raise UsageError("--items is for the first round; the second asks what the first one did")
        template = _second(workspace, folder, template, everything, now)
    if name is not None:
        identities.remember(folder, expert, name, email)
    folder.write(paths[0], as_yaml(template))
    folder.write(paths[1], as_csv(template, separator=separator))
    return paths


def seal_returned(
    workspace: Workspace, folder: Folder, expert: str, number: int, *, now: dt.datetime
) -> tuple[Returned, Seal]:
    """Check what an expert filled in and seal it. Errors as of `returned` and `seal`."""
    check_open(folder, number, expert)
    asked = Asked(workspace, expert, number, items_of(workspace), now.date())
    own = sealed_answers(folder, number - 1, expert) if number > 1 else None
    done = returned(folder, asked, own)
    record = seal(
        folder, done.answers, read_from=done.path, data=done.data,
        inputs_sha256=workspace.inputs_sha256, method=METHOD, now=now,
    )  # fmt: skip
    return done, record


def rereading(workspace: Workspace, folder: Folder, *, today: dt.date) -> Reread:
    """What reads a template again that was sealed, to tell whether it says something else."""
    items = items_of(workspace)

    def reread(number: int, expert: str, suffix: str, data: bytes) -> Answers | None:
        asked = Asked(workspace, expert, number, items, today)
        filled = read_one(folder, asked, folder.template(number, expert, suffix), data)
        return answers_of(filled, asked)[0]

    return reread


def last_sealed(folder: Folder, expert: str | None, *, now: dt.datetime) -> list[tuple[Answers, Seal]]:
    """The last answers of an expert, or of everyone, from rounds that are over.

    Raises
    ------
    UsageError
        If nobody (or not this expert) has sealed, or the last round they sealed is open.
    InputError
        If a sealed answer was altered.
    """
    last = {one: number for number in ROUNDS for one in folder.sealers(number)}
    if expert is not None:
        if expert not in last:
            near = did_you_mean(expert, last)
            hint = f" Did you mean '{near}'?" if near else ""
            raise UsageError(f"{expert} has sealed nothing.{hint}")
        last = {expert: last[expert]}
    if not last:
        raise UsageError("nobody has sealed anything; 'forecast elicit new --expert ID' begins")
    for number in sorted(set(last.values())):
        heard(folder, number, now=now, least=1)
    return [(sealed_answers(folder, n, one), seal_of(folder, n, one)) for one, n in sorted(last.items())]


def titles(items: Sequence[Item]) -> dict[str, str]:
    """What each item is called, in order."""
    return {item.key: item.title for item in items}


def _first(
    workspace: Workspace, expert: str, items: tuple[Item, ...], form: Form, lens: Sequence[str]
) -> Template:
    question = workspace.question
    words = tuple(term.words[0] for term in workspace.lexicon.terms)
    return Template(
        question.id, question.title, expert, 1, form, items, lexicon_words=words, lens=tuple(lens)
    )


def _second(
    workspace: Workspace, folder: Folder, first: Template, everything: tuple[Item, ...], now: dt.datetime
) -> Template:
    """The template of the second round: own first answers in the blanks, the group's beside them."""
    if first.expert not in folder.sealers(1):
        who = ", ".join(folder.sealers(1)) or "nobody yet"
        raise UsageError(f"{first.expert} has not sealed round 1 (who has: {who}); round 2 revises it")
    group = heard(folder, 1, now=now)
    if first.expert not in {one.expert for one in group}:
        raise UsageError(f"{first.expert} was not among those heard in round 1")
    own = next(one for one in group if one.expert == first.expert)
    portraits = {seen.key: seen for seen in picture(group, titles(everything), without=first.expert)}
    return Template(
        first.question, first.title, first.expert, 2, first.form,
        tuple(item for item in everything if item.key in portraits),
        first.lexicon_words, first.lens, own, portraits,
    )  # fmt: skip

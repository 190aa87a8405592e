"""`forecast elicit seeds`: what experts' answers to questions of known answer earn them."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from forecast.cli import options as o
from forecast.errors import UsageError
from forecast.visible import in_json, visible

if TYPE_CHECKING:
    from forecast.interchange.excalibur import ExcaliburStudy

RULES = ("global", "item", "equal", "user")
OPTIMAL = "optimal"


@dataclass(frozen=True)
class Files:
    """Where a study outside a workspace stands."""

    dtt: Path | None
    rls: Path | None
    csv: Path | None
    items: Path | None

    @property
    def given(self) -> bool:
        """Whether anything but a workspace was asked for."""
        return any((self.dtt, self.rls, self.csv, self.items))


def seeds(
    weights: Annotated[
        str, typer.Option("--weights", metavar="RULE", help="global, item, equal or user: the rule shown.")
    ] = "global",
    alpha: Annotated[
        str, typer.Option("--alpha", metavar="A", help="Cut-off of calibration: optimal, or 0 to 1.")
    ] = OPTIMAL,
    overshoot: Annotated[
        float, typer.Option("--overshoot", metavar="K", help="How far ranges exceed the answers.")
    ] = 0.1,
    power: Annotated[
        float, typer.Option("--power", metavar="P", help="Calibration power, above 0 and at most 1.")
    ] = 1.0,
    user: Annotated[
        list[str] | None, typer.Option("--user", metavar="ID=W", help="A user weight; repeatable.")
    ] = None,
    item: Annotated[
        list[str] | None, typer.Option("--item", metavar="ID", help="Show everybody's quantiles; repeatable.")
    ] = None,
    robust: Annotated[
        bool, typer.Option("--robust", help="Leave out each expert and each seed in turn.")
    ] = False,
    dtt: Annotated[
        Path | None, typer.Option("--dtt", metavar="FILE", help="Excalibur's answers, not a workspace.")
    ] = None,
    rls: Annotated[
        Path | None, typer.Option("--rls", metavar="FILE", help="Excalibur's realisations.")
    ] = None,
    csv: Annotated[
        Path | None, typer.Option("--csv", metavar="FILE", help="Answers as a table: expert, item, p05 ...")
    ] = None,
    items: Annotated[
        Path | None, typer.Option("--items", metavar="FILE", help="With --csv: item, realisation, scale.")
    ] = None,
    out: Annotated[
        str | None, typer.Option("--out", metavar="NAME", help="Write NAME.dtt and NAME.rls for Excalibur.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print all of it as JSON, unrounded.")] = False,
    workspace: o.WorkspaceOption = None,
    quiet: o.QuietOption = False,
    debug: o.DebugOption = False,
) -> None:
    """Score experts on seeds (Cooke's Classical Model): calibration, information, weights, decision makers.

    A seed is a question whose answer is known to you and was not to the expert. Experts' answers stand under
    seeds: in priors/sources/<id>.yaml, what came true in priors/seeds.yaml. No forecast reads them.
    """
    from forecast.cli.elicit_seeds_table import document, table
    from forecast.pooling.classical import compared, robustness

    cut, given = _cut(alpha, weights), _user(user or [], weights)
    study, origin = _study(Files(dtt, rls, csv, items), workspace, quiet=quiet)
    for note in study.notes:
        o.say(visible(f"note: {note}"), quiet=quiet)
    said = study.assessments
    for name in item or []:
        _known(name, said.items)
    found = compared(said, alpha=cut, overshoot=overshoot, power=power, weights=given)
    shown = weights if weights in found.makers else f"{weights}, no cut-off"
    if shown not in found.makers:
        raise UsageError(found.why)
    if found.why:
        o.say(f"note: {found.why}", quiet=quiet)
    left_out = (
        robustness(said, rule=weights, alpha=cut, overshoot=overshoot, power=power, weights=given)
        if robust
        else None
    )
    if out is not None:
        _write(out, study, quiet=quiet)
    if as_json:
        whole = document(study, found, shown, left_out, origin)
        print(in_json(json.dumps(whole, indent=2, ensure_ascii=False, allow_nan=False)))
    else:
        print(visible("\n".join(table(study, found, shown, left_out, item or []))))


def _cut(alpha: str, weights: str) -> float | None:
    """The cut-off that was asked for; None finds the best."""
    if weights not in RULES:
        raise UsageError(f"--weights {weights}: there are {', '.join(RULES)}")
    if alpha == OPTIMAL:
        return None
    if weights not in ("global", "item"):
        raise UsageError(
            f"--alpha cuts off experts under global and item weights; {weights} weights have no cut-off: "
            "leave one of the two out"
        )
    try:
        return float(alpha)
    except ValueError:
        raise UsageError(
            f"--alpha {alpha}: write optimal, or a calibration score from 0 (nobody is cut off) to 1"
        ) from None


def _user(given: list[str], weights: str) -> dict[str, float] | None:
    """User weights by expert; None where there are none."""
    if not given and weights == "user":
        raise UsageError("--weights user wants a weight for each expert: --user ID=1 --user OTHER=0.5")
    found: dict[str, float] = {}
    for one in given:
        name, mark, weight = one.rpartition("=")
        try:
            found[name] = float(weight) if mark and name else float("nan")
        except ValueError:
            found[name] = float("nan")
        if not found[name] >= 0:
            raise UsageError(f"--user {one}: write ID=W, with a weight W of at least 0")
    return found or None


def _study(files: Files, workspace: str | None, *, quiet: bool) -> tuple[ExcaliburStudy, dict[str, str]]:
    from forecast.interchange.answers_csv import read_answers
    from forecast.interchange.excalibur import ExcaliburStudy, read_excalibur
    from forecast.pooling.classical import answered

    if files.given:
        _together(files, workspace)
        origin = {name: str(path) for name, path in vars(files).items() if path is not None}
        if files.dtt:
            return read_excalibur(files.dtt, files.rls), origin
        assert files.csv is not None
        return read_answers(files.csv, files.items), origin
    ws = o.read(workspace, quiet=quiet)
    found = answered(ws)
    questions = {name: " ".join(seed.question.split()) for name, seed in ws.seeds.items()}
    return ExcaliburStudy(found.assessments, questions, found.notes), {"workspace": str(ws.root)}


def _together(files: Files, workspace: str | None) -> None:
    """Options that belong to one another, or exclude one another."""
    if workspace is not None:
        raise UsageError("files and a workspace are two studies; leave out -w, or the files")
    if files.dtt and files.csv:
        raise UsageError("--dtt and --csv are two studies; give one of them")
    if files.rls and not files.dtt:
        raise UsageError("--rls holds realisations only; give the answers too: --dtt FILE.dtt --rls FILE.rls")
    if files.items and not files.csv:
        raise UsageError("--items describes the items of a table of answers; give that too: --csv FILE")


def _known(name: str, items: tuple[str, ...]) -> None:
    from forecast.inputs.plain_words import choices, did_you_mean

    if name not in items:
        meant = did_you_mean(name, items)
        raise UsageError(
            f"no item '{name}'" + (f"; did you mean '{meant}'?" if meant else f"; there are {choices(items)}")
        )


def _write(name: str, study: ExcaliburStudy, *, quiet: bool) -> None:
    """Both files, and a note of every id that had to be cut."""
    from forecast.files import write_atomically
    from forecast.interchange.excalibur import shortened, written

    short = shortened(study)
    texts = written(short)
    folder = Path(name).parent
    if not folder.is_dir():
        raise UsageError(f"--out {name}: there is no folder {folder}; make it first")
    for suffix, text in zip((".dtt", ".rls"), texts, strict=True):
        write_atomically(Path(name + suffix), text.encode())
    for note in short.notes[len(study.notes) :]:
        o.say(f"note: {note}", quiet=quiet)
    o.say(f"wrote {name}.dtt and {name}.rls", quiet=quiet)

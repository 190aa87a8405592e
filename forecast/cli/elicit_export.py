"""`forecast elicit export`: judgments and pooled priors for PyMC, R, spreadsheets and Excalibur."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from forecast.cli import options as o
from forecast.errors import UsageError
from forecast.inputs.plain_words import did_you_mean
from forecast.visible import in_json

if TYPE_CHECKING:
    import datetime as dt

    from forecast.inputs.workspace import Workspace
    from forecast.interchange.elicited import Elicited
    from forecast.interchange.priors import Prior
    from forecast.panel import Panel

Repeated = list[str] | None
#: Priors, and the judgments themselves.
PRIORS, JUDGMENTS = ("pymc", "json"), ("csv", "shelf", "shelf-fit", "excalibur")
FORMATS = (*PRIORS, *JUDGMENTS)
_ITEMS = ("outcomes.", "effects.", "levels.")


@dataclass(frozen=True)
class _How:
    """What was asked for."""

    rule: str
    family: str | None
    excel: bool


def export(
    what: Annotated[
        Repeated,
        typer.Argument(
            metavar="[PATH|ITEM ...]",
            help="Quantiles in the files (shocks.ID.rate), or all a panel says of outcomes.split.",
        ),
    ] = None,
    form: Annotated[
        str, typer.Option("--format", metavar="F", help=f"{', '.join(FORMATS)}. Default: pymc.")
    ] = "pymc",
    family: Annotated[
        str | None,
        typer.Option("--family", metavar="F", help="What judgments are fitted with, instead of the best."),
    ] = None,
    rule: Annotated[
        str | None, typer.Option("--rule", metavar="R", help="That pools items. Default: linear.")
    ] = None,
    panel: Annotated[
        str | None, typer.Option("--panel", metavar="P", help="A panel, a source, or a comma list.")
    ] = None,
    lens: o.LensOption = None,
    exclude: o.ExcludeOption = None,
    by: Annotated[
        str | None, typer.Option("--by", metavar="DATE", help="Reached by then. Default: the horizon.")
    ] = None,
    source: Annotated[
        Path | None,
        typer.Option("--from", "--csv", metavar="FILE", help="A table (rows, or SHELF's), or NAME.dtt."),
    ] = None,
    rls: Annotated[
        Path | None, typer.Option("--rls", metavar="FILE", help="With NAME.dtt: Excalibur's realisations.")
    ] = None,
    excel: Annotated[
        bool, typer.Option("--excel", help="Tables as Excel opens them: BOM, ;, decimal commas.")
    ] = False,
    out: Annotated[
        Path | None,
        typer.Option("--out", metavar="FILE", help="Instead of stdout; excalibur: FILE.dtt, .rls."),
    ] = None,
    workspace: o.WorkspaceOption = None,
    quiet: o.QuietOption = False,
    debug: o.DebugOption = False,
) -> int:
    """Write judgments and pooled priors for other programs.

    \b
    forecast elicit export shocks.ID.rate                         PyMC code of the best fit
    forecast elicit export outcomes.split --rule linear           PyMC code of a pool
    forecast elicit export outcomes.alliance outcomes.split --format json
    forecast elicit export levels.DRIVER --format shelf --out driver.csv
    forecast elicit export --from answers.csv --format excalibur --out study
    """
    _check(form, what, source, rls, out)
    how = _How(_rule(rule, form), family, excel)
    if excel and form not in JUDGMENTS[:3]:
        raise UsageError(f"--excel is of tables (csv, shelf, shelf-fit), not of {form}")
    sha = ""
    priors: Sequence[Prior] = ()
    said: Sequence[Elicited] = ()
    if source is not None:
        said = _table(source, rls)
        if form in PRIORS:
            from forecast.interchange.pooled_priors import of_table

            priors = of_table(said, rule=how.rule, family=family)
    else:
        from forecast.panel import resolve

        space = o.read(workspace, quiet=quiet)
        heard = resolve(space, panel=panel, lens=lens or (), exclude=exclude or ())
        date = o.date(by, "--by") if by else None
        asked = tuple(dict.fromkeys(what or ()))
        sha = space.inputs_sha256
        if form in PRIORS:
            priors = [_prior(space, heard, one, date, how) for one in asked]
        else:
            said = [answer for one in asked for answer in _said(space, heard, one, date, quiet=quiet)]
    if form == "excalibur":
        _excalibur(said, out, quiet=quiet)
        return 0
    text = _priors(priors, form, sha) if form in PRIORS else _TABLES[form](said, how)
    _give(text, out, quiet=quiet)
    return 0


def _check(form: str, what: Repeated, source: Path | None, rls: Path | None, out: Path | None) -> None:
    """Options that exclude or need one another."""
    if form not in FORMATS:
        near = did_you_mean(form, FORMATS)
        hint = f"did you mean '{near}'?" if near else f"there are {', '.join(FORMATS)}"
        raise UsageError(f"--format {form}: {hint}")
    if bool(what) == (source is not None):
        found = "both were given" if what else "neither was given"
        raise UsageError(f"give paths or items such as outcomes.split, or a file with --from; {found}")
    if rls is not None and (source is None or source.suffix.lower() != ".dtt"):
        raise UsageError(
            "--rls holds realisations only; give the answers too: --from NAME.dtt --rls NAME.rls"
        )
    if form == "excalibur" and out is None:
        raise UsageError("excalibur is two files; name them: --out NAME writes NAME.dtt and NAME.rls")
    if out is not None and not out.parent.is_dir():
        raise UsageError(f"--out {out}: there is no folder {out.parent}; make it first")
    if out is not None and out.is_dir():
        raise UsageError(f"--out {out}: this is a folder; name a file in it")


def _rule(rule: str | None, form: str) -> str:
    if rule is None:
        return "linear"
    if form not in PRIORS:
        raise UsageError(f"--rule pools priors (pymc, json); {form} holds what each expert said")
    from forecast.interchange.pooled_priors import rule_named

    return rule_named(rule)


def _table(source: Path, rls: Path | None) -> Sequence[Elicited]:
    """The judgments of a file, whatever its form."""
    if source.suffix.lower() == ".dtt":
        from forecast.interchange.excalibur import read_excalibur
        from forecast.interchange.studies import elicited_of

        return elicited_of(read_excalibur(source, rls))
    from forecast.interchange.tables import read_elicited

    return read_elicited(source)


def _prior(space: Workspace, panel: Panel, asked: str, date: dt.date | None, how: _How) -> Prior:
    from forecast.elicitation.in_files import judgment_at
    from forecast.interchange.pooled_priors import of_item, of_judgment

    if asked.startswith(_ITEMS):
        return of_item(space, panel, asked, rule=how.rule, family=how.family, by=date)
    return of_judgment(judgment_at(space, asked), family=how.family)


def _said(
    space: Workspace, panel: Panel, asked: str, date: dt.date | None, *, quiet: bool
) -> Sequence[Elicited]:
    """The judgments at a path, or all that a panel says of an item."""
    from forecast.elicitation.in_files import judgment_at
    from forecast.interchange.elicited import Elicited
    from forecast.pooling.items import item

    if not asked.startswith(_ITEMS):
        at = judgment_at(space, asked)
        owner, _, rest = at.path.removeprefix("sources.").partition(".")
        expert, what = (owner, rest) if at.path.startswith("sources.") else ("files", at.path)
        return [Elicited(expert, what, at.judgment, unit=at.unit, file=at.file, line=at.line)]
    found = item(space, panel, asked, by=date)
    for name, why in found.left_out.items():
        o.say(f"note: {name} is left out: {why}", quiet=quiet)
    said = [
        Elicited(one.source, asked, one.judgment, found.unit, one.effective, file=one.file, line=one.line)
        for one in found.said
        if one.judgment is not None
    ]
    if not said:
        coded = "coded in points, without quantiles; use --format pymc or json" if found.said else ""
        raise UsageError(f"{asked} is {coded}" if coded else f"nobody on panel {panel.id} says it: {asked}")
    if coded_too := [one.source for one in found.said if one.judgment is None]:
        o.say(f"note: coded in points, without quantiles: {', '.join(coded_too)}", quiet=quiet)
    return said


def _priors(priors: Sequence[Prior], form: str, sha: str) -> str:
    if form == "pymc":
        from forecast.interchange.pymc_code import pymc_code

        return pymc_code(priors, inputs_sha256=sha)
    from forecast.interchange.priors import document

    told = document(priors, inputs_sha256=sha)
    return in_json(json.dumps(told, indent=2, ensure_ascii=False, allow_nan=False)) + "\n"


def _csv(said: Sequence[Elicited], how: _How) -> str:
    from forecast.interchange.quantile_csv import quantile_csv

    return quantile_csv(said, excel=how.excel)


def _shelf(said: Sequence[Elicited], how: _How) -> str:
    from forecast.interchange.shelf_table import shelf_table

    return shelf_table(said, excel=how.excel)


def _shelf_fit(said: Sequence[Elicited], how: _How) -> str:
    from forecast.interchange.shelf_fits import shelf_fit, shelf_fits

    if how.family is not None:
        raise UsageError("shelf-fit has all of SHELF's families; leave --family out")
    return shelf_fits([shelf_fit(one) for one in said], excel=how.excel)


_TABLES: Mapping[str, Callable[[Sequence[Elicited], _How], str]] = {
    "csv": _csv,
    "shelf": _shelf,
    "shelf-fit": _shelf_fit,
}


def _excalibur(said: Sequence[Elicited], out: Path | None, *, quiet: bool) -> None:
    """Both files, and a note of every id that had to be cut."""
    from forecast.files import write_atomically
    from forecast.interchange.excalibur import shortened, written
    from forecast.interchange.studies import study_of

    assert out is not None
    study = shortened(study_of(said))
    for suffix, text in zip((".dtt", ".rls"), written(study), strict=True):
        write_atomically(Path(f"{out}{suffix}"), text.encode())
    for note in study.notes:
        o.say(f"note: {note}", quiet=quiet)
    o.say(f"wrote {out}.dtt and {out}.rls", quiet=quiet)


def _give(text: str, out: Path | None, *, quiet: bool) -> None:
    """To a file in one step, or to stdout as it is."""
    if out is None:
        print(text, end="")
        return
    from forecast.files import write_atomically

    write_atomically(out, text.encode())
    o.say(f"wrote {out}", quiet=quiet)

"""Reading a workspace: the one place where input files are opened."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from forecast.errors import InputError, Problem
from forecast.inputs import plain_words, yaml_nodes
from forecast.inputs.check import check, check_ids
from forecast.inputs.check_seeds import resolved
from forecast.inputs.draft import CSV, Document, Draft
from forecast.inputs.lexicons import FOLDER as OWN_LEXICONS
from forecast.inputs.lexicons import Scales, check_lexicons, chosen, custom
from forecast.inputs.locate import locate
from forecast.inputs.records import (
    BaseRates,
    Drivers,
    History,
    Indicators,
    Question,
    Scenario,
    Shocks,
    Source,
)
from forecast.inputs.second_coding import FILE as SECOND
from forecast.inputs.second_coding import read_second_coding
from forecast.inputs.series import read_rows
from forecast.inputs.shape import RECORDS
from forecast.inputs.workspace import BASELINE, Workspace
from forecast.lexicon import Lexicon

#: Files that stand once, with the kind of record each holds.
SINGLE = {
    "priors/question.yaml": "question",
    "priors/drivers.yaml": "drivers",
    "priors/base_rates.yaml": "base_rates",
    "priors/history.yaml": "history",
    "priors/indicators.yaml": "indicators",
}
#: Files that may be absent.
OPTIONAL = {"priors/shocks.yaml": "shocks", "priors/seeds.yaml": "seeds"}
#: Folders of files, one record each.
FOLDERS = {"priors/sources": "source", "scenarios": "scenario", OWN_LEXICONS: "lexicon"}
#: Kinds read before all others, in this order: they say which words the others are read with.
FIRST = ("question", "lexicon")
#: Records that commands keep beside the inputs; nothing is read from them.
KEPT = ("priors/repairs.csv",)
#: Files of later versions.
LATER = ("priors/hypotheses.yaml",)


def load(where: str | Path | None = None) -> Workspace:
    """Read and check a workspace.

    Parameters
    ----------
    where
        The folder that holds priors/. None looks upward from the current folder, then takes the shipped
        example.

    Raises
    ------
    InputError
        With every problem of every file; warnings do not raise, and stand in ``Workspace.warnings``.
    UsageError
        If there is no workspace there.
    """
    root, origin = locate(where)
    workspace, problems = examine(root, origin)
    if workspace is None:
        raise InputError([problem for problem in problems if not problem.warning])
    return workspace


def examine(root: Path, origin: str = "given") -> tuple[Workspace | None, tuple[Problem, ...]]:
    """The workspace in a folder, or None if it has errors; and every problem and warning found."""
    draft, sha256 = _read(root)
    problems = tuple(sorted({*draft.problems, *check(draft)}))
    if not all(problem.warning for problem in problems):
        return None, problems
    return _assemble(root, origin, draft, sha256, problems), problems


def load_lexicons(where: str | Path | None = None) -> Scales:
    """The lexicons of a workspace alone: the words it speaks in are known whatever else is wrong with it.

    Raises InputError with the problems of its lexicon files and of the choice of one.
    """
    root, origin = locate(where)
    draft, _ = _read(root, only=FIRST)
    found = {p for p in (*draft.problems, *check_ids(draft), *check_lexicons(draft)) if not p.warning}
    lexicon = chosen(draft)
    of_words = [p for p in found if p.at == "lexicon" or p.file.startswith(f"{OWN_LEXICONS}/")]
    if of_words or lexicon is None:
        raise InputError(of_words or sorted(found))
    return Scales(root, origin, lexicon, custom(draft))


def _read(root: Path, *, only: tuple[str, ...] | None = None) -> tuple[Draft, str]:
    """Every file, or those of some kinds alone, and the hash of what was read."""
    draft = Draft(problems=list(_strangers(root)))
    kinds = {file: kind for file, kind in _files(root).items() if only is None or kind in only}
    files = sorted(kinds.items(), key=lambda item: (_turn(item[1]), item[0]))
    contents = {file: data for file, _ in files if (data := _bytes(root, file, draft)) is not None}
    for file, kind in files:
        if file not in contents:
            continue
        if kind == "series":
            _read_csv(file, contents[file], draft)
        elif kind == "second_coding":
            _read_second(file, contents[file], draft)
        else:
            _read_yaml(file, kind, contents[file], draft, chosen(draft))
    digest = hashlib.sha256()
    for file, data in sorted(contents.items()):
        digest.update(f"{file}\0{len(data)}\0".encode() + data)
    return draft, digest.hexdigest()


def _turn(kind: str) -> int:
    return FIRST.index(kind) if kind in FIRST else len(FIRST)


def _files(root: Path) -> dict[str, str]:
    """Every file to read, relative to the workspace, with its kind."""
    optional = {**OPTIONAL, SECOND: "second_coding"}
    files = {**SINGLE, CSV: "series"} | {f: kind for f, kind in optional.items() if (root / f).exists()}
    for folder, kind in FOLDERS.items():
        files |= {
            f"{folder}/{path.name}": kind
            for path in (root / folder).glob("*.yaml")
            if _shown(path) and not path.is_fifo()
        }
    return files


def _strangers(root: Path) -> Iterator[Problem]:
    """Files that stand among the inputs and are not read."""
    for folder in ("priors", *FOLDERS):
        for path in sorted((root / folder).glob("*")):
            file = f"{folder}/{path.name}"
            if not _shown(path) or file in SINGLE or file in (CSV, SECOND, *OPTIONAL, *FOLDERS, *KEPT):
                continue
            if folder in FOLDERS and path.suffix == ".yaml":
                continue
            message = (
                "is not used by this version" if file in LATER else "is not an input file; it is ignored"
            )
            if path.suffix == ".yml":
                message = "is not read: the name must end in .yaml"
            yield Problem(file, 0, "", message, warning=True)


def _shown(path: Path) -> bool:
    """Not hidden, not an editor's backup, not a note for people."""
    return not path.name.startswith(".") and not path.name.endswith("~") and path.suffix != ".md"


def _bytes(root: Path, file: str, draft: Draft) -> bytes | None:
    try:
        return (root / file).read_bytes()
    except FileNotFoundError:
        message = "the file is missing"
    except OSError as error:
        message = f"the file cannot be read: {error.strerror}"
    draft.unreadable.add(file)
    draft.problems.append(Problem(file, 0, "", message))
    return None


def _read_csv(file: str, data: bytes, draft: Draft) -> None:
    try:
        draft.rows, problems = read_rows(yaml_nodes.decode(data))
    except yaml_nodes.YamlRefusal as refusal:
        problems = [Problem(file, *found) for found in refusal.found]
    draft.problems += problems
    if problems and not draft.rows:
        draft.unreadable.add(file)


def _read_second(file: str, data: bytes, draft: Draft) -> None:
    try:
        draft.second_coding, problems = read_second_coding(yaml_nodes.decode(data))
    except yaml_nodes.YamlRefusal as refusal:
        problems = [Problem(file, *found) for found in refusal.found]
    draft.problems += problems


def _read_yaml(file: str, kind: str, data: bytes, draft: Draft, lexicon: Lexicon | None) -> None:
    try:
        tree = yaml_nodes.parse(yaml_nodes.decode(data))
    except yaml_nodes.YamlRefusal as refusal:
        draft.problems += [Problem(file, *found) for found in refusal.found]
        draft.unreadable.add(file)
        return
    raw, lines = tree.plain(), yaml_nodes.locate(tree)
    record = RECORDS[kind]
    try:
        typed = record.model_validate(raw, context={"lexicon": lexicon})
        draft.documents[file] = Document(file, kind, raw, lines, typed)
    except ValidationError as error:
        doc = draft.documents[file] = Document(file, kind, raw, lines)
        found = plain_words.explain(error, record, raw)
        draft.problems += [doc.problem(at, message) for at, message in found]


def _assemble(root: Path, origin: str, draft: Draft, sha256: str, warnings: tuple[Problem, ...]) -> Workspace:
    def only(record: Any) -> Any:
        return by_id(record)[0]

    def by_id(record: Any) -> list[Any]:
        return [typed for _, typed in sorted(draft.records(record), key=lambda pair: pair[0].stem)]

    baseline = Scenario.model_validate(
        {
            "schema": "scenario/1",
            "id": BASELINE,
            "title": "Baseline",
            "storyline": "Nothing is intervened on.",
        }
    )
    shocks = draft.one(Shocks)
    scenarios = {BASELINE: baseline} | {s.id: s for s in by_id(Scenario)}
    lines = {(doc.file, at): line for doc in draft.documents.values() for at, line in doc.lines.items()}
    lines |= {(CSV, f"{r.measurement.indicator}.{r.measurement.period}"): r.line for r in draft.rows}
    return Workspace(
        root=root,
        question=only(Question),
        drivers=only(Drivers),
        base_rates=only(BaseRates),
        history=only(History),
        indicators=only(Indicators),
        measurements=tuple(row.measurement for row in draft.rows),
        sources={s.id: s for s in by_id(Source)},
        scenarios=scenarios,
        inputs_sha256=sha256,
        shocks=shocks[1].shocks if shocks else {},
        second_coding=tuple(row for _, row in draft.second_coding),
        seeds=resolved(draft),
        lines=lines,
        origin=origin,
        warnings=warnings,
        lexicons=custom(draft),
    )

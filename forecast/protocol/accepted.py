"""Sealed answers as a source of the forecast: priors/sources/ID.yaml, checked with all other files first."""

from __future__ import annotations

import difflib
import shutil
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from forecast.errors import InputError, Problem, UsageError
from forecast.files import write_atomically
from forecast.inputs.canonical import canonical
from forecast.inputs.read import examine
from forecast.inputs.workspace import Workspace
from forecast.protocol.answers import Answer, Answers
from forecast.protocol.sealed_file import numeral, quoted
from forecast.protocol.seals import Seal

_SAID = "Numbers as this expert stated them; reasons, where given, stand with the items."


@dataclass(frozen=True)
class Accepted:
    """A source file that was written (or stood there already), and the lines that changed in it."""

    file: str
    change: tuple[str, ...]
    new: bool


def accept(
    workspace: Workspace, sealed: Sequence[tuple[Answers, Seal]], *, force: bool
) -> tuple[tuple[Accepted, ...], tuple[Problem, ...]]:
    """Write a source file for each expert: all of them, or none.

    Returns
    -------
    What was written, and the warnings of these files.

    Raises
    ------
    InputError
        With every problem that the files would have in this workspace.
    UsageError
        If a file of that name is there and says something else, unless ``force``; always if it is not an
        expert's.
    """
    texts = {f"priors/sources/{a.expert}.yaml": source_text(a, seal) for a, seal in sealed}
    for file, text in texts.items():
        _check_may_write(workspace, file, text, force=force)
    warnings = _checked(workspace.root, texts)
    done = []
    for file, text in texts.items():
        path = workspace.root / file
        before = path.read_text(encoding="utf-8-sig") if path.exists() else None
        change = difflib.unified_diff(
            (before or "").splitlines(),
            text.splitlines(),
            f"{file} (before)",
            f"{file} (after)",
            lineterm="",
            n=0,
        )
        if before != text:
            write_atomically(path, text.encode("utf-8"))
        done.append(Accepted(file, tuple(change) if before is not None else (), before is None))
    return tuple(done), warnings


def source_text(answers: Answers, seal: Seal) -> str:
    """The source file of one expert's answers, in canonical order."""
    return canonical("\n".join(_lines(answers, seal)) + "\n")


def _lines(answers: Answers, seal: Seal) -> Iterator[str]:
    day = seal.sealed.date().isoformat()
    yield "schema: source/1"
    yield f"id: {_id(answers.expert)}"
    yield "kind: expert"
    yield f"citation: Elicited from {answers.expert} on {day}, round {answers.round}"
    yield f"view_date: {answers.view_date.isoformat()}"
    yield f"lens: [{', '.join(answers.lens)}]"
    yield f"cluster: {_id(answers.expert)}"
    yield "weight: 1"
    yield f"locator: answers sealed in round {answers.round}"
    yield f"rationale: {quoted(_flat(answers.remarks or _SAID))}"
    yield "checked: true"
    by_section: dict[str, dict[str, Answer]] = {}
    for key, answer in answers.items.items():
        if answer.values:
            section, _, name = key.partition(".")
            by_section.setdefault(section, {})[name] = answer
    if "outcomes" in by_section:
        yield from ("", "outcomes:")
        for name, answer in by_section["outcomes"].items():
            window = "after_years" if name == "alliance_broad" else "within_years"
            yield f"  {name}:"
            yield from _stated({**answer.values, window: answer.years or 0}, answer, indent=4)
    if "effects" in by_section:
        yield from ("", "effects:")
        for name, answer in by_section["effects"].items():
            yield f"  {name}:"
            yield from _stated(answer.values, answer, indent=4)
    if "levels" in by_section:
        yield from ("", "levels:")
        for name, answer in by_section["levels"].items():
            yield f"  - driver: {_id(name)}"
            yield f"    date: {answers.view_date.isoformat()}"
            yield from _stated(answer.values, answer, indent=4)
    if "seeds" in by_section:
        yield from ("", "seeds:")
        for name, answer in by_section["seeds"].items():
            yield f"  {name}:"
            yield from _stated(answer.values, answer, indent=4)


def _stated(values: Mapping[str, float], answer: Answer, *, indent: int) -> Iterator[str]:
    pad = " " * indent
    yield from (f"{pad}{name}: {numeral(value)}" for name, value in values.items())
    if answer.rationale:
        yield f"{pad}rationale: {quoted(_flat(answer.rationale))}"


def _flat(text: str) -> str:
    return " ".join(text.split())


def _id(name: str) -> str:
    """An identifier as YAML reads it back as text: some are words for yes, no and nothing."""
    return quoted(name) if name.lower() in {"true", "false", "null"} else name


def _check_may_write(workspace: Workspace, file: str, text: str, *, force: bool) -> None:
    path = workspace.root / file
    if not path.exists():
        return
    source = workspace.sources.get(path.stem)
    if source is not None and source.kind != "expert":
        raise UsageError(f"{file} is a source of kind {source.kind}, not an expert's; it is not overwritten")
    if path.read_text(encoding="utf-8-sig") != text and not force:
        raise UsageError(
            f"{file} is there and says something else; --force replaces it and lists what changes"
        )


def _checked(root: Path, texts: Mapping[str, str]) -> tuple[Problem, ...]:
    """The warnings that the files would have among all others; InputError for errors.

    They are checked in a copy, so that the workspace never holds a file that does not fit.
    """
    with tempfile.TemporaryDirectory(prefix="forecast.") as made:
        copy = Path(made)
        for name in ("priors", "scenarios"):
            if (root / name).is_dir():
                shutil.copytree(root / name, copy / name)
        for file, text in texts.items():
            (copy / file).parent.mkdir(parents=True, exist_ok=True)
            (copy / file).write_text(text, encoding="utf-8", newline="\n")
        _, problems = examine(copy)
    errors = [problem for problem in problems if not problem.warning]
    if errors:
        raise InputError(errors)
    return tuple(problem for problem in problems if problem.file in texts)

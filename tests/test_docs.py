"""What the documents say exists, works, and prints what they show.

FORECAST_UPDATE_DOCS=1 pytest -m "slow or not slow" tests/test_docs.py  writes the outputs afresh.
"""

from __future__ import annotations

import doctest
import importlib
import json
import os
import re
import shlex
import shutil
from pathlib import Path
from typing import Any

import pytest
import typer
from command import FORECAST, ROOT, forecast

from forecast.cli import options
from forecast.cli.app import app
from forecast.inputs.workspace import Workspace
from forecast.request import Request, check_request

DOCUMENTS = [ROOT / name for name in ("README.md", "ARCHITECTURE.md", "CONTRIBUTING.md")]
PACKAGE = ROOT / "forecast"
#: <!-- output: forecast COMMAND --> or <!-- output: forecast COMMAND | FILE: OLD => NEW -->, then a block.
OUTPUT = re.compile(
    r"<!-- output: (?P<command>forecast [^|\n]*?)(?: \| (?P<file>\S+): (?P<old>.+?) => (?P<new>.+?))? -->\n"
    r"```[a-z]*\n(?P<block>.*?)```\n",
    re.DOTALL,
)
README = (ROOT / "README.md").read_text(encoding="utf-8")
#: Commands that fit a model.
FITS = ("forecast run", "forecast report")


def commands() -> list[str]:
    """Every `forecast ...` line inside code, in any document: fenced shell, inline code, output marks."""
    found: dict[str, None] = {}
    for path in DOCUMENTS:
        text = path.read_text(encoding="utf-8")
        fenced = re.findall(r"```sh\n(.*?)```", text, flags=re.DOTALL)
        lines = [part for block in fenced for line in block.splitlines() for part in line.split("&&")]
        inline = re.findall(r"`(forecast [^`]+)`", re.sub(r"```.*?```", "", text, flags=re.DOTALL))
        marked = [mark["command"] for mark in OUTPUT.finditer(text)]
        for line in [*lines, *inline, *marked]:
            bare = line.split("#")[0].strip()
            if bare.startswith("forecast "):
                found[bare] = None
    return list(found)


def parsed(line: str) -> tuple[str, dict[str, Any]]:
    """The sub-command a line names and its parameters, as the command line itself reads them."""
    words = shlex.split(line)[1:]
    command: Any = typer.main.get_command(app)
    name = ""
    while hasattr(command, "commands"):
        if name == "sources" and (not words or words[0].startswith("-")):
            words = ["list", *words]  # what the group does when no command is named
        if words[0].startswith("-"):  # --version
            assert words[0] in {"--help", "-h", *(option for p in command.params for option in p.opts)}
            return "", {}
        assert words[0] in command.commands, f"{line}: there is no command {words[0]}"
        name, command = words[0], command.commands[words[0]]
        words = words[1:]
    with command.make_context(name, words) as context:
        return name, dict(context.params)


def test_the_documents_name_commands() -> None:
    """The search finds the commands a reader is shown; without them the next test would hold nothing."""
    assert {"forecast report", "forecast validate"} <= set(commands())
    assert len(commands()) >= 8


@pytest.mark.parametrize("line", commands())
def test_every_command_in_the_documents_exists(line: str, shipped: Workspace) -> None:
    """Each line parses, and what it asks of the shipped workspace can be asked: names, dates, panels."""
    name, given = parsed(line)
    if name not in ("run", "report"):
        return
    for panel in given["panel"] or [None]:
        request = Request(
            panel=panel,
            scenarios=tuple(given["scenario"] or ()),
            by=tuple(options.date(text, "--by") for text in given["by"] or ()),
            lens=tuple(given["lens"] or ()),
            exclude=tuple(given["exclude"] or ()),
            as_of=options.date(given["as_of"], "--as-of") if given["as_of"] else None,
            start=options.state(given["start"]),
        )
        check_request(shipped, request)


@pytest.mark.parametrize("line", ["forecast rum", "forecast run --pannel texts", "forecast scenarios lst"])
def test_the_parser_of_lines_refuses(line: str) -> None:
    """A line with a wrong command or option does not pass for a right one."""
    with pytest.raises((AssertionError, typer.TyperException), match=r"no command|No such option"):
        parsed(line)


def marks() -> list[Any]:
    """Every marked output of the README; those that fit a model are slow."""
    return [
        pytest.param(
            mark, id=mark["command"], marks=[pytest.mark.slow] if mark["command"].startswith(FITS) else []
        )
        for mark in OUTPUT.finditer(README)
    ]


def test_outputs_are_marked() -> None:
    """Every fenced block is code in a named language, or the marked output of a command."""
    rest = re.sub(r"```[a-z]+\n.*?```\n", "", OUTPUT.sub("", README), flags=re.DOTALL)
    assert "```" not in rest
    assert marks()


@pytest.mark.parametrize("mark", marks())
def test_readme_shows_real_output(mark: re.Match[str], tmp_path: Path) -> None:
    """A marked block is what the command prints, stdout then stderr, notes left out (-q).

    A mark with an edit shows the output on the shipped workspace with that edit made.
    """
    where = ROOT
    if mark["file"]:
        where = tmp_path / "edited"
        for folder in ("priors", "scenarios"):
            shutil.copytree(ROOT / folder, where / folder)
        path = where / mark["file"]
        text = path.read_text(encoding="utf-8")
        assert mark["old"] in text
        path.write_text(text.replace(mark["old"], mark["new"], 1), encoding="utf-8")
    cache = Path(os.environ["FORECAST_CACHE_DIR"])
    done = forecast(*shlex.split(mark["command"])[1:], "-q", cache=cache, cwd=where)
    printed = done.stdout + done.stderr
    if os.environ.get("FORECAST_UPDATE_DOCS"):
        path = ROOT / "README.md"
        text = path.read_text(encoding="utf-8")
        path.write_text(text.replace(mark[0], mark[0].replace(mark["block"], printed, 1)), encoding="utf-8")
        return
    if mark["command"].startswith(FITS):
        assert shape(printed) == shape(mark["block"])
        # Bytes are promised on one platform alone: on another processor's BLAS the draws are others. A mean
        # then strays by a few Monte Carlo errors of 1.4% of itself, a 95% quantile by twice that; and what is
        # printed is rounded.
        assert numbers(printed) == pytest.approx(numbers(mark["block"]), rel=0.1, abs=0.11)
    else:
        assert printed == mark["block"]


def shape(text: str) -> str:
    """The text with its numbers and the width of its columns taken out."""
    return re.sub(r" +", " ", re.sub(r"[<>]?\d+(\.\d+)?", "#", text))


def numbers(text: str) -> list[float]:
    """Every number of the text, in order."""
    return [float(n) for n in re.findall(r"\d+(?:\.\d+)?", text)]


def modules() -> list[str]:
    """Every module as a path below the package, without its suffix; packages by their folder."""
    paths = [p.relative_to(PACKAGE) for p in PACKAGE.rglob("*.py") if "_shipped" not in p.parts]
    return sorted(
        {p.parent.as_posix() if p.name == "__init__.py" else p.with_suffix("").as_posix() for p in paths}
        - {"."}
    )


@pytest.mark.parametrize("module", modules())
def test_architecture_names_every_module(module: str) -> None:
    """Each module stands in ARCHITECTURE.md by its name, or its whole folder does, as `folder/`."""
    text = (ROOT / "ARCHITECTURE.md").read_text(encoding="utf-8")
    parts = module.split("/")
    inner = [f"`{folder}/`" for folder in parts[1:-1]]
    named = re.search(rf"(?<![\w-]){re.escape(parts[-1])}(?!\w)", text)
    assert named or any(folder in text for folder in inner), f"ARCHITECTURE.md does not name {module}"


def with_examples() -> list[str]:
    """Modules that hold a doctest."""
    found = [p for p in PACKAGE.rglob("*.py") if ">>> " in p.read_text(encoding="utf-8")]
    names = [p.relative_to(ROOT).with_suffix("").as_posix().replace("/", ".") for p in found]
    return sorted(name.removesuffix(".__init__") for name in names)


@pytest.mark.parametrize("name", with_examples())
def test_examples_in_docstrings_run(name: str) -> None:
    """Every example of a docstring gives what it shows."""
    result = doctest.testmod(importlib.import_module(name), optionflags=doctest.NORMALIZE_WHITESPACE)
    assert result.attempted > 0
    assert result.failed == 0


def test_the_command_stands_beside_this_python() -> None:
    """The tests of the command line run the command installed with this Python."""
    assert FORECAST.exists()


def test_the_example_report_is_of_these_files(shipped: Workspace) -> None:
    """Its inputs are those beside it; after an edit: `forecast report --out reports/example`."""
    example = json.loads((ROOT / "reports/example/report.json").read_text("utf-8"))
    assert example["main"]["provenance"]["inputs_sha256"] == shipped.inputs_sha256
    assert (ROOT / "reports/example/sources.md").exists()

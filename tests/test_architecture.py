"""What the program may know, import, and how large its modules may grow."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from forecast.inputs.workspace import Workspace

ROOT = Path(__file__).resolve().parents[1]
PACKAGE = ROOT / "forecast"
MODULES = sorted(PACKAGE.rglob("*.py"))
#: Text that ships with the program: code, and the page a report is made of.
TEXTS = sorted(p for p in PACKAGE.rglob("*") if p.suffix in {".py", ".css", ".html", ".js", ".md", ".svg"})

#: From the ground up; what stands on one line must not import each other.
LAYERS = (
    ("states", "errors", "files"),
    ("lexicon", "calendar", "cache", "rounding", "visible"),
    ("workers",),
    ("inputs",),
    ("elicitation",),
    ("agreement", "coherence", "consistency", "panel", "pooling"),
    ("request", "cards", "interchange", "protocol"),
    ("drivers",),
    ("model",),
    ("inference",),
    ("simulation",),
    ("reweighting",),
    ("sensitivity",),
    ("difference",),
    ("answers",),
    ("document", "answering"),
    ("explaining",),
    ("report",),
    ("cli",),
)
LEVEL = {name: level for level, names in enumerate(LAYERS) for name in names}
LINES = 350

#: States and leaders a model of pairs has no business to name, beside those of the shipped question.
ELSEWHERE = """
china chinese sino russia russian soviet ussr america american washington nato europe european ukraine
ukrainian taiwan japan japanese india indian korea korean britain british france french germany german iran
iranian mongolia kazakhstan moscow beijing kremlin london paris tokyo delhi kyiv kiev putin jinping lavrov
biden trump obama zelensky modi stalin mao khrushchev gorbachev yeltsin
"""


def imports(tree: ast.Module) -> Iterator[tuple[str, int]]:
    """Modules of this package that are imported when the program runs, with the line."""
    for_types = {
        id(inner)
        for node in ast.walk(tree)
        if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING"
        for inner in ast.walk(node)
    }
    for node in ast.walk(tree):
        if id(node) in for_types:
            continue
        if isinstance(node, ast.Import):
            yield from ((alias.name, node.lineno) for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            if node.module == "forecast":
                yield from ((f"forecast.{alias.name}", node.lineno) for alias in node.names)
            else:
                yield node.module, node.lineno


def test_the_program_knows_no_country(shipped: Workspace, small: Workspace) -> None:
    """Neither the pairs of the two workspaces nor any other state, capital or leader stands in it."""
    words = {*ELSEWHERE.split(), *(name.lower() for name in [*shipped.question.pair, *small.question.pair])}
    pattern = re.compile(rf"(?<![a-z])(?:{'|'.join(sorted(words))})(?![a-z])", re.IGNORECASE)
    # A leader's name that is also a Greek letter: as a word by itself, in this case only.
    leader = re.compile(r"(?<![A-Za-z])Xi(?![A-Za-z])")
    found = [
        f"{path.relative_to(ROOT)}:{number}: {line.strip()}"
        for path in TEXTS
        for number, line in enumerate(path.read_text("utf-8").splitlines(), 1)
        if pattern.search(line) or leader.search(line)
    ]
    assert found == []


def test_the_search_for_names_finds_them(shipped: Workspace) -> None:
    """The pair's own files are full of them: the test above can fail."""
    text = (ROOT / "priors" / "question.yaml").read_text("utf-8").lower()
    assert all(name.lower() in text for name in shipped.question.pair)


@pytest.mark.parametrize("path", MODULES, ids=lambda p: p.relative_to(PACKAGE).as_posix())
def test_imports_go_down(path: Path) -> None:
    """A stage imports itself and what lies below it, also inside functions; every module has its place."""
    own = path.relative_to(PACKAGE).parts[0].removesuffix(".py")
    if own == "__init__":
        return
    for name, line in imports(ast.parse(path.read_text("utf-8"))):
        if not name.startswith("forecast."):
            continue
        other = name.split(".")[1]
        if other.startswith("__") or other == own:
            continue
        assert LEVEL[other] < LEVEL[own], f"{path.name}:{line} imports {name}, which is not below {own}"


def test_the_sampler_stays_where_it_is_needed() -> None:
    """PyMC and its kin are imported by the modules that build and sample the graph, and by no other."""
    heavy = {"pymc", "pytensor", "nutpie"}
    found = {
        path.relative_to(PACKAGE).as_posix()
        for path in MODULES
        for name, _ in imports(ast.parse(path.read_text("utf-8")))
        if name.split(".")[0] in heavy
    }
    assert found == {"model/graph.py", "inference/sampler.py"}


def test_loading_and_simulating_need_no_sampler() -> None:
    """A process that reads files and simulates never loads PyMC: it costs five seconds."""
    code = (
        "import sys, forecast; forecast.load; forecast.fit; forecast.simulate; "
        "import forecast.simulation.kernel, forecast.model.data; "
        "print(sorted({'pymc', 'pytensor', 'nutpie'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


@pytest.mark.parametrize(
    "first", ["forecast.simulation", "forecast.simulation.forecast", "forecast.inference.fit"]
)
def test_the_public_names_are_callable_in_any_order(first: str) -> None:
    """`forecast.simulate` is a function to the user whatever was imported first."""
    code = f"import forecast as f, {first}; print(all(map(callable, (f.load, f.fit, f.simulate))))"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "True"


@pytest.mark.parametrize("path", MODULES, ids=lambda p: p.relative_to(PACKAGE).as_posix())
def test_modules_are_short_and_documented(path: Path) -> None:
    """At most 350 lines, a docstring for the module and for every public function, class and method.

    Records read from files say what a field means where it is declared, and a property is named for what it
    is: both may stand without.
    """
    text = path.read_text("utf-8")
    tree = ast.parse(text)
    assert len(text.splitlines()) <= LINES
    assert not text.strip() or ast.get_docstring(tree)
    missing = [
        f"{path.name}:{node.lineno} {node.name}"
        for node in tree.body
        if isinstance(node, ast.FunctionDef) and not node.name.startswith("_") and not ast.get_docstring(node)
    ]
    assert missing == []

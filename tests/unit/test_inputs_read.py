"""Reading a whole workspace."""

from __future__ import annotations

import datetime as dt
import json
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from forecast.errors import InputError, Problem, UsageError
from forecast.inputs import BASELINE, load
from forecast.inputs.locate import locate
from forecast.inputs.read import examine
from forecast.inputs.report_problems import as_github, as_json, as_text

SMALL = Path(__file__).resolve().parents[1] / "workspaces" / "small"
SMITH = "priors/sources/smith2019.yaml"


@pytest.fixture
def small(tmp_path: Path) -> Path:
    """A copy of the small workspace to change."""
    return Path(shutil.copytree(SMALL, tmp_path / "w"))


def edit(root: Path, file: str, old: str, new: str) -> None:
    """Replace the first ``old`` in a file, which must be there."""
    text = (root / file).read_text("utf-8")
    assert old in text
    (root / file).write_text(text.replace(old, new, 1), encoding="utf-8")


def test_small_workspace_loads_without_a_warning() -> None:
    """What is written is what is read; a missing end, a year and words have their documented meaning."""
    ws = load(SMALL)
    assert ws.warnings == ()
    assert ws.origin == "given"
    assert list(ws.scenarios) == [BASELINE, "threat_stays", "trade_grows"]
    assert list(ws.sources) == ["expert_one", "jones2022", "smith2019"]
    assert ws.sources["smith2019"].view_date == dt.date(2019, 7, 1)
    assert ws.scenarios[BASELINE].interventions == []
    assert len(ws.measurements) == 25
    words = ws.sources["jones2022"].outcomes.alliance
    assert words is not None
    assert words.quantiles.stated() == pytest.approx({"p05": 0.05, "p50": 0.1029, "p95": 0.2}, abs=1e-4)


def test_every_value_knows_its_line() -> None:
    """The line map holds the file's own line numbers, counted from 1."""
    ws = load(SMALL)
    rows = (SMALL / SMITH).read_text("utf-8").splitlines()
    assert "p95: 0.15" in rows[ws.lines[SMITH, "outcomes.alliance.p95"] - 1]
    assert "driver: shared_threat" in rows[ws.lines[SMITH, "levels[0].driver"] - 1]
    assert ws.lines["priors/indicators.csv", "summit_count.2023-Q4"] == 25


@pytest.mark.parametrize("file", [SMITH, "priors/indicators.csv", "priors/question.yaml"])
def test_byte_order_mark_and_crlf_are_accepted(small: Path, file: str) -> None:
    """Files saved by Windows editors and spreadsheets read the same."""
    data = (small / file).read_bytes().replace(b"\n", b"\r\n")
    (small / file).write_bytes(b"\xef\xbb\xbf" + data)
    ws, before = load(small), load(SMALL)
    assert (ws.sources, ws.question, ws.measurements) == (
        before.sources,
        before.question,
        before.measurements,
    )


def test_hash_is_of_the_files_read_and_nothing_else(small: Path) -> None:
    """The same bytes give the same hash anywhere; a note beside them does not count, a digit does."""
    assert load(small).inputs_sha256 == load(SMALL).inputs_sha256
    (small / "priors" / "README.md").write_text("notes")
    assert load(small).inputs_sha256 == load(SMALL).inputs_sha256
    edit(small, SMITH, "weight: 1.0", "weight: 0.9")
    assert load(small).inputs_sha256 != load(SMALL).inputs_sha256


SPARE = """\
  spare:
    title: x
    driver: trade
    sign: 1
    error_sd: 1
    citation: x
    rationale: x
"""


def warnings_of(root: Path) -> list[str]:
    """What a workspace warns of: file, place and message."""
    return [f"{problem.file} {problem.at}: {problem.message}" for problem in load(root).warnings]


def stray(name: str) -> Callable[[Path], None]:
    """A change that adds a file nobody asked for."""
    return lambda root: (root / name).write_text("schema: x/1\n") and None


@pytest.mark.parametrize(
    ("change", "warning"),
    [
        (stray("priors/hypotheses.yaml"), "priors/hypotheses.yaml : is not used by this version"),
        (stray("priors/notes.txt"), "priors/notes.txt : is not an input file; it is ignored"),
        (
            stray("priors/sources/x.yml"),
            "priors/sources/x.yml : is not read: the name must end in .yaml",
        ),
        (
            lambda root: edit(root, SMITH, "weight: 1.0", "weight: 0"),
            f"{SMITH} weight: is 0; the source is read but counts for nothing",
        ),
        (
            lambda root: edit(root, SMITH, "p05: 0.1, p50: 0.2,", "p05: 0.01, p50: 0.02,"),
            f"{SMITH} outcomes.alliance_broad.p50: 0.02 is below the narrower alliance.p50 = 0.06",
        ),
        (
            lambda root: edit(root, SMITH, "p50: 0.04, p95: 0.12", "p50: 0.95, p95: 0.99"),
            f"{SMITH} outcomes: the medians of alliance (0.06) and split (0.95) sum to over 1",
        ),
        (
            lambda root: edit(root, SMITH, "view_date: 2019", "view_date: 2026"),
            f"{SMITH} view_date: 2026-07-01 is after as_of = 2025-07-01 (in panels all, texts)",
        ),
        (
            lambda root: edit(root, "priors/indicators.yaml", "  summit_count:", SPARE + "  summit_count:"),
            "priors/indicators.yaml indicators.spare:"
            " priors/indicators.csv has no row for it; it measures nothing",
        ),
    ],
)
def test_warnings_never_block(small: Path, change: Callable[[Path], None], warning: str) -> None:
    """What is legal but odd is said, and the workspace loads."""
    change(small)
    assert warnings_of(small) == [warning]


def test_a_scenario_may_reach_beyond_the_forecast(small: Path) -> None:
    """Moving as_of or the horizon into a scenario's dates is said, and stops nothing."""
    edit(small, "priors/question.yaml", "horizon: 2035-12-31", "horizon: 2029-12-31")
    assert warnings_of(small) == [
        "scenarios/threat_stays.yaml interventions[0].hold.end: 2031-12-31 is outside the forecast,"
        " 2025-07-01 (as_of) to 2029-12-31 (horizon); only what lies inside is done"
    ]


def test_shocks_may_be_absent(small: Path) -> None:
    """Without priors/shocks.yaml, or with an empty one, nothing strikes."""
    assert load(small).shocks == {}
    (small / "priors" / "shocks.yaml").write_text("schema: shocks/1\nshocks: {}\n")
    assert load(small).shocks == {}


def test_driver_may_be_held_twice_one_after_the_other(small: Path) -> None:
    """Holds that do not overlap are no fault."""
    end = "end: 2031-12-31}\n"
    more = "  - hold: {driver: shared_threat, level: 0, start: 2032-01-01}\n"
    edit(small, "scenarios/threat_stays.yaml", end, end + more)
    assert len(load(small).scenarios["threat_stays"].interventions) == 2


def test_nearest_folder_above_is_found(small: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As git looks for .git: upward from the current folder."""
    monkeypatch.chdir(small / "priors" / "sources")
    assert locate() == (small, "found")


def test_folder_without_a_question_is_refused(small: Path) -> None:
    """-w says what was looked for, and names the parent when given priors/ itself."""
    with pytest.raises(UsageError, match=r"looked for priors/question\.yaml in"):
        locate(small / "scenarios")
    with pytest.raises(UsageError, match="is a priors folder"):
        locate(small / "priors")
    with pytest.raises(UsageError, match="no folder"):
        locate(small / "nowhere")


def test_formats_for_people_and_programs(small: Path) -> None:
    """The same problems as text, as annotations and as JSON."""
    edit(small, SMITH, "weight: 1.0", "weight: -1")
    (small / "priors" / "notes.txt").write_text("")
    workspace, problems = examine(small)
    assert workspace is None
    assert as_text(problems) == (
        "priors/notes.txt\n  warning: is not an input file; it is ignored\n"
        f"{SMITH}:9  weight\n  -1 is out of range; wants a number at least 0\n"
        "1 problem in 1 file; nothing was run."
    )
    assert f"::error file={SMITH},line=9,title=weight::-1 is out of range" in as_github(problems)
    document = json.loads(as_json(problems))
    assert (document["errors"], document["warnings"], document["valid"]) == (1, 1, False)


def test_annotations_escape_what_the_syntax_reserves() -> None:
    """Percent signs and line ends cannot end or forge an annotation."""
    assert (
        as_github([Problem("a,b", 1, "x:y", "5%\nno")]) == "::error file=a%2Cb,line=1,title=x%3Ay::5%25%0Ano"
    )


def test_reading_imports_nothing_slow() -> None:
    """`validate` answers at once: no numerical library is imported to read files."""
    code = (
        "import sys; from forecast.inputs import load; load(sys.argv[1]); "
        "print([m for m in ('numpy', 'scipy', 'pandas', 'pymc', 'ruamel') if m in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(SMALL)], capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "[]"


def test_errors_of_all_files_come_at_once(small: Path) -> None:
    """One broken file does not hide another's faults, nor make others look broken."""
    (small / "priors" / "drivers.yaml").write_text("drivers: [\n")
    edit(small, SMITH, "weight: 1.0", "weight: -1")
    with pytest.raises(InputError, match="2 problems in 2 files"):
        load(small)

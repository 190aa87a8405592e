"""`forecast diff` as a real process: two folders, revisions, forms of the answer, bad requests."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path

import pytest
from command import QUICK, SMALL, Done, forecast, without_run

#: Every version of the files is fitted by itself.
pytestmark = pytest.mark.slow

SMITH, JONES = "priors/sources/smith2019.yaml", "priors/sources/jones2022.yaml"
WORDS = ("rationale: Expects", "rationale: Hopes")
TWO = (
    (SMITH, "p50: 0.06, p95: 0.15", "p50: 0.08, p95: 0.2"),
    (JONES, "weight: 0.5", "weight: 0.9"),
)


@pytest.fixture(scope="session")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A cache that all commands here share."""
    return tmp_path_factory.mktemp("diff")


def git(root: Path, *arguments: str) -> None:
    """Run git as someone."""
    who = ("-c", "user.name=A Person", "-c", "user.email=person@example.org", "-c", "commit.gpgsign=false")
    subprocess.run(["git", *who, "-C", str(root), *arguments], capture_output=True, check=True)


def edit(root: Path, file: str, old: str, new: str) -> None:
    """Replace text in a file."""
    text = (root / file).read_text("utf-8")
    assert old in text
    (root / file).write_text(text.replace(old, new), "utf-8")


@pytest.fixture(scope="module")
def repo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The small workspace committed, then two judgments and a rationale edited."""
    root = tmp_path_factory.mktemp("repo") / "w"
    shutil.copytree(SMALL, root)
    git(root, "init", "-q", "-b", "main")
    git(root, "add", "-A")
    git(root, "commit", "-q", "-m", "one")
    for change in TWO:
        edit(root, *change)
    edit(root, SMITH, *WORDS)
    return root


def diff(root: Path, kept: Path, *arguments: str) -> Done:
    """The command in a workspace, with few draws."""
    return forecast("diff", *arguments, *QUICK, cache=kept, cwd=root)


def test_the_working_files_against_the_last_commit(repo: Path, kept: Path) -> None:
    """Every probability's parts and what is not attributed sum to its change."""
    done = diff(repo, kept, "--json")
    assert done.returncode == 0, done.stderr
    assert f"OLD: HEAD\nNEW: {repo}\n" in done.stderr
    found = json.loads(done.stdout)
    assert found["schema"] == "diff/1"
    assert {part["sentence"] for part in found["parts"]} == {
        "smith2019 on alliance: p50 6.0% -> 8.0%, p95 15% -> 20%",
        "jones2022, weight: 0.5 -> 0.9",
    }
    assert [one["sentence"] for one in found["moves_nothing"]] == ["smith2019, rationale (words)"]
    for at, row in enumerate(found["probabilities"]):
        explained = sum(part["changes"][at]["change"] for part in found["parts"])
        left = found["not_attributed"][at]["change"]
        assert explained + left == pytest.approx(row["change"], abs=1e-12)
    (edited,) = (e for part in found["parts"] for e in part["edits"] if e["file"] == JONES)
    line = (repo / JONES).read_text("utf-8").splitlines()[edited["line_new"] - 1]
    assert line == "weight: 0.9"
    assert (edited["before"], edited["after"]) == (0.5, 0.9)


def test_the_same_bytes_again_from_folders_and_revisions(repo: Path, kept: Path) -> None:
    """A revision and a folder with its files are the same version: all but names and time is the same."""
    once, again = diff(repo, kept, "--json"), diff(repo, kept, str(SMALL), str(repo), "--json")
    first, second = (json.loads(without_run(one.stdout).rstrip(", \n") + "}") for one in (once, again))
    assert first.pop("old")["inputs_sha256"] == second.pop("old")["inputs_sha256"]
    assert first.pop("new")["inputs_sha256"] == second.pop("new")["inputs_sha256"]
    assert first == second


def test_the_table(repo: Path, kept: Path) -> None:
    """Key probabilities before and after, a line an edit with its place, the rest, and the total."""
    shown = diff(repo, kept, "--outcome", "reached.split", "--by", "2030-06-30", "-q")
    assert (shown.returncode, shown.stderr) == (0, "")
    head, *_ = shown.stdout.splitlines()
    assert head == "Will Arland and Bergia form an alliance, stay partners or split?"
    assert "edit; percentage points by 2030-06-30" in shown.stdout
    table = shown.stdout.split("\n\n")[2].splitlines()
    assert table[0].split()[:3] == ["reached.split", "reached.alliance", "alliance_broad"]
    assert [row.split()[0][0] for row in table[1:3]] == ["~", "~"]
    sizes = [abs(float(row.split()[0].strip("~"))) for row in table[1:3]]
    assert sizes == sorted(sizes, reverse=True)
    assert table[3].endswith("not attributed (sampling and reweighting)")
    assert table[4].endswith("total")
    assert f"({JONES}:9)" in shown.stdout
    assert "moves nothing\n  smith2019, rationale (words)\n" in shown.stdout


def test_quick_marks_every_new_number(repo: Path, kept: Path) -> None:
    """NEW is not fitted: its numbers and the totals are marked, and nothing is left over."""
    shown = diff(repo, kept, "--quick", "-q").stdout
    assert "-> ~" in shown
    assert "not attributed" not in shown
    assert json.loads(diff(repo, kept, "--quick", "--json", "-q").stdout)["exact"] is False


def test_markdown(repo: Path, kept: Path) -> None:
    """A heading, a line a key probability, a table, what moves nothing; no HTML."""
    text = diff(repo, kept, "HEAD", "--markdown", "-q").stdout
    assert text.startswith("### Will Arland and Bergia")
    assert text.count("- **") == 3
    assert "| **total** |" in text
    assert "Moves nothing:\n\n- smith2019, rationale (words)\n" in text
    assert "<" not in text.replace("\\<", "")


def test_no_change(repo: Path, kept: Path) -> None:
    """It is said, exit 0, without a fit; so are words alone."""
    same = diff(repo, kept, "HEAD", "HEAD", "-q")
    assert (same.returncode, same.stderr) == (0, "")
    assert "no change: no judgment differs" in same.stdout
    assert json.loads(diff(repo, kept, "HEAD", "main", "--json").stdout)["parts"] == []


def test_words_alone_move_nothing(tmp_path: Path, kept: Path) -> None:
    """An edited rationale is listed, and no number changes."""
    root = shutil.copytree(SMALL, tmp_path / "w")
    edit(root, SMITH, *WORDS)
    done = diff(root, kept, str(SMALL), "-q")
    assert (done.returncode, done.stderr) == (0, "")
    assert "no change: nothing that moves a probability differs" in done.stdout
    assert "  smith2019, rationale (words)" in done.stdout


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (
            ("mian",),
            "OLD 'mian' is neither a workspace (looked for mian/priors/question.yaml) nor a rev",
        ),
        (("HEAD", "mian"), "NEW 'mian' is neither a workspace"),
        (("--", "--upload-pack=x"), "none begins with -"),
        (("main..main",), "To compare two revisions name both"),
        (("--json", "--markdown"), "--json and --markdown are two forms of the same output; choose one"),
        (("--outcome", "reached.aliance"), "--outcome: unknown quantity 'reached.aliance'"),
        (("--panel", "txts"), "OLD: unknown panel or source 'txts'. Did you mean 'texts'?"),
        (("--exact-to", "40"), "--exact-to takes a number from 0 to 16 (found 40)"),
        (("--by", "2050"), "OLD: --by 2050-07-01 is past the horizon"),
    ],
)
def test_bad_requests(repo: Path, kept: Path, arguments: tuple[str, ...], message: str) -> None:
    """Exit 2, nothing on stdout, what is wrong and what may be meant, no traceback."""
    flags = arguments if "--" not in arguments else ()
    done = diff(repo, kept, *flags) if flags else forecast("diff", *QUICK, *arguments, cache=kept, cwd=repo)
    assert (done.returncode, done.stdout) == (2, "")
    assert message in done.stderr
    assert "Traceback" not in done.stderr


def test_faults_are_named_by_version(repo: Path, tmp_path: Path, kept: Path) -> None:
    """A version that cannot be read: every problem with its file and line, and nothing is run."""
    broken = shutil.copytree(SMALL, tmp_path / "w")
    edit(broken, JONES, "weight: 0.5", "weight: -1")
    done = diff(repo, kept, str(broken))
    assert (done.returncode, done.stdout) == (2, "")
    assert f"OLD:{JONES}:9  weight" in done.stderr


def test_help(kept: Path) -> None:
    """Every option has a word."""
    done = forecast("diff", "--help", cache=kept, COLUMNS="200")
    assert (done.returncode, done.stderr) == (0, "")
    for flag in (
        "--panel",
        "--by",
        "--outcome",
        "--json",
        "--markdown",
        "--quick",
        "--exact-to",
        "--jobs",
        "--scheduler",
    ):
        assert flag in done.stdout

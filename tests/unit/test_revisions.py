"""Versions named on a command line: folders, and revisions of a real repository."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest
from command import SMALL, files

import forecast
from forecast.difference.revisions import repository_of, sides
from forecast.errors import InputError, UsageError

WEIGHT = "priors/sources/jones2022.yaml"


def git(root: Path, *arguments: str) -> str:
    """Run git as someone."""
    who = ("-c", "user.name=A Person", "-c", "user.email=person@example.org", "-c", "commit.gpgsign=false")
    done = subprocess.run(
        ["git", *who, "-C", str(root), *arguments], capture_output=True, text=True, check=True
    )
    return done.stdout.strip()


def edit(root: Path, old: str, new: str, file: str = WEIGHT) -> None:
    """Replace text in a file."""
    text = (root / file).read_text("utf-8")
    assert old in text
    (root / file).write_text(text.replace(old, new), "utf-8")


def commit(root: Path, message: str) -> None:
    """Commit everything."""
    git(root, "add", "-A")
    git(root, "commit", "-q", "-m", message)


@pytest.fixture
def repo(tmp_path: Path) -> Path:
    """Two commits, of weights 0.5 and 0.6, the first tagged ``first``; the working file has 0.7."""
    root = tmp_path / "repo"
    shutil.copytree(SMALL, root)
    git(root, "init", "-q", "-b", "main")
    commit(root, "one")
    git(root, "tag", "first")
    edit(root, "weight: 0.5", "weight: 0.6")
    commit(root, "two")
    edit(root, "weight: 0.6", "weight: 0.7")
    return root


def weights(old: str | None, new: str | None, root: Path) -> tuple[float, float]:
    """The weight in both versions."""
    before, after = sides(old, new, where=str(root))
    return before.workspace.sources["jones2022"].weight, after.workspace.sources["jones2022"].weight


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        (None, None, (0.6, 0.7)),
        ("first", None, (0.5, 0.7)),
        ("HEAD~1", "HEAD", (0.5, 0.6)),
        ("main", "first", (0.6, 0.5)),
        ("main:", "first:.", (0.6, 0.5)),
        ("HEAD", str(SMALL), (0.6, 0.5)),
    ],
)
def test_revisions_and_folders(
    repo: Path, old: str | None, new: str | None, expected: tuple[float, float]
) -> None:
    """Nothing named: HEAD against the working files; a revision alone against them; else what is named."""
    assert weights(old, new, repo) == expected


def test_a_revision_is_its_files(repo: Path) -> None:
    """The same hash as a folder with these files, so that a fit of either serves both; then it is gone."""
    before, _ = sides("first", None, where=str(repo))
    assert before.workspace.inputs_sha256 == forecast.load(SMALL).inputs_sha256
    assert before.label == "first"
    assert before.workspace.root == repo


def test_nothing_of_the_repository_is_touched(
    repo: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Work tree, index and refs are as they were, and the temporary folder is removed."""
    made = tmp_path / "temporary"
    made.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(made))
    before = {name: (repo / name).read_bytes() for name in files(repo)}
    sides("first", "HEAD", where=str(repo))
    assert {name: (repo / name).read_bytes() for name in files(repo)} == before
    assert list(made.iterdir()) == []


def test_a_workspace_below_the_top(tmp_path: Path) -> None:
    """Its place in the repository is its place in the revision; ``REV:folder`` names another."""
    root = tmp_path / "repo"
    shutil.copytree(SMALL, root / "a b" / "w")
    git(root, "init", "-q", "-b", "main")
    commit(root, "one")
    assert repository_of(root / "a b" / "w").prefix == "a b/w"
    shutil.move(root / "a b" / "w", root / "moved")
    commit(root, "two")
    edit(root / "moved", "weight: 0.5", "weight: 0.9")
    assert weights("HEAD", None, root / "moved") == (0.5, 0.9)
    assert weights("HEAD~1:a b/w", None, root / "moved") == (0.5, 0.9)
    with pytest.raises(UsageError, match=r"OLD 'HEAD~1' has no priors/question.yaml in moved"):
        sides("HEAD~1", None, where=str(root / "moved"))


def test_a_hook_s_variables_are_not_followed(
    repo: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Under a hook of another repository it is the workspace's own that is read."""
    monkeypatch.setenv("GIT_DIR", str(tmp_path / "elsewhere"))
    assert weights("first", "HEAD", repo) == (0.5, 0.6)


def test_attributes_change_no_byte(repo: Path) -> None:
    """Files come as they were committed, whatever .gitattributes would leave out or fill in on export."""
    (repo / ".gitattributes").write_text("*.yaml export-ignore export-subst\n", "utf-8")
    commit(repo, "three")
    assert weights("HEAD", "first", repo) == (0.7, 0.5)


def test_problems_are_named_by_side(repo: Path) -> None:
    """Files that cannot be read are told by version, with their lines."""
    edit(repo, "weight: 0.7", "weight: much")
    commit(repo, "three")
    edit(repo, "weight: much", "weight: -1")
    with pytest.raises(InputError) as caught:
        sides("HEAD", None, where=str(repo))
    assert [p.file for p in caught.value.problems] == [f"OLD:{WEIGHT}"]
    assert caught.value.problems[0].line == 9
    with pytest.raises(InputError, match=f"NEW:{WEIGHT}:9"):
        sides("first", None, where=str(repo))


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("maine", r"neither a workspace \(looked for maine/priors/question.yaml\) nor a revision: unknown"),
        ("maine", r"Did you mean 'main'\?"),
        ("HEAD~9", r"unknown revision 'HEAD~9' \(git: "),
        ("first..main", r"name both: forecast diff OLD NEW"),
        ("--upload-pack=touch x", r"none begins with -"),
        ("-h", r"none begins with -"),
        ("main\nfirst", r"'main\?first' is no revision"),
        ("main:../x", r"must lie in the repository"),
        ("main:priors", r"OLD 'main:priors' has no priors/question.yaml in priors"),
        ("nothing", r"OLD 'nothing' has no priors/question.yaml"),
    ],
)
def test_names_that_are_no_version(repo: Path, name: str, message: str) -> None:
    """Both readings were tried, git's own words are there, and the nearest name."""
    if name == "nothing":
        git(repo, "checkout", "-q", "--orphan", "nothing")
        git(repo, "rm", "-r", "-q", "-f", "--cached", ".")
        git(repo, "commit", "-q", "--allow-empty", "-m", "nothing")
    with pytest.raises(UsageError, match=message):
        sides(name, str(SMALL), where=str(repo))


def test_links_are_not_followed(repo: Path, tmp_path: Path) -> None:
    """A symbolic link in a revision could point anywhere on this machine."""
    (tmp_path / "secret.yaml").write_text("secret: 1\n", "utf-8")
    (repo / "priors" / "sources" / "link.yaml").symlink_to(tmp_path / "secret.yaml")
    commit(repo, "three")
    with pytest.raises(UsageError, match=r"link.yaml is a symbolic link in OLD 'HEAD'"):
        sides("HEAD", str(SMALL), where=str(repo))


def test_no_repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A workspace that lies in none is said to."""
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path))
    root = shutil.copytree(SMALL, tmp_path / "w")
    with pytest.raises(
        UsageError, match=re.escape(f"{root} is in no git repository (git: not a git repository")
    ):
        sides("HEAD", None, where=str(root))


def test_no_git(repo: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Two folders need no git; a revision without it is refused in plain words."""
    monkeypatch.setenv("PATH", os.devnull)
    assert weights(str(repo), str(SMALL), repo) == (0.7, 0.5)
    with pytest.raises(UsageError, match="git is not installed, or not on PATH; name two folders instead"):
        sides("HEAD", None, where=str(repo))


def test_a_shallow_clone_is_said_to_be_one(repo: Path, tmp_path: Path) -> None:
    """Where a pull request is built only the last commit may be there."""
    clone = tmp_path / "clone"
    git(repo, "clone", "-q", "--depth", "1", f"file://{repo}", str(clone))
    with pytest.raises(UsageError, match="This clone is shallow"):
        sides("HEAD~1", None, where=str(clone))

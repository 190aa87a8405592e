"""The command line where it takes more than one fit: broken caches, interrupts at any moment, two at once."""

from __future__ import annotations

import json
import shutil
import signal
import subprocess
import time
from pathlib import Path

import pytest
from command import FORECAST, QUICK, SMALL, Done, environment, files, forecast, small, without_run

pytestmark = pytest.mark.slow

REQUEST = ("trade_grows", *QUICK, "--json")


@pytest.fixture(scope="module")
def fitted(tmp_path_factory: pytest.TempPathFactory) -> tuple[Done, Path]:
    """A fit into a cache of this module."""
    cache = tmp_path_factory.mktemp("cache")
    done = small("run", *REQUEST, cache=cache)
    assert done.returncode == 0, done.stderr
    return done, cache


def test_corrupt_draws_are_drawn_again(fitted: tuple[Done, Path], tmp_path: Path) -> None:
    """Every kept file cut short or altered: fitted again, the same bytes, and kept afresh."""
    first, cache = fitted
    copy = shutil.copytree(cache, tmp_path / "cache")
    for path in (copy / name for name in files(copy)):
        raw = bytearray(path.read_bytes())
        raw[len(raw) // 2] ^= 1
        path.write_bytes(raw)
    done = small("run", *REQUEST, cache=copy)
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["run"]["source"] == "fit"
    assert without_run(done.stdout) == without_run(first.stdout)
    assert files(copy) == files(cache)


def test_refit_gives_the_same_bytes(fitted: tuple[Done, Path], tmp_path: Path) -> None:
    """--refit with another number of workers samples again, whatever is kept, to the same bytes."""
    first, cache = fitted
    copy = shutil.copytree(cache, tmp_path / "cache")
    done = small("run", *REQUEST, "--refit", "--jobs", "1", cache=copy)
    assert json.loads(done.stdout)["run"]["source"] == "fit"
    assert without_run(done.stdout) == without_run(first.stdout)


def test_a_cache_that_cannot_be_written(fitted: tuple[Done, Path], tmp_path: Path) -> None:
    """A cache folder that cannot be made: the answer comes all the same, and nothing is said of it."""
    (tmp_path / "file").write_text("in the way")
    done = small("run", *REQUEST, cache=tmp_path / "file" / "cache")
    assert done.returncode == 0, done.stderr
    assert without_run(done.stdout) == without_run(fitted[0].stdout)
    assert len(done.stderr.splitlines()) == 3
    assert files(tmp_path) == ["file"]


def test_two_at_once_on_an_empty_cache(fitted: tuple[Done, Path], tmp_path: Path) -> None:
    """Two runs that fit at the same time both answer, with the same bytes, and leave whole files."""
    cache = tmp_path / "cache"
    command = [str(FORECAST), "run", "-w", str(SMALL), *REQUEST]
    both = [
        subprocess.Popen(
            command, env=environment(cache), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        )
        for _ in range(2)
    ]
    said = [process.communicate(timeout=300) for process in both]
    assert [process.returncode for process in both] == [0, 0], said
    first = fitted[0].stdout
    assert [without_run(out) for out, _ in said] == [without_run(first)] * 2
    assert files(cache) == files(fitted[1])
    again = small("run", *REQUEST, cache=cache)
    assert json.loads(again.stdout)["run"]["source"] == "cache"


@pytest.mark.parametrize("seconds", [1, 7, 10, 13, 16])
def test_interrupt_at_any_moment(fitted: tuple[Done, Path], tmp_path: Path, seconds: float) -> None:
    """Ctrl-C while importing, compiling, sampling or simulating: exit 130, one line, only whole files.

    A run that was done by then has simply succeeded. What is kept serves the next run. (Output goes to a
    file: into a pipe that nobody reads the process would wait, done but not ended.)
    """
    cache, printed = tmp_path / "cache", tmp_path / "printed"
    with (
        printed.open("w") as output,
        subprocess.Popen(
            [str(FORECAST), "run", "-w", str(SMALL), *REQUEST],
            env=environment(cache),
            stdout=output,
            stderr=subprocess.PIPE,
            text=True,
        ) as process,
    ):
        assert process.stderr is not None
        said = [process.stderr.readline() for _ in range(3)]
        assert said[1].startswith("fitting")
        assert said[2].startswith("then looking into why")
        time.sleep(seconds)
        process.send_signal(signal.SIGINT)
        _, err = process.communicate(timeout=60)
    out = printed.read_text(encoding="utf-8")
    if process.returncode:
        assert (process.returncode, err) == (130, "interrupted; nothing was half written\n")
    if process.returncode == 0 or out:
        assert without_run(out) == without_run(fitted[0].stdout)
    assert set(files(cache)) <= set(files(fitted[1]))
    for name in files(cache):
        assert (cache / name).stat().st_size == (fitted[1] / name).stat().st_size
    if seconds == 1:
        following = small("run", *REQUEST, cache=cache)
        assert without_run(following.stdout) == without_run(fitted[0].stdout)


def test_an_edited_reason_finds_its_draws(fitted: tuple[Done, Path], tmp_path: Path) -> None:
    """A changed rationale is answered from the kept draws; a changed number is fitted again."""
    cache = shutil.copytree(fitted[1], tmp_path / "cache")
    folder = shutil.copytree(SMALL, tmp_path / "edited")
    path = folder / "priors" / "sources" / "smith2019.yaml"
    text = path.read_text(encoding="utf-8")
    first = json.loads(fitted[0].stdout)
    for old, new, source in (
        ("outlast the quarrel", "outlive it", "cache"),
        ("p95: 0.15", "p95: 0.25", "fit"),
    ):
        assert text.count(old) == 1
        path.write_text(text.replace(old, new), encoding="utf-8")
        done = forecast("run", *REQUEST, cache=cache, cwd=folder)
        found = json.loads(done.stdout)
        assert found["run"]["source"] == source
        assert (found["scenarios"] == first["scenarios"]) == (source == "cache")

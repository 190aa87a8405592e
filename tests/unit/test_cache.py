"""Results kept between runs."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from forecast import cache

ROOT = Path(__file__).resolve().parents[2]
WRITER = """
import sys
from forecast import cache
payload = bytes([int(sys.argv[1])]) * 200_000
for _ in range(40):
    cache.store("posterior", "shared", payload)
"""


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder of results."""
    monkeypatch.setenv("FORECAST_CACHE_DIR", str(tmp_path / "kept"))
    return tmp_path / "kept"


def test_what_is_stored_is_loaded(folder: Path) -> None:
    """Byte for byte; an unknown name, or another kind, is absent."""
    cache.store("posterior", "a", b"\n\0payload\n")
    assert cache.load("posterior", "a") == b"\n\0payload\n"
    assert cache.load("posterior", "b") is None
    assert cache.load("other", "a") is None
    assert [p.relative_to(folder).as_posix() for p in cache.entries()] == ["posterior/a"]


@pytest.mark.parametrize(
    "damage",
    [
        lambda raw: raw[:-1],
        lambda raw: raw[:40],
        lambda raw: b"",
        lambda raw: raw[:70] + bytes([raw[70] ^ 1]) + raw[71:],
        lambda raw: b"f" + raw[1:] if raw[:1] != b"f" else b"0" + raw[1:],
        lambda raw: raw + b"x",
    ],
    ids=["truncated", "cut in the digest", "empty", "a bit flipped", "wrong digest", "something appended"],
)
def test_a_file_that_does_not_verify_is_absent(folder: Path, damage) -> None:  # type: ignore[no-untyped-def]
    """A damaged result is made again, not read."""
    cache.store("posterior", "a", b"payload" * 100)
    path = folder / "posterior" / "a"
    path.write_bytes(damage(path.read_bytes()))
    assert cache.load("posterior", "a") is None


def test_two_writers_at_once_leave_a_whole_file(folder: Path) -> None:
    """Two real processes storing under one name: every read meanwhile is one of the two payloads."""
    writers = [subprocess.Popen([sys.executable, "-c", WRITER, str(n)], cwd=ROOT) for n in (1, 2)]
    seen: set[int] = set()
    while any(w.poll() is None for w in writers):
        payload = cache.load("posterior", "shared")
        if payload is not None:
            assert len(payload) == 200_000
            assert len(set(payload[::1000])) == 1
            seen.add(payload[0])
    assert [w.returncode for w in writers] == [0, 0]
    last = cache.load("posterior", "shared")
    assert last is not None
    assert set(last) <= {1, 2}
    assert seen <= {1, 2}
    # No temporary file is left beside it.
    assert [p.name for p in (folder / "posterior").iterdir()] == ["shared"]


def test_a_cache_that_cannot_be_written_is_no_failure(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A file where the folder should be: nothing is kept, nothing is raised."""
    (tmp_path / "file").write_text("x")
    monkeypatch.setenv("FORECAST_CACHE_DIR", str(tmp_path / "file"))
    cache.store("posterior", "a", b"payload")
    assert cache.load("posterior", "a") is None
    assert cache.entries() == []


def test_an_interrupted_write_leaves_the_old_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """If renaming fails, the old content stays and the temporary file goes."""
    path = tmp_path / "f"
    path.write_bytes(b"old")

    def fail(*_: object) -> None:
        raise OSError("disk full")

    monkeypatch.setattr("os.replace", fail)
    with pytest.raises(OSError, match="disk full"):
        cache.write_atomically(path, b"new")
    assert path.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [path]


def test_keys_tell_apart_all_they_are_made_of() -> None:
    """Content, order and where one part ends and the next begins."""
    keys = [cache.key(parts) for parts in (["a", "b"], ["b", "a"], ["ab"], ["a", "b", ""], [b"a", "c"])]
    assert len(set(keys)) == len(keys)
    assert cache.key(["a", "b"]) == cache.key([b"a", b"b"])


def test_another_program_or_version_has_other_keys(monkeypatch: pytest.MonkeyPatch) -> None:
    """The code's own hash is part of every key."""
    before = cache.key(["a"])
    monkeypatch.setattr(cache, "program", lambda: "another")
    assert cache.key(["a"]) != before


def test_clearing_says_how_much_there_was() -> None:
    """The number of files and their bytes, digest line included."""
    cache.store("posterior", "a", b"12345")
    cache.store("posterior", "b", b"1")
    assert cache.clear() == (2, 2 * 65 + 6)
    assert cache.entries() == []
    assert cache.clear() == (0, 0)


def test_without_a_given_folder_it_is_the_users(monkeypatch: pytest.MonkeyPatch) -> None:
    """The platform's user cache folder, under the program's name."""
    monkeypatch.delenv("FORECAST_CACHE_DIR")
    assert cache.folder().name == "alliance-forecast"

"""Verifying a report: its files against its manifest, and against the report made again from its inputs.

What makes a report again, and renders an edited one, is handed in: this module compares.
"""

from __future__ import annotations

import json
import tempfile
from collections.abc import Callable, Iterable
from contextlib import ExitStack
from dataclasses import dataclass, replace
from math import hypot
from pathlib import Path

from forecast import cache
from forecast.errors import InputError, UsageError
from forecast.report.signing.earlier import Earlier, kept_earlier
from forecast.report.signing.freeze import strangers
from forecast.report.signing.inputs import Inputs, kept_inputs, moved, sha256
from forecast.report.signing.manifest import FILE, Manifest, read_manifest, seal
from forecast.report.signing.seal import KEPT, versions
from forecast.report.signing.verdict import Found, Verdict
from forecast.report.signing.words import shown

#: Files that are text, of which the first line that differs is shown, and how much of it.
_TEXTS, _SHOWN = (".md", ".html", ".json", ".csv", ".svg"), 60
#: Names that are listed; of more, how many.
_NAMED = 8


@dataclass(frozen=True)
class Again:
    """What it takes to make a report again.

    ``manifest``: what was asked, and signed; ``inputs``: a workspace of the inputs it was made from;
    ``earlier``: what it was compared with; ``out``: an empty folder to put it in.
    """

    manifest: Manifest
    inputs: Path
    earlier: Earlier | None
    out: Path


def verify(
    folder: Path,
    *,
    regenerate: Callable[[Again], None],
    render: Callable[[Path, Manifest, Path], None],
    current: Inputs | None = None,
) -> Verdict:
    """Compare a report with what its manifest records, and with the report made again.

    Parameters
    ----------
    regenerate
        Makes a report again.
    render
        Renders an edited text (its path) to the formats of a manifest, signed as it says, into a folder. The
        files of the generated report lie beside the text.
    current
        The inputs of the workspace as they are now: used where a report did not keep its own, and told apart
        from them where it did.

    Raises
    ------
    UsageError
        For a folder that is no report's, and for a manifest that is broken.
    """
    manifest = read_manifest(folder)
    recorded = tuple(_recorded(folder, manifest))
    reasons = _versions(manifest)
    notes: list[str] = []
    again: tuple[Found, ...] | None = None
    try:
        inputs = _inputs(folder, manifest, current)
        if current is not None and inputs is not current:
            notes += _moved(manifest, current, "since then the inputs of the workspace have moved on")
        with tempfile.TemporaryDirectory(prefix="forecast-verify-") as made:
            out = _made(folder, manifest, inputs, place=Path(made), regenerate=regenerate, render=render)
            again = tuple(_compared(folder, out, manifest))
            notes += _apart(folder, out, f"{manifest.kind}.json")
        if manifest.generated is not None:
            notes.append(f"{manifest.kind}.md was edited by hand; it was rendered again as it stands")
    except (UsageError, InputError) as error:
        reasons.append(f"it could not be made again: {error}")
    found = Verdict(
        folder=str(folder),
        manifest=manifest,
        seal=seal(folder),
        recorded=recorded,
        again=again,
        reasons=(),
        notes=tuple(notes),
    )
    # Where nothing differs there is nothing to give a reason for.
    return replace(found, notes=(*notes, *reasons)) if found.same else replace(found, reasons=tuple(reasons))


def _recorded(folder: Path, manifest: Manifest) -> Iterable[Found]:
    """Every file of the manifest, and those that are not in it."""
    for name, digest in manifest.files.items():
        try:
            same = sha256((folder / name).read_bytes()) == digest
        except OSError:
            yield Found(name, "missing")
        else:
            yield Found(name, "same" if same else "changed")
    for name in strangers(folder, {*manifest.files, FILE}):
        yield Found(name, "added")


def _inputs(folder: Path, manifest: Manifest, current: Inputs | None) -> Inputs:
    """The inputs a report was made from: kept beside it, else the workspace's; UsageError for others."""
    kept = kept_inputs(folder)
    found = kept or current
    if found is None:
        raise UsageError(
            "its inputs were not kept beside it, and there is no workspace here; name it with -w"
        )
    if dict(found.hashes) != dict(manifest.inputs) or found.sha256 != manifest.inputs_sha256:
        what = (
            "the inputs kept beside it are not those recorded" if kept else "its inputs have moved on since"
        )
        raise UsageError("; ".join(_moved(manifest, found, what)) or what)
    return found


def _moved(manifest: Manifest, inputs: Inputs, what: str) -> list[str]:
    """Which inputs are not those of the manifest, in a sentence; none where all are."""
    told = [f"{shown(name)} {how}" for name, how in moved(manifest.inputs, inputs.hashes).items()]
    if not told:
        return []
    more = [f"{len(told) - _NAMED} more"] if len(told) > _NAMED else []
    return [f"{what}: {', '.join([*told[:_NAMED], *more])}"]


def _made(
    folder: Path,
    manifest: Manifest,
    inputs: Inputs,
    *,
    place: Path,
    regenerate: Callable[[Again], None],
    render: Callable[[Path, Manifest, Path], None],
) -> Path:
    """The folder with the report made again; of an edited one, its text rendered anew.

    Raises UsageError where an edited report's text was generated from is not what comes out now.
    """
    out, was = place / "generated", manifest.generated
    out.mkdir()
    first = manifest if was is None else replace(manifest, signature=was.signature, generated=None)
    with ExitStack() as stack:
        root = stack.enter_context(inputs.laid_out())
        regenerate(Again(first, root, kept_earlier(folder), out))
    if was is None:
        return out
    text = out / f"{manifest.kind}.md"
    if not text.is_file() or sha256(text.read_bytes()) != was.markdown_sha256:
        raise UsageError(
            f"the text that {text.name} was edited from is not what comes out now, so that the edited one "
            "cannot be held against it"
        )
    edited = out / f"edited-{text.name}"
    edited.write_bytes((folder / text.name).read_bytes())
    again = place / "edited"
    again.mkdir()
    render(edited, manifest, again)
    return again


def _compared(folder: Path, out: Path, manifest: Manifest) -> Iterable[Found]:
    """The report's files against those made again. Archives are what it is made from, and are left out."""
    made = {name: out / name for name in strangers(out, {FILE, *KEPT})}
    names = [name for name in manifest.files if name not in KEPT]
    for name in names:
        if name not in made:
            yield Found(name, "missing", "not made again")
            continue
        new = made[name].read_bytes()
        try:
            old = (folder / name).read_bytes()
        except OSError:
            same = sha256(new) == manifest.files[name]
            yield Found(
                name, "missing", "comes out as recorded" if same else "comes out otherwise than recorded"
            )
            continue
        yield Found(name, "same") if old == new else Found(name, "changed", _where(name, old, new))
    for name in sorted(set(made) - set(names)):
        yield Found(name, "added", "made now, and not then")


def _where(name: str, old: bytes, new: bytes) -> str:
    """Where two files first differ: for text the line, there and as made again."""
    if not name.endswith(_TEXTS):
        return f"{len(old):,} bytes, {len(new):,} made again" if len(old) != len(new) else ""
    before, after = (data.decode("utf-8", "replace").split("\n") for data in (old, new))
    at = next((i for i, pair in enumerate(zip(before, after, strict=False)) if pair[0] != pair[1]), None)
    if at is None:
        return f"{len(before)} lines, {len(after)} made again"
    one, other = _around(before[at], after[at])
    return f"line {at + 1}: '{one}', made again '{other}'"


def _around(one: str, other: str) -> tuple[str, str]:
    """Two lines from shortly before where they differ."""
    same = next((i for i, pair in enumerate(zip(one, other, strict=False)) if pair[0] != pair[1]), 0)
    start = max(0, same - _SHOWN // 3)
    return shown(one[start:], most=_SHOWN), shown(other[start:], most=_SHOWN)


#: Standard errors that two honest runs of one request differ by at most, on different processors.
_HONEST = 4.0


def _apart(folder: Path, out: Path, name: str) -> list[str]:
    """How far the headlines of two reports are apart, where their data differ; none where not known."""
    try:
        old, new = (json.loads((place / name).read_bytes())["headlines"] for place in (folder, out))
        pairs = [(a["mean"] - b["mean"], hypot(a["mcse"], b["mcse"])) for a, b in zip(old, new, strict=True)]
    except (OSError, ValueError, KeyError, TypeError):
        return []
    moved = [abs(gap) / error for gap, error in pairs if gap and error]
    if not moved:
        return []
    how = "another run's sampling" if max(moved) <= _HONEST else "more than sampling explains"
    return [f"the headline furthest apart differs by {max(moved):.1f} Monte Carlo errors: {how}"]


def _versions(manifest: Manifest) -> list[str]:
    """What it runs on now that is not what it ran on then, in a sentence."""
    now = versions()
    differ = [
        f"{name} {shown(manifest.versions.get(name, 'absent'))} then, {now.get(name, 'absent')} now"
        for name in sorted({*manifest.versions, *now})
        if manifest.versions.get(name) != now.get(name)
    ]
    told = [f"it was made with other versions: {'; '.join(differ)}"] if differ else []
    if not differ and manifest.program != cache.program():
        told.append("it was made by other code of this program of the same version")
    return told

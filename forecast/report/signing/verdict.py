"""What verifying a report found, as text and as JSON."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Literal

from forecast.report.signing.manifest import Manifest
from forecast.report.signing.words import shown

SCHEMA = "verdict/1"
#: Hexadecimal digits of a hash that a person compares by eye.
_WIDE = 12


@dataclass(frozen=True)
class Found:
    """A file: as recorded, or as made again (``same``); else how it is not, and ``where`` that shows."""

    name: str
    state: Literal["same", "changed", "missing", "added"]
    where: str = ""


@dataclass(frozen=True)
class Verdict:
    """Whether a report is what its manifest says, and what comes out when it is made again.

    ``recorded``: its files against the manifest; ``again``: against the report made again, None where it was
    not, which ``reasons`` says. ``reasons``: why something may differ; ``notes``: what else is worth knowing.
    ``seal``: the SHA-256 of the manifest.
    """

    folder: str
    manifest: Manifest
    seal: str
    recorded: tuple[Found, ...]
    again: tuple[Found, ...] | None
    reasons: tuple[str, ...]
    notes: tuple[str, ...]

    @property
    def same(self) -> bool:
        """Whether the report is there as written, and comes out the same byte for byte."""
        strange = ("changed", "missing", *(["added"] if self.manifest.signature.final else []))
        whole = not any(one.state in strange for one in self.recorded)
        return whole and self.again is not None and all(one.state == "same" for one in self.again)

    @property
    def exit_code(self) -> int:
        """0 where it is the same, else 1."""
        return 0 if self.same else 1

    def as_dict(self) -> dict[str, Any]:
        """As the documented JSON."""
        signed = self.manifest.signature
        return {
            "schema": SCHEMA,
            "folder": self.folder,
            "same": self.same,
            "status": signed.status,
            "authors": list(signed.authors),
            "as_of": self.manifest.as_of.isoformat(),
            "edited": self.manifest.edited,
            "inputs_sha256": self.manifest.inputs_sha256,
            "manifest_sha256": self.seal,
            "recorded": [asdict(one) for one in self.recorded],
            "made_again": None if self.again is None else [asdict(one) for one in self.again],
            "reasons": list(self.reasons),
            "notes": list(self.notes),
        }


def as_text(found: Verdict) -> str:
    """For a terminal: what it is, its files as recorded, as made again, why they may differ, the verdict."""
    return "\n".join(
        [
            *_head(found),
            "",
            *_files("as recorded in manifest.json", found.recorded),
            *_again(found),
            *_list("why", found.reasons),
            *_list("note", found.notes),
            "",
            _closing(found),
        ]
    )


def _head(found: Verdict) -> Iterator[str]:
    manifest = found.manifest
    signed = manifest.signature
    by = f", by {', '.join(map(shown, signed.authors))}" if signed.authors else ""
    read = f"; read by {', '.join(map(shown, signed.readers))}" if signed.readers else ""
    edited = "; its text was edited by hand" if manifest.edited else ""
    yield f"{shown(found.folder, most=200)}: {signed.status}, as of {manifest.as_of}{by}{read}{edited}"
    yield f"inputs {manifest.inputs_sha256[:_WIDE]}; SHA-256 of manifest.json {found.seal}"


def _files(title: str, files: Sequence[Found]) -> Iterator[str]:
    same = sum(one.state == "same" for one in files)
    yield f"{same} of {len([one for one in files if one.state != 'added'])} files {title}"
    for one in files:
        if one.state != "same":
            yield f"  {one.state:8}{shown(one.name, most=200)}" + (f"  {one.where}" if one.where else "")


def _again(found: Verdict) -> Iterator[str]:
    if found.again is None:
        yield "not made again"
        return
    yield from _files("come out the same when the report is made again", found.again)


def _list(title: str, told: Sequence[str]) -> Iterator[str]:
    for one in told:
        yield f"{title}: {one}"


def _closing(found: Verdict) -> str:
    if found.same:
        return "the same, byte for byte"
    if found.again is None:
        return "not verified"
    return "not the same"

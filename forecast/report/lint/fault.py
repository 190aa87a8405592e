"""What the linter finds, and how it is said on a terminal and as JSON."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final

#: Every rule by its id, which stays the same from one version to the next.
RULES: Final[Mapping[str, str]] = MappingProxyType(
    {
        "number": "every number in the text is its datum in the report's data, of the outcome and date named",
        "words": "estimative words are those that the lexicon has for the number beside them",
        "straddle": "an interval that runs over more than one term of the lexicon says so",
        "confidence": "likelihood and confidence never stand in one sentence; confidence is that of the data",
        "row": "estimative words are the preferred row of the one lexicon chosen, and no others",
        "will": "nothing that has a probability is said to happen, or not to",
        "judgment": "each key judgment has its probability in words and numbers with its date; "
        "its confidence has a sentence of its own",
        "hedge": "no hedge is put on a hedge",
    }
)


@dataclass(frozen=True, order=True)
class Fault:
    """One breach of a rule: where, what was found, what is wrong with it, and what to write."""

    line: int
    rule: str
    found: str
    message: str
    remedy: str


def as_text(faults: Sequence[Fault], file: Path | str) -> str:
    """Faults for a terminal, in the manner of input errors; a line that says so where there are none."""
    if not faults:
        return f"{_printable(str(file))}: no faults; its words and numbers are those of its data."
    shown = [
        f"{_printable(str(file))}:{f.line}  {f.rule}  {_printable(_short(f.found))}\n"
        f"  {_printable(f.message)}\n  {_printable(f.remedy)}"
        for f in faults
    ]
    count = len(faults)
    return "\n".join(
        [*shown, f"{count} fault{'s' * (count != 1)} in {_printable(str(file))}; not fit to publish."]
    )


def as_document(faults: Sequence[Fault], file: Path | str) -> dict[str, Any]:
    """Faults as JSON."""
    return {
        "schema": "lint/1",
        "file": str(file),
        "passed": not faults,
        "faults": [asdict(f) for f in faults],
        "rules": {rule: RULES[rule] for rule in dict.fromkeys(f.rule for f in faults)},
    }


_WIDTH = 100


def _short(text: str) -> str:
    flat = " ".join(text.split())
    return flat if len(flat) <= _WIDTH else flat[: _WIDTH - 1] + "…"


def _printable(text: str) -> str:
    """A text that can do nothing to a terminal: an edited report may hold anything."""
    return "".join(c if c.isprintable() else "?" for c in text)

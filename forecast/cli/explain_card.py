"""What a number rests on as plain text: the number first, then its bases, then how to get it again."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Mapping
from typing import Any

from forecast.cards.words import GRADES
from forecast.cli.why import parts
from forecast.inputs.workspace import Workspace
from forecast.rounding import percent
from forecast.visible import visible

#: Where the texts beside labels begin, and the room of a weight.
LABEL, ROOM = 9, 9
#: Readings of a driver that are shown; the rest is in the JSON.
READINGS = 4


def render(document: Mapping[str, Any], files: Workspace, *, width: int | None) -> str:
    """The whole card, no line longer than ``width``; without one, a piece is a line and none is wrapped."""
    title = document["title"]
    lines = [*_wrap(title if document["kind"] == "input" else _capital(title), width)]
    lines += [*_input(document, width)] if document["kind"] == "input" else [*_number(document, width)]
    if document.get("parts"):
        lines += ["", *_why(document, files, width)]
    for basis in document["basis"]:
        if basis["key"] != "input" or len(basis["items"]) > 1:
            lines += ["", *_basis(basis, width)]
    lines += ["", *_foot(document, width)]
    return "\n".join(line.rstrip() for line in lines)


def _number(document: Mapping[str, Any], width: int | None) -> Iterator[str]:
    """The value with its interval, of whom it is asked, how it is computed."""
    for text in _values(document):
        yield from _wrap(text, width, indent=2)
    members = len(document["panel"])
    yield from _wrap(
        f"{document['scenario']}, panel {document['panel_id']} ({members} source{'s' * (members != 1)}),"
        f" as of {document['as_of']}, from {document['start_state']}",
        width,
        indent=2,
    )
    yield ""
    yield from _fact("how", document["how"], width)


def _values(document: Mapping[str, Any]) -> Iterator[str]:
    value = document["value"]
    if document.get("unit") == "driver units":
        low, high = value["p05"], value["p95"]
        yield f"{value['mean']:+.2f}  90% interval {low:+.2f} to {high:+.2f}, in driver units"
        return
    error = f"; Monte Carlo error {100 * value['mcse']:.2g} points" if value["mcse"] else ""
    middle = f"; median {percent(value['p50'])}" if value["p50"] != value["mean"] else ""
    yield (
        f"{percent(value['mean'])}  90% interval {percent(value['p05'])} to {percent(value['p95'])}"
        f"{middle}{error}"
    )
    if "difference" in document:
        gap, base = document["difference"], document["baseline"]
        yield (
            f"{100 * gap['mean']:+.1f} points beside the baseline's {percent(base['mean'])}; 90% interval"
            f" {100 * gap['p05']:+.1f} to {100 * gap['p95']:+.1f}; probability of the sign"
            f" {percent(document['p_sign'])}"
        )


def _why(document: Mapping[str, Any], files: Workspace, width: int | None) -> Iterator[str]:
    """Why a scenario's number differs from the baseline's: by what carries it, then line by line."""
    yield "Why it differs from the baseline"
    for text in parts(dict(document), files):
        yield from _wrap(text, width, indent=2, hanging=2)
    if document["lines"]:
        yield from _wrap("in points that each line adds to those before it", width, indent=2)
    for line in document["lines"]:
        found = f"{line['file']}:{line['line']}" if line["line"] else line["file"]
        start = f"{100 * line['share']['mean']:+{ROOM - 3}.1f}   "
        if width is None:
            yield f"{start}{line['text']}  [{found}]"
            continue
        yield from _wrap(start + line["text"], width, hanging=ROOM)
        yield from _wrap(found, width, indent=ROOM)


def _input(document: Mapping[str, Any], width: int | None) -> Iterator[str]:
    """Where a number of the files stands, why it does, and where it goes."""
    words = "; read from words" if document["in_words"] else ""
    yield from _wrap(f"{_stated(document['value'])}  ({document['unit']}{words})", width, indent=2)
    own = "" if document["stated"] else "  (not stated there: the program's own)"
    yield from _wrap(document["place"] + own, width, indent=2)
    yield ""
    if document["definition"]:
        yield from _fact("is", document["definition"], width)
    if document["locator"]:
        yield from _fact("at", document["locator"], width)
    if document["grade"]:
        yield from _fact("grade", GRADES.get(document["grade"], document["grade"]), width)
    if document["rationale"]:
        yield from _fact("why", document["rationale"], width)
    for label, text in zip(["goes to", *[""] * 9], document["feeds"], strict=False):
        yield from _fact(label, text, width)
    if document.get("moves"):
        said = ", ".join(f"{m['quantity']} {m['points']:+.2f} +-{m['mcse']:.2f}" for m in document["moves"])
        yield from _fact(
            "moves", f"{said}: points by {document['date']} if it counted double, to first order", width
        )


def _stated(value: Any) -> str:
    if isinstance(value, Mapping):
        return ", ".join(f"{name} {number:g}" for name, number in value.items())
    return (
        f"{value:g}" if isinstance(value, int | float) and not isinstance(value, bool) else str(value).lower()
    )


def _basis(basis: Mapping[str, Any], width: int | None) -> Iterator[str]:
    """Its title, what its pieces are ranked by, and each piece with its place."""
    yield from _wrap(_capital(basis["title"]), width)
    weights = [_weight(item) for item in basis["items"]]
    if basis["ranked"]:
        chance = "; in brackets, no more than chance makes" if any(w[:1] == "(" for w in weights) else ""
        yield from _wrap(f"by {basis['ranked']}{chance}", width, indent=2)
    room = ROOM if any(weights) else 2
    most = READINGS if basis["key"].startswith("driver:") else len(weights)
    for item, weight in list(zip(basis["items"], weights, strict=True))[:most]:
        found = f"{item['place']}  {item['locator']}" if item["locator"] else item["place"]
        start = f"{weight:>{room - 2}}  " if any(weights) else "  "
        if width is None:
            yield f"{start}{item['text']}  [{found}]"
            continue
        yield from _wrap(start + item["text"], width, hanging=room)
        yield from _wrap(found, width, indent=room if any(weights) else room + 2, hanging=2)
    if more := basis["more"] + len(weights) - min(most, len(weights)):
        yield f"{'':{room}}and {more} more"


def _weight(item: Mapping[str, Any]) -> str:
    """The weight as shown, in brackets where chance alone makes as much; digits stand below each other."""
    if item["shown"] is None:
        return ""
    by_chance = item["mcse"] is not None and abs(item["weight"]) < 2 * item["mcse"]
    return f"({item['shown']})" if by_chance else f"{item['shown']} "


def _foot(document: Mapping[str, Any], width: int | None) -> Iterator[str]:
    """The inputs' hash, what the draws are, and the command that gives this again."""
    provenance = document["provenance"]
    yield from _fact("inputs", f"sha256 {provenance['inputs_sha256']}", width)
    if "draws" in provenance:
        gates = document["diagnostics"]
        said = "passed" if gates["passed"] else "NOT CONVERGED: do not use these numbers"
        yield from _fact(
            "draws",
            f"{provenance['draws']:,}, seed {provenance['seed']}; R-hat {gates['r_hat_max']:.3f}, bulk ESS"
            f" {gates['ess_bulk_min']:,.0f}, {gates['divergences']} divergences: {said}",
            width,
        )
    yield from _command("again", document["command"], width)
    if document["kind"] == "input":
        yield from _command("turn it", f"forecast sweep {document['path']}", width)


def _command(label: str, text: str, width: int | None) -> list[str]:
    """A command that can be copied: broken lines end as a shell wants it."""
    *lines, last = _fact(label, text, width - 2 if width else None)
    return [*(f"{line} \\" for line in lines), last]


def _fact(label: str, text: str, width: int | None) -> list[str]:
    return _wrap(f"{label:{LABEL}}{text}", width, hanging=LABEL)


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _wrap(text: str, width: int | None, *, indent: int = 0, hanging: int = 0) -> list[str]:
    text = visible(text)
    if width is None:
        return [" " * indent + text]
    return textwrap.wrap(
        text,
        width,
        initial_indent=" " * indent,
        subsequent_indent=" " * (indent + hanging),
        break_on_hyphens=False,
        break_long_words=False,
    )

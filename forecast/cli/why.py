"""What was found of each scenario: does it hold together, how near futures come, and why it differs."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator
from typing import Any

from forecast.cli.comparison import differs, ends, points
from forecast.cli.part_words import carrier, way
from forecast.cli.verdict_words import against
from forecast.document import headline
from forecast.inputs.workspace import Workspace
from forecast.rounding import percent
from forecast.states import CHANNELS

#: Most parts that get a line each, and the fewest, if they are that large.
MOST, FEWEST = 5, 3
#: A part smaller than this is not worth a line; nor is one below this share of the largest.
FLOOR, WORTH = 0.0005, 0.1
#: A share of futures above this is said as a percentage alone.
OFTEN = 1 / 3
LINES = "line by line"
#: Where the texts of a paragraph begin, and how wide a column of numbers is in it.
INDENT, ROOM = 16, 9


def why(document: dict[str, Any], scenario: dict[str, Any], files: Workspace, width: int | None) -> list[str]:
    """A paragraph on one scenario."""
    lines = [f"{scenario['id']}: {scenario['title']}"]
    for label, text, below in _said(document, scenario, files):
        lines += _wrapped(f"  {label:{INDENT - 2}}{text}", width, hanging=INDENT)
        for each in below:
            inner = 2 if label != LINES else 2 + ROOM * len(CHANNELS)
            lines += _wrapped(" " * INDENT + each, width, hanging=INDENT + inner)
    return lines


def measure(document: dict[str, Any], width: int | None) -> list[str]:
    """What it means that a future comes near."""
    return _wrapped(f"near: {document['scenarios'][1]['plausibility']['measure']}", width)


def _said(
    document: dict[str, Any], scenario: dict[str, Any], files: Workspace
) -> Iterator[tuple[str, str, list[str]]]:
    yield "consistency", against(scenario["consistency"], files), []
    if "plausibility" in scenario:
        yield "plausible", nearness(scenario["plausibility"]), []
    if scenario["expected"]:
        yield "expected", _expectation(scenario), []
    if "reasons" not in scenario:
        return  # a quick answer does not look into why
    found = []
    for channel in CHANNELS:
        quantity = f"{headline(channel, document['start_state'])}.{channel}"
        one = next(reasons for reasons in scenario["reasons"] if reasons["quantity"] == quantity)
        found.append(one)
        yield channel, _total(one), parts(one, files)
    if scenario["interventions"] and not found[0]["lines"]:
        yield LINES, f"not split: there are {len(scenario['interventions'])} of them", []
    elif scenario["interventions"]:
        head = "".join(f"{channel:>{ROOM}}" for channel in CHANNELS)
        rows = [
            "".join(f"{points(one['lines'][at]['share']['mean']):>{ROOM}}" for one in found)
            + f"  {line['text']}"
            for at, line in enumerate(scenario["interventions"])
        ]
        yield LINES, f"{head}  points that each line adds to those before it", rows


def nearness(plausibility: dict[str, Any]) -> str:
    """How many baseline futures come near.

    >>> nearness({"futures": 16000, "share": {"mean": 0.0237}, "conditions": [{"share": {}}]})
    'about 1 in 42 baseline futures comes near it (2.4% of 16,000)'
    """
    share, looked = plausibility["share"]["mean"], f"{plausibility['futures']:,}"
    if not plausibility["conditions"]:
        return "it does nothing, so that every future is near it"
    if all(condition["share"] is None for condition in plausibility["conditions"]):
        return "no future could show it: it changes nothing but rates and hazards"
    if share == 0:
        return f"none of {looked} baseline futures comes near it"
    if share >= OFTEN:
        return f"{percent(share)} of {looked} baseline futures come near it"
    n = float(f"{1 / share:.2g}")
    about = f"about 1 in {n:,.{0 if n >= 10 else 1}f} baseline futures comes near it"
    return f"{about} ({percent(share)} of {looked})"


def _total(reasons: dict[str, Any]) -> str:
    total, by = reasons["total"], f"by {reasons['date']}"
    return f"{points(total['mean'])} points {ends(total)} {by}" if differs(total) else f"no difference {by}"


def parts(reasons: dict[str, Any], files: Workspace) -> list[str]:
    """A sentence for each of the largest parts, and one for the rest."""
    sizes = [abs(part["share"]["mean"]) for part in reasons["parts"]]
    said = sum(size >= FLOOR for size in sizes[:FEWEST])
    said = max(said, sum(size >= max(FLOOR, WORTH * sizes[0]) for size in sizes[:MOST]))
    lines = [
        f"{carrier(part, files)}: {points(part['share']['mean'])} points on {way(part['transition'])}"
        for part in reasons["parts"][:said]
    ]
    rest = sum(part["share"]["mean"] for part in reasons["parts"][said:])
    if said and abs(rest) >= FLOOR:
        lines.append(f"all else: {points(rest)}")
    return lines


def _expectation(scenario: dict[str, Any]) -> str:
    answers = {True: "so it is", False: "it is not", None: "nothing to hold it to"}
    met = scenario["as_expected"]
    return "; ".join(f"{o} {word}: {answers[met[o]]}" for o, word in scenario["expected"].items())


def _wrapped(text: str, width: int | None, *, hanging: int = 0) -> list[str]:
    if width is None:
        return [text]
    return textwrap.wrap(
        text, width, subsequent_indent=" " * hanging, break_on_hyphens=False, break_long_words=False
    )

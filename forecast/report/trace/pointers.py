"""Places in a report's data, and what stands around them: the ids, dates and names on the way to a number."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from forecast.explaining.target import quantity_names
from forecast.states import CHANNELS, STATES

OUTCOMES = (*STATES, "alliance_broad")
#: Keys whose text says what the numbers beside them are of.
NAMING = (
    *("driver", "feature", "source", "channel", "outcome", "scenario", "shock", "indicator", "quantity"),
    *("date", "on", "from_", "from", "to", "move", "covariate", "transition", "period", "kind"),
    *("component", "ground", "of"),
)
#: Keys that name two of a kind; keys of lists of ids, and what these are known as.
PAIRS = ("higher", "lower")
LISTS = {"members": "each", "names": "each", "drivers": "each_driver"}
#: What stands between several names in one.
SEVERAL = "|"


def segments(pointer: str) -> list[str]:
    """The parts of a JSON pointer.

    >>> segments("/findings/a~1b/0")
    ['findings', 'a/b', '0']
    """
    return [part.replace("~1", "/").replace("~0", "~") for part in pointer.split("/")[1:]]


def pointer_of(parts: list[str]) -> str:
    """The pointer of some parts."""
    return "".join(f"/{part.replace('~', '~0').replace('/', '~1')}" for part in parts)


def nodes(data: Mapping[str, Any], parts: list[str]) -> Iterator[Any]:
    """Each value on the way to a place, the place's own last."""
    node: Any = data
    for part in parts:
        node = node[int(part)] if isinstance(node, list) else node[part]
        yield node


def around(data: Mapping[str, Any], parts: list[str]) -> dict[str, str]:
    """What a place is of, by key: ids of drivers, sources, shocks and scenarios, outcome, quantity, date.

    The nearest to the place wins. A part of the pointer that is an outcome names it, as ``state`` and
    ``reached`` name a quantity.
    """
    found: dict[str, str] = {}
    for i, node in enumerate(nodes(data, parts)):
        part = parts[i]
        if part in OUTCOMES:
            found |= {"outcome": part, "quantity": _quantity(parts[i - 1], part)}
        elif (dotted := part.removeprefix("alliance_broad.")) in quantity_names():
            found |= {"quantity": dotted, "outcome": dotted.rpartition(".")[2]}
        if isinstance(node, dict):
            found |= _named(node, parts[: i + 1])
    return _completed(found)


def _named(node: Mapping[str, Any], parts: list[str]) -> dict[str, str]:
    named = {key: node[key] for key in NAMING if isinstance(node.get(key), str)}
    named |= {key: node[key] for key in PAIRS if isinstance(node.get(key), str)}
    if isinstance(node.get("id"), str):
        named["scenario" if "scenarios" in parts[:3] else "source"] = node["id"]
    named |= {
        known: SEVERAL.join(node[key])
        for key, known in LISTS.items()
        if isinstance(node.get(key), list) and node[key] and all(isinstance(n, str) for n in node[key])
    }
    if isinstance(node.get("item"), dict):
        named |= _named(node["item"], parts)
    if "kind" in named and isinstance(node.get("name"), str):
        name = node["name"] or named["kind"]
        named |= {_CARRIERS.get(named["kind"], named["kind"]): name, "name": name}
    return named


#: What an item or a part is of, where its kind is called otherwise.
_CARRIERS = {"level": "driver", "sources": "cluster"}
#: Before an outcome whose opposite is meant.
NO = "no_"


def _quantity(before: str, outcome: str) -> str:
    if outcome == "alliance_broad" and before != "reached":
        return outcome
    return f"{before}.{outcome}" if before in ("state", "reached") else f"reached.{outcome}"


def _completed(found: dict[str, str]) -> dict[str, str]:
    """The same with what follows: an outcome from a channel, a channel from a transition or an outcome."""
    if "transition" in found:
        origin, _, destination = found["transition"].partition("->")
        found["channel"] = destination if destination in CHANNELS else origin
    quantity = found.get("quantity", "")
    if quantity in ("state", "reached", "alliance_broad") and "outcome" in found:
        outcome = found["outcome"]
        found["quantity"] = quantity if quantity == outcome else f"{quantity}.{outcome}"
    elif "outcome" not in found and "." in quantity:
        found["outcome"] = quantity.partition(".")[2]
    if "of" in found:
        found.setdefault("outcome", found["of"])
    if found.get("outcome", "").startswith(NO):
        found |= {"outcome": found["outcome"].removeprefix(NO), "opposite": NO}
    if "channel" in found:
        found.setdefault("outcome", found["channel"])
    if found.get("outcome") in CHANNELS:
        found.setdefault("channel", found["outcome"])
    found.setdefault("driver", found.get("feature", ""))
    found.setdefault("feature", found["driver"])
    return {key: value for key, value in found.items() if value}

"""Reading the YAML template that an expert filled."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from forecast.errors import Problem
from forecast.inputs import yaml_nodes
from forecast.inputs.plain_words import choices, describe, did_you_mean
from forecast.inputs.yaml_nodes import Node
from forecast.protocol.filled import HEAD, IDENTITY, Cell, Filled, Place
from forecast.protocol.items import SECTIONS, Item

SCHEMA = "elicitation/1"


def read_yaml(data: bytes, file: str, items: tuple[Item, ...]) -> Filled:
    """The cells of a YAML template; every fault of its form is in ``problems``."""
    try:
        tree = yaml_nodes.parse(yaml_nodes.decode(data))
    except yaml_nodes.YamlRefusal as refusal:
        return Filled(file, problems=tuple(Problem(file, *found) for found in refusal.found))
    if not isinstance(tree.value, dict):
        return Filled(
            file, problems=(Problem(file, tree.line, "", f"found {_what(tree)}; wants the template"),)
        )
    problems: list[Problem] = []
    cells: dict[Place, Cell] = {}
    identity: dict[str, Cell] = {}
    by_key = {item.key: item for item in items}
    for key, node in _entries(tree):
        name, line = str(key.value)[:60], key.line
        if name == "schema":
            if node.value != SCHEMA:
                problems.append(Problem(file, line, name, f"found {_what(node)}; wants {SCHEMA}"))
        elif name in IDENTITY:
            identity[name] = Cell(node.value, line, name)
        elif name in HEAD:
            problems += _head(file, cells, name, node, line)
        elif name in SECTIONS:
            problems += _section(file, cells, name, node, by_key)
        else:
            problems.append(Problem(file, line, name, _unknown(name, [*HEAD, *IDENTITY, *SECTIONS])))
    return Filled(file, cells, identity, tuple(problems))


def _head(file: str, cells: dict[Place, Cell], name: str, node: Node, line: int) -> Iterator[Problem]:
    value = node.value
    if isinstance(value, list):
        if name != "lens" or any(child.children for child in node.children):
            yield Problem(file, line, name, f"found {_what(node)}; wants {HEAD[name]}")
            return
        value = ", ".join(str(child.value) for child in node.children)
    elif isinstance(value, dict):
        yield Problem(file, line, name, f"found a mapping; wants {HEAD[name]}")
        return
    cells["", name] = Cell(value, line, name)


def _section(
    file: str, cells: dict[Place, Cell], section: str, node: Node, items: Mapping[str, Item]
) -> Iterator[Problem]:
    if node.value is None:
        return
    if not isinstance(node.value, dict):
        yield Problem(file, node.line, section, f"found {_what(node)}; wants the template's items")
        return
    known = [item.name for item in items.values() if item.section == section]
    for key, entry in _entries(node):
        at = f"{section}.{str(key.value)[:60]}"
        item = items.get(at)
        if item is None:
            yield Problem(file, key.line, at, _unknown(str(key.value), known))
        elif entry.value is not None and not isinstance(entry.value, dict):
            yield Problem(file, key.line, at, f"found {_what(entry)}; wants its blanks: {_blanks(item)}")
        else:
            yield from _item(file, cells, item, entry)


def _item(file: str, cells: dict[Place, Cell], item: Item, node: Node) -> Iterator[Problem]:
    for key, value in _entries(node):
        written = str(key.value)[:60]
        name = "years" if written == item.window else written
        at = f"{item.key}.{written}"
        if name not in item.accepted or (written == "years" and item.window):
            known = [item.window] if item.window and written.endswith("_years") else _names(item)
            yield Problem(file, key.line, at, _unknown(written, known))
        elif isinstance(value.value, dict | list):
            yield Problem(file, key.line, at, f"found {_what(value)}; wants one value")
        else:
            cells[item.key, name] = Cell(value.value, key.line, at)


def _entries(node: Node) -> Iterator[tuple[Node, Node]]:
    yield from zip(node.keys, node.children, strict=True)


def _names(item: Item) -> list[str]:
    return sorted(item.window if name == "years" and item.window else name for name in item.accepted)


def _blanks(item: Item) -> str:
    return ", ".join(
        item.window if name == "years" and item.window else name for name in item.blanks("quantiles")
    )


def _what(node: Node) -> str:
    return describe(node.value)


def _unknown(name: str, known: list[str]) -> str:
    near = known[0] if len(known) == 1 else did_you_mean(name, known)
    hint = f". Did you mean '{near}'?" if near else f"; known here: {choices(known, 20)}"
    return f"unknown key '{name[:60]}'{hint}"

"""A repair written into the text of a file: its numbers replaced where they stand, every other byte kept."""

from __future__ import annotations

import codecs
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from forecast.coherence.repair import Change
from forecast.coherence.statement import Statement
from forecast.errors import UsageError
from forecast.inputs import yaml_nodes
from forecast.inputs.fields import is_quantile
from forecast.inputs.yaml_nodes import Node


@dataclass(frozen=True)
class Edit:
    """A piece of text and what takes its place: ``old`` as written at ``line``, of the number at ``at``."""

    start: int
    end: int
    line: int
    at: str
    old: str
    new: str


def edited(data: bytes, edits: Sequence[Edit]) -> bytes:
    """The file's bytes after the edits; byte-order mark and line ends stay.

    Raises
    ------
    UsageError
        If the text would then not say what was meant to be said; nothing is lost, since nothing is written.
    """
    text = yaml_nodes.decode(data)
    for one in sorted(edits, key=lambda e: e.start, reverse=True):
        text = text[: one.start] + one.new + text[one.end :]
    try:
        yaml_nodes.parse(text)
    except yaml_nodes.YamlRefusal as refusal:
        line, at, message = refusal.found[0]
        raise UsageError(
            f"the repair cannot be written in place (line {line} {at}: {message}); "
            "edit the numbers by hand, as listed"
        ) from None
    mark = codecs.BOM_UTF8 if data.startswith(codecs.BOM_UTF8) else b""
    return mark + text.encode("utf-8")


def edits_of(data: bytes, statements: Sequence[Statement], changes: Sequence[Change]) -> tuple[Edit, ...]:
    """What to replace in a source's file so that it states the proposed numbers.

    A number keeps its form (``"5%"`` stays a percentage). Words of a lexicon have no number to replace: all
    their quantiles take their place.
    """
    text = yaml_nodes.decode(data)
    tree = yaml_nodes.parse(text)
    new = {change.place.at: change.proposed for change in changes}
    found: list[Edit] = []
    for statement in statements:
        ats = [place.at for place in statement.places]
        if not any(at in new for at in ats):
            continue
        path = ats[0].rpartition(".")[0]
        holder = _node(tree, path)
        words = _words(holder)
        if words is not None:
            values = {statement.key(u): new.get(at, statement.values[u]) for u, at in enumerate(ats)}
            key, value = holder.keys[words], holder.children[words]
            spelled = _spelled(values, holder, text, key)
            old = text[key.start : value.end]
            found.append(Edit(key.start, value.end, key.line, f"{path}.{key.value}", old, spelled))
            continue
        for key, value in zip(holder.keys, holder.children, strict=True):
            at = f"{path}.{key.value}"
            if is_quantile(key.value) and at in new:
                old = text[value.start : value.end]
                written = _as_written(new[at], value, old)
                found.append(Edit(value.start, value.end, value.line, at, old, written))
    return tuple(found)


def plain(p: float) -> str:
    """A number as files write it, never in powers of ten.

    >>> plain(0.00002), plain(0.35)
    ('0.00002', '0.35')
    """
    return f"{Decimal(repr(p)):f}"


def _as_written(p: float, node: Node, old: str) -> str:
    """A probability in the form of the scalar it replaces: a fraction, or a percentage in its quotes."""
    if not isinstance(node.value, str):
        return plain(p)
    quote = old[0] if old[:1] in "\"'" else ""
    percentage = Decimal(repr(p)) * 100
    return f"{quote}{percentage.normalize():f}%{quote}"


def _spelled(values: Mapping[str, float], holder: Node, text: str, key: Node) -> str:
    """Quantiles in place of words: one after another in braces, else one a line in the same column."""
    pairs = [f"{name}: {plain(p)}" for name, p in values.items()]
    if holder.flow:
        return ", ".join(pairs)
    line = text.rfind("\n", 0, key.start) + 1
    end = "\r\n" if "\r\n" in text else "\n"
    return (end + " " * (key.start - line)).join(pairs)


def _words(holder: Node) -> int | None:
    """The position of the words that stand for a judgment's quantiles; None if it states numbers."""
    for position, (key, value) in enumerate(zip(holder.keys, holder.children, strict=True)):
        said = value.value
        wordy = isinstance(said, str) and said.strip()[-1:].isalpha()
        if wordy and key.value in ("words", "p50"):
            return position
    return None


def _node(tree: Node, path: str) -> Node:
    """The mapping at a dotted path: ``outcomes.alliance``, ``also_stated[1]``."""
    node = tree
    for step in path.replace("[", ".[").split("."):
        if step.startswith("["):
            node = node.children[int(step[1:-1])]
        else:
            node = node.children[[key.value for key in node.keys].index(step)]
    return node

"""Pandoc's document tree as plain data: reading text out of it, and building the few nodes that are needed.

A node is ``{"t": type, "c": content}`` (pandoc-types 1.23); an attribute is ``[id, classes, pairs]``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

Node = dict[str, Any]
NO_ATTR: list[Any] = ["", [], []]


def text_of(nodes: Iterable[Node]) -> str:
    """The words of inlines and blocks, emphasis forgotten."""
    return "".join(_text(node) for node in nodes)


def _text(node: Node) -> str:
    kind: str = node["t"]
    content: Any = node.get("c")
    if kind in {"Space", "SoftBreak", "LineBreak"}:
        return " "
    if kind == "Str":
        return str(content)
    if kind in {"Code", "CodeBlock"}:
        return str(content[1])
    return text_of(inner for inner in _inner(content))


def _inner(content: Any) -> list[Node]:
    """The nodes directly or less directly inside of a node's content."""
    if isinstance(content, dict) and "t" in content:
        return [content]
    if isinstance(content, list):
        return [node for each in content for node in _inner(each)]
    return []


def changed(tree: Any, change: Callable[[Node], Node | Sequence[Node] | None]) -> Any:
    """The tree with each node replaced by what ``change`` gives for it, from the leaves up.

    ``None`` keeps a node; a sequence stands in its place in the list around it. Words and spaces, which are
    most of a tree, stay as they are and are not asked about.
    """
    if isinstance(tree, list):
        result: list[Any] = []
        for each in tree:
            new = changed(each, change)
            if isinstance(each, dict) and "t" in each and isinstance(new, list):
                result.extend(new)
            else:
                result.append(new)
        return result
    if isinstance(tree, dict):
        if isinstance(tree.get("c", ""), str):
            return tree
        node = {key: changed(value, change) for key, value in tree.items()}
        if "t" not in node:
            return node
        new = change(node)
        return node if new is None else (new if isinstance(new, dict) else list(new))
    return tree


def words(text: str) -> list[Node]:
    """A text as inlines; spaces at either end are kept.

    >>> [node["t"] for node in words(" a b")]
    ['Space', 'Str', 'Space', 'Str']
    """
    nodes: list[Node] = []
    for at, word in enumerate(text.split(" ")):
        nodes += [{"t": "Space"}] if at else []
        nodes += [{"t": "Str", "c": word}] if word else []
    return nodes


def paragraph(inlines: Sequence[Node]) -> Node:
    """Inlines as a paragraph."""
    return {"t": "Para", "c": list(inlines)}


def styled(style: str, blocks: Sequence[Node]) -> Node:
    """Blocks in a named style of a word processor."""
    return {"t": "Div", "c": [["", [], [["custom-style", style]]], list(blocks)]}


def raw(language: str, text: str) -> Node:
    """A block in the language of one output format."""
    return {"t": "RawBlock", "c": [language, text]}

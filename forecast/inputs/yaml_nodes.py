"""A strict reader of YAML: plain Python values, and the line of every value.

The subset is YAML 1.2's core as people write it: mappings, sequences, text, numbers, true/false, null. Dates
stay text. Tags, anchors, aliases and merge keys are refused while the parser's events go by, so nothing is
constructed, expanded or executed, whatever the file holds.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import yaml

MAX_BYTES = 2_000_000
MAX_DEPTH = 30

_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_INT = re.compile(r"[-+]?[0-9]{1,18}")
_FLOAT = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?")
_WORDS = {word: value for value, words in {True: "true True TRUE", False: "false False FALSE",
          None: "null Null NULL ~"}.items() for word in words.split()} | {"": None}  # fmt: skip
_TAB_INDENT = re.compile(r"[ ]*\t\s*\S")
_CONFLICT = re.compile(r"(<{7}|>{7}|\|{7})( |$)|={7}$")


class YamlRefusal(Exception):  # noqa: N818 - the refusal is ours, the error is in the file
    """Why a file cannot be read: (line, dotted path, message) of each finding."""

    def __init__(self, *found: tuple[int, str, str]) -> None:
        self.found = found
        super().__init__(found[0][2])


@dataclass
class Node:
    """A value and where it stands: character offsets into the text, and lines counted from 1."""

    value: Any
    start: int
    end: int
    line: int
    end_line: int
    flow: bool = False
    block_text: bool = False
    keys: list[Node] = field(default_factory=list)
    children: list[Node] = field(default_factory=list)

    def plain(self) -> Any:
        """The value as dicts, lists and scalars."""
        if isinstance(self.value, dict):
            return {key.value: child.plain() for key, child in zip(self.keys, self.children, strict=True)}
        return [child.plain() for child in self.children] if isinstance(self.value, list) else self.value


def decode(data: bytes) -> str:
    """UTF-8 text with its byte-order mark dropped; `YamlRefusal` for what no editor would save as text."""
    if len(data) > MAX_BYTES:
        raise YamlRefusal((0, "", f"the file has {len(data):,} bytes; at most {MAX_BYTES:,} are read"))
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        byte = data[error.start]
        raise YamlRefusal((line, "", f"byte 0x{byte:02x} is not UTF-8; save the file as UTF-8")) from None
    if "\0" in text:
        line = text.count("\n", 0, text.index("\0")) + 1
        raise YamlRefusal((line, "", "a NUL byte; this is not a text file"))
    conflicts = [n for n, row in enumerate(text.splitlines(), 1) if _CONFLICT.match(row)]
    if conflicts:
        where = ", ".join(map(str, conflicts))
        plural = "s" * (len(conflicts) > 1)
        message = f"merge-conflict markers (line{plural} {where}); settle the merge and delete them"
        raise YamlRefusal((conflicts[0], "", message))
    return text


def parse(text: str) -> Node:
    """The tree of a YAML text.

    Raises
    ------
    YamlRefusal
        With every finding of the first stage that has any (tabs; syntax; refused constructs, duplicate keys).
    """
    tabs = [n for n, row in enumerate(text.split("\n"), 1) if _TAB_INDENT.match(row)]
    if tabs:
        where = ", ".join(map(str, tabs[:8])) + (", ..." if len(tabs) > 8 else "")
        message = f"tabs used for indentation (line{'s' * (len(tabs) > 1)} {where}); YAML wants spaces"
        raise YamlRefusal((tabs[0], "", message))
    try:
        return _tree(yaml.parse(text, Loader=_LOADER))
    except yaml.MarkedYAMLError as error:
        # Of an unclosed quote, the place where it opens says more than the end of the file.
        opened = error.context_mark if "quoted" in str(error.context) else None
        mark = opened or error.problem_mark or error.context_mark
        raise YamlRefusal((mark.line + 1 if mark else 0, "", _syntax(error))) from None
    except yaml.reader.ReaderError as error:
        line = text.count("\n", 0, error.position) + 1
        code = ord(error.character) if isinstance(error.character, str) else int(error.character)
        raise YamlRefusal((line, "", f"the control character U+{code:04X} is not allowed")) from None


def locate(node: Node) -> dict[str, int]:
    """Dotted path -> line, for every key and item: ``outcomes.alliance.p95``, ``interventions[0].hold``."""
    lines: dict[str, int] = {"": node.line}
    pending = [("", node)]
    while pending:
        path, parent = pending.pop()
        if isinstance(parent.value, dict):
            for key, child in zip(parent.keys, parent.children, strict=True):
                at = f"{path}.{key.value}" if path else key.value
                lines[at] = key.line
                pending.append((at, child))
        else:
            for index, child in enumerate(parent.children):
                lines[f"{path}[{index}]"] = child.line
                pending.append((f"{path}[{index}]", child))
    return lines


def _tree(events: Iterator[Any]) -> Node:  # noqa: PLR0912 - one branch an event, one place to read them
    """Build the tree from parser events with a stack of our own: depth is bounded, nothing recurses."""
    root: Node | None = None
    open_nodes: list[Node] = []
    found: list[tuple[int, str, str]] = []
    for event in events:
        start, end = event.start_mark, event.end_mark
        line = start.line + 1
        if isinstance(event, yaml.DocumentStartEvent) and root is not None:
            raise YamlRefusal((line, "", "a second document begins here ('---'); one file holds one"))
        if isinstance(event, yaml.DocumentStartEvent) and event.tags:
            raise YamlRefusal((line, "", "%TAG directives are not accepted; remove it"))
        if isinstance(event, yaml.AliasEvent):
            message = f"the alias *{event.anchor} is not accepted; write the value out"
            raise YamlRefusal((line, _path(open_nodes), message))
        if isinstance(event, yaml.NodeEvent):
            _refuse_marked(event, line, _path(open_nodes))
            node = Node(None, start.index, end.index, line, end.line + 1)
            if isinstance(event, yaml.ScalarEvent):
                read = _key if _wants_key(open_nodes) else _scalar
                node.value = read(event, line, _path(open_nodes))
                node.block_text = event.style in ("|", ">")
            else:
                node.value = {} if isinstance(event, yaml.MappingStartEvent) else []
                node.flow = bool(getattr(event, "flow_style", False))
                if _wants_key(open_nodes):
                    raise YamlRefusal((line, _path(open_nodes), "a key must be plain text"))
            found += _attach(node, open_nodes)
            if root is None:
                root = node
            if not isinstance(event, yaml.ScalarEvent):
                open_nodes.append(node)
                if len(open_nodes) > MAX_DEPTH:
                    raise YamlRefusal((line, "", f"nested more than {MAX_DEPTH} levels deep"))
        elif isinstance(event, yaml.CollectionEndEvent):
            closed = open_nodes.pop()
            # A block collection "ends" at the next token, past trailing comments; its own end is
            # its last child's.
            last = closed.children[-1] if closed.children and not closed.flow else None
            closed.end = last.end if last else end.index
            closed.end_line = last.end_line if last else end.line + 1
    if found:
        raise YamlRefusal(*found)
    if root is None or root.value is None:
        raise YamlRefusal((0, "", "the file is empty"))
    return root


def _wants_key(open_nodes: list[Node]) -> bool:
    parent = open_nodes[-1] if open_nodes else None
    return parent is not None and isinstance(parent.value, dict) and len(parent.keys) == len(parent.children)


def _attach(node: Node, open_nodes: list[Node]) -> list[tuple[int, str, str]]:
    """Hang a node on its parent; the finding, if it is a key that stands there already."""
    if not open_nodes:
        return []
    parent = open_nodes[-1]
    if not _wants_key(open_nodes):
        parent.children.append(node)
        return []
    parent.keys.append(node)
    if node.value not in parent.value:
        parent.value[node.value] = node.line
        return []
    first = parent.value[node.value]
    return [(node.line, _path(open_nodes), f"the key '{node.value}' stands twice (first on line {first})")]


def _path(open_nodes: list[Node]) -> str:
    """Dotted path of the place where the next event stands."""
    path = ""
    for parent in open_nodes:
        if isinstance(parent.value, list):
            path += f"[{max(len(parent.children) - (parent is not open_nodes[-1]), 0)}]"
        elif parent.keys:
            path += ("." if path else "") + str(parent.keys[-1].value)
    return path


def _refuse_marked(event: Any, line: int, path: str) -> None:
    if event.anchor is not None:
        raise YamlRefusal((line, path, f"the anchor &{event.anchor} is not accepted; write the value out"))
    if event.tag is not None:
        tag = event.tag.replace("tag:yaml.org,2002:", "!!")
        raise YamlRefusal((line, path, f"the tag {tag} is not accepted; write plain text, numbers or dates"))


def _key(event: Any, line: int, path: str) -> str:
    if event.value == "<<" and event.implicit[0]:
        raise YamlRefusal((line, path, "merge keys (<<) are not accepted; write the keys out"))
    return str(event.value)


def _scalar(event: Any, line: int, path: str) -> Any:
    """Resolve a scalar; only an unquoted one can be anything but text."""
    text = str(event.value)
    if not event.implicit[0]:
        return text
    if text in _WORDS:
        return _WORDS[text]
    if _INT.fullmatch(text):
        return int(text)
    if _FLOAT.fullmatch(text):
        number = float(text)
        if not math.isfinite(number):
            raise YamlRefusal((line, path, f"the number {text[:20]} is too large"))
        return number
    return text


def _syntax(error: yaml.MarkedYAMLError) -> str:
    """The parser's words, with the likely cause in ours."""
    problem = str(error.problem or error.context or "cannot be read")
    if "nesting depth" in problem:  # the parser's own limit, which it may meet while it looks ahead
        return f"nested more than {MAX_DEPTH} levels deep"
    causes = {
        "mapping values are not allowed": (
            "a ': ' inside unquoted text, or a key indented unlike its neighbours"
        ),
        "did not find expected key": "wrong indentation, or a quote inside unquoted text",
        "could not find expected ':'": "a key without ':', or text that runs over its indentation",
        "cannot start any token": "text that begins with @, ` or % must be quoted; tabs must be spaces",
        "did not find expected ',' or '}'": "a {...} that is not closed, or a missing comma",
        "did not find expected ',' or ']'": "a [...] that is not closed, or a missing comma",
        "while scanning a quoted scalar": "a quote that is not closed",
        "unexpected end of stream": "a quote that is not closed",
    }
    cause = next((why for words, why in causes.items() if words in problem), "")
    return f"not valid YAML: {problem}" + (f" (likely: {cause})" if cause else "")

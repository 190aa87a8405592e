"""Canonical form of input files: keys in the order of the record types, and nothing else touched.

Keys change places as pieces of text, each with its comments, so that quoting, wrapping and spacing stay as
their author left them, and a file in order keeps its bytes. Mappings whose keys are the author's own
(drivers, effects, panels) keep the author's order.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from itertools import pairwise
from pathlib import Path
from typing import Any

from forecast.errors import InputError, Problem
from forecast.files import write_atomically
from forecast.inputs import yaml_nodes
from forecast.inputs.fields import is_quantile
from forecast.inputs.shape import RECORDS, inside, keys_of, record_of
from forecast.inputs.yaml_nodes import Node

_SCHEMA = re.compile(r"(\w+)/\d+")
_REST = re.compile(r"[ ]*(#[^\n]*)?(?=\n|\Z)")


def fmt(paths: Iterable[str | Path], *, check: bool = False) -> list[Path]:
    """Bring YAML files into canonical order, in place and each in one step.

    Parameters
    ----------
    paths
        Files, or folders, of which every .yaml file is taken.
    check
        Only say which files would change.

    Returns
    -------
    The files that changed, or would.

    Raises
    ------
    InputError
        If a file is not readable YAML of a known kind; then no file is changed.
    """
    changes: list[tuple[Path, str]] = []
    problems: list[Problem] = []
    for path in sorted({file for place in paths for file in _files(Path(place))}):
        try:
            data = path.read_bytes()
            new = canonical(yaml_nodes.decode(data))
        except yaml_nodes.YamlRefusal as refusal:
            problems += [Problem(path.as_posix(), *found) for found in refusal.found]
            continue
        except OSError as error:
            problems.append(Problem(path.as_posix(), 0, "", f"the file cannot be read: {error.strerror}"))
            continue
        if new.encode() != data:
            changes.append((path, new))
    if problems:
        raise InputError(problems)
    if not check:
        for path, new in changes:
            write_atomically(path, new.encode())
    return [path for path, _ in changes]


def canonical(text: str) -> str:
    """The canonical form of one file's text; line ends become LF, and the last line gets one."""
    text = text.replace("\r\n", "\n")
    text = text if text.endswith("\n") else text + "\n"
    tree = yaml_nodes.parse(text)
    kind = tree.plain().get("schema") if isinstance(tree.value, dict) else None
    match = _SCHEMA.fullmatch(kind) if isinstance(kind, str) else None
    if match is None or match[1] not in RECORDS:
        raise yaml_nodes.YamlRefusal((tree.line, "schema", "the file does not begin with 'schema: <kind>/1'"))
    # Comments above the first key of all head the file, and stay.
    ordered = text[: tree.start] + _rewrite(text, tree, RECORDS[match[1]], tree.start)
    ordered += text[_end(text, tree) :]
    return ordered if _says(ordered) == tree.plain() else text


def _says(text: str) -> Any:
    """What a text says; None if moving its parts has broken it (text blocks that keep blank lines can)."""
    try:
        return yaml_nodes.parse(text).plain()
    except yaml_nodes.YamlRefusal:
        return None


def _files(path: Path) -> list[Path]:
    return [file for file in path.rglob("*.yaml") if file.is_file()] if path.is_dir() else [path]


def _rewrite(text: str, node: Node, annotation: Any, begin: int) -> str:
    """The text of a node, from ``begin`` to `_end`, with its mappings in order, those inside it first."""
    if not node.children:
        return text[begin : _end(text, node)]
    spans, pieces, names = [], [], []
    for index, child in enumerate(node.children):
        key = node.keys[index] if node.keys else None
        inner = inside(annotation, key.value if key else index)
        start, end = _begin(text, child), _end(text, child)
        first = start
        if key:
            names.append(str(key.value))
            first = key.start if node.flow else max(_comments_above(text, key.start), begin)
        last = end if node.flow else _line_rest(text, end)
        spans.append((first, last))
        pieces.append(text[first:start] + _rewrite(text, child, inner, start) + text[end:last])
    order = _order(names, annotation) if names else range(len(pieces))
    # What stands between two items (commas, line ends, blank lines) stays where it is.
    gaps = [text[before:after] for before, after in pairwise([begin, *(at for span in spans for at in span)])]
    joined = "".join(gap + pieces[index] for gap, index in zip(gaps[::2], order, strict=True))
    return joined + text[spans[-1][1] : _end(text, node)]


def _begin(text: str, node: Node) -> int:
    """Where a value begins, with the comments that stand above the first key of a block."""
    block = isinstance(node.value, dict) and not node.flow and node.children
    return _comments_above(text, node.start) if block else node.start


def _end(text: str, node: Node) -> int:
    """Where a value ends, with the comment on its last line, without line ends after it."""
    if node.children and not node.flow:
        return _line_rest(text, _end(text, node.children[-1]))
    end = node.end
    while node.block_text and text[end - 1] == "\n":
        end -= 1
    return end


def _line_rest(text: str, at: int) -> int:
    """The end of the comment that follows on the same line, if nothing else does."""
    match = _REST.match(text, at)
    return match.end() if match else at


def _comments_above(text: str, at: int) -> int:
    """Where the comments begin that stand directly above a key, in its column; the key if there are none."""
    line = text.rfind("\n", 0, at) + 1
    indent = text[line:at]
    if indent.strip():
        return at
    while line > 0:
        above = text.rfind("\n", 0, line - 1) + 1
        row = text[above : line - 1]
        if not row.startswith(indent + "#"):
            break
        line, at = above, above + len(indent)
    return at


def _order(keys: list[str], annotation: Any) -> list[int]:
    """Canonical positions of a mapping's keys; the author's own where they are no record's."""
    record = record_of(annotation)
    if record is None:
        return list(range(len(keys)))
    names = keys_of(record)

    def rank(index: int) -> tuple[int, str]:
        key = keys[index]
        if is_quantile(key) and "p05" in names:
            return names.index("p05"), key
        return (names.index(key) if key in names else len(names)), ""

    return sorted(range(len(keys)), key=rank)

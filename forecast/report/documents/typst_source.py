"""A report's blocks as Typst, in which every word of the text is a string and none can be code.

Pandoc has a writer of its own for Typst. It leaves ``...``, ``-?`` and ``-5`` to Typst, which reads them as
an ellipsis, a soft hyphen and a minus; here a text is what it is. What a block looks like is left to the
functions of ``report.typ``.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from forecast.report.documents.columns import Layout
from forecast.report.documents.nodes import Node, text_of
from forecast.report.documents.reading import Manuscript, caption, lone_picture
from forecast.report.documents.tables import Table, code_parts, long_words, with_stacks

#: Table with its layout, by the order in which tables come.
Laid = Sequence[tuple[Table, Layout]]
_TO_ESCAPE = re.compile(r'[\\"]|[\x00-\x1f\x7f]')


@dataclass(frozen=True)
class Picture:
    """A figure's file in the folder that is compiled, its width in points, and whether it may move."""

    file: str
    width: float
    tall: bool


def source(text: Manuscript, tables: Laid, pictures: Mapping[str, Picture]) -> str:
    """The Typst source of a report: a call of the template with the text's parts."""
    writer = _Writer(iter(tables), pictures)
    facts = _array(f"[{writer.blocks(fact)}]" for fact in text.facts)
    parts = {
        "title": f"[{writer.inlines(text.title)}]",
        "facts": facts,
        "opening": f"[{writer.blocks(text.opening)}]",
        "first": f"[{writer.blocks(text.first)}]",
        "rest": f"[{writer.blocks(text.rest)}]",
    }
    arguments = "".join(f"  {name}: {value},\n" for name, value in parts.items())
    return f'#import "report.typ": *\n#report(\n{arguments})\n'


def literal(text: str) -> str:
    """A text as a Typst string.

    >>> literal('#set "x"')
    '"#set \\\\"x\\\\""'
    """
    return f'"{_TO_ESCAPE.sub(lambda m: _escaped(m[0]), text)}"'


def _escaped(character: str) -> str:
    return f"\\{character}" if character in '\\"' else f"\\u{{{ord(character):x}}}"


class _Writer:
    """Writes blocks in order, taking the next table's layout for each table it meets."""

    def __init__(self, tables: Iterable[tuple[Table, Layout]], pictures: Mapping[str, Picture]) -> None:
        self._tables = iter(tables)
        self._pictures = pictures
        self._block: dict[str, Callable[[Node], str]] = {
            "Para": self._paragraph,
            "Plain": lambda node: self.inlines(node["c"]),
            "Header": self._heading,
            "BulletList": lambda node: f"#list({self._items(node['c'])})",
            "OrderedList": lambda node: f"#enum(start: {node['c'][0][0]}, {self._items(node['c'][1])})",
            "BlockQuote": lambda node: f"#notice[{self.blocks(node['c'])}]",
            "CodeBlock": lambda node: f"#raw(block: true, {literal(node['c'][1])})",
            "HorizontalRule": lambda _: "#divider()",
            "Table": lambda _: self._table(),
        }
        self._inline: dict[str, Callable[[Node], str]] = {
            "Strong": lambda node: f"#strong[{self.inlines(node['c'])}]",
            "Emph": lambda node: f"#emph[{self.inlines(node['c'])}]",
            "Code": lambda node: f"#code({_listed(code_parts(node['c'][1]))})",
            "LineBreak": lambda _: "#linebreak()",
            "Link": self._link,
            "Image": lambda node: f"#box({self._image(node)})",
        }

    def blocks(self, nodes: Iterable[Node]) -> str:
        """Blocks, a blank line between them; a kind without a form of its own gives what is inside it."""
        return "\n\n".join(
            self._block[node["t"]](node) if node["t"] in self._block else self.inlines([node])
            for node in nodes
        )

    def inlines(self, nodes: Iterable[Node]) -> str:
        """Inlines; neighbouring words are one string."""
        written, words = [], ""
        for node in nodes:
            if node["t"] in self._inline:
                written.append(_text(words))
                written.append(self._inline[node["t"]](node))
                words = ""
            else:
                words += text_of([node])
        return "".join([*written, _text(words)])

    def _paragraph(self, node: Node) -> str:
        picture = lone_picture(node)
        if picture is None:
            written = self.inlines(node["c"])
            return f"#announcing[{written}]" if text_of(node["c"]).rstrip().endswith(":") else written
        _, alt, (path, title) = picture["c"]
        under = literal(caption(text_of(alt), title))
        tall = str(self._pictures[path].tall).lower()
        return f"#drawing({self._image(picture)}, {under}, tall: {tall})"

    def _heading(self, node: Node) -> str:
        level, (anchor, _, _), inlines = node["c"]
        return f"#heading(level: {max(level - 1, 1)})[{self.inlines(inlines)}] #label({literal(anchor)})"

    def _items(self, items: Iterable[Sequence[Node]]) -> str:
        return ", ".join(f"[{self.blocks(item)}]" for item in items)

    def _link(self, node: Node) -> str:
        _, inlines, (target, _) = node["c"]
        to = f"label({literal(target[1:])})" if target.startswith("#") else literal(target)
        return f"#link({to})[{self.inlines(inlines)}]"

    def _image(self, node: Node) -> str:
        _, alt, (path, _) = node["c"]
        found = self._pictures[path]
        return f"image({literal(found.file)}, width: {found.width:.2f}pt, alt: {literal(text_of(alt))})"

    def _table(self) -> str:
        table, layout = next(self._tables)
        rows = with_stacks(table, layout.stacked).rows
        arguments = {
            "size": f"{layout.size}pt",
            "whole": str(layout.whole).lower(),
            "widths": _array(f"{width:.2f}pt" for width in layout.widths),
            "numeric": _array(str(numeric).lower() for numeric in table.numeric),
            "flipped": str(layout.flipped).lower(),
            "header": _array(f"[{self.inlines(cell)}]" for cell in table.header),
            "rows": _array(_array(f"[{self.inlines(cell)}]" for cell in row) for row in rows),
        }
        return "#sheet(" + ", ".join(f"{name}: {value}" for name, value in arguments.items()) + ")"


def _text(words: str) -> str:
    """Words as strings, those too long for a line in parts."""
    stretches = (
        f"#{literal(parts[0])};" if len(parts) == 1 else f"#breakable({_listed(parts)})"
        for parts in long_words(words)
    )
    return "".join(stretches)


def _listed(parts: Iterable[str]) -> str:
    return ", ".join(literal(part) for part in parts)


def _array(values: Iterable[str]) -> str:
    return "(" + "".join(f"{value}, " for value in values) + ")"

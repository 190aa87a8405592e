"""The Markdown of a report as blocks that both PDF and DOCX are made of.

What a host of Markdown does by itself is done here once: headings get the anchors that the page gives them,
links lead to a heading of the document or to the web or nowhere, pictures are those of the report.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import groupby

from forecast.report.documents.nodes import NO_ATTR, Node, changed, text_of, words
from forecast.report.documents.pandoc import read
from forecast.report.markdown import Drawing, slug
from forecast.report.number_tokens import MONTHS
from forecast.visible import visible

#: Stretches that a line is not to break in.
_BOUND = re.compile(
    r"\((?=[^()]*\d)[^()A-Za-z]{1,12}(?: to [^()A-Za-z]{1,12})?\)"
    r"|× \d|\w+ ×$"
    r"|\b(?:pp?|paras?|arts?|c|nos?)\. \d"
    rf"|\b\d{{1,2}} (?:{MONTHS})\b"
)
#: A report of fewer sections needs no list of them.
CONTENTS_FROM = 6
#: Where a link may lead outside of the document.
_WEB = re.compile(r"(?:https?://|mailto:)", re.IGNORECASE)


@dataclass(frozen=True)
class Entry:
    """A section, for a list of contents."""

    text: str
    anchor: str


@dataclass(frozen=True)
class Manuscript:
    """A report as read: its title, its first facts, what precedes the first section, and its sections.

    ``facts`` are the items of the list under the title (pair, dates, panel, status); ``opening`` is what
    stands between them and the first section; ``first`` is the first section with its heading, ``rest`` all
    others. ``contents`` lists the sections.
    """

    title: tuple[Node, ...]
    facts: tuple[tuple[Node, ...], ...]
    opening: tuple[Node, ...]
    first: tuple[Node, ...]
    rest: tuple[Node, ...]
    contents: tuple[Entry, ...]

    @property
    def needs_contents(self) -> bool:
        """Whether there are enough sections for a list of them."""
        return len(self.contents) >= CONTENTS_FROM


def manuscript(markdown: str, figures: Mapping[str, Drawing]) -> Manuscript:
    """Read a report's Markdown; ``figures`` by the path that it names.

    A picture that is not among ``figures`` becomes its description, a link that leads nowhere its text.
    """
    blocks = _anchored(read(visible(markdown)))
    anchors = {block["c"][1][0] for block in blocks if block["t"] == "Header"}
    blocks = changed(blocks, lambda node: _kept(node, anchors, figures) or bound(node))
    title, blocks = _title(blocks)
    starts = [i for i, block in enumerate(blocks) if _is_section(block)] or [len(blocks)]
    front, sections = blocks[: starts[0]], blocks[starts[0] :]
    second = starts[1] - starts[0] if len(starts) > 1 else len(sections)
    facts: list[tuple[Node, ...]] = []
    if front and front[0]["t"] == "BulletList" and all(_is_line(item) for item in front[0]["c"]):
        facts, front = [tuple(item) for item in front[0]["c"]], front[1:]
    return Manuscript(
        title=tuple(title),
        facts=tuple(facts),
        opening=tuple(front),
        first=tuple(sections[:second]),
        rest=tuple(sections[second:]),
        contents=tuple(Entry(text_of(b["c"][2]), b["c"][1][0]) for b in sections if _is_section(b)),
    )


def lone_picture(block: Node) -> Node | None:
    """The picture of a paragraph that holds nothing else."""
    if block["t"] in {"Para", "Plain"} and len(block["c"]) == 1 and block["c"][0]["t"] == "Image":
        picture: Node = block["c"][0]
        return picture
    return None


def caption(alt: str, title: str) -> str:
    """What stands under a figure: its title if it has one, else the first clause of its description.

    >>> caption("Stacked areas over time; on 31 December 2036: split 2.6%.", "")
    'Stacked areas over time.'
    """
    if title:
        return title
    lead = re.split(r"; |\. (?=\S)", alt, maxsplit=1)[0].rstrip(".;")
    return f"{lead}." if lead else ""


def bound(node: Node) -> Node | None:
    """A stretch of text with the spaces that a line must not break at as no-break spaces.

    Those inside of a short interval, before the number that a sign or an abbreviation announces, and between
    a day and its month.
    """
    if node["t"] not in {"Para", "Plain", "Strong", "Emph"}:
        return None
    made: list[Node] = []
    for plain, run in groupby(node["c"], key=lambda inner: inner["t"] in {"Str", "Space", "SoftBreak"}):
        found = list(run)
        made += words(unbroken(text_of(found))) if plain else found
    return {"t": node["t"], "c": made}


def unbroken(text: str) -> str:
    """A text with no-break spaces where they belong.

    >>> unbroken("by 31 December 5% (1.4 to 12%), see pp. 3-5").split(" ")
    ['by', '31\xa0December', '5%', '(1.4\xa0to\xa012%),', 'see', 'pp.\xa03-5']
    """
    return _BOUND.sub(lambda found: found[0].replace(" ", "\u00a0"), text)


def _is_section(block: Node) -> bool:
    return bool(block["t"] == "Header" and block["c"][0] == 2)


def _is_line(item: list[Node]) -> bool:
    return len(item) == 1 and item[0]["t"] in {"Plain", "Para"}


def _title(blocks: list[Node]) -> tuple[list[Node], list[Node]]:
    if blocks and blocks[0]["t"] == "Header" and blocks[0]["c"][0] == 1:
        return blocks[0]["c"][2], blocks[1:]
    return [], blocks


def _anchored(blocks: list[Node]) -> list[Node]:
    """Headings with the anchors that the page gives them, one each."""
    seen: dict[str, int] = {}
    result = []
    for block in blocks:
        if block["t"] != "Header":
            result.append(block)
            continue
        level, _, inlines = block["c"]
        text = text_of(inlines)
        code = len(inlines) == 1 and inlines[0]["t"] == "Code"
        anchor = (text.lower() if code else slug(text)) or "section"
        seen[anchor] = seen.get(anchor, 0) + 1
        if seen[anchor] > 1:
            anchor = f"{anchor}-{seen[anchor]}"
        result.append({"t": "Header", "c": [level, [anchor, [], []], inlines]})
    return result


def _kept(node: Node, anchors: set[str], figures: Mapping[str, Drawing]) -> list[Node] | None:
    """What stands in place of a link that leads nowhere or a picture that is not the report's."""
    if node["t"] == "Link":
        target = node["c"][2][0]
        inside = target.startswith("#") and target[1:] in anchors
        return None if inside or _WEB.match(target) else node["c"][1]
    if node["t"] == "Image":
        _, alt, (path, title) = node["c"]
        if path not in figures:
            return list(alt)
        # The description is the one that was drawn with the figure, unless the text has its own.
        said = text_of(alt) or figures[path].alt
        return [{"t": "Image", "c": [NO_ATTR, words(said), [path, title]]}]
    return None

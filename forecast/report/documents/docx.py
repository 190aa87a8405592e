"""The report as DOCX, through pandoc: our styles, PNG figures with descriptions, tables that fit the page."""

from __future__ import annotations

import base64
from collections.abc import Iterator, Mapping, Sequence
from xml.sax.saxutils import escape

from forecast.report.documents.archive import packed, unpacked
from forecast.report.documents.columns import Layout
from forecast.report.documents.layouts import laid_out
from forecast.report.documents.nodes import NO_ATTR, Node, changed, paragraph, raw, styled, text_of, words
from forecast.report.documents.page_size import FIGURE_HEIGHT, TEXT_WIDTH
from forecast.report.documents.pandoc import to_docx
from forecast.report.documents.raster import png, size
from forecast.report.documents.reading import Manuscript, caption, lone_picture, manuscript
from forecast.report.documents.tables import Cell, Table, with_stacks
from forecast.report.documents.word_markup import finished, settings
from forecast.report.documents.word_model import AFTER_TABLE, model, section_end
from forecast.report.documents.wording import WORDS
from forecast.report.front_matter import Front
from forecast.report.markdown import Drawing

#: Calibri beside the font that tables were measured in.
_WIDER = 1.1
_CORE = """<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<cp:coreProperties xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/core-properties" \
xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:dcterms="http://purl.org/dc/terms/" \
xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"><dc:title>{title}</dc:title>\
<dc:subject>{subject}</dc:subject><dc:creator>{authors}</dc:creator><cp:keywords>{marking}</cp:keywords>\
<dc:language>{language}</dc:language><cp:contentStatus>{status}</cp:contentStatus>\
<dcterms:created xsi:type="dcterms:W3CDTF">{time}</dcterms:created>\
<dcterms:modified xsi:type="dcterms:W3CDTF">{time}</dcterms:modified></cp:coreProperties>
"""
_APP = """<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<Properties xmlns="http://schemas.openxmlformats.org/officeDocument/2006/extended-properties">\
<Application>alliance-forecast</Application></Properties>
"""


def docx(markdown: str, figures: Mapping[str, Drawing], front: Front) -> bytes:
    """A report's Markdown as a Word document; ``figures`` by the path that the Markdown names."""
    text = manuscript(markdown, figures)
    tables = laid_out(text, wider=_WIDER)
    writer = _Writer(iter(tables), figures)
    made = to_docx(
        writer.document(text, front),
        reference=model(front),
        language=front.language,
        epoch=int(front.timestamp.timestamp()),
    )
    files = unpacked(made)
    layouts = [layout for _, layout in tables]
    files["word/document.xml"] = finished(files["word/document.xml"].decode(), layouts).encode()
    files["word/settings.xml"] = settings(files["word/settings.xml"].decode()).encode()
    files["docProps/core.xml"] = _core(front).encode()
    # Pandoc's counts of words and pages are those of its own example.
    files["docProps/app.xml"] = _APP.encode()
    return packed(files)


class _Writer:
    """Gives blocks their styles in order, taking the next table's layout for each table it meets."""

    def __init__(self, tables: Iterator[tuple[Table, Layout]], figures: Mapping[str, Drawing]) -> None:
        self._tables = tables
        self._figures = figures
        self._drawn = 0

    def document(self, text: Manuscript, front: Front) -> list[Node]:
        """All blocks of the document."""
        title = list(text.title) or words(front.title)
        blocks = [styled("Title", [paragraph(title)])]
        if front.authors:
            blocks.append(styled("Author", [paragraph(words(", ".join(front.authors)))]))
        blocks += [styled("Facts", [paragraph(_inlines(fact))]) for fact in text.facts]
        blocks += [
            styled("Opening", [block]) if block["t"] == "Para" else block for block in self._all(text.opening)
        ]
        blocks += self._all(text.first)
        if text.needs_contents:
            blocks += _contents(text)
        return [*blocks, *self._all(text.rest)]

    def _all(self, blocks: Sequence[Node]) -> list[Node]:
        return [made for block in blocks for made in self._block(block)]

    def _block(self, block: Node) -> list[Node]:
        if block["t"] == "Header":
            level, attributes, inlines = block["c"]
            return [{"t": "Header", "c": [max(level - 1, 1), attributes, inlines]}]
        if block["t"] == "Table":
            return self._table()
        if block["t"] in {"BulletList", "OrderedList", "BlockQuote"}:
            return [{"t": block["t"], "c": self._inside(block)}]
        picture = lone_picture(block)
        if picture is not None:
            return self._figure(picture)
        block = changed(block, self._embedded)
        if block["t"] == "Para" and text_of(block["c"]).rstrip().endswith(":"):
            return [styled("Announcing", [block])]
        return [block]

    def _inside(self, block: Node) -> list[object]:
        """The content of a list or a quotation, in its own styles."""
        content = block["c"]
        if block["t"] == "BlockQuote":
            return list(self._all(content))
        if block["t"] == "BulletList":
            return [self._all(item) for item in content]
        numbering, items = content
        return [numbering, [self._all(item) for item in items]]

    def _figure(self, picture: Node) -> list[Node]:
        _, alt, (_, title) = picture["c"]
        self._drawn += 1
        under: list[Node] = [
            {"t": "Strong", "c": words(f"{WORDS['figure']} {self._drawn}.")},
            {"t": "Space"},
            *words(caption(text_of(alt), title)),
        ]
        return [
            styled("Captioned Figure", [paragraph([self._image(picture)])]),
            styled("Image Caption", [paragraph(under)]),
        ]

    def _embedded(self, node: Node) -> Node | None:
        return self._image(node) if node["t"] == "Image" else None

    def _image(self, picture: Node) -> Node:
        """A picture as PNG inside of the document, as wide as the text or as high as a page allows."""
        _, alt, (path, _) = picture["c"]
        svg = self._figures[path].svg
        width, height = size(svg)
        scale = min(TEXT_WIDTH / width, FIGURE_HEIGHT / height)
        data = "data:image/png;base64," + base64.b64encode(png(svg)).decode("ascii")
        attributes = ["", [], [["width", f"{width * scale / 72:.3f}in"]]]
        return {"t": "Image", "c": [attributes, alt, [data, ""]]}

    def _table(self) -> list[Node]:
        table, layout = next(self._tables)
        available = layout.available
        columns = [
            [{"t": "AlignRight" if numeric else "AlignLeft"}, {"t": "ColWidth", "c": width / available}]
            for numeric, width in zip(table.numeric, layout.widths, strict=True)
        ]
        size_name = str(round(2 * layout.size))
        stacked = with_stacks(table, layout.stacked)
        head = [NO_ATTR, [_row(table.header, f"Table Head {size_name}")]]
        kept = _kept(len(stacked.rows), whole=layout.whole)
        body = [
            _row(row, f"Table {'Kept' if keep else 'Text'} {size_name}")
            for row, keep in zip(stacked.rows, kept, strict=True)
        ]
        content = [NO_ATTR, [None, []], columns, head, [[NO_ATTR, 0, [], body]], [NO_ATTR, []]]
        made = [{"t": "Table", "c": content}, raw("openxml", AFTER_TABLE)]
        if not layout.flipped:
            return made
        return [raw("openxml", section_end()), *made, raw("openxml", section_end(flipped=True))]


def _kept(rows: int, *, whole: bool) -> list[bool]:
    """Which rows stay with the next: all but the last of a table in one piece, else two at either end."""
    return [at < rows - 1 and (whole or at < 2 or at == rows - 2) for at in range(rows)]


def _row(cells: Sequence[Cell], style: str) -> list[object]:
    align = {"t": "AlignDefault"}
    return [NO_ATTR, [[NO_ATTR, align, 1, 1, [styled(style, [paragraph(cell)])]] for cell in cells]]


def _inlines(blocks: Sequence[Node]) -> list[Node]:
    return [node for block in blocks if block["t"] in {"Plain", "Para"} for node in block["c"]]


def _contents(text: Manuscript) -> list[Node]:
    """The sections as links, which are what a field for contents holds until a reader has it updated.

    Only a word processor knows on which page a section stands.
    """
    links = [[_link(entry.text, entry.anchor)] for entry in text.contents]
    links[0] = [_field("begin"), _instruction(), _field("separate"), *links[0]]
    links[-1] = [*links[-1], _field("end")]
    heading = styled("Contents Heading", [paragraph(words(WORDS["contents"]))])
    return [heading, *(styled("TOC 1", [paragraph(link)]) for link in links)]


def _field(edge: str) -> Node:
    return {"t": "RawInline", "c": ["openxml", f'<w:r><w:fldChar w:fldCharType="{edge}"/></w:r>']}


def _instruction() -> Node:
    code = '<w:r><w:instrText xml:space="preserve"> TOC \\o "1-1" \\h \\z \\u </w:instrText></w:r>'
    return {"t": "RawInline", "c": ["openxml", code]}


def _link(text: str, anchor: str) -> Node:
    return {"t": "Link", "c": [NO_ATTR, words(text), [f"#{anchor}", ""]]}


def _core(front: Front) -> str:
    return _CORE.format(
        title=escape(front.title),
        subject=escape(front.subtitle),
        authors=escape("; ".join(front.authors)),
        marking=escape(front.marking),
        language=escape(front.language),
        status=escape(front.status),
        time=front.timestamp.strftime("%Y-%m-%dT%H:%M:%SZ"),
    )

"""The page of sources beside a report: kinds, list, matrix, and a card for each."""

from __future__ import annotations

import textwrap

from forecast.cards.listing import Entry
from forecast.cards.matrix import Matrix, Total
from forecast.report.findings.sources import Sources
from forecast.report.markdown import Lines, bullets, escape, heading, paragraph, table
from forecast.report.numbers import count, day, percent, signed
from forecast.report.sections.sources import coders, kinds, said_by_nobody
from forecast.report.source_cards import NONE, anchor, card, linked, mark
from forecast.report.view import View, plain
from forecast.states import CHANNELS

LIST, MATRIX, CARDS = "List", "Matrix", "Cards"
#: The sections whose tables hold codes.
WITH_CODES = (MATRIX, CARDS)
#: Letters of a stance that a list has room for.
SHORT = 240


def source_page(view: View, found: Sources, *, kind: str = "report") -> str:
    """The whole page as Markdown, beside a report of a kind."""
    panel = view.fit.panel
    titles = {c: view.outcome_name(c) for c in CHANNELS}
    lines: Lines = [
        *heading("Sources, and what was made of each", 1),
        *bullets(
            [
                f"**Question:** {escape(view.question.title)}",
                f"**Panel:** {escape(plain(panel.id))}, {count(len(panel.members), 'source')} of "
                f"{len(view.workspace.sources)}; as of {day(view.fit.as_of)}",
                f"**Back to:** [the report]({kind}.md)",
            ]
        ),
        *paragraph(
            said_by_nobody(found),
            "Stances and reasons are in our words. A coding is *from the text* where the words carry it, and "
            r"*our inference*, marked \~ and of less weight, where they do not.",
        ),
        *heading("Kinds of source"),
        *kinds(found),
        *coders(found),
        *heading(LIST),
        *_list(found),
        *_matrix(view, found.matrix),
        *heading(CARDS),
    ]
    for each in found.cards:
        lines += card(each, titles)
    return "\n".join(lines).rstrip() + "\n"


def _list(found: Sources) -> Lines:
    header = ["Source", "Stance, in short", "Year", "Kind", "Lens", "Weight", "Share of panel"]
    return [
        *paragraph("Codes and outcomes: so many from the text / so many our inference."),
        *table(
            [*header, "Codes", "Outcomes", "Reported in", "Cluster", "Checked"],
            [_row(e) for e in found.entries],
            words=(0, 1, 3, 4, 9, 10, 11),
        ),
    ]


def _row(entry: Entry) -> list[str]:
    return [
        anchor(entry.id),
        escape(opening(entry.stance)) or NONE,
        str(entry.year),
        plain(entry.kind),
        escape(", ".join(plain(x) for x in entry.lens)),
        f"{entry.weight:.2f}",
        percent(entry.share) if entry.share is not None else "not heard",
        f"{entry.codes_text} / {entry.codes_infer}",
        f"{entry.outcomes_text} / {entry.outcomes_infer}",
        linked(entry.reported_in) or "itself",
        escape(plain(entry.cluster)),
        entry.checked,
    ]


def opening(stance: str) -> str:
    """A stance, cut between two words where a list has no room for it; the card has the whole.

    >>> opening("Partners for now; no alliance. A split is not discussed.")
    'Partners for now; no alliance. A split is not discussed.'
    """
    return stance if len(stance) <= SHORT else textwrap.shorten(stance, SHORT, placeholder=" …")


def _matrix(view: View, matrix: Matrix) -> Lines:
    if not matrix.cells:
        return []
    first, second = (view.outcome_name(c) for c in CHANNELS)
    rows = []
    for source in matrix.sources:
        cells = []
        for column in matrix.columns:
            found = [matrix.at.get((source, column.driver, c)) for c in CHANNELS]
            marks = [mark(cell.mark) if cell else "·" for cell in found]
            cells.append(" / ".join(marks) if any(found) else "")
        rows.append([anchor(source), *(c or NONE for c in cells)])
    by_driver = [[matrix.total[c.driver, channel] for channel in CHANNELS] for c in matrix.columns]
    rows += [
        ["**Sources speaking**", *(" / ".join(f"{t.speaking}" for t in totals) for totals in by_driver)],
        ["**From the text**", *(" / ".join(f"{t.text}" for t in totals) for totals in by_driver)],
        ["**Mean code**", *(" / ".join(_mean(t) for t in totals) for totals in by_driver)],
    ]
    silent = f"No code: {linked(matrix.silent)}." if matrix.silent else ""
    return [
        *heading(MATRIX),
        *paragraph(
            f"What more of a driver does, first to {first}, then to {second}: +3 a strong push toward it, "
            "+2 a clear and +1 a slight one, 0 a denial that it matters, below 0 a push away; × a hazard "
            r"ratio a unit; \~ our inference. Coded by us from words. Means are by the weight each code has "
            "in the panel.",
            silent,
        ),
        *table(
            ["Source", *(escape(c.name) for c in matrix.columns)],
            rows,
            words=range(len(matrix.columns) + 1),
        ),
    ]


def _mean(total: Total) -> str:
    return NONE if total.mean is None else signed(total.mean)

"""Who answers for a report, as its page shows it: status, authors, date and marking."""

from __future__ import annotations

from html import escape

from forecast.report.front_matter import Front
from forecast.report.numbers import day


def marking(front: Front | None) -> str:
    """The marking as a band across the page; nothing where there is none."""
    return f'<p class="marking">{escape(front.marking)}</p>\n' if front and front.marking else ""


def signature(front: Front | None, said: str) -> str:
    """One line of subtitle, status, authors and date: what ``said``, the head of the text, leaves unsaid."""
    if front is None:
        return ""
    status = f'<span class="status{" draft" * front.is_draft}">{escape(front.status.capitalize())}</span>'
    found = [
        *([status] if front.status.lower() not in said.lower() else []),
        *(
            f"<span>{escape(text)}</span>"
            for text in (front.subtitle, *front.authors, day(front.date))
            if text and text.lower() not in said.lower()
        ),
    ]
    return f'<p class="signature">{" ".join(found)}</p>\n' if found else ""

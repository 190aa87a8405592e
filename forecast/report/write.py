"""Writing a report: Markdown, page, data and figures into one folder."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from forecast.answering import Material
from forecast.document import to_json
from forecast.report.compose import compose
from forecast.report.figures.scenarios import WHY
from forecast.report.formats import FORMATS, check_formats
from forecast.report.html import page
from forecast.report.place import place
from forecast.report.publication import Publication, publication
from forecast.report.source_page import WITH_CODES

_FIGURES = (
    *("fan", "states", "answers", "panels", "dependence"),
    *("effects", "drivers", "spotlight", "index", "scenarios", "cross-impacts"),
)
_PAGES = ("sources.md", "sources.html")
_OURS = (*(f"report.{f}" for f in FORMATS), *_PAGES, *(f"figures/{name}.svg" for name in _FIGURES))


def write(
    material: Material,
    folder: Path,
    *,
    formats: Sequence[str] = FORMATS,
    request_line: str = "forecast report",
) -> list[Path]:
    """Write the report of ``material`` into ``folder`` and return the files written.

    ``formats`` of md, html, json; figures and the page of sources go with md and html. The same material
    gives the same bytes. A write that is interrupted leaves the old report whole; files that are not a
    report's are kept. Raises UsageError for a format that is unknown or not built.
    """
    formats = check_formats(formats)
    done = publication(compose(material, request_line=request_line), request_line=request_line)
    texts = {f"report.{name}": _RENDER[name](done) for name in FORMATS if name in formats}
    if "md" in formats:
        texts["sources.md"] = done.source_page
    if "html" in formats:
        texts["sources.html"] = page(done.source_page, {}, codes=WITH_CODES)
    if {"md", "html"} & set(formats):
        texts |= {path: _standing_alone(d.svg) for path, d in done.figures.items()}
    return place(
        folder, {name: text.encode() for name, text in texts.items()}, ours=(*_OURS, *_waterfalls(folder))
    )


def _waterfalls(folder: Path) -> list[str]:
    """The figures an earlier report had of its scenarios, one each."""
    return [f"figures/{path.name}" for path in sorted((folder / "figures").glob(f"{WHY}*.svg"))]


def folder_name(material: Material) -> str:
    """A report's own folder: question, date, then scenarios and whatever differs from the defaults.

    ``a_b-2026-11-21`` for a plain request; ``...-detente-texts`` for one scenario and another panel.
    """
    fit = material.main.fit
    question = material.workspace.question
    parts = [question.id, fit.as_of.isoformat(), *(f.scenario for f in material.main.forecasts[1:])]
    if fit.panel.id != question.default_panel:
        parts.append(fit.panel.id)
    kept = "-".join(parts)
    return "".join(c if c.isalnum() or c in "-_+" else "+" for c in kept)[:120]


def _markdown(done: Publication) -> str:
    return done.markdown


def _html(done: Publication) -> str:
    return page(done.markdown, done.figures)


def _json(done: Publication) -> str:
    return to_json(done.data) + "\n"


def _standing_alone(svg: str) -> str:
    return '<?xml version="1.0" encoding="utf-8" standalone="no"?>\n' + svg


_RENDER = {"md": _markdown, "html": _html, "json": _json}

"""A report from a material: findings computed once, parts made as its template names them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from forecast.answering import Material
from forecast.errors import UsageError
from forecast.report.findings.changes import Changes
from forecast.report.findings.everything import Findings, everything
from forecast.report.markdown import Drawing
from forecast.report.marks import plain
from forecast.report.parts import Figures, parts
from forecast.report.signing import dissent
from forecast.report.signing.signature import Signature
from forecast.report.source_page import source_page
from forecast.report.templating import render
from forecast.report.view import View

#: A draft that names nobody.
UNSIGNED = Signature()
_SHOWN = re.compile(r"\]\(figures/([\w+-]+)\.svg\)")


@dataclass(frozen=True)
class Report:
    """A composed report: view, findings, figures, and its two texts with the marks of `marks` in them.

    ``kind`` is report, brief or comparison; ``templates`` the folder of the workspace's own, if it has one.
    """

    kind: str
    view: View
    findings: Findings
    marked: str
    figures: tuple[Drawing, ...]
    source_page: str
    templates: Path | None
    signature: Signature
    changes: Changes | None

    @property
    def markdown(self) -> str:
        """The text as it is published."""
        return plain(self.marked)


def compose(
    material: Material,
    *,
    request_line: str,
    kind: str = "report",
    templates: Path | None = None,
    signature: Signature = UNSIGNED,
    changes: Changes | None = None,
) -> Report:
    """The whole text with its figures.

    ``templates`` is a folder of the workspace's own; ``changes`` since an earlier report, where there is one.
    Raises UsageError for a template of that folder that cannot be used.
    """
    view = View(material)
    found, figures = everything(view, rivals=kind == "report"), Figures()
    named = parts(view, found, figures, request_line=request_line, signature=signature, changes=changes)
    marked = render(kind, named, own=templates)
    if signature.dissents and not re.search(rf"^## {dissent.TITLE}$", marked, re.MULTILINE):
        raise UsageError(
            f"{kind}.md.j2 leaves out the dissent of {signature.dissents[0].reviewer}: a template of a "
            "report that "
            "has one shows {{ dissent }}"
        )
    shown = dict.fromkeys(_SHOWN.findall(marked))
    return Report(
        kind=kind,
        view=view,
        findings=found,
        marked=marked,
        figures=tuple(figures.drawn[name] for name in shown if name in figures.drawn),
        source_page=source_page(view, found.sources, kind=kind),
        templates=templates,
        signature=signature,
        changes=changes,
    )

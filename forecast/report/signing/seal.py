"""A report's files with what seals them: the inputs, what it was compared with, and the manifest."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from importlib import metadata
from typing import Any

from forecast import __version__, cache
from forecast.answering import Material
from forecast.report.signing import earlier as since
from forecast.report.signing import inputs as made_from
from forecast.report.signing.earlier import Earlier
from forecast.report.signing.inputs import Inputs
from forecast.report.signing.manifest import FILE, Manifest, request_data
from forecast.report.signing.signature import Signature
from forecast.request import Request

#: Packages whose version can change a byte of a report beside those that can change a number.
DRAWING = (
    *("matplotlib", "markdown-it-py", "jinja2"),
    *("pypandoc-binary", "typst", "lxml", "fonttools"),
)
#: Files that are not made again: they are what a report is made again from.
KEPT = (made_from.ARCHIVE, since.ARCHIVE)


def versions() -> dict[str, str]:
    """Versions of this program and of everything else that can change a byte of a report.

    The processor is among them, by the kernels that linear algebra takes on it: another rounds otherwise, and
    a sampler's draws part from the first digit that differs.
    """
    found = {"alliance-forecast": __version__, **cache.versions(), "blas": _kernels()}
    for name in DRAWING:
        try:
            found[name] = metadata.version(name)
        except metadata.PackageNotFoundError:
            continue
    return found


def _kernels() -> str:
    """The linear algebra in use, with the processor it is for."""
    import scipy.linalg  # its library counts only once it is loaded  # noqa: F401
    from threadpoolctl import threadpool_info

    used = [one for one in threadpool_info() if one["user_api"] == "blas"]
    names = {f"{one['internal_api']} {one['version']} {one.get('architecture', '')}".strip() for one in used}
    return "; ".join(sorted(names)) or "none"


def recorded(
    material: Material,
    *,
    kind: str,
    signature: Signature,
    command: str,
    request: Request,
    options: Mapping[str, Any],
    inputs: Inputs,
    earlier: Earlier | None,
) -> Manifest:
    """The manifest of a report that was just generated, but for its files.

    Parameters
    ----------
    kind
        The stem of its files.
    command, request
        What was asked, as a line for readers and as it was answered.
    options
        Whatever else the text depends on, as plain JSON: `Manifest.options` gives it back to make it again.
    inputs, earlier
        What it was made from, and what it was compared with.
    """
    fit, question = material.main.fit, material.workspace.question
    return Manifest(
        kind=kind,
        question=question.id,
        title=" ".join(question.title.split()),
        as_of=fit.as_of,
        panel_id=fit.panel.id,
        signature=signature,
        command=command,
        request=request_data(request),
        options=dict(options),
        versions=versions(),
        program=cache.program(),
        inputs_sha256=inputs.sha256,
        inputs=inputs.hashes,
        since=earlier.record() if earlier else None,
    )


def sealed(
    record: Manifest, files: Mapping[str, bytes], *, inputs: Inputs, earlier: Earlier | None
) -> dict[str, bytes]:
    """A report's files with their archives and the manifest of them all, which comes last.

    Every report keeps its inputs: a final one can be made again from nothing else, and of a draft the next
    report can say what was edited since.
    """
    archives = {made_from.ARCHIVE: inputs.archive()}
    if earlier:
        archives[since.ARCHIVE] = earlier.archive()
    everything = {**files, **archives}
    return {**everything, FILE: record.listing(everything).to_bytes()}


def resealed(record: Manifest, files: Mapping[str, bytes]) -> dict[str, bytes]:
    """A report's files, archives among them, with the manifest of them all made from a record at hand."""
    return {**files, FILE: replace(record, files={}).listing(files).to_bytes()}

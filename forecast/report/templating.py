"""Templates of a report: which parts, in which order, with which words between them.

A template is Markdown with parts in double braces (`report.md.j2`: ``{{ key_judgments }}``). Those that ship
can be replaced by files of the same name in reports/templates/ of the workspace, which may build on them:

    {% include "shipped/report.md.j2" %}

A part is worked out when it is named; one that has nothing to say is empty. Templates are read by Jinja in
its sandbox: they see the names of parts, and no file and no module.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from importlib import resources
from pathlib import Path
from typing import Any

from forecast.errors import UsageError
from forecast.inputs.plain_words import did_you_mean

#: Kinds of report, each with its template and its files' stem.
KINDS = ("report", "brief", "comparison")
#: Where a workspace keeps its own templates.
OWN = Path("reports") / "templates"


def render(kind: str, parts: Mapping[str, Any], *, own: Path | None) -> str:
    """The marked Markdown of a kind of report.

    Parameters
    ----------
    kind
        One of KINDS.
    parts
        What a template may name: parts, which become text when they are, and functions.
    own
        A folder whose files replace shipped templates; None for none.

    Raises
    ------
    UsageError
        For a template that does not parse, names an unknown part, or fails; with file and line.
    """
    from jinja2 import TemplateError, UndefinedError

    environment = _environment(own)
    name = f"{kind}.md.j2"
    try:
        text = environment.get_template(name).render(parts)
    except UndefinedError as error:
        raise UsageError(f"{_where(own, name)}: {_unknown(str(error), parts)}") from None
    except TemplateError as error:
        line = getattr(error, "lineno", None)
        place = f"{_where(own, getattr(error, 'name', None) or name)}{f':{line}' if line else ''}"
        raise UsageError(f"{place}: {error}") from None
    # Parts that had nothing to say leave no gap.
    return re.sub(r"\n{3,}", "\n\n", text).strip() + "\n"


def replaced(own: Path | None) -> dict[str, str]:
    """The workspace's own template files with their SHA-256: what a report depends on beside its inputs."""
    if own is None or not own.is_dir():
        return {}
    return {
        path.name: hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(own.iterdir())
        if path.is_file() and not path.name.startswith(".")
    }


def style_sheet(own: Path | None) -> str:
    """Rules that a workspace adds to the page's own, in its page.css; empty where there is none."""
    return _own_text(own, "page.css") or ""


def page_template(own: Path | None) -> str | None:
    """A page that a workspace fills instead of the shipped one, its page.html; None where there is none."""
    return _own_text(own, "page.html")


def _own_text(own: Path | None, name: str) -> str | None:
    """A file of the workspace's own; None where there is none. UsageError where it is not UTF-8."""
    path = own / name if own else None
    if path is None or not path.is_file():
        return None
    try:
        return path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise UsageError(f"{path} is not UTF-8 (byte {error.start}); save it as UTF-8") from None


def own_fonts(own: Path | None) -> list[Path]:
    """Font files of a workspace, for characters that the fonts of the PDF's packages have not."""
    return sorted([*own.glob("*.ttf"), *own.glob("*.otf")]) if own else []


def _environment(own: Path | None) -> Any:
    from jinja2 import ChoiceLoader, DictLoader, FileSystemLoader, StrictUndefined
    from jinja2.sandbox import SandboxedEnvironment

    folder = resources.files("forecast.report").joinpath("templates")
    shipped = {
        f"{kind}.md.j2": folder.joinpath(f"{kind}.md.j2").read_text(encoding="utf-8") for kind in KINDS
    }
    loaders: list[Any] = [DictLoader({f"shipped/{name}": text for name, text in shipped.items()})]
    if own is not None and own.is_dir():
        loaders.append(FileSystemLoader(str(own)))
    # Text is Markdown that sections have escaped: nothing is to be escaped for HTML here.
    return SandboxedEnvironment(
        loader=ChoiceLoader([*loaders, DictLoader(shipped)]),
        undefined=StrictUndefined,
        autoescape=False,
        keep_trailing_newline=True,
    )


def _where(own: Path | None, name: str) -> str:
    path = own / name if own else None
    return str(path) if path and path.is_file() else name


def _unknown(message: str, parts: Mapping[str, Any]) -> str:
    found = re.match(r"'([^']*)' is undefined", message)
    if not found:
        return message
    near = did_you_mean(found[1], parts)
    hint = f"Did you mean '{near}'?" if near else f"Parts: {', '.join(sorted(parts))}."
    return f"there is no part '{found[1]}'. {hint}"

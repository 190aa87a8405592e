"""The look of a page and its few lines of script, inside it, and the policy that lets nothing else in."""

from __future__ import annotations

import base64
import hashlib
import re
from importlib import resources

from forecast.errors import UsageError

#: In the order they apply.
SHEETS = ("page.css", "tables.css", "sheets.css", "print.css")


def style(*, marking: str, title: str, own: str = "") -> str:
    """The style sheets, with the marking in the margin of every printed page, and a user's ``own`` rules.

    Raises UsageError for rules that would end the element they stand in.
    """
    if re.search(r"</\s*style", own, re.IGNORECASE):
        raise UsageError("the style sheet for the page holds '</style'; it takes rules of CSS alone")
    return "".join(map(_resource, SHEETS)) + _margins(marking, title) + own


def script() -> str:
    """The script: sorting, Escape and focus. A page reads without it."""
    return _resource("page.js")


def policy() -> str:
    """What the browser may load for the page: nothing, and run: `script` alone."""
    digest = base64.b64encode(hashlib.sha256(script().encode()).digest()).decode()
    return (
        "default-src 'none'; style-src 'unsafe-inline'; img-src data:; "
        f"script-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"
    )


def _margins(marking: str, title: str) -> str:
    boxes = [
        '@bottom-right { content: counter(page) " / " counter(pages); }',
        f"@bottom-left {{ content: {_quoted(title)}; }}",
    ]
    if marking:
        # Chromium takes no custom property from the document into the margins of a page.
        strong = f"content: {_quoted(marking)}; font-weight: 700; letter-spacing: .06em; white-space: nowrap;"
        boxes += [f"@top-center {{ {strong} }}", f"@bottom-center {{ {strong} }}"]
    return "@page {\n" + "".join(f"  {box}\n" for box in boxes) + "}\n"


def _quoted(text: str) -> str:
    r"""A string of CSS that no text can end.

    >>> print(_quoted('A "B" </style>'))
    "A \22 B\22  \3c \2f style\3e "
    """
    kept = (c if c.isalnum() or c in " .,:-" else f"\\{ord(c):x} " for c in " ".join(text.split()))
    return '"' + "".join(kept) + '"'


def _resource(name: str) -> str:
    return resources.files(__package__).joinpath(name).read_text(encoding="utf-8")

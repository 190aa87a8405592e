"""The frame of a page: the shipped one or a user's own, with named places to fill."""

from __future__ import annotations

import re
from collections.abc import Mapping
from importlib import resources

from forecast.errors import UsageError

_PLACE = re.compile(r"\{\{ *(\w+) *\}\}")
#: Without these a page would not say what the report says.
NEEDED = ("body", "head")


def shipped() -> str:
    """The template that pages are made of where the user has none."""
    return resources.files(__package__).joinpath("page.html").read_text(encoding="utf-8")


def filled(template: str | None, parts: Mapping[str, str]) -> str:
    """A template with each ``{{ name }}`` replaced by that part, once: what a part holds is not read again.

    Raises UsageError for names that are no part, and where the text of the report has no place.
    """
    text = shipped() if template is None else template
    named = set(_PLACE.findall(text))
    if unknown := sorted(named - set(parts)):
        raise UsageError(
            f"the template of the page names {', '.join(map(repr, unknown))}; "
            f"what can be put in is {', '.join(parts)}"
        )
    if absent := [name for name in NEEDED if name not in named]:
        raise UsageError(
            f"the template of the page has no place for {' and '.join(absent)}; write "
            + " and ".join(f"{{{{ {name} }}}}" for name in absent)
            + " where it belongs"
        )
    return _PLACE.sub(lambda place: parts[place[1]], text)

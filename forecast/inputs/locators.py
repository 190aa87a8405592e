"""Where in a text a judgment is found: locators that a reader can follow and a program can check.

    locator := place ("; " place)*
    place   := [name ", "] (pages | paragraphs | notes | "abstract" | "title")
    pages   := "p. 341" | "pp. 341-342, 348"      likewise "para. 3", "paras. 3-5", "note 4", "notes 1-2"

``name`` is what the text calls itself in its `Layout`; a place without one is in the text named before it, or
in the only text the source is reported in.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

from forecast.errors import Problem
from forecast.inputs.draft import Document, Draft
from forecast.inputs.records import Layout, Source

Unit = Literal["page", "paragraph", "note", "abstract", "title"]

_UNITS: Mapping[str, Unit] = {
    "p.": "page",
    "pp.": "page",
    "para.": "paragraph",
    "paras.": "paragraph",
    "note": "note",
    "notes": "note",
    "abstract": "abstract",
    "title": "title",
}
_PLACE = re.compile(
    r"(?:(?P<name>.+?), )?(?:(?P<unit>pp?\.|paras?\.|notes?) (?P<spans>\d[\d, -]*)|(?P<whole>abstract|title))"
)
_SPAN = re.compile(r"(\d+)(?:-(\d+))?")
FORMS = "p. 341, pp. 341-342, para. 3, note 4, abstract or title, after the name of the text"


@dataclass(frozen=True)
class Place:
    """One stretch of a text: ``first`` to ``last`` of its pages, paragraphs or notes (0: has no number)."""

    text: str | None
    unit: Unit
    first: int = 0
    last: int = 0


def parse(locator: str) -> tuple[Place, ...]:
    """The places a locator names, in its order. ValueError says which part is not a place.

    >>> parse("Liu Ying 2018, pp. 341-342, 348")[1]
    Place(text='Liu Ying 2018', unit='page', first=348, last=348)
    """
    places: list[Place] = []
    name: str | None = None
    for part in locator.split(";"):
        match = _PLACE.fullmatch(part.strip())
        if match is None:
            raise ValueError(f"'{part.strip()}' is not a place in a text; write {FORMS}")
        name = match["name"] or name
        if match["whole"]:
            places.append(Place(name, _UNITS[match["whole"]]))
            continue
        for span in match["spans"].split(","):
            numbers = _SPAN.fullmatch(span.strip())
            if numbers is None:
                raise ValueError(f"'{span.strip()}' is not a number or a span of them, such as 341-342")
            first = int(numbers[1])
            places.append(Place(name, _UNITS[match["unit"]], first, int(numbers[2] or first)))
    return tuple(places)


def outside(place: Place, layout: Layout) -> str | None:
    """Why a place cannot be in a text laid out so; None if it can."""
    if place.unit == "title":
        return None
    if place.unit == "abstract":
        return None if layout.abstract else f"{layout.name} has no abstract"
    holds = {
        "page": layout.pages,
        "paragraph": layout.paragraphs and [1, layout.paragraphs],
        "note": layout.notes and [1, layout.notes],
    }[place.unit]
    if not holds:
        return f"places in {layout.name} are not counted by {place.unit}"
    if place.last < place.first:
        return f"{place.unit}s {place.first}-{place.last} run backwards; write {place.last}-{place.first}"
    if holds[0] <= place.first and place.last <= holds[1]:
        return None
    found = f"{place.first}-{place.last}" if place.last != place.first else f"{place.first}"
    return f"{place.unit} {found} is outside {layout.name}, which has {place.unit}s {holds[0]}-{holds[1]}"


def check_locators(draft: Draft) -> Iterator[Problem]:
    """Layouts that are wrong, and a warning for each locator that leads nowhere in a text laid out."""
    sources = {source.id: source for _, source in draft.records(Source)}
    named: dict[str, str] = {}
    for doc, source in draft.records(Source):
        if source.layout is not None:
            yield from _check_layout(doc, source.layout, named)
    for doc, source in draft.records(Source):
        texts = [sources[r] for r in (source.reporters or (source.id,)) if r in sources]
        layouts = [text.layout for text in texts if text.layout is not None]
        if layouts and len(layouts) == len(texts):
            for at, locator in stated_locators(source):
                yield from _check(doc, at, locator, {layout.name: layout for layout in layouts})


def _check_layout(doc: Document, layout: Layout, named: dict[str, str]) -> Iterator[Problem]:
    """Pages in order, and a name that no other text has; ``named`` collects names with their files."""
    if layout.pages and layout.pages[0] > layout.pages[1]:
        first, last = layout.pages
        yield doc.problem("layout.pages", f"{first} is after {last}; write [first, last]")
    if layout.name in named:
        yield doc.problem(
            "layout.name", f"'{layout.name}' names another text already, in {named[layout.name]}"
        )
    named.setdefault(layout.name, doc.file)


def _check(doc: Document, at: str, locator: str, layouts: Mapping[str, Layout]) -> Iterator[Problem]:
    try:
        places = parse(locator)
    except ValueError as error:
        yield doc.problem(at, str(error), warning=True)
        return
    for place in places:
        name = place.text or (next(iter(layouts)) if len(layouts) == 1 else "")
        if name not in layouts:
            known = " or ".join(layouts)
            message = f"'{name}' is not a text this is reported in; it is {known}"
        else:
            message = outside(place, layouts[name]) or ""
        if message:
            yield doc.problem(at, message, warning=True)


def stated_locators(source: Source) -> Iterator[tuple[str, str]]:
    """(dotted path, locator) of every locator written in a source's file."""
    yield "locator", source.locator
    for outcome in ("alliance", "split", "alliance_broad"):
        judgment = getattr(source.outcomes, outcome)
        if judgment is not None and judgment.locator:
            yield f"outcomes.{outcome}.locator", judgment.locator
    for driver, effect in source.effects.items():
        if effect.locator:
            yield f"effects.{driver}.locator", effect.locator
    for i, level in enumerate(source.levels):
        if level.locator:
            yield f"levels[{i}].locator", level.locator

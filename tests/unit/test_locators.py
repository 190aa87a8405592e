"""Locators that a reader can follow: what they may say, and what is warned of."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from forecast.inputs.locators import Place, outside, parse
from forecast.inputs.read import examine
from forecast.inputs.records import Layout

SMALL = Path(__file__).resolve().parents[1] / "workspaces" / "small"
TEXT = Layout(name="Smith 2019", pages=[10, 30], notes=4)


@pytest.fixture
def small_copy(tmp_path: Path) -> Path:
    """A copy of the small workspace to change."""
    return Path(shutil.copytree(SMALL, tmp_path / "w"))


@pytest.mark.parametrize(
    ("locator", "places"),
    [
        ("p. 12", [Place(None, "page", 12, 12)]),
        ("pp. 12-14, 20", [Place(None, "page", 12, 14), Place(None, "page", 20, 20)]),
        ("S 2019, para. 3; note 2", [Place("S 2019", "paragraph", 3, 3), Place("S 2019", "note", 2, 2)]),
        ("A 2020, pp. 1-2; C 2021, abstract", [Place("A 2020", "page", 1, 2), Place("C 2021", "abstract")]),
        ("title", [Place(None, "title")]),
    ],
)
def test_forms(locator: str, places: list[Place]) -> None:
    """Every form, and the name that carries over to the next place."""
    assert list(parse(locator)) == places


@pytest.mark.parametrize("locator", ["somewhere in the middle", "pp.", "p. 3-", "page 3", "p. 3, , 4", ""])
def test_what_is_no_place_says_how_to_write_one(locator: str) -> None:
    """The message names the part that is at fault."""
    with pytest.raises(ValueError, match=r"is not a (place in a text; write p\. 341|number or a span)"):
        parse(locator)


@pytest.mark.parametrize(
    ("place", "message"),
    [
        ("p. 9", "page 9 is outside Smith 2019, which has pages 10-30"),
        ("pp. 28-31", "page 28-31 is outside Smith 2019, which has pages 10-30"),
        ("pp. 20-12", "pages 20-12 run backwards; write 12-20"),
        ("note 5", "note 5 is outside Smith 2019, which has notes 1-4"),
        ("para. 1", "places in Smith 2019 are not counted by paragraph"),
        ("abstract", "Smith 2019 has no abstract"),
        ("pp. 10-30", None),
        ("title", None),
    ],
)
def test_places_must_be_in_the_text(place: str, message: str | None) -> None:
    """Its layout says what a text holds."""
    assert outside(parse(place)[0], TEXT) == message


LAYOUT = "layout: {name: Smith 2019, pages: [1, 20]}\nlocator: pp. 3-5\n"


@pytest.mark.parametrize(
    ("written", "warning"),
    [
        ("pp. 3-55", "page 3-55 is outside Smith 2019, which has pages 1-20"),
        ("Jones 2022, p. 3", "'Jones 2022' is not a text this is reported in; it is Smith 2019"),
        ("in passing", "'in passing' is not a place in a text"),
    ],
)
def test_a_locator_that_leads_nowhere_warns_and_never_blocks(
    small_copy: Path, written: str, warning: str
) -> None:
    """The warning stands at the locator's line; the workspace is read all the same."""
    file = small_copy / "priors" / "sources" / "smith2019.yaml"
    file.write_text(file.read_text().replace("locator: pp. 3-5\n", LAYOUT.replace("pp. 3-5", written)))
    workspace, problems = examine(small_copy)
    # jones2022 is reported in smith2019, so its locator (pp. 41, 55) is checked against the same text.
    found = [p for p in problems if p.file.endswith("smith2019.yaml")]
    assert workspace is not None
    assert [(p.at, p.warning) for p in found] == [("locator", True)]
    assert found[0].message.startswith(warning)
    assert file.read_text().splitlines()[found[0].line - 1].startswith("locator")


def test_reported_views_are_checked_against_the_reporting_text(small_copy: Path) -> None:
    """Pages 41 and 55 of a report in a text of twenty pages cannot be."""
    file = small_copy / "priors" / "sources" / "smith2019.yaml"
    file.write_text(file.read_text().replace("locator: pp. 3-5\n", LAYOUT))
    _, problems = examine(small_copy)
    assert [(p.file, p.message) for p in problems] == [
        ("priors/sources/jones2022.yaml", "page 41 is outside Smith 2019, which has pages 1-20"),
        ("priors/sources/jones2022.yaml", "page 55 is outside Smith 2019, which has pages 1-20"),
    ]


def test_without_a_layout_any_locator_will_do(small_copy: Path) -> None:
    """A workspace need not say how its texts are counted."""
    file = small_copy / "priors" / "sources" / "smith2019.yaml"
    file.write_text(file.read_text().replace("locator: pp. 3-5\n", "locator: somewhere\n"))
    assert examine(small_copy)[1] == ()

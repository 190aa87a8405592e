"""The shipped drivers: every reading says where it comes from and why it says what it says."""

from __future__ import annotations

from forecast.inputs.locators import outside, parse
from forecast.inputs.records import Layout
from forecast.inputs.workspace import Workspace

#: The texts are of 2022 or earlier; a later reading names its own source.
LAST_TEXT_YEAR = 2022


def layouts(workspace: Workspace) -> dict[str, Layout]:
    """The texts' layouts by the names that locators use."""
    found = [source.layout for source in workspace.sources.values() if source.layout is not None]
    return {layout.name: layout for layout in found}


def test_every_reading_has_a_locator_and_a_rationale(shipped: Workspace) -> None:
    """No number without its place and its reason."""
    for name, driver in shipped.drivers.drivers.items():
        for reading in driver.readings:
            assert reading.locator, (name, reading.date)
            assert reading.rationale, (name, reading.date)


def test_readings_of_the_texts_name_places_that_exist(shipped: Workspace) -> None:
    """Pages, paragraphs and notes lie inside the text they are said to be in."""
    known = layouts(shipped)
    specs = shipped.drivers
    of_texts = [
        reading.locator
        for driver in specs.drivers.values()
        for reading in driver.readings
        if reading.date.year <= LAST_TEXT_YEAR
    ]
    for locator in [*of_texts, *(i.locator for i in specs.interactions.values())]:
        assert locator is not None
        for place in parse(locator):
            assert place.text in known, locator
            assert outside(place, known[place.text]) is None, locator


def test_a_driver_is_measured_or_says_why_not(shipped: Workspace) -> None:
    """Exactly one of the two: a series that reads it, or the sentence that says what was looked for."""
    measured = {spec.driver for spec in shipped.indicators.indicators.values()}
    for name, driver in shipped.drivers.drivers.items():
        assert (name in measured) != bool(driver.no_indicator), name

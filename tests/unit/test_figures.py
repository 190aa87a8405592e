"""Figures: stable bytes, generic fonts, colours that the page can turn."""

from __future__ import annotations

import re
from xml.etree import ElementTree

import pytest
from test_report_material import material  # noqa: F401

from forecast.answering import Material
from forecast.report.compose import compose
from forecast.report.figures.style import VARIABLES, apart, themed
from forecast.report.markdown import Drawing


@pytest.fixture(scope="module")
def drawings(material: Material) -> tuple[Drawing, ...]:  # noqa: F811
    """Every figure of the report."""
    return compose(material, request_line="forecast report").figures


def test_each_is_well_formed_and_stands_alone(drawings: tuple[Drawing, ...]) -> None:
    """XML with a viewBox, no image, nothing loaded, no date."""
    for drawing in drawings:
        root = ElementTree.fromstring(drawing.svg)
        assert root.get("viewBox")
        assert "<image" not in drawing.svg
        assert "dc:date" not in drawing.svg
        assert not re.search(r'href="(?!#)', drawing.svg)


def test_text_is_text_in_a_generic_font(drawings: tuple[Drawing, ...]) -> None:
    """Readable by search and by screen readers, whatever fonts a reader has."""
    for drawing in drawings:
        assert "<text" in drawing.svg
        assert all("sans-serif" in font for font in re.findall(r"font: ([^;\"]+)", drawing.svg))


def test_a_page_can_turn_every_colour(drawings: tuple[Drawing, ...]) -> None:
    """Inlined, no fixed colour is left for the dark theme to fight with."""
    for drawing in drawings:
        assert not re.search(r"#[0-9a-f]{6}", themed(drawing.svg))
    assert len(set(VARIABLES.values())) == len(VARIABLES)


def test_labels_are_keptapart() -> None:
    """Moved up just enough, order kept."""
    assert apart([0.30, 0.10, 0.31], 0.05) == pytest.approx([0.30, 0.10, 0.35])

"""The sheet that documents are made for: A4, in points of 1/72 inch."""

from __future__ import annotations

PAGE_WIDTH, PAGE_HEIGHT = 595.28, 841.89
#: Margins; the upper and the lower one hold header and footer.
SIDE, TOP, BOTTOM = 60.0, 76.0, 70.0
TEXT_WIDTH, TEXT_HEIGHT = PAGE_WIDTH - 2 * SIDE, PAGE_HEIGHT - TOP - BOTTOM
#: The width of the text on a page turned sideways.
SIDEWAYS_WIDTH = PAGE_HEIGHT - 2 * SIDE
#: A figure leaves room for its caption.
FIGURE_HEIGHT = TEXT_HEIGHT - 60.0

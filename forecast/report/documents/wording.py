"""The few words that a document says by itself, around the report's own text."""

from __future__ import annotations

WORDS = {"contents": "Contents", "figure": "Figure", "page": "Page", "of": "of", "dated": "As of"}

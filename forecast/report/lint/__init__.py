"""The language linter that gates publication."""

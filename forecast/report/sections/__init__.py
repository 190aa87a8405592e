"""The sections of a report, in order; each is a pure function from findings to lines of Markdown."""

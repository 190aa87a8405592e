"""Text that a person gave for a report, made safe to print: one line, or paragraphs."""

from __future__ import annotations

import unicodedata

from forecast.errors import UsageError

#: Format characters that belong to words of some languages: soft hyphen, joiners.
_JOINERS = "\u00ad\u200c\u200d"
#: Most characters of a name.
NAME = 100


def one_line(text: str, what: str, *, most: int = NAME) -> str:
    """A text of one line, spaces made single.

    ``what`` names it in errors. Raises UsageError where nothing is left, where it has several lines or more
    than ``most`` characters, or holds a character that does not print.
    """
    if len(text.strip().splitlines()) > 1:
        raise UsageError(f"{what} takes one line of text (found {len(text.strip().splitlines())} lines)")
    flat = " ".join(text.split())
    if not flat:
        raise UsageError(f"{what} takes some text (found none)")
    if len(flat) > most:
        raise UsageError(f"{what} takes at most {most} characters (found {len(flat)})")
    return printable(flat, what)


def printable(text: str, what: str) -> str:
    """A text unchanged, if all of it prints; UsageError that names the first character that does not."""
    for at, character in enumerate(text):
        if not (character.isprintable() or character in _JOINERS):
            name = unicodedata.name(character, "a control character")
            raise UsageError(
                f"{what} holds a character that does not print, U+{ord(character):04X} ({name.lower()}), "
                f"after '{shown(text[:at][-20:])}'; take it out"
            )
    return text


def shown(text: str, *, most: int = 80) -> str:
    """A text as it can be printed on one line of a terminal."""
    return "".join(c if c.isprintable() else "?" for c in text)[:most]

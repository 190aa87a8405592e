"""Numbers and quotations that say what they are, inside the text that sections write.

A number in a sentence carries the exact value it was formed from, and text from an input file is wrapped as
such, both between private characters that no reader ever sees: `ledger` takes them out again and keeps what
they said. A section writes plain f-strings and need not know.

    mark("9.4%", 0.0937)     START 9.4% VALUE 0x1.7fc... END
    quoted("5 texts")        QUOTE 5 texts END
"""

from __future__ import annotations

import re

START, VALUE, QUOTE, END = "\ue000", "\ue001", "\ue002", "\ue003"
#: Behind the value of a count.
COUNTED = "#"
_PRIVATE = re.compile("[\ue000-\ue003]")
_NUMBER = re.compile(f"{START}([^{START}{END}]*){VALUE}([^{START}{END}]*){END}")


def mark(text: str, value: float, *, at: str = "", counted: bool = False) -> str:
    """A number as shown, with the exact value behind it.

    ``at``: the JSON pointer it stands at in the report's data, where values alone could not tell;
    ``counted``: it is a count made for the sentence, and stands at none.
    """
    return f"{START}{text}{VALUE}{float(value).hex()}{COUNTED if counted else at}{END}"


def quoted(text: str) -> str:
    """Text from an input file: the numbers in it are that file's words."""
    return f"{QUOTE}{cleaned(text)}{END}" if text else text


def cleaned(text: str) -> str:
    """A text without the private characters of marks, whoever put them there."""
    return _PRIVATE.sub("", text)


def plain(text: str) -> str:
    """A text as a reader sees it: marks gone, what they marked kept.

    >>> plain("by " + mark("9.4%", 0.0937) + " in " + quoted("5 texts"))
    'by 9.4% in 5 texts'
    """
    return _PRIVATE.sub("", _NUMBER.sub(r"\1", text))

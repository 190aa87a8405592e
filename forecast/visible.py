"""Characters that would steer a reader's program rather than be read, shown by their code instead.

Files are written by many hands. A control character breaks XML and moves a terminal's cursor, a bidirectional
override makes "5%" read as another number, an invisible character hides words from the eye but not from a
search. None has a place in a report's text, and none is dropped in silence: each is shown as ``⟨U+202E⟩``.
"""

from __future__ import annotations

import json
import re

#: Tab, line feed and carriage return are white space and stay; so do the joiners that scripts need (U+200C,
#: U+200D) and the soft hyphen.
_STEERING = re.compile(
    "["
    "\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f"  # C0 and C1 controls
    "\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069"  # marks, embeddings, overrides and isolates of direction
    "\u180e\u200b\u2028\u2029\u2060-\u2065\u206a-\u206f\ufeff\ufff9-\ufffb"  # invisible, or breaking lines
    "\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff"  # surrogates and noncharacters: not allowed in XML
    "\U000e0000-\U000e007f"  # tags, which spell out words that no one sees
    "]"
    # The last two code points of every further plane are noncharacters too.
    + "|["
    + "".join(chr(plane * 0x10000 + last) for plane in range(1, 17) for last in (0xFFFE, 0xFFFF))
    + "]"
)


def visible(text: str) -> str:
    """``text`` with every steering or invisible character as its code; nothing else changes.

    Safe in XML, in a terminal and in Typst; a second pass changes nothing.

    >>> visible("up to \\u202e%5\\u202c, \\x1b[31mred")
    'up to ⟨U+202E⟩%5⟨U+202C⟩, ⟨U+001B⟩[31mred'
    """
    return _STEERING.sub(lambda found: named(found[0]), text)


def named(character: str) -> str:
    """A character by its code.

    >>> named("\\x07")
    '⟨U+0007⟩'
    """
    return f"⟨U+{ord(character):04X}⟩"


def in_json(text: str) -> str:
    """JSON text with the same characters as JSON's own escapes: the same data, and safe to look at.

    >>> in_json('"\\u202e"')
    '"\\\\u202e"'
    """
    return _STEERING.sub(lambda found: json.dumps(found[0])[1:-1], text)


def first_hidden(text: str) -> tuple[int, str] | None:
    """The first line with characters that do not print: its number, and it with them shown.

    >>> first_hidden("fine\\nnot\\x1bfine")
    (2, 'not⟨U+001B⟩fine')
    """
    for number, line in enumerate(text.split("\n"), 1):
        if visible(line) != line:
            return number, visible(line)
    return None

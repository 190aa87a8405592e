"""What is printed: text from files never steers the terminal it is read in."""

from __future__ import annotations

import io
import sys
from typing import TextIO

from forecast.visible import visible


class Seen(io.TextIOWrapper):
    """A stream that shows steering characters by their code (`visible`); this program writes none itself."""

    def write(self, text: str) -> int:
        """Write what can be seen of ``text``."""
        super().write(visible(text))
        return len(text)


def guard() -> None:
    """Let standard output and error show whatever would steer a terminal."""
    sys.stdout, sys.stderr = _guarded(sys.stdout), _guarded(sys.stderr)


def _guarded(stream: TextIO) -> TextIO:
    if not isinstance(stream, io.TextIOWrapper) or isinstance(stream, Seen):
        return stream
    how, lines, through = (stream.encoding, stream.errors), stream.line_buffering, stream.write_through
    return Seen(stream.detach(), *how, line_buffering=lines, write_through=through)

"""How far a long job is, and how long it will still take, on stderr.

On a terminal it is one line, written over and gone at the end; in a file or a pipe a line now and then.
"""

from __future__ import annotations

import contextlib
import sys
import time
from collections.abc import Callable
from types import TracebackType
from typing import TextIO

#: Seconds between two writings over a line, and between two lines.
OVER, APART = 0.2, 10.0
MINUTE, HOUR = 60, 3600


class Progress:
    """So many of so many points, ``12/41 points, 8 s left``; a context manager.

    The time left is (time since the start) x (points to go) / (points computed since): what was kept from
    an earlier run took no time and says nothing of the rest.

    Parameters
    ----------
    total : int
        Points of the job.
    noun : str
        What they are, in the plural.
    quiet : bool
        Say nothing.
    stream : text stream, optional
        stderr if not given. A short job says nothing: nothing is written before OVER seconds on a
        terminal, or APART seconds elsewhere.
    clock : callable
        Seconds that only grow.
    """

    def __init__(
        self,
        total: int,
        *,
        noun: str = "points",
        quiet: bool = False,
        stream: TextIO | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        chosen = sys.stderr if stream is None else stream
        # A process without a terminal may have no stderr at all.
        self._stream = None if quiet else chosen
        self._over = self._stream is not None and self._stream.isatty()
        self._total, self._noun, self._clock = total, noun, clock
        self._kept = self._computed = 0
        self._started = self._written = clock()
        self._width = 0

    def __enter__(self) -> Progress:
        self._started = self._written = self._clock()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._over and self._width:
            # With room for the ^C that a terminal shows behind it.
            self._write("\r" + " " * (self._width + 2) + "\r")
            self._width = 0

    def found(self, points: int) -> None:
        """Count points that were kept by an earlier run."""
        self._kept += points

    def done(self, points: int = 1) -> None:
        """Count points that have been computed, and say so if it is time to."""
        self._computed += points
        now = self._clock()
        if now - self._written < (OVER if self._over else APART):
            return
        self._written = now
        text = self._text(now)
        if self._over:
            self._write("\r" + text.ljust(self._width))
            self._width = len(text)
        else:
            self._write(text + "\n")

    def _text(self, now: float) -> str:
        there = self._kept + self._computed
        left = (now - self._started) * (self._total - there) / self._computed
        return f"{there}/{self._total} {self._noun}, {duration(left)} left"

    def _write(self, text: str) -> None:
        if self._stream is not None:
            # Whoever read it may have gone; that is no reason to stop computing.
            with contextlib.suppress(OSError, ValueError):
                self._stream.write(text)
                self._stream.flush()


def duration(seconds: float) -> str:
    """Seconds as a reader takes them in.

    Examples
    --------
    >>> duration(8.4), duration(200), duration(5000)
    ('8 s', '3 min', '1 h 23 min')
    """
    whole = round(seconds)
    if whole < 2 * MINUTE:
        return f"{whole} s"
    minutes = round(seconds / MINUTE)
    return f"{minutes} min" if minutes < MINUTE else f"{minutes // 60} h {minutes % 60} min"

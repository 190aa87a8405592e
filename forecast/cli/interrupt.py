"""Ctrl-C that is heard wherever it lands."""

from __future__ import annotations

import os
import signal
import sys
import threading
from types import FrameType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sys import UnraisableHookArgs

#: Seconds until an interrupt that was lost in a callback is raised again.
AGAIN = 0.1
#: Seconds until one that nobody has answered is: long enough for any cleaning up to be done first.
INSIST = 1.0

_asked, _answered = threading.Event(), threading.Event()


def hear_every_interrupt() -> None:
    """See to it that an interrupt is raised until `answered`.

    In a callback of a compiler, or in a finalizer, Python can only report an exception, with a traceback,
    and goes on; and a library that catches everything may swallow one. Both would go on as if nothing had
    been asked.
    """
    sys.unraisablehook = _again
    signal.signal(signal.SIGINT, _insist)


def answered() -> None:
    """The interrupt has arrived where it was meant to, or the work is done: none is raised any more.

    A signal while the interpreter takes itself down would kill a process that has nothing left to stop.
    """
    _answered.set()
    signal.signal(signal.SIGINT, signal.SIG_IGN)


def _insist(signum: int, frame: FrameType | None) -> None:
    _asked.set()
    _later(INSIST)
    raise KeyboardInterrupt


def _again(lost: UnraisableHookArgs) -> None:
    if issubclass(lost.exc_type, KeyboardInterrupt):
        _asked.set()
        _later(AGAIN)
    elif not _asked.is_set():
        sys.__unraisablehook__(lost)
    # Else it is the finalizer of something that was interrupted half made: no news to whoever asked for it.


def _later(seconds: float) -> None:
    timer = threading.Timer(seconds, _unless_answered)
    timer.daemon = True
    timer.start()


def _unless_answered() -> None:
    if not _answered.is_set():
        os.kill(os.getpid(), signal.SIGINT)  # a real signal, which also ends a wait

"""Ctrl-C that is heard wherever it lands."""

from __future__ import annotations

import _thread
import sys
import threading
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sys import UnraisableHookArgs

#: Seconds until an interrupt that was lost is raised again.
AGAIN = 0.1


def hear_every_interrupt() -> None:
    """See to it that an interrupt lost in a callback of a compiler, or in a finalizer, is raised again.

    Python can only report an exception there, with a traceback, and goes on as if nothing had been asked.
    """
    sys.unraisablehook = _again


def _again(lost: UnraisableHookArgs) -> None:
    if not issubclass(lost.exc_type, KeyboardInterrupt):
        sys.__unraisablehook__(lost)
        return
    timer = threading.Timer(AGAIN, _thread.interrupt_main)
    timer.daemon = True
    timer.start()

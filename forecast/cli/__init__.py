"""The command line: arguments, progress and exit codes around the library."""

import os
import signal
from types import FrameType
from typing import NoReturn

__all__ = ["main"]

#: The exit code of a process that was interrupted.
INTERRUPTED = 130


def main() -> None:
    """Run the command line; an interrupt while it is still being loaded ends it without a word."""
    signal.signal(signal.SIGINT, _leave)
    from forecast.cli import app

    app.main()


def _leave(signum: int, frame: FrameType | None) -> NoReturn:
    # Nothing has been read or begun; an exception would come out of some library's import.
    os._exit(INTERRUPTED)

"""The command line: arguments, progress and exit codes around the library."""

from forecast.cli.app import main

__all__ = ["main"]

"""The `forecast` command: its sub-commands, and how errors become messages and exit codes.

Exit 0 done; 1 a gate or check failed; 2 bad input or usage; 3 internal error; 130 interrupted.
"""

from __future__ import annotations

import errno
import os
import sys
import traceback

import typer

from forecast import __version__
from forecast.cli import (
    cache,
    diff,
    elicit,
    explain,
    files,
    report,
    run,
    scenarios,
    sensitivity,
    shocks,
    sources,
    sweep,
)
from forecast.cli.interrupt import answered, hear_every_interrupt
from forecast.cli.output import guard
from forecast.errors import InputError, UsageError

EXIT_INPUT, EXIT_INTERNAL, EXIT_INTERRUPTED = 2, 3, 130
#: What the machine says when a place named by the user cannot be written or read.
REFUSED = {errno.EACCES, errno.EPERM, errno.EROFS, errno.ENOSPC, errno.EDQUOT, errno.ENOTDIR, errno.EISDIR}

app = typer.Typer(
    name="forecast",
    help="Expert-judgment scenario forecasting of alliance, partnership and split between two states.\n\n"
    "Start with: forecast run, then forecast report. To edit: forecast init DIR.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _version(value: bool) -> None:
    if value:
        typer.echo(f"forecast {__version__}")
        raise typer.Exit


@app.callback()
def _root(
    version: bool = typer.Option(
        False, "--version", callback=_version, is_eager=True, help="Print the version and exit."
    ),
) -> None:
    """See the application's help."""


app.command("run")(run.run)
app.command("report")(report.report)
app.command("sweep")(sweep.sweep)
app.add_typer(sensitivity.app, name="sensitivity")
app.command("diff")(diff.diff)
app.add_typer(elicit.app, name="elicit")
app.command("explain")(explain.explain)
app.command("validate")(files.validate)
app.command("fmt")(files.fmt)
app.command("init")(files.init)
app.command("schema")(files.schema)
app.add_typer(scenarios.app, name="scenarios")
app.add_typer(shocks.app, name="shocks")
app.add_typer(sources.app, name="sources")
app.add_typer(cache.app, name="cache")
app.command("doctor")(cache.doctor)


def main() -> None:
    """Run the command line and exit with its code."""
    debug = "--debug" in sys.argv[1:]
    guard()
    hear_every_interrupt()
    try:
        code = app(standalone_mode=False)
        sys.stdout.flush()
        answered()
    except (InputError, UsageError) as error:
        code = _fail(str(error), EXIT_INPUT, debug=debug)
    except typer.TyperException as error:
        _show(error)
        code = EXIT_INPUT
    except (KeyboardInterrupt, typer.Abort):
        answered()
        code = EXIT_INTERRUPTED
    except (BrokenPipeError, SystemExit):
        # The reader of a pipe (head, less) has gone: no fault of ours. Typer makes a SystemExit of it.
        code = _drop_output()
    except Exception as error:
        if isinstance(error, OSError) and error.errno in REFUSED:
            code = _fail(f"{error.filename or 'output'}: {error.strerror}", EXIT_INPUT, debug=debug)
            _drop_output()
        else:
            code = _fail(
                f"internal error: {type(error).__name__}: {error}\n"
                "This is a fault of the program. Run again with --debug for where it happened.",
                EXIT_INTERNAL,
                debug=debug,
            )
    if code == EXIT_INTERRUPTED:
        _fail("interrupted; nothing was half written", EXIT_INTERRUPTED, debug=debug)
    sys.exit(code if isinstance(code, int) else 0)


def _show(error: typer.TyperException) -> None:
    """The usage line and what is wrong with it, where Typer knows the command; else the message."""
    show = getattr(error, "show", None)
    if show is None:
        print(error.format_message(), file=sys.stderr)
    else:
        show()


def _drop_output() -> int:
    """Point stdout at nothing, so that Python's last flush does not fail too; 0."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return 0


def _fail(message: str, code: int, *, debug: bool) -> int:
    if debug:
        traceback.print_exc()
    print(message, file=sys.stderr)
    return code

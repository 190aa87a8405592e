"""The `forecast` command: its sub-commands, and how errors become messages and exit codes.

Exit 0 done; 1 a gate or check failed; 2 bad input or usage; 3 internal error; 130 interrupted.
"""

from __future__ import annotations

import os
import sys
import traceback

import click
import typer

from forecast import __version__
from forecast.cli import cache, files, report, run, scenarios
from forecast.errors import InputError, UsageError

EXIT_GATE, EXIT_INPUT, EXIT_INTERNAL, EXIT_INTERRUPTED = 1, 2, 3, 130

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
app.command("validate")(files.validate)
app.command("fmt")(files.fmt)
app.command("init")(files.init)
app.command("schema")(files.schema)
app.add_typer(scenarios.app, name="scenarios")
app.add_typer(cache.app, name="cache")
app.command("doctor")(cache.doctor)


def main() -> None:
    """Run the command line and exit with its code."""
    debug = "--debug" in sys.argv[1:]
    try:
        code = app(standalone_mode=False)
    except (InputError, UsageError) as error:
        code = _fail(str(error), EXIT_INPUT, debug=debug)
    except click.exceptions.NoArgsIsHelpError as error:
        error.show()
        code = EXIT_INPUT
    except click.UsageError as error:
        error.show()
        code = EXIT_INPUT
    except click.ClickException as error:
        code = _fail(error.format_message(), EXIT_INPUT, debug=debug)
    except (KeyboardInterrupt, click.Abort):
        code = _fail("interrupted; nothing was half written", EXIT_INTERRUPTED, debug=debug)
    except BrokenPipeError:
        # The reader of a pipe (head, less) has gone: not an error of ours. Python must not flush into it.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        code = 0
    except Exception as error:
        code = _fail(
            f"internal error: {type(error).__name__}: {error}\n"
            "This is a fault of the program. Run again with --debug for where it happened.",
            EXIT_INTERNAL,
            debug=debug,
        )
    sys.exit(code if isinstance(code, int) else 0)


def _fail(message: str, code: int, *, debug: bool) -> int:
    if debug:
        traceback.print_exc()
    print(message, file=sys.stderr)
    return code

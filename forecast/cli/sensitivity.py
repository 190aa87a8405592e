"""`forecast sensitivity`: what the answer depends on."""

from __future__ import annotations

import typer

app = typer.Typer(help="What the answer depends on, and how much.", no_args_is_help=True, rich_markup_mode=None)

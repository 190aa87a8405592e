"""`forecast elicit`: what experts said, turned into priors and shown back."""

from __future__ import annotations

import typer

app = typer.Typer(
    help="Ask experts, fit what they say, show it back, combine it.",
    no_args_is_help=True,
    context_settings={"help_option_names": ["-h", "--help"]},
)

"""`forecast sensitivity`: what the answer depends on."""

from __future__ import annotations

import typer

from forecast.cli import sensitivity_global, sensitivity_prior, sensitivity_sources, sensitivity_tornado

app = typer.Typer(
    help="What the answer depends on, and how much.", no_args_is_help=True, rich_markup_mode=None
)

app.command("tornado")(sensitivity_tornado.tornado)
app.command("sources")(sensitivity_sources.sources)
app.command("prior")(sensitivity_prior.prior)
app.command("global")(sensitivity_global.global_)

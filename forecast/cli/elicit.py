"""`forecast elicit`: what experts said, turned into priors and shown back."""

from __future__ import annotations

import typer

from forecast.cli import (
    elicit_accept,
    elicit_changes,
    elicit_check,
    elicit_export,
    elicit_feedback,
    elicit_fit,
    elicit_new,
    elicit_pool,
    elicit_rounds,
    elicit_seal,
    elicit_seeds,
    elicit_words,
)

app = typer.Typer(
    help="Ask experts, fit what they say, show it back, combine it.",
    no_args_is_help=True,
    context_settings={"help_option_names": ["-h", "--help"]},
)
app.command("new")(elicit_new.new)
app.command("seal")(elicit_seal.seal)
app.command("rounds")(elicit_rounds.rounds)
app.command("changes")(elicit_changes.changes)
app.command("accept")(elicit_accept.accept)
app.command("pool")(elicit_pool.pool)
app.command("seeds")(elicit_seeds.seeds)
app.command("fit")(elicit_fit.fit)
app.command("feedback")(elicit_feedback.feedback)
app.command("export")(elicit_export.export)
app.command("words")(elicit_words.words)
app.command("check")(elicit_check.check)

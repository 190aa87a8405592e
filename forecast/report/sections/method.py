"""The method on one page, for a reader who asks how judgments become probabilities."""

from __future__ import annotations

from forecast.report.markdown import Lines, bullets, escape, heading, paragraph
from forecast.report.marked import count, integer, listed
from forecast.report.view import View
from forecast.simulation.run import PATHS


def method(view: View) -> Lines:
    """From words to numbers, step by step, with what each step assumes."""
    fit, question = view.fit, view.question
    others = [name for name in view.workspace.base_rates.classes if name != view.workspace.base_rates.use]
    title = {o: escape(view.outcome_name(o)) for o in ("alliance", "partnership", "split")}
    steps = [
        f"**Judgments.** {count(len(fit.panel.members), 'source')} of the panel are coded by hand: what they "
        "say of the outcome becomes a probability with an interval, what they say of a cause a code from "
        "−3 to "
        "+3, what they say of the present a level. Each code has its place in the text, and says whether the "
        "text states it or we infer it; inferred codes count for less, and so do sources that repeat one "
        "another.",
        f"**Base rates.** How often pairs of states in such a relation moved between {title['partnership']}, "
        f"{title['alliance']} and {title['split']} is counted from published data, moved to this pair by "
        "what "
        "sets it apart, and widened because the pair is no random member of its class."
        + (f" {count(len(others), 'other class', 'other classes')} can be switched to." if others else ""),
        f"**Drivers.** {count(len(view.workspace.drivers.drivers), 'driver')} have a level in every year, "
        "read "
        "from dated judgments and from measured series by a Kalman filter, and pulled back to their mean "
        "at an "
        "elicited speed (an Ornstein-Uhlenbeck process). Ahead they push one another as judged. Outcomes do "
        "not feed back into them.",
        "**Hazards.** The log of each yearly rate is a base rate plus the sum over drivers of effect times "
        "level. Effects have priors of a common size for all drivers, and the codes move them.",
        "**Fit.** Base rates, effects, a bias that all codings may share, and the sources' own dispersion "
        "are "
        f"estimated together by Hamiltonian Monte Carlo: {integer(fit.posterior.draws)} draws, each a "
        "complete "
        "set of numbers that fits the judgments about as well as they allow. What sources say of the outcome "
        "is scored by the probability that the model itself gives for their window.",
        f"**Simulation.** For each draw {integer(PATHS)} futures of drivers and shocks are drawn to "
        f"{question.horizon.year}, and the probabilities of the states follow along each in closed form. A "
        "mean over draws is the probability reported; its interval is over draws, which is to say over what "
        "the judgments leave open.",
        "**Scenarios** change drivers, shocks or rates on the same random numbers, so that differences from "
        "the baseline are the scenario's own.",
    ]
    cannot = [
        "judgments of texts not read, and of whoever did not write",
        "events of a kind that no file names",
        "an error of the model's form, but as far as another reference class, another panel and the three "
        "answers show it",
    ]
    return [
        *heading("Method"),
        *bullets(steps),
        *paragraph(f"What it cannot know: {listed(cannot)}."),
        *paragraph(
            "Words of likelihood are chosen by the number alone, from one published table; what is said of "
            "confidence is worked out apart, from the evidence and never from the number."
        ),
    ]

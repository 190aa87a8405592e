"""Numbers of drivers: what each does, where it stands, and the rates they multiply."""

from __future__ import annotations

from forecast.report.trace.kinds import kind
from forecast.report.trace.of_documents import AS_FILED, LEVEL, OVER

EFFECTS = (
    kind(
        "findings/effects/*",
        "What {feature} does to {outcome}",
        f"Counts of sources that code it, and the share of draws with the sign of the mean, {OVER}.",
        "effect:{feature}:{channel}@",
        "gain",
    ),
    kind(
        "findings/effects/*/per_unit",
        "Effect of a unit of {feature} on {outcome}",
        f"Log hazard per unit: mean and 90% interval {OVER}.",
        "effect:{feature}:{channel}@",
        "gain",
    ),
    kind(
        "findings/effects/*/now",
        "What {feature} does to {outcome} at today's level",
        f"Coefficient times the saturated level today, {OVER}.",
        "effect:{feature}:{channel}@",
        "driver:{driver}@",
        "gain",
    ),
    kind(
        "findings/gain/prior",
        "What a code point is worth, as assumed",
        "Lognormal; median and 90% range.",
        "gain",
    ),
    kind(
        "findings/gain/posterior/*",
        "What a code point is worth for {outcome}",
        f"Log hazard per code point: mean and 90% interval {OVER}.",
        "gain",
        "drivers:{channel}@",
        "answer:reached.{channel}@",
    ),
    kind(
        "findings/drivers/*",
        "{driver}: trend and today",
        f"Change of the central level over five years; factor on a rate and probability of a sign {OVER}.",
        "driver:{driver}@",
        "dynamics:{driver}",
        "links:{driver}",
    ),
    kind("findings/drivers/*/now", "Level of {driver} today", LEVEL, "driver:{driver}@", "dynamics:{driver}"),
    *(
        kind(
            f"findings/drivers/*/{name}",
            title,
            how,
            "effect:{driver}:alliance@",
            "effect:{driver}:split@",
            "driver:{driver}@",
        )
        for name, title, how in (
            (
                "factor",
                "What {driver} multiplies each rate by today",
                f"exp of the coefficient times the level, {OVER}.",
            ),
            (
                "p_sign",
                "Whether the effect of {driver} has the sign shown",
                f"Share of draws with that sign, {OVER}.",
            ),
            ("speaking", "How many sources code {driver}", "Counted in the files."),
        )
    ),
    kind(
        "findings/drivers/*/voices/*/*",
        "{source} on what {driver} does to {outcome}",
        "The code as it stands, and its part of the weight of all that code the effect.",
        "input:sources.{source}.effects.{driver}.{channel}",
        "effect:{driver}:{channel}@",
    ),
    kind(
        "findings/drivers/*/watched/*",
        "Last row of {indicator}",
        AS_FILED,
        "row:{indicator}:{period}",
        "driver:{driver}@",
    ),
    kind("findings/tracks/*", "Level of {driver} over time", LEVEL, "driver:{driver}@", "dynamics:{driver}"),
    kind(
        "findings/tracks/*/half_life",
        "Half-life of {driver}, in years",
        "Median and 90% interval of 256 elicited draws, weighted by how well each explains the readings.",
        "dynamics:{driver}",
        "driver:{driver}@",
    ),
    kind(
        "findings/steps/*",
        "From the reference class to the model's rate: {outcome}",
        "Yearly rate of the class, moved to this pair and updated by spells before the yearly record.",
        "class",
        "record",
    ),
    kind(
        "findings/steps/*/rate",
        "Yearly rate of {outcome} at average drivers",
        f"exp of the log rate: mean and 90% interval {OVER}.",
        "class",
        "record",
        "outcome:{channel}@",
        "answer:{quantity}@",
    ),
    kind(
        "findings/steps/*/drivers",
        "What all drivers together multiply the rate of {outcome} by today",
        f"exp of the sum of coefficients times levels: of its mean and 90% interval {OVER}.",
        "drivers:{channel}@",
        "gain",
    ),
    kind(
        "findings/steps/*/bias_odds",
        "How far coded probabilities of {outcome} are taken to be off",
        f"Odds ratio of the bias shared by all codings, {OVER}.",
        "settings",
        "outcome:{channel}@",
        "class",
    ),
    kind(
        "findings/rates",
        "The reference class, moved to this pair",
        "Jeffreys' posterior of each rate given the class's counts, widened for the pair not being of it.",
        "class",
        "record",
    ),
    kind(
        "findings/rates/offsets/*",
        "{covariate} of the pair and of its class",
        AS_FILED,
        "covariate:{covariate}",
        "class",
    ),
    kind(
        "findings/rates/moves/*",
        "Yearly rate of a move, {move}",
        "Counts as the file has them; the rate is exp of digamma(n + 1/2) - ln years, with its 90% range.",
        "input:base_rates.classes.{class}.transitions.{move}.events",
        "input:base_rates.classes.{class}.transitions.{move}.episodes",
        "class",
    ),
)

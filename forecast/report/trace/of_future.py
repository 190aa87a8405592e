"""Numbers of the years ahead: shocks, what drivers do to one another, scenarios."""

from __future__ import annotations

from forecast.report.trace.kinds import kind
from forecast.report.trace.of_documents import AS_FILED, NEAR, PAIRED, PARTED

AHEAD = (
    kind(
        "findings/surprises/shocks/*",
        "{shock}",
        "As the file has it; the chance follows from the rate over the time to the horizon.",
        "shock:{shock}",
    ),
    kind(
        "findings/surprises/shocks/*/often",
        "How often {shock} strikes",
        AS_FILED,
        "input:shocks.{shock}.rate",
        "input:shocks.{shock}.probability",
        "shock:{shock}",
    ),
    *(
        kind(
            f"findings/surprises/shocks/*/{name}",
            title,
            "Poisson at each stated quantile of the yearly rate, or from the chance in each window ahead.",
            "input:shocks.{shock}.rate",
            "input:shocks.{shock}.probability",
            "question",
        )
        for name, title in (
            ("chance", "Chance that {shock} strikes by the horizon"),
            ("times", "How often to expect {shock} by the horizon"),
        )
    ),
    *(
        kind(
            f"findings/surprises/shocks/*/{name}/*",
            f"What {{shock}} {words}",
            AS_FILED,
            f"input:shocks.{{shock}}.{name}.{{on}}",
            "shock:{shock}",
        )
        for name, words in (("jumps", "does to a driver"), ("direct", "adds to a hazard"))
    ),
    kind(
        "findings/surprises/pulls/*",
        "How one driver pulls another",
        AS_FILED,
        "input:cross_impacts.{from_}.{to}",
        "unit",
    ),
    kind("findings/surprises/unit", "What a point of cross-impact is", AS_FILED, "input:cross_impact_unit"),
    kind("findings/surprises/together/*", "Drivers whose innovations correlate", AS_FILED, "together"),
    kind(
        "findings/surprises",
        "Where drivers would drive one another without end",
        "The smallest unit at which the drift has an eigenvalue that does not decay, by halving.",
        "pulls",
    ),
    kind(
        "findings/scenarios/*",
        "How often futures come near {scenario}",
        NEAR,
        "scenario:{scenario}",
    ),
    kind("findings/scenarios/*/deeds/*", "A line of {scenario}", NEAR, "scenario:{scenario}"),
    kind(
        "findings/scenarios/*/expected/*",
        "What {scenario} expects of {outcome}, and what comes out",
        PAIRED,
        "scenario:{scenario}",
        "answer:reached.{channel}@",
    ),
    kind(
        "findings/scenarios/*/whys/*",
        "Why {scenario} differs in {outcome}",
        PARTED,
        "scenario:{scenario}",
        "answer:{quantity}@",
    ),
    kind(
        "findings/scenarios/*/whys/*/total",
        "Difference of {scenario} from the baseline: {quantity} {date}",
        PAIRED,
        "scenario:{scenario}",
    ),
    kind(
        "findings/scenarios/*/whys/*/causes/*",
        "Part of the difference of {scenario} in {outcome}: {carrier}",
        PARTED,
        "scenario:{scenario}",
        "effect:{driver}:{channel}@",
        "effect:{interaction}:{channel}@",
        "shock:{shock}",
        "driver:{driver}@",
    ),
    kind(
        "findings/scenarios/*/verdict",
        "Whether {scenario} agrees with the judgments of what drives what",
        "Cross-impact balances: points of every stated push on a driver, against where the scenario puts it.",
        "scenario:{scenario}",
        "links:{driver}",
        "pulls",
    ),
)

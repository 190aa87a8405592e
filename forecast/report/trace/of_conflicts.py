"""Numbers of what does not fit together, and of what a broad alliance is."""

from __future__ import annotations

from forecast.report.trace.kinds import kind
from forecast.report.trace.of_documents import AS_FILED, LEVEL, OVER

CONFLICTS = (
    kind(
        "findings/departures/*",
        "{indicator} beside the level of {driver}",
        "Mean of its last three readings less the smoothed level, in its own error sds.",
        "driver:{driver}@",
    ),
    kind(
        "findings/indicator_conflicts/*",
        "Series of {driver} on opposite sides of its level",
        "Gap of the means of their last three readings, in error sds.",
        "driver:{driver}@",
    ),
    kind(
        "findings/readings_conflicts/*",
        "{indicator} against the judgments of {driver}",
        "Mean over its latest readings of what it alone suggests less the judgments' path, in units and sds.",
        "driver:{driver}@",
    ),
    kind(
        "findings/level_disputes/*",
        "Two judgments of the level of {driver} that do not fit together",
        "Their gap over the root of the sum of their variances, at the widths stated.",
        "driver:{driver}@",
    ),
    *(
        kind(
            f"findings/level_disputes/*/{end}",
            "A judgment of the level of {driver}",
            AS_FILED,
            "driver:{driver}@",
            "source:{source}@",
        )
        for end in ("higher", "lower")
    ),
    kind(
        "findings/class_conflicts/*",
        "{driver} on {outcome}: the class's ratio beside the sources' codes",
        f"Log hazard ratio of the class; the panel's weighted mean code; the effect {OVER}.",
        "effect:{driver}:{channel}@",
        "class",
    ),
    kind(
        "findings/misfits/*",
        "{source} on {outcome} against the model",
        "Gap of the logits over the root of the sum of variances; the weight is the one it counts by.",
        "input:sources.{source}.outcomes.{channel}",
        "answer:reached.{channel}@",
    ),
    kind(
        "findings/misfits/*/model",
        "The model's own probability of {outcome} for the window of {source}",
        f"The fit's cumulative incidence over that window, {OVER}.",
        "answer:reached.{channel}@",
        "input:sources.{source}.outcomes.{channel}",
    ),
    kind("findings/alignment", "The alignment index", LEVEL, "index", "definition@"),
    kind(
        "findings/definitions/*",
        "The line of a broad alliance by {source}",
        "Share of the definitions' weight; the probability as coded.",
        "input:sources.{source}.outcomes.alliance_broad",
        "definition@",
    ),
    kind(
        "findings/definitions/*/threshold",
        "Where {source} draws the line of a broad alliance",
        "The index that makes its coded probability come true, as projected from its day; 90% range.",
        "input:sources.{source}.outcomes.alliance_broad",
        "index",
    ),
    *(
        kind(
            f"findings/definitions/*/{when}",
            f"Broad alliance {words} by the line of {{source}} alone",
            "P(alliance) + P(partnership) P(index above the line); the range is over where its line lies.",
            "input:sources.{source}.outcomes.alliance_broad",
            "index",
            "answer:alliance_broad@",
        )
        for when, words in (("now", "today"), ("far", "at the horizon"))
    ),
)

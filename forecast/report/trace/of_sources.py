"""Numbers of the sources: what each is coded to say, how they agree, who depends on whom."""

from __future__ import annotations

from forecast.report.trace.kinds import kind
from forecast.report.trace.of_documents import AS_FILED, DRAWN

SOURCES = (
    kind("findings/sources/kinds/*", "Sources of kind {kind}", "Counted in the files.", "panel@", "settings"),
    kind(
        "findings/sources/entries/*",
        "{source} in the list of sources",
        "Counted in the file; its share is of the panel's weight.",
        "source:{source}@",
    ),
    kind("findings/sources/cards/*", "{source}", AS_FILED, "source:{source}@"),
    kind(
        "findings/sources/cards/*/outcomes/*",
        "{source} on {outcome}",
        AS_FILED,
        "input:sources.{source}.outcomes.{outcome}",
    ),
    kind(
        "findings/sources/cards/*/effects/*",
        "{source} on {driver}",
        AS_FILED,
        "input:sources.{source}.effects.{driver}.alliance",
        "input:sources.{source}.effects.{driver}.split",
    ),
    kind(
        "findings/sources/cards/*/levels/*", "{source} on the level of {driver}", AS_FILED, "driver:{driver}@"
    ),
    kind(
        "findings/sources/matrix/cells/*",
        "{source} on what {driver} does to {outcome}",
        AS_FILED,
        "input:sources.{source}.effects.{driver}.{channel}",
    ),
    kind(
        "findings/sources/matrix/totals/*",
        "All sources on what {driver} does to {outcome}",
        "Mean code, weighted as in the model, and how many code it.",
        "effect:{driver}:{channel}@",
    ),
    kind(
        "findings/sources/coders",
        "Agreement of two coders",
        "Shares and Cohen's kappa over the cells that both coded; 90% intervals by bootstrap.",
        "coding",
    ),
    kind(
        "findings/dependence",
        "Who depends on whom",
        "Kish's effective number under the correlations that shared clusters and reporting texts imply.",
        "panel@",
        "settings",
    ),
    kind(
        "findings/dependence/structure/voices/*",
        "Weight of {source}",
        "The file's weight over the largest of the panel.",
        "input:sources.{source}.weight",
        "panel@",
    ),
    *(
        kind(
            f"findings/dependence/differences/*{end}",
            title,
            how,
            "answer:{quantity}@",
            "settings",
            "panel@",
        )
        for end, title, how in (
            (
                "",
                "{outcome}: what dependence between sources does to the interval",
                "Widths of 90% intervals of the log odds, with dependence over without; batch means.",
            ),
            ("/modelled", "{quantity} {date}, as modelled", DRAWN),
            (
                "/independent",
                "{quantity} {date}, as if every source stood alone",
                "A second fit in which no two sources share a cluster, a text or a divided weight. " + DRAWN,
            ),
        )
    ),
)

"""Numbers of the answers themselves: probabilities, estimates, differences, reasons, diagnostics."""

from __future__ import annotations

from forecast.report.trace.kinds import kind

DRAWN = (
    "Mean over {draws} posterior draws of {paths} simulated futures each (seed {seed}); the interval is from"
    " the 5% to the 95% quantile over draws."
)
PAIRED = (
    "The scenario's probability less the baseline's, draw by draw on the same random numbers ({draws} draws,"
    " seed {seed}); the probability of a sign is the share of draws with the mean's."
)
PARTED = (
    "The difference from the baseline split along simulated paths, on a quarter of the draws, and scaled to"
    " the difference over all draws (seed {seed})."
)
NEAR = (
    "Share of the baseline's simulated futures that come near what the scenario sets, on a quarter of the"
    " draws (seed {seed})."
)
OVER = "over {draws} posterior draws (seed {seed}, panel {panel})"
AS_FILED = "As the file has it."
LEVEL = (
    "Level smoothed from all readings known on the day, dynamics integrated over 256 draws; 90% interval of a"
    " normal with its mean and variance."
)
ANSWER = (
    *("answer:{quantity}@", "class", "record", "drivers:{channel}@main", "{line}@main", "{drawn_on}"),
    "resolution:{outcome}",
)

DOCUMENTS = (
    kind(
        "DOC/scenarios/*/horizons/*/state/*",
        "{quantity} {date}, {scenario}, panel {panel}",
        DRAWN,
        "scenario:{scenario}",
        *ANSWER,
    ),
    kind(
        "DOC/scenarios/*/horizons/*/reached/*",
        "{quantity} {date}, {scenario}, panel {panel}",
        DRAWN,
        "scenario:{scenario}",
        *ANSWER,
    ),
    kind(
        "DOC/scenarios/*/horizons/*/alliance_broad",
        "{quantity} {date}, {scenario}, panel {panel}",
        DRAWN,
        "scenario:{scenario}",
        *ANSWER,
    ),
    kind("headlines/*", "{quantity} {date}, baseline, panel {panel}", DRAWN, *ANSWER),
    kind(
        "DOC/scenarios/*/reasons/*/total",
        "Difference of {scenario} from the baseline: {quantity} {date}",
        PAIRED,
        "scenario:{scenario}",
        "answer:{quantity}@",
    ),
    kind(
        "DOC/scenarios/*/reasons/*/parts/*",
        "Part of the difference of {scenario} in {outcome}: {carrier}, on the way {transition}",
        PARTED,
        "scenario:{scenario}",
        "effect:{driver}:{channel}@",
        "effect:{interaction}:{channel}@",
        "shock:{shock}",
        "driver:{driver}@",
    ),
    kind(
        "DOC/scenarios/*/reasons/*/lines/*",
        "What one line of {scenario} adds to those before it: {quantity} {date}",
        "The scenario simulated line by line, in the order of the file, on a quarter of the draws and"
        " scaled to the difference over all (seed {seed}).",
        "scenario:{scenario}",
    ),
    kind(
        "DOC/scenarios/*/plausibility", "How often futures come near {scenario}", NEAR, "scenario:{scenario}"
    ),
    kind(
        "DOC/scenarios/*/interventions/*",
        "A line of {scenario}",
        "As the file has it.",
        "scenario:{scenario}",
    ),
    kind(
        "DOC/scenarios/*/consistency",
        "Whether {scenario} agrees with the judgments of what drives what",
        "Cross-impact balances: points of every stated push on a driver, against where the scenario puts it.",
        "scenario:{scenario}",
        "links:{driver}",
        "pulls",
    ),
    kind(
        "DOC/comparisons/*",
        "{quantity} {date}: {scenario} less the baseline, panel {panel}",
        PAIRED,
        "scenario:{scenario}",
        "answer:{quantity}@",
    ),
    kind(
        "DOC/estimates/outside_view/horizons/*/reached/*",
        "Outside view: {quantity} {date}",
        "First passage at constant rates of the reference class alone, over draws of the rates (seed {seed});"
        " no source and no driver is heard.",
        "class",
        "resolution:{outcome}",
    ),
    kind(
        "DOC/estimates/pooled_judgment/horizons/*/reached/*",
        "Pooled judgment: {quantity} {date}, panel {panel}",
        "Stated probabilities of the panel carried to the date at a constant hazard and pooled in log odds,"
        " quantile by quantile; weights are halved per ten years of age. No draw is involved.",
        "pooled:{channel}@",
        "panel@",
    ),
    kind(
        "DOC/estimates/model/horizons/*/reached/*",
        "Model: {quantity} {date}, panel {panel}",
        DRAWN,
        *ANSWER,
    ),
    kind(
        "DOC/diagnostics",
        "Diagnostics of the sampling, panel {panel}",
        "Rank-normalised R-hat, bulk and tail effective sample sizes (Vehtari and others 2021), the worst"
        " of all parameters, and the number of divergences.",
        "panel@",
    ),
    kind(
        "DOC/provenance",
        "What the answer is a function of, panel {panel}",
        "Files, flags, seed and versions; the hash is over every input file.",
        "question",
    ),
    kind(
        "pooling/used/*",
        "Weight of {source} in pooled judgment",
        "Panel weight times grade, halved per ten years of the view's age.",
        "input:sources.{source}.weight",
        "source:{source}@",
    ),
    kind(
        "pooling/by_rule/*",
        "Pooled judgment by another rule of pooling, by the horizon",
        "The same probabilities and weights, pooled by this rule; the median.",
        "pooled:alliance@",
        "pooled:split@",
    ),
)

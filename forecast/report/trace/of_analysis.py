"""Numbers of the analysis of the answers: competing hypotheses, alternatives, confidence, grades, changes."""

from __future__ import annotations

from forecast.report.trace.kinds import kind
from forecast.report.trace.of_documents import AS_FILED, DRAWN, OVER

WEIGHED = (
    "Decibans by which an item moves each hypothesis: the answer with all judgments against that without it,"
    f" {OVER}; of a level, against the driver at its average."
)
RATED = (
    "Rated for consistency by what was coded; inconsistency weighted by credibility and relevance, summed."
)
HELD = (
    "A driver is held at a level to the horizon and the others go as projected: chances in closed form, moved"
    " on the log odds to the simulated baseline."
)
ITEM = ("source:{each}@", "driver:{driver}@", "{record}", "{ratios}")

HYPOTHESES = (
    kind("findings/hypotheses", "Competing hypotheses", RATED, "panel@"),
    *(
        kind(
            f"findings/hypotheses/{matrix}",
            f"The matrix of hypotheses on {words}",
            f"{WEIGHED} {RATED}",
            *keys,
        )
        for matrix, words, keys in (
            ("states", "the three states", ("class", "answer:state.partnership@", "panel@")),
            ("broad", "a broad alliance", ("definition@", "index", "answer:alliance_broad@")),
        )
    ),
    kind("findings/hypotheses/*/rows/*", "{item} against each hypothesis", WEIGHED, *ITEM),
    kind("findings/hypotheses/*/rows/*/rated", "{item}, rated against each hypothesis", RATED, *ITEM),
    kind(
        "findings/hypotheses/*/parted/*",
        "{item}: where the model and the rating point opposite ways",
        f"{WEIGHED} {RATED}",
        *ITEM,
    ),
    kind(
        "findings/hypotheses/by_driver/*", "All codes of {driver} against each hypothesis", WEIGHED, *ITEM[1:]
    ),
    kind(
        "findings/hypotheses/rules",
        "The rules of the rating",
        "Where each rating begins, and what degrees of credibility and relevance weigh.",
        "settings",
    ),
)

ALTERNATIVES = (
    kind("findings/alternatives", "Outcomes that are not the likeliest", DRAWN, "panel@"),
    kind(
        "findings/alternatives/outcomes/*",
        "What would bring {outcome}",
        DRAWN,
        "answer:{quantity}@",
        "drivers:{channel}@",
        "{drawn_on}",
    ),
    kind(
        "findings/alternatives/outcomes/*/needed",
        "Where drivers would have to stand for {outcome}",
        HELD,
        "drivers:{channel}@",
        "{drawn_on}",
        "dynamics:{each_driver}",
        "gain",
    ),
    kind(
        "findings/alternatives/outcomes/*/needed/alone/*",
        "Where {each_driver} would have to stand for {outcome}",
        HELD,
        "effect:{each_driver}:{channel}@",
        "driver:{each_driver}@",
        "{drawn_on}",
    ),
    kind(
        "findings/alternatives/outcomes/*/right/*",
        "{outcome} by {source} alone",
        "The same model with this source alone in its panel.",
        "source:{source}@",
    ),
    kind(
        "findings/alternatives/outcomes/*/coded",
        "{outcome} as coded from {source}",
        AS_FILED,
        "input:sources.{source}.outcomes.{outcome}",
    ),
    kind(
        "findings/alternatives/outcomes/*/under/*",
        "{outcome} under {scenario}",
        DRAWN,
        "scenario:{scenario}",
        "answer:{quantity}@",
    ),
    *(
        kind(
            f"findings/alternatives/outcomes/*/{name}/*",
            "{shock}, for {outcome}",
            "Chance at the median of its rate; factor on the outcome's rate by jumps and direct effect.",
            "input:shocks.{shock}.rate",
            "input:shocks.{shock}.probability",
            "shock:{shock}",
        )
        for name in ("criteria", "triggers")
    ),
    kind(
        "findings/alternatives/outcomes/*/watch/*",
        "What to watch of {driver} for {outcome}",
        "Rows as the file has them; the change from one to the other in the series' own error sds.",
        "driver:{driver}@",
        "effect:{driver}:{channel}@",
    ),
    *(
        kind(
            f"findings/alternatives/outcomes/*/watch/*/{name}",
            "A row of {indicator}",
            AS_FILED,
            "row:{indicator}:{period}",
            "driver:{driver}@",
        )
        for name in ("last", "before")
    ),
    kind(
        "findings/alternatives/rivals", "Rival readings", "Answers of other panels and estimates.", "panel@"
    ),
    kind(
        "findings/alternatives/rivals/readings/*",
        "A rival reading: {name}",
        "The same model with another panel, or an estimate that hears less.",
        "source:{source}@",
        "answer:{quantity}@",
        "class",
    ),
    kind(
        "findings/alternatives/rivals/readings/*/causes/*",
        "Why {name} gives {outcome} another word",
        f"Yearly rates at average drivers, and what drivers multiply them by today: means {OVER}.",
        "source:{source}@",
        "outcome:{channel}@",
        "drivers:{channel}@",
        "{line}@",
    ),
    kind(
        "findings/alternatives/rivals/readings/*/causes/*/departures/*",
        "What {driver} multiplies the rate of {outcome} by, for {name} and for the panel",
        f"exp of the coefficient times the level, {OVER}.",
        "effect:{driver}:{channel}@",
        "driver:{driver}@",
        "source:{source}@",
    ),
)

GROUNDS = (
    kind(
        "findings/confidence",
        "How well founded the judgments are",
        "Measures held against fixed limits and joined by one rule, apart from how likely anything is.",
        "panel@",
        "settings",
    ),
    kind(
        "findings/confidence/judgments/*/components/*/readings/*",
        "{component}, {outcome}",
        "One measure against two limits: {ground}.",
        "source:{each}@",
        "driver:{each}@",
        "outcome:{channel}@",
        "{line}@",
        "panel@",
    ),
    kind(
        "findings/confidence/specification",
        "What other specifications make of the answers",
        "Every combination of reference class, half-lives and shared bias, answered from the same draws by"
        " reweighting, or fitted.",
        "class",
        "settings",
    ),
    kind("findings/grades", "Admiralty grades of the sources heard", "Counted in the files.", "panel@"),
    kind(
        "findings/grades/bearing/*",
        "Grade of {source}, and how much rests on it",
        "Its share of the weight by which judgments of an outcome, or codes of causes, are heard.",
        "source:{source}@",
        "input:sources.{source}.weight",
    ),
    kind(
        "changes",
        "What changed since an earlier report",
        "The difference of two answers as a sum over edits (Shapley values), and what is not attributed.",
        "question",
        "panel@",
    ),
)

ANALYSIS = (*HYPOTHESES, *ALTERNATIVES, *GROUNDS)

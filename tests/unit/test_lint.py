"""The linter on sentences: each is added to a report that is in order, and judged by what is found in it."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml

from forecast.lexicon import words
from forecast.report.ledger import paths_of, publish
from forecast.report.lint import RULES, Fault, lint
from forecast.report.markdown import capital
from forecast.report.marked import interval, percent
from forecast.report.marks import quoted
from forecast.report.sections.front import likelihood
from forecast.simulation.forecast import Summary

PAIR = "Ruritania and Graustark"
TITLES = {
    "alliance": "Alliance",
    "partnership": "Partnership",
    "split": "Split",
    "alliance_broad": "Alliance in the broad sense",
}
#: Mean and interval at the two headline dates, and at one between; broad reached by then, where it differs.
NUMBERS = {
    "alliance": {
        2031: (0.0512, 0.0149, 0.1196),
        2033: (0.0671, 0.0192, 0.158),
        2036: (0.0942, 0.0298, 0.2071),
    },
    "partnership": {2031: (0.936, 0.871, 0.978), 2033: (0.918, 0.834, 0.968), 2036: (0.885, 0.774, 0.953)},
    "split": {2031: (0.0172, 0.0041, 0.0391), 2033: (0.0223, 0.0052, 0.0539), 2036: (0.0371, 0.0108, 0.0812)},
    "alliance_broad": {2031: (0.541, 0.158, 0.951), 2033: (0.542, 0.172, 0.93), 2036: (0.548, 0.219, 0.911)},
}
#: The same under the one scenario of the report.
SIEGE = {"alliance": (0.178, 0.047, 0.41), "split": (0.0256, 0.0038, 0.0611)}
EVENTS = {
    "alliance": "enter an alliance at any time by",
    "partnership": "are partners, neither allied nor split, on",
    "split": "split at any time by",
    "alliance_broad": "count as allies in the broad sense on",
}


def summary(mean: float, p05: float, p95: float) -> Summary:
    """A summary whose median is a little below its mean."""
    return Summary(mean=mean, p05=p05, p50=0.9 * mean, p95=p95, mcse=0.001)


def horizons(scenario: str) -> list[dict[str, Any]]:
    """The horizons of one scenario, as `forecast run --json` has them."""
    found = []
    for year in (2031, 2033, 2036):
        told = {o: summary(*by_year[year]).as_dict() for o, by_year in NUMBERS.items()}
        if scenario == "siege" and year == 2036:
            told |= {o: summary(*three).as_dict() for o, three in SIEGE.items()}
        on_the_day = {
            o: {k: v * 0.97 for k, v in told[o].items()} if o in ("alliance", "split") else told[o]
            for o in ("alliance", "partnership", "split")
        }
        found.append(
            {
                "date": f"{year}-12-31",
                "state": on_the_day,
                "reached": {
                    "alliance": told["alliance"],
                    "split": told["split"],
                    "alliance_broad": summary(0.8, 0.4, 0.99).as_dict(),
                },
                "alliance_broad": told["alliance_broad"],
            }
        )
    return found


def data(lexicon: str) -> dict[str, Any]:
    """A report's data, but for its ledger."""
    return {
        "schema": "report/1",
        "kind": "report",
        "lexicon": lexicon,
        "outcomes": {outcome: {"title": title} for outcome, title in TITLES.items()},
        "headlines": [
            {"outcome": o, "date": f"{year}-12-31", **summary(*NUMBERS[o][year]).as_dict()}
            for o in NUMBERS
            for year in (2031, 2036)
        ],
        "main": {
            "as_of": "2026-11-21",
            "start_state": "partnership",
            "scenarios": [
                {"id": name, "title": title, "horizons": horizons(name)}
                for name, title in (("baseline", "Baseline"), ("siege", "Besieged together"))
            ],
            "comparisons": [
                {
                    "scenario": "siege",
                    "date": "2036-12-31",
                    "quantity": "reached.alliance",
                    "difference": summary(0.0838, 0.008, 0.22).as_dict(),
                    "p_sign": 0.98,
                }
            ],
        },
        "findings": {
            "sources": {"cards": [{"name": "Blank (2020)"}, {"name": "Zhang Yun (2021)"}]},
            "confidence": {"judgments": [{"outcome": o, "level": "low"} for o in TITLES]},
            "pool": 0.0473,
            "war": 0.234,
            "rate": {"mean": 3.12, "p05": 1.32, "p95": 9.89},
        },
    }


def judgment(outcome: str, lexicon: str) -> str:
    """One key judgment as a report writes it."""
    said = [f"**{quoted(TITLES[outcome])}.**"]
    before = ""
    for year in (2031, 2036):
        value = summary(*NUMBERS[outcome][year])
        opening = likelihood(words(lexicon, value.mean))
        when = f"{EVENTS[outcome].rsplit(' ', 1)[1]} 31 December {year}"
        claim = f"{capital(opening)} that {quoted(PAIR)} {EVENTS[outcome]} 31 December {year}"
        if before:
            claim = f"{capital(when)} " + ("that is still so" if before == opening else opening)
        said.append(f"{claim}: **{percent(value.mean)}**, 90% interval {interval(value)}.")
        low, high = words(lexicon, value.p05), words(lexicon, value.p95)
        if low != high:
            said.append(f"That interval runs from “{low}” to “{high}”.")
        before = opening
    return " ".join([*said, "Confidence in this judgment is **low**: the views are old."])


def published(lexicon: str = "icd203") -> tuple[str, dict[str, Any]]:
    """A report in order, and its data."""
    found = data(lexicon)
    paragraphs = [judgment(outcome, lexicon) for outcome in NUMBERS]
    said = (
        f"The pool of coded probabilities of alliance has a median of {percent(0.0473)}. The chance of a war "
        f"that draws both in is {percent(0.234)}. Drivers multiply the rate by {percent(0.5)}."
    )
    background = quoted("The two will fight side by side, said a minister who is confident of it.")
    text = "\n\n".join(
        [
            f"# {quoted(f'Will {PAIR} form an alliance?')}",
            "## Key judgments",
            *paragraphs,
            "## Background",
            background,
            "## Three answers",
            said,
            "## Assessment",
            "",
        ]
    )
    markdown, ledger = publish(text, paths_of(found))
    return markdown, {**found, "prose": ledger.as_dict()}


CASES: list[Mapping[str, Any]] = yaml.safe_load(
    (Path(__file__).parent / "lint_sentences.yaml").read_text("utf-8")
)
FAULTY = [case for case in CASES if case.get("rules")]
GOOD = [case for case in CASES if not case.get("rules")]


def found_in(case: Mapping[str, Any]) -> list[Fault]:
    """The faults of a sentence that was added to a report."""
    markdown, about = published(case.get("lexicon", "icd203"))
    text = str(case["text"]).strip()
    if case.get("judgment"):
        head, rest = markdown.split("## Background", 1)
        edited, line = f"{head}{text}\n\n## Background{rest}", head.count("\n") + 1
    else:
        edited, line = f"{markdown.rstrip()}\n\n{text}\n", markdown.rstrip().count("\n") + 3
    return [fault for fault in lint(edited, about) if line <= fault.line <= line + text.count("\n")]


@pytest.mark.parametrize("lexicon", ["icd203", "phia", "ipcc"])
def test_the_report_the_sentences_are_added_to_is_in_order(lexicon: str) -> None:
    """What is found is found in the sentence: every lexicon's report passes without it."""
    assert lint(*published(lexicon)) == ()


@pytest.mark.parametrize("case", FAULTY, ids=lambda case: str(case["text"])[:60])
def test_faulty_sentences_are_found(case: Mapping[str, Any]) -> None:
    """Each breaks the rules named beside it, and no other."""
    assert {fault.rule for fault in found_in(case)} == set(case["rules"])


@pytest.mark.parametrize("case", GOOD, ids=lambda case: str(case["text"])[:60])
def test_good_sentences_pass(case: Mapping[str, Any]) -> None:
    """An analyst may write these."""
    assert found_in(case) == []


def test_there_are_sentences_enough_for_every_rule() -> None:
    """At least sixty of each kind, three for every rule."""
    assert min(len(FAULTY), len(GOOD)) >= 60
    assert all(sum(rule in case["rules"] for case in FAULTY) >= 3 for rule in RULES)

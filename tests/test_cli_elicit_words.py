"""`forecast elicit words` as a real process: shipped lexicons anywhere, a house's own in its workspace."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from command import SMALL, Done, files, forecast

KENT = """\
schema: lexicon/1
id: kent1964
title: Kent
source: Sherman Kent (1964), Words of Estimative Probability
terms:
  - {words: [almost certain], low: 87%, high: 99%}
  - {words: [probable], low: 63%, high: 87%, high_open: true}
  - {words: [chances about even], low: 40%, high: 60%}
  - {words: [probably not], low: 20%, high: 40%, high_open: true}
  - {words: [almost certainly not], low: 2%, high: 12%}
"""


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder that holds a workspace with a lexicon of its own, and nothing else."""
    root = tmp_path_factory.mktemp("words")
    shutil.copytree(SMALL, root / "w")
    (root / "w" / "priors" / "lexicons").mkdir()
    (root / "w" / "priors" / "lexicons" / "kent1964.yaml").write_text(KENT)
    question = root / "w" / "priors" / "question.yaml"
    question.write_text(question.read_text().replace("lexicon: icd203", "lexicon: kent1964"))
    (root / "outside").mkdir()
    return root


def asked(place: Path, *arguments: str, cwd: str = "outside") -> Done:
    """The command, from a folder without a workspace unless told otherwise."""
    return forecast("elicit", "words", *arguments, cache=place / "cache", cwd=place / cwd)


def test_words_to_numbers_outside_any_workspace(place: Path) -> None:
    """A published lexicon needs no workspace and says nothing on stderr; words need no quotation marks."""
    done = asked(place, "very", "unlikely", "--lexicon", "icd203")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.splitlines() == [
        "lexicon  words                             range      as a file is read",
        "icd203   very unlikely; highly improbable  5% to 20%  {p05: 0.05, p50: 0.1029, p95: 0.2}",
    ]
    assert not (place / "cache").exists()


@pytest.mark.parametrize("number", ["0.22", "22%", "22 %", "22 in 100", ".22"])
def test_numbers_to_words(place: Path, number: str) -> None:
    """However a probability is written; in a gap "between X and Y"."""
    done = asked(place, number, "--lexicon", "phia")
    assert done.stdout.splitlines() == [
        "lexicon  22% is                                range",
        "phia     between highly unlikely and unlikely  over 20% to under 25%",
    ]


def test_all_that_fits_the_best_first(place: Path) -> None:
    """Both terms of an edge; an open end is no part; past the outermost range that is said."""
    edge = json.loads(asked(place, "0.2", "--lexicon", "icd203", "--json").stdout)
    assert edge["schema"] == "elicit-words/1"
    [told] = edge["answers"]
    assert [fit["words"][0] for fit in told["fitting"]] == ["unlikely", "very unlikely"]
    half = json.loads(asked(place, "50%", "--lexicon", "phia", "--json").stdout)["answers"][0]
    assert half["words"] == "between realistic possibility and likely"
    [gap] = half["fitting"]
    assert (gap["low"], gap["high"], gap["low_open"], gap["high_open"]) == (0.5, 0.55, False, True)
    assert asked(place, "0", "--lexicon", "icd203").stdout.endswith("1% to 5%  below every range\n")


def test_the_questions_lexicon_and_all_side_by_side(place: Path) -> None:
    """In a workspace its own comes first; those without the words are left out."""
    done = asked(place, "0.3", "--all", cwd="w")
    assert done.stderr == f"workspace: {place / 'w'} (found)\n"
    assert [line.split()[0] for line in done.stdout.splitlines()[1:]] == [
        "kent1964",
        "icd203",
        "phia",
        "ipcc",
    ]
    told = json.loads(asked(place, "likely", "--all", "-q", "-w", str(place / "w"), "--json").stdout)
    assert [(a["lexicon"], a["range"]) for a in told["answers"]] == [
        ("icd203", "55% to 80%"),
        ("phia", "55% to 75%"),
        ("ipcc", "at least 66%"),
    ]
    assert told["answers"][0]["quantiles"] == {"p05": 0.55, "p50": pytest.approx(0.6885786), "p95": 0.8}


def test_alone_it_prints_the_table_with_its_source(place: Path) -> None:
    """From the least likely, gaps in their places, what is said past the ends."""
    done = asked(place, "-w", str(place / "w"))
    first, _, *rows, last = done.stdout.splitlines()
    assert first == "kent1964  Kent: Sherman Kent (1964), Words of Estimative Probability"
    assert [row.split("  ")[0] for row in rows] == [
        "almost certainly not",
        "between almost certainly not and probably not",
        "probably not",
        "chances about even",
        "between chances about even and probable",
        "probable",
        "almost certain",
    ]
    assert last == "Under 2% and over 99%: the outermost words"
    told = json.loads(asked(place, "--json", "-q", "-w", str(place / "w")).stdout)
    [table] = told["lexicons"]
    assert (table["id"], table["nested"], [t["gap"] for t in table["terms"]].count(True)) == (
        "kent1964",
        False,
        2,
    )


def test_a_gaps_words_are_its_numbers(place: Path) -> None:
    """What a number is said in can be asked back."""
    said = json.loads(asked(place, "15%", "-q", "--json", cwd="w").stdout)["answers"][0]["words"]
    back = json.loads(asked(place, said, "-q", "--json", cwd="w").stdout)["answers"][0]
    assert (back["low"], back["high"]) == (0.12, 0.2)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["very unlikly", "--lexicon", "icd203"], "Did you mean 'very unlikely'?"),
        (["highly likely", "--lexicon", "icd203"], "PHIA has it for 80% to 90% (--lexicon phia)."),
        (["22", "--lexicon", "icd203"], "22 is not a probability from 0 to 1; write 0.22 or 22%"),
        (["0,5", "--lexicon", "icd203"], "write a decimal point, 0.5"),
        (["nan", "--lexicon", "icd203"], "nan is not a probability from 0 to 1"),
        (["3 in 2", "--lexicon", "icd203"], "the first number is at most the second"),
        (["1 in 0", "--lexicon", "icd203"], "the first number is at most the second"),
        (["0.5", "--lexicon", "phai"], "is not one of icd203, phia, ipcc"),
        (["0.5", "--lexicon", "kent", "-w", "../w"], "Did you mean 'kent1964'?"),
        (["likely", "--lexicon", "phia", "--all"], "give --lexicon or --all, not both"),
        (["between likely and unlikely", "--lexicon", "phia"], "nothing lies between the two"),
    ],
)
def test_what_cannot_be_read_is_told(place: Path, arguments: list[str], said: str) -> None:
    """Nothing on stdout, the remedy on stderr, exit 2, and nothing written."""
    before = files(place)
    done = asked(place, *arguments)
    assert (done.returncode, done.stdout) == (2, "")
    assert said in done.stderr
    assert "Traceback" not in done.stderr
    assert files(place) == before


def test_a_faulty_lexicon_is_told_with_its_line(place: Path, tmp_path: Path) -> None:
    """As `validate` words it; a source's faults are no matter here."""
    shutil.copytree(place / "w", tmp_path / "w")
    file = tmp_path / "w" / "priors" / "lexicons" / "kent1964.yaml"
    file.write_text(KENT.replace("high: 60%", "high: 65%"))
    done = forecast("elicit", "words", "-w", str(tmp_path / "w"), cache=tmp_path / "cache")
    assert done.returncode == 2
    assert "priors/lexicons/kent1964.yaml:8  terms[2]" in done.stderr
    assert "overlaps 'probable', 63% to under 87% (line 7)" in done.stderr
    assert "jones2022" not in done.stderr

"""Admiralty grades: the scale, the rubric's ceilings, every shipped source, and no number that moves."""

from __future__ import annotations

import dataclasses
import json
import pickle
import re
from pathlib import Path
from typing import Any

import pytest
from pydantic import TypeAdapter, ValidationError

from forecast.cards.card import card
from forecast.cards.listing import listing
from forecast.cards.words import admiralty_in_words
from forecast.cli.source_card import render
from forecast.inputs.check_grades import ceiling, check_grades
from forecast.inputs.draft import Document, Draft
from forecast.inputs.json_schema import schema_of
from forecast.inputs.records import CREDIBILITY, NOT_GRADED, RELIABILITY, Admiralty, Source
from forecast.inputs.records import admiralty as scale
from forecast.inputs.workspace import Workspace
from forecast.model.data import prepare
from forecast.panel import Panel, resolve

GRADE = TypeAdapter(Admiralty)


def graded(source: Source, grade: str | None, **changes: Any) -> Source:
    """The source with another grade."""
    why = "Said by a test." if grade else None
    return source.model_copy(update={"admiralty": grade, "admiralty_why": why, **changes})


def problems(*sources: Source) -> dict[str, bool]:
    """Messages about the grades of some sources, and whether each is a warning."""
    draft = Draft()
    for source in sources:
        file = f"priors/sources/{source.id}.yaml"
        draft.documents[file] = Document(file, "source", {}, {"": 1}, source)
    return {problem.message: problem.warning for problem in check_grades(draft)}


# The scale.


@pytest.mark.parametrize("grade", [letter + digit for letter in "ABCDEF" for digit in "123456"])
def test_the_scale_has_36_grades(grade: str) -> None:
    """Every letter with every digit, and each has words."""
    assert GRADE.validate_python(grade) == grade
    assert RELIABILITY[grade[0]] in admiralty_in_words(grade)
    assert CREDIBILITY[grade[1]] in admiralty_in_words(grade)


@pytest.mark.parametrize("value", ["G1", "A0", "A7", "B", "3", "B33", "B 3", "", 3, 2.0, True, ["B3"]])
def test_anything_else_is_refused_and_the_scale_taught(value: object) -> None:
    """The message has both halves of the scale in words."""
    with pytest.raises(ValidationError, match="is no Admiralty grade") as caught:
        GRADE.validate_python(value)
    for meaning in (*RELIABILITY.values(), *CREDIBILITY.values()):
        assert meaning in str(caught.value)


@pytest.mark.parametrize("value", ["b3", "3B", " 3b "])
def test_what_is_meant_is_said(value: str) -> None:
    """Lower case and the digit first are refused, with what to write."""
    with pytest.raises(ValidationError, match="write B3, the letter first and in capitals"):
        GRADE.validate_python(value)


def test_an_editor_knows_the_scale() -> None:
    """The JSON Schema has the pattern, and the fields stand before what is checked."""
    properties = schema_of(Source)["properties"]
    assert any(each.get("pattern") == "^[A-F][1-6]$" for each in properties["admiralty"]["anyOf"])
    names = list(properties)
    assert names.index("independence") < names.index("admiralty") < names.index("admiralty_why")
    assert names.index("admiralty_why") < names.index("checked")


def test_no_grade_is_the_last_grade(small: Workspace) -> None:
    """A source without one counts as F6 and is shown as not graded."""
    source = small.sources["smith2019"]
    assert source.admiralty is None
    assert source.graded_as == NOT_GRADED == max(a + b for a in RELIABILITY for b in CREDIBILITY)
    assert admiralty_in_words("") == "not graded"


# The rubric.


def test_the_rubric_is_written_down() -> None:
    """A line for each letter and digit, and that no probability moves."""
    rubric = scale.__doc__ or ""
    for mark in (*RELIABILITY, *CREDIBILITY):
        assert re.search(rf"^    {mark}   \S", rubric, re.MULTILINE)
    assert "no probability moves" in rubric


@pytest.mark.parametrize(
    ("kind", "reported_in", "best"),
    [
        ("text", "self", "A"),
        ("expert", "self", "A"),
        ("official", "self", "D"),
        ("advocacy", "self", "D"),
        ("camp", "self", "E"),
        ("title_only", "self", "D"),
        ("analyst", "smith2019", "C"),
        ("camp", "smith2019", "E"),
    ],
)
def test_ceilings_of_kinds(small: Workspace, kind: str, reported_in: str, best: str) -> None:
    """By kind, and for what others report; the stricter of the two."""
    source = small.sources["jones2022"].model_copy(update={"kind": kind, "reported_in": reported_in})
    assert ceiling(source, small.sources)[0] == best


def test_a_report_is_no_better_than_the_best_of_its_reporters(small: Workspace) -> None:
    """D through one reporter, C where a second reporter is better; no limit by one without a grade."""
    poor, good = (graded(small.sources["smith2019"], g, id=i) for g, i in (("D3", "poor"), ("B2", "good")))
    source = small.sources["jones2022"].model_copy(update={"reported_in": "poor"})
    both = source.model_copy(update={"reported_in": ["poor", "good"]})
    sources = {"poor": poor, "good": good}
    assert ceiling(source, sources) == ("D", "a view known through poor (D3)")
    assert ceiling(both, sources)[0] == "C"
    assert ceiling(both, {"poor": poor, "good": graded(good, None)})[0] == "C"


def test_what_the_rubric_does_not_allow_is_a_warning(small: Workspace) -> None:
    """A grade too good for its kind, and a confirmed forecast; a plain grade says nothing."""
    jones = small.sources["jones2022"]
    assert problems(graded(jones, "C2")) == {}
    assert problems(graded(jones, "B2")) == {
        "B2 is above C, the best letter for a view that others report": True
    }
    assert problems(graded(jones, "C1")) == {
        "a probability is coded from it, and nobody can confirm a forecast; 2 at the best": True
    }
    causes_only = jones.model_copy(update={"outcomes": type(jones.outcomes)()})
    assert problems(graded(causes_only, "C1")) == {}


def test_a_grade_has_a_reason_or_is_an_error(small: Workspace) -> None:
    """Neither stands without the other."""
    source = small.sources["smith2019"]
    (message,) = problems(source.model_copy(update={"admiralty": "B2"}))
    assert message.startswith("B2 stands without admiralty_why")
    found = problems(source.model_copy(update={"admiralty_why": "Read."}))
    assert list(found.values()) == [False]
    assert "for no grade" in next(iter(found))


# The shipped sources.


def test_every_shipped_source_has_a_grade_and_a_reason(shipped: Workspace) -> None:
    """The reason is a sentence of its own, not another source's."""
    reasons = [source.admiralty_why or "" for source in shipped.sources.values()]
    assert all(source.admiralty for source in shipped.sources.values())
    assert all(len(reason.split()) >= 8 and reason.endswith(".") for reason in reasons)
    bare = {"A title and a place in a list are all that is known."}
    assert len(set(reasons) - bare) == len([reason for reason in reasons if reason not in bare])


def test_shipped_grades_keep_to_the_rubric(shipped: Workspace) -> None:
    """No ceiling is broken, no forecast confirmed, a text read in part is no B, a title supports nothing."""
    for source in shipped.sources.values():
        grade = source.graded_as
        assert grade[0] >= ceiling(source, shipped.sources)[0], source.id
        assert grade[0] > "A", f"{source.id}: whose forecasts have been scored?"
        assert grade[1] > "1", f"{source.id}: nobody confirms a forecast"
        if source.kind == "title_only":
            assert grade[0] >= "D", source.id
            assert grade[1] == "6", source.id
        if source.reporters:
            assert grade[0] >= "C", source.id
        layout = source.layout
        if layout is not None and (layout.abstract or layout.notes) and not layout.pages:
            assert grade[0] >= "C", source.id
        if source.kind == "camp":
            assert grade[0] >= "E", source.id
    assert not any(problem.at.startswith("admiralty") for problem in shipped.warnings)


def test_shipped_grades_tell_sources_apart(shipped: Workspace) -> None:
    """Not one grade for all: several letters and digits are in use."""
    used = [source.graded_as for source in shipped.sources.values()]
    assert len({grade[0] for grade in used}) >= 4
    assert len({grade[1] for grade in used}) >= 4


# Where a reader meets them.


def test_the_card_and_the_list_show_it(shipped: Workspace) -> None:
    """In words, as ours, with the reason; in the data too."""
    panel = resolve(shipped)
    found = card(shipped, panel, "lo2008")
    text = render(found, width=None)
    assert "graded        C4: fairly reliable; doubtful (our grade)" in text
    assert f"Why it is graded so\n  {found.admiralty_why}" in text
    assert json.loads(json.dumps(dataclasses.asdict(found)))["admiralty"] == "C4"
    assert listing(shipped, panel, ["lo2008"])[0].admiralty == "C4"


def test_a_card_without_a_grade_says_so(small: Workspace) -> None:
    """And gives no reason for none."""
    text = render(card(small, resolve(small), "smith2019"), width=80)
    assert "graded        not graded" in text
    assert "Why it is graded so" not in text


# No number moves.


def arrays(workspace: Workspace, panel: Panel) -> bytes:
    """Every number the model is given, as bytes."""
    prepared = prepare(workspace, panel, workspace.question.as_of)
    return pickle.dumps(prepared, protocol=5)


def test_no_number_of_the_model_moves_with_a_grade(small: Workspace) -> None:
    """The same bytes whatever the grades."""
    best = {name: graded(source, "B2") for name, source in small.sources.items()}
    worst = {name: graded(source, "E5") for name, source in small.sources.items()}
    before = arrays(small, resolve(small))
    for sources in (best, worst):
        edited = dataclasses.replace(small, sources=sources)
        assert arrays(edited, resolve(edited)) == before


def test_nothing_of_the_model_reads_a_grade() -> None:
    """Not one module under drivers, model, inference, simulation or pooling names it."""
    package = Path(scale.__file__).parents[2]
    below = [package / "panel.py", package / "answers.py"]
    for folder in ("pooling", "drivers", "model", "inference", "simulation", "reweighting", "sensitivity"):
        below += sorted((package / folder).rglob("*.py"))
    assert len(below) > 40
    for path in below:
        text = path.read_text("utf-8")
        assert "admiralty" not in text, path.name
        assert "graded_as" not in text, path.name

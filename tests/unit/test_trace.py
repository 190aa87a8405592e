"""Every number of a report opens what it rests on, and all of that is there."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from test_report_material import make_material, material
from what_if import add, what_if

import forecast
from forecast.answering import Material
from forecast.explaining.basis import Basis, Item
from forecast.report.compose import compose
from forecast.report.ledger import Ledger
from forecast.report.publication import Publication, publication
from forecast.report.trace import subject_of, trace
from forecast.report.trace.kinds import Kinds, kind
from forecast.report.trace.named import names_around
from forecast.report.trace.pointers import around, segments
from forecast.report.trace.subjects import Tracer
from forecast.report.view import View

__all__ = ["material"]

DRIVERS = "priors/drivers.yaml"
CROSS_IMPACTS = """
cross_impacts:
  - {from: shared_threat, to: trade, strength: -2, locator: "p. 9\\x1b[31m\\u202e<b>", rationale: Bad for it.}
"""


@pytest.fixture(scope="module")
def published(material: Material) -> Publication:
    """The small workspace's report."""
    return publication(compose(material, request_line="forecast report"), request_line="forecast report")


@pytest.fixture(scope="module")
def traced(published: Publication) -> Mapping[str, Any]:
    """What its numbers rest on."""
    found: Mapping[str, Any] = published.data["trace"]
    return found


@pytest.fixture(scope="module")
def eventful(tmp_path_factory: pytest.TempPathFactory) -> tuple[Material, Publication]:
    """A report of the workspace with shocks and a cross-impact, and a hostile locator in it."""
    root = what_if(tmp_path_factory.mktemp("what_if") / "w")
    add(root, DRIVERS, CROSS_IMPACTS)
    made = make_material(forecast.load(root))
    return made, publication(compose(made, request_line="forecast report"), request_line="forecast report")


def shown(published: Publication) -> list[tuple[str, float]]:
    """Pointer and value of every number of the text that stands in the data."""
    entries = [e for line in published.ledger.lines for e in line.numbers]
    return [(e.path, e.value) for e in entries if e.path is not None and e.value is not None]


def test_every_number_with_a_place_has_a_subject(
    published: Publication, traced: Mapping[str, Any], eventful: tuple[Material, Publication]
) -> None:
    """All of them, in reports with and without shocks; no subject stands for nothing that is shown."""
    for report, found in ((published, traced), (eventful[1], eventful[1].data["trace"])):
        paths = shown(report)
        assert len(paths) > 500
        subjects = found["subjects"]
        assert [path for path, _ in paths if subject_of(path, subjects) is None] == []
        assert set(subjects) == {subject_of(path, subjects) for path, _ in paths}


def test_a_subject_says_what_it_is_of(traced: Mapping[str, Any]) -> None:
    """A title and a sentence on how, with nothing left to fill in; bases that hold something."""
    for pointer, subject in traced["subjects"].items():
        assert set(subject) == {"title", "rows", "how", "basis"}
        assert subject["title"], pointer
        assert subject["title"] == subject["title"].strip()
        assert subject["how"].endswith("."), pointer
        assert "{" not in subject["title"] + subject["how"], pointer
        assert subject["basis"], pointer
        for key in subject["basis"]:
            assert traced["bases"][key]["items"], key
    used = {key for subject in traced["subjects"].values() for key in subject["basis"]}
    assert set(traced["bases"]) == used


def test_a_subject_holds_the_exact_value(published: Publication, traced: Mapping[str, Any]) -> None:
    """The number shown is among its rows, unrounded, wherever these are not too many to tell."""
    found = missing = 0
    for path, value in shown(published):
        subject = traced["subjects"][str(subject_of(path, traced["subjects"]))]
        told = {number for _, number in subject["rows"]}
        found += f"{value:.12g}" in told
        missing += f"{value:.12g}" not in told
    assert found > 20 * missing


def test_every_place_is_there(
    small: Any, traced: Mapping[str, Any], eventful: tuple[Material, Publication]
) -> None:
    """A file of the workspace, and a line of it."""
    for root, found in ((small.root, traced), (eventful[0].workspace.root, eventful[1].data["trace"])):
        for basis in found["bases"].values():
            assert basis["more"] >= 0
            for item in basis["items"]:
                file, _, line = item["place"].partition(":")
                rows = (root / file).read_text("utf-8").splitlines()
                assert not line or 1 <= int(line) <= len(rows), item


def at(root: Path, item: Mapping[str, Any]) -> str:
    """The line that an item names."""
    file, _, line = item["place"].partition(":")
    return (root / file).read_text("utf-8").splitlines()[int(line) - 1]


def first_basis(tracer: Tracer, path: str) -> list[Mapping[str, Any]]:
    """The pieces of the first basis of the subject that a number at ``path`` has."""
    place = tracer.place(path)
    assert place is not None
    return tracer.bases[tracer.subject(*place).basis[0]].as_dict()["items"]  # type: ignore[no-any-return]


def test_what_comes_from_a_file_traces_to_its_very_line(eventful: tuple[Material, Publication]) -> None:
    """A shock's rate and jumps, points of a cross-impact, a count of the class: the number is in the line."""
    made, report = eventful
    root, data, tracer = made.workspace.root, report.data["findings"], Tracer(report.data, made)
    for i, shock in enumerate(data["surprises"]["shocks"]):
        name = shock["shock"]
        (item,) = first_basis(tracer, f"/findings/surprises/shocks/{i}/often/p50")
        stated = {"border_clash": "0.03", "leader_exit": "0.1", "treaty_lapses": '"1.5%"'}
        assert stated[name] in at(root, item)
        for j, jump in enumerate(shock["jumps"]):
            (item,) = first_basis(tracer, f"/findings/surprises/shocks/{i}/jumps/{j}/quantiles/p05")
            assert at(root, item).strip().startswith(f"{jump['on']}: {{p")
    (item,) = first_basis(tracer, "/findings/surprises/pulls/0/points")
    assert "strength: -2" in at(root, item)
    items = first_basis(tracer, "/findings/rates/moves/0/events")
    assert "partnership->alliance: {events: 4, episodes: 3" in at(root, items[0])


def test_bases_of_other_panels_are_their_own(traced: Mapping[str, Any]) -> None:
    """A panel's answer rests on what it hears: its own basis, without the sources it leaves out."""
    pointer = next(p for p in traced["subjects"] if p.startswith("/spotlight/0/scenarios/0/"))
    subject = traced["subjects"][pointer]
    assert "panel smith2019" in subject["title"]
    answer = next(key for key in subject["basis"] if key.startswith("answer:"))
    assert answer.endswith("@smith2019")
    texts = " ".join(item["text"] for item in traced["bases"][answer]["items"])
    assert "Smith (2019)" in texts
    assert "Jones (2022)" not in texts
    assert "class" in subject["basis"], "what the files alone decide on is shared"


def test_a_weight_is_said_with_its_item(traced: Mapping[str, Any]) -> None:
    """What it is stands in the title, the number in the words too; the largest come first."""
    found = traced["bases"]["answer:reached.alliance"]
    assert found["title"].endswith(
        "by points that the answer moves, to first order, if the judgment counted double"
    )
    weights = [item["weight"] for item in found["items"]]
    assert weights == sorted(weights, key=lambda w: -abs(w))
    said = f"{weights[0]:+.2f}".replace("-", "−")
    assert f"; {said} points if doubled" in found["items"][0]["text"]


def test_hostile_text_is_text(eventful: tuple[Material, Publication]) -> None:
    """No control character and no mark of direction is left in what a page or a terminal shows."""
    text = json.dumps(eventful[1].data["trace"], ensure_ascii=False)
    assert all(c.isprintable() for c in text)
    assert "p. 9⟨U+001B⟩[31m⟨U+202E⟩<b>" in text


def test_the_trace_is_plain_and_says_what_it_is_of(
    material: Material, published: Publication, traced: Mapping[str, Any]
) -> None:
    """JSON without NaN, with the hash of the inputs; the same again for the same report."""
    assert traced["inputs_sha256"] == material.workspace.inputs_sha256
    text = json.dumps(traced, allow_nan=False, ensure_ascii=False)
    assert len(text) < 700_000
    again = trace(published.data, Ledger.from_dict(published.data["prose"]), material)
    assert json.dumps(again, allow_nan=False, ensure_ascii=False) == text


def test_the_kind_that_covers_most_is_taken() -> None:
    """A pattern matches any pointer that begins with it; DOC is each of the documents."""
    kinds = Kinds.of(
        [kind("findings/a/*", "A", "."), kind("findings/a/*/now", "Now", "."), kind("DOC/x", "X", ".")]
    )
    for pointer, title, covered in (
        ("/findings/a/3/now/mean", "Now", 4),
        ("/findings/a/3/other", "A", 3),
        ("/main/x/y", "X", 2),
        ("/spotlight/4/x/y", "X", 3),
    ):
        found = kinds.covering(segments(pointer))
        assert found is not None
        assert (found[0].title, len(found[1])) == (title, covered)
    assert kinds.covering(segments("/elsewhere/x")) is None


def test_what_stands_around_a_number_names_it() -> None:
    """Ids, dates and outcomes on the way; the nearest wins; a channel is an outcome, a way out a channel."""
    data = {
        "main": {
            "scenarios": [{"id": "s", "horizons": [{"date": "2030", "reached": {"split": {"mean": 1}}}]}]
        },
        "findings": {
            "a": [{"driver": "d", "outcome": "alliance", "part": {"driver": "e", "transition": "x->split"}}],
            "b": [{"outcome": "no_alliance_broad", "members": ["m", "n"]}],
        },
    }
    here = around(data, segments("/main/scenarios/0/horizons/0/reached/split"))
    assert here["scenario"] == "s"
    assert (here["date"], here["quantity"], here["channel"]) == ("2030", "reached.split", "split")
    here = around(data, segments("/findings/a/0/part"))
    assert (here["driver"], here["feature"], here["channel"]) == ("e", "e", "split")
    here = around(data, segments("/findings/b/0"))
    assert (here["outcome"], here["each"]) == ("alliance_broad", "m|n")
    assert "opposite" in here


def test_a_finding_nobody_foresaw_rests_on_what_stands_around_it(
    material: Material, published: Publication
) -> None:
    """Its title is its name, and its bases are those of the ids it stands among."""
    data = {**published.data, "findings": {"novel": [{"driver": "trade", "channel": "split", "size": 0.125}]}}
    ledger = Ledger.from_dict(
        {
            "entries": [
                {"text": "0.1", "kind": "datum", "value": 0.125, "path": "/findings/novel/0/size"},
            ],
            "lines": [{"section": "s", "kind": "prose", "text": "0.1", "numbers": [0]}],
        }
    )
    found = trace(data, ledger, material)
    subject = found["subjects"]["/findings/novel/0"]
    assert subject["title"] == "Novel"
    assert subject["rows"] == [["size", "0.125"]]
    assert subject["basis"][:2] == ["effect:trade:split", "driver:trade"]


def test_the_names_around_a_number_are_its_own(material: Material, published: Publication) -> None:
    """Of whom and of what it is; a row of the report that holds an effect names its driver."""
    names = names_around(published.data, View(material))
    assert names("/findings/effects/0/per_unit/mean") == ("Shared threat",)
    assert names("/findings/misfits/0/z")[0] in {"Smith (2019)", "Jones (2022)", "expert one"}
    assert names("/main/scenarios/0/horizons/0/reached/split/mean") == ()


def test_the_longest_pointer_is_the_subject() -> None:
    """At or above the number; none where nothing is."""
    assert subject_of("/a/b/0/mean", {"/a": 1, "/a/b/0": 2}) == "/a/b/0"
    assert subject_of("/a/c", {"/a": 1}) == "/a"
    assert subject_of("/z", {"/a": 1}) is None


def test_a_basis_words_its_weights() -> None:
    """Only where there is one, and by its form."""
    one, none = Item("a", "f:1", weight=0.5), Item("b", "f:2")
    found = Basis("t", (one, none), form="{:+.1f} points")
    assert [found.said(i) for i in found.items] == ["a; +0.5 points", "b"]

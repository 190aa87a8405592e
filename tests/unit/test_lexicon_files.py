"""A house's own lexicon: read, checked, kept, and spoken by everything that speaks."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

import forecast
from forecast.answering import Material
from forecast.difference.revisions import FOLDERS as COMPARED
from forecast.errors import InputError
from forecast.explaining.asked import lexicon as explained
from forecast.inputs import load
from forecast.inputs.canonical import canonical
from forecast.inputs.initialise import init
from forecast.inputs.json_schema import schemas
from forecast.inputs.lexicons import FOLDER
from forecast.inputs.read import load_lexicons
from forecast.inputs.records import LexiconFile
from forecast.inputs.workspace import Workspace
from forecast.inputs.yaml_nodes import parse
from forecast.lexicon import LEXICONS, Lexicon, words
from forecast.report.compose import compose
from forecast.report.findings.needed import next_word
from forecast.report.findings.reasons import straddled
from forecast.report.lint import as_text, lint
from forecast.report.lint.facts import facts
from forecast.report.lint.style import _defines
from forecast.report.lint.text import read
from forecast.report.publication import publication
from forecast.report.signing.inputs import inputs_in, inputs_of
from forecast.sensitivity.smallest import edges
from tests.unit.test_inputs_canonical import complaints
from tests.unit.test_report_material import make_material

SMALL = Path(__file__).resolve().parents[1] / "workspaces" / "small"

#: Sherman Kent's table, with its gaps, and edges that one side alone holds.
KENT = """\
schema: lexicon/1
id: kent1964
title: Kent
source: Sherman Kent (1964), Words of Estimative Probability, Studies in Intelligence 8(4), 49-65
terms:
  - {words: [almost certain, virtually certain], low: 87%, high: 99%, forms: [almost certainly]}
  - {words: [probable], low: 0.63, high: 0.87, high_open: true}
  - {words: [chances about even], low: 0.4, high: 0.6}
  - {words: [probably not, we doubt], low: 0.2, high: "40%", high_open: true}
  - {words: [almost certainly not], low: 0.02, high: 0.12}
"""
#: Words that are hedges or another lexicon's anywhere else, a hyphen, a capital; ranges over each other.
HOUSE = """\
schema: lexicon/1
id: house
title: House
source: House style book (2024), p. 7
nested: true
terms:
  - {words: [a slim chance], low: 0, high: 0.3}
  - {words: [a very slim chance], low: 0, high: 0.1}
  - {words: [Toss-up, open], low: 0.3, high: 0.7, low_open: true}
  - {words: [highly likely, a safe bet], low: 0.7, high: 1, low_open: true}
"""
#: Single words that any text is full of, and "certain", which leaves no doubt in a report of another lexicon.
PLAIN = """\
schema: lexicon/1
id: plain
title: Plain
source: House style book (2024), p. 8
terms:
  - {words: [remote, unlikely], low: 0, high: 0.1}
  - {words: [doubtful], low: 0.1, high: 0.25}
  - {words: [possible, open], low: 0.25, high: 0.5}
  - {words: [good bet], low: 0.5, high: 0.75}
  - {words: [certain, sure], low: 0.75, high: 1}
"""


def workspace(folder: Path, *, chosen: str = "kent1964") -> Path:
    """The small workspace with three lexicons, one chosen, its sources in that one's words."""
    shutil.copytree(SMALL, folder)
    (folder / FOLDER).mkdir()
    (folder / FOLDER / "kent1964.yaml").write_text(KENT)
    (folder / FOLDER / "house.yaml").write_text(HOUSE)
    (folder / FOLDER / "plain.yaml").write_text(PLAIN)
    question = folder / "priors" / "question.yaml"
    question.write_text(question.read_text().replace("lexicon: icd203", f"lexicon: {chosen}"))
    source = folder / "priors" / "sources" / "jones2022.yaml"
    said = {"kent1964": ("probably not", "almost certainly not"), "house": ("toss up", "A Slim Chance")}
    text = source.read_text()
    for old, new in zip(("very unlikely", "almost no chance"), said.get(chosen, ()), strict=False):
        assert f": {old}" in text
        text = text.replace(f": {old}", f": {new}")
    source.write_text(text)
    return folder


@pytest.fixture(scope="module")
def kent(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    """A workspace that speaks Kent's words and could speak a house's."""
    return forecast.load(workspace(tmp_path_factory.mktemp("kent") / "w"))


@pytest.fixture(scope="module")
def material(kent: Workspace) -> Material:
    """What its reports are made of."""
    return make_material(kent)


def published(material: Material, kind: str, lexicon: str, patch: pytest.MonkeyPatch) -> tuple[str, Any]:
    """A report of some kind in one of the workspace's lexicons."""
    patch.setitem(material.workspace.question.__dict__, "lexicon", lexicon)
    report = compose(material, request_line="forecast report", kind=kind)
    done = publication(report, request_line="forecast report")
    return done.markdown, json.loads(json.dumps(done.data))


def test_a_lexicon_is_read_as_written(kent: Workspace) -> None:
    """From the least likely, with open ends, percentages and forms; the question's is the workspace's."""
    assert kent.lexicon == kent.lexicons["kent1964"]
    assert sorted(kent.lexicons) == ["house", "kent1964", "plain"]
    assert [(t.words[0], t.span) for t in kent.lexicon.terms] == [
        ("almost certainly not", "2% to 12%"),
        ("probably not", "20% to under 40%"),
        ("chances about even", "40% to 60%"),
        ("probable", "63% to under 87%"),
        ("almost certain", "87% to 99%"),
    ]
    assert kent.lexicon.terms[-1].forms == ("almost certainly",)
    assert [t.words[0] for t in kent.lexicons["house"].terms] == [
        "a very slim chance",
        "a slim chance",
        "Toss-up",
        "highly likely",
    ]


def test_sources_words_are_read_by_it(kent: Workspace, tmp_path: Path) -> None:
    """The range as p05 and p95; a phrase of a gap too; words of another lexicon are refused."""
    outcomes = kent.sources["jones2022"].outcomes
    assert outcomes.alliance is not None
    assert outcomes.split is not None
    stated = outcomes.alliance.quantiles.stated()
    assert (stated["p05"], stated["p95"]) == (0.2, 0.4)
    assert outcomes.split.quantiles["p95"] == 0.12
    root = workspace(tmp_path / "w")
    source = root / "priors" / "sources" / "jones2022.yaml"
    text = source.read_text()
    source.write_text(text.replace(": probably not", ": between almost certainly not and probably not"))
    gap = load(root).sources["jones2022"].outcomes.alliance
    assert gap is not None
    assert (gap.quantiles["p05"], gap.quantiles["p95"]) == (0.12, 0.2)
    source.write_text(text.replace(": probably not", ": very unlikely"))
    with pytest.raises(
        InputError, match=r"jones2022.yaml:13 .*\n.*'very unlikely' is not in the lexicon Kent"
    ):
        load(root)


def test_a_faulty_lexicon_is_not_blamed_on_sources(tmp_path: Path) -> None:
    """Until it is mended any words will do; its own problem is all that is said."""
    root = workspace(tmp_path / "w")
    file = root / FOLDER / "kent1964.yaml"
    file.write_text(KENT.replace("low: 0.63", "low: 0.55"))
    with pytest.raises(InputError, match=r"kent1964.yaml:8 .*\n.*overlaps 'probable'") as caught:
        load(root)
    assert len(caught.value.problems) == 1
    with pytest.raises(InputError, match="overlaps"):
        load_lexicons(root)


def test_words_are_known_whatever_else_is_wrong(tmp_path: Path) -> None:
    """A source with a misspelt phrase does not keep anyone from looking the phrase up."""
    root = workspace(tmp_path / "w")
    source = root / "priors" / "sources" / "jones2022.yaml"
    source.write_text(source.read_text().replace(": probably not", ": probly not"))
    with pytest.raises(InputError, match="Did you mean 'probably not'"):
        load(root)
    scales = load_lexicons(root)
    assert (scales.chosen.id, sorted(scales.own)) == ("kent1964", ["house", "kent1964", "plain"])


def test_it_is_an_input_file_like_any_other(kent: Workspace, tmp_path: Path) -> None:
    """It counts in the inputs' hash, is kept with a report, laid out to be compared, copied and formatted."""
    file = f"{FOLDER}/kent1964.yaml"
    assert inputs_of(kent).files[file] == KENT.encode()
    root = workspace(tmp_path / "w")
    assert load(root).inputs_sha256 == kent.inputs_sha256 == inputs_in(root).sha256
    (root / file).write_text(KENT.replace("(4)", "(no. 4)"))
    assert load(root).inputs_sha256 == inputs_in(root).sha256 != kent.inputs_sha256
    assert FOLDER in COMPARED
    assert canonical(KENT) == KENT
    shuffled = KENT.replace("id: kent1964\ntitle: Kent\n", "title: Kent\nid: kent1964\n")
    assert canonical(shuffled.replace("low: 0.4, high: 0.6", "high: 0.6, low: 0.4")) == KENT


def test_init_gives_it_an_editors_schema(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A lexicon that is shipped with an example is copied with the line that names its schema."""
    monkeypatch.setattr("forecast.inputs.initialise.shipped", lambda: workspace(tmp_path / "shipped"))
    root = init(tmp_path / "mine")
    head, *_ = (root / FOLDER / "kent1964.yaml").read_text().splitlines()
    assert head == "# yaml-language-server: $schema=../../.forecast/schema/lexicon.json"
    assert (root / ".forecast" / "schema" / "lexicon.json").is_file()
    assert load(root).lexicon.id == "kent1964"


def test_the_schema_says_what_a_file_may_hold() -> None:
    """Edges as fractions or percentages in quotes; a question may name any lexicon."""
    schema = schemas()["lexicon"]
    for text in (KENT, HOUSE):
        raw = parse(text).plain()
        assert complaints(raw, schema, schema) == []
    for old, new in (("87%", "eighty"), ("title: Kent\n", ""), ("low: 0.02", "lowest: 0.02")):
        raw = parse(KENT.replace(old, new)).plain()
        assert complaints(raw, schema, schema)
    assert schema["$defs"]["LexiconTerm"]["properties"]["low"]["anyOf"][0]["maximum"] == 1
    assert "enum" not in schemas()["question"]["properties"]["lexicon"]


@pytest.mark.parametrize("lexicon", [*LEXICONS.values()], ids=lambda lexicon: lexicon.id)
def test_a_published_lexicon_goes_through_a_file_unchanged(lexicon: Lexicon, tmp_path: Path) -> None:
    """Written out under another name it is read as the same words and ranges, open ends too."""
    data = {"schema": "lexicon/1", **lexicon.as_dict(), "id": "mine"}
    root = workspace(tmp_path / "w", chosen="icd203")
    (root / FOLDER / "mine.yaml").write_text(json.dumps(data))
    read = load(root).lexicons["mine"]
    assert (read.terms, read.nested, read.source) == (lexicon.terms, lexicon.nested, lexicon.source)
    assert LexiconFile.model_validate(data).lexicon() == read


@pytest.mark.parametrize("lexicon", ["kent1964", "house", "plain"])
@pytest.mark.parametrize("kind", ["report", "brief", "comparison"])
def test_reports_speak_it_and_nothing_else(
    material: Material, kind: str, lexicon: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A report of every kind passes its own gate, and each estimate in it is in the house's first words."""
    markdown, data = published(material, kind, lexicon, monkeypatch)
    faults = lint(markdown, data)
    assert not faults, as_text(faults, f"{kind}.md")
    own = material.workspace.lexicon
    assert (own.id, data["lexicon"]) == (lexicon, lexicon)
    assert facts(data).lexicon == own
    told = [sentence for passage, sentence, _ in read(markdown, data).sentences() if not _defines(passage)]
    found = [use for sentence in told for use in sentence.uses if not use.mentioned]
    assert len(found) >= 4
    assert {use.standing for use in found} == {"preferred"}
    assert {term for use in found for term in use.terms} <= set(own.terms)
    assert f"Words follow {own.title} " in markdown or kind == "comparison"


def test_the_gate_holds_a_text_to_the_houses_words(
    material: Material, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A word for another number, a word of the second row, a word of a published lexicon: each is a fault."""
    markdown, data = published(material, "report", "kent1964", monkeypatch)
    own = material.workspace.lexicon

    def found(old: str, new: str) -> list[tuple[str, str]]:
        assert old in markdown
        return [(f.rule, f.message) for f in lint(markdown.replace(old, new, 1), data)]

    said = "It is probable that"
    wrong = found(said, "It is almost certain that")
    assert any(rule == "words" and "“almost certain” (87% to 99%) is not what Kent" in m for rule, m in wrong)
    second = found(said, "It is virtually certain that")
    assert any(rule == "row" and "is of another row of Kent" in m for rule, m in second)
    foreign = found(said, "It is very likely that")
    assert any(rule == "row" and "and the report's words are those of Kent" in m for rule, m in foreign)
    # The same text as if it were of ICD 203: the house's words are no longer known.
    plain = {k: v for k, v in data.items() if k != "word_scale"} | {"lexicon": "icd203"}
    assert lint(markdown, plain)
    assert own.title == "Kent"


def test_published_lexicons_add_nothing_to_a_reports_data(
    material: Material, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Only a table that nobody else knows is written out in full."""
    assert "word_scale" not in published(material, "brief", "phia", monkeypatch)[1]
    _, data = published(material, "brief", "house", monkeypatch)
    assert Lexicon.from_dict(data["word_scale"]) == material.workspace.lexicons["house"]
    broken = data | {"word_scale": {"terms": 3}}
    assert facts(broken).lexicon == LEXICONS["icd203"]


def test_explaining_the_lexicon_shows_where_it_stands(kent: Workspace) -> None:
    """The question's choice, then the file with every range."""
    chosen, table = explained(kent)
    assert (chosen.place.split(":")[0], chosen.claims) == ("priors/question.yaml", ("kent1964",))
    assert table.place == f"{FOLDER}/kent1964.yaml:3"
    assert "probably not, 20% to under 40%" in table.text


def test_tables_of_sensitivity_and_alternatives_take_a_lexicon(kent: Workspace) -> None:
    """Where the word changes, in a lexicon of one's own: at open ends and at gaps."""
    own = kent.lexicon
    assert edges(own, 0.3) == (0.2, 0.4)
    assert edges(own, 0.15) == (0.12, 0.2)
    assert edges(own, 0.01) == (None, 0.12)
    edge = next_word(own, 0.3)
    assert edge is not None
    assert (edge.word, edge.at) == ("chances about even", 0.4)

    class Ends:
        p05, p95 = 0.05, 0.39

    assert straddled(own, Ends()) == ("almost certainly not", "probably not")  # type: ignore[arg-type]
    assert words(own, 0.4) == "chances about even"

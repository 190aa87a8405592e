"""What comes back from experts: YAML, and the spreadsheets of any country; every fault at once, and where."""

from __future__ import annotations

import csv
import datetime as dt
import io
from pathlib import Path

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from forecast.errors import InputError, UsageError
from forecast.inputs.workspace import Workspace
from forecast.protocol import blanks
from forecast.protocol.answers import Answers
from forecast.protocol.checked import Asked, answers_of
from forecast.protocol.filled import Filled
from forecast.protocol.filled_csv import read_csv
from forecast.protocol.filled_yaml import read_yaml
from forecast.protocol.folder import Folder
from forecast.protocol.items import chosen, items_of
from forecast.protocol.returned import returned
from forecast.protocol.sealed_file import read, written
from forecast.protocol.standard import standardised
from forecast.protocol.template import Template
from forecast.protocol.template_csv import as_csv
from forecast.protocol.template_yaml import as_yaml

DAY = dt.date(2026, 11, 28)
#: The cells of one row of each measure, as they are typed where decimals have points.
TYPED = {
    ("lens", "answer"): "realist",
    ("outcomes.alliance", "p05"): "0.01",
    ("outcomes.alliance", "p50"): "0.05",
    ("outcomes.alliance", "p95"): "0.2",
    ("outcomes.alliance", "rationale"): 'two; words, "quoted"',
    ("effects.trade", "split"): "-2",
    ("levels.trade", "p05"): "-0.5",
    ("levels.trade", "p50"): "0.25",
    ("levels.trade", "p95"): "1.5",
}


@pytest.fixture
def asked(small: Workspace) -> Asked:
    """The first round of one expert."""
    return Asked(small, "anna", 1, items_of(small), DAY)


def template(small: Workspace, form: str = "quantiles") -> Template:
    """An empty template of everything there is to ask."""
    return Template("arland_bergia", "?", "anna", 1, form, items_of(small))  # type: ignore[arg-type]


def sheet(small: Workspace, cells: dict[tuple[str, str], str], *, form: str = "quantiles") -> list[list[str]]:
    """The rows of a spreadsheet, filled."""
    rows = list(csv.reader(io.StringIO(as_csv(template(small, form)).decode("utf-8-sig"), newline="")))
    for (item, column), value in cells.items():
        row = next(row for row in rows if row[0] == item)
        row[rows[0].index(column)] = value
    return rows


def saved(rows: list[list[str]], separator: str = ",", encoding: str = "utf-8-sig") -> bytes:
    """Rows as a program saves them."""
    out = io.StringIO(newline="")
    csv.writer(out, delimiter=separator, lineterminator="\r\n").writerows(rows)
    return out.getvalue().encode(encoding)


def answers(filled: Filled, asked: Asked) -> Answers:
    """The answers, when nothing may be wrong."""
    found, problems = answers_of(filled, asked)
    assert found is not None, problems
    return found


def faults(filled: Filled, asked: Asked) -> list[str]:
    """Each problem as place and message."""
    return [f"{p.line} {p.at}: {p.message}" for p in answers_of(filled, asked)[1] if not p.warning]


def test_templates_are_readable_and_say_nothing(small: Workspace, asked: Asked) -> None:
    """The YAML is valid YAML, the CSV has a BOM and CRLF; read back, both lack what an expert must give."""
    text, data = as_yaml(template(small)), as_csv(template(small))
    assert yaml.safe_load(text)["outcomes"]["alliance"]["p50"] is None
    assert data.startswith(b"\xef\xbb\xbfitem,")
    assert data.count(b"\n") == data.count(b"\r\n")
    for filled in (read_yaml(text.encode(), "f", asked.items), read_csv(data, "f", asked.items)):
        assert filled.problems == ()
        said = [message.partition(": ")[2] for message in faults(filled, asked)]
        assert said[0].startswith("is empty; name the schools your view belongs to: realist,")
        assert said[1:] == ["no item is answered; fill in at least one"]


def test_anchors_stand_beside_each_level(small: Workspace) -> None:
    """Every blank of a driver's level has the driver's scale above it."""
    text = as_yaml(template(small))
    block = text[text.index("levels:") :]
    for driver in small.drivers.drivers.values():
        for level, anchor in driver.anchors.items():
            assert f"# at {level}: {anchor}" in block


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-be"])
@pytest.mark.parametrize(("separator", "mark"), [(",", "."), (";", ","), ("\t", "."), (";", ".")])
def test_a_spreadsheet_of_any_country_says_the_same(
    small: Workspace, asked: Asked, separator: str, mark: str, encoding: str
) -> None:
    """Separators, decimal marks and Unicode forms change nothing of what is read."""
    cells = {place: text.replace(".", mark) if text[-1].isdigit() else text for place, text in TYPED.items()}
    data = saved(sheet(small, cells), separator, encoding)
    if encoding == "utf-16-be":
        data = b"\xfe\xff" + data
    found = answers(read_csv(data, "f", asked.items), asked)
    assert found.items["outcomes.alliance"].values == {"p05": 0.01, "p50": 0.05, "p95": 0.2}
    assert found.items["outcomes.alliance"].rationale == 'two; words, "quoted"'
    assert found.items["effects.trade"].values == {"split": -2.0}
    assert found.items["levels.trade"].values == {"p05": -0.5, "p50": 0.25, "p95": 1.5}


def test_columns_and_rows_in_any_order(small: Workspace, asked: Asked) -> None:
    """Columns that were moved, added or left out (if empty), and rows that were sorted, are read."""
    rows = sheet(small, TYPED)
    order = sorted(range(len(rows[0])), key=lambda i: rows[0][i], reverse=True)
    mixed = [[row[i] for i in order] + ["note to self"] for row in rows]
    mixed[0][-1] = "My notes"
    data = saved([mixed[0], *sorted(mixed[1:]), [""] * len(mixed[0])])
    plain = answers(read_csv(saved(rows), "f", asked.items), asked)
    assert (
        answers(read_csv(b"sep=,\r\n" + data.removeprefix(b"\xef\xbb\xbf"), "f", asked.items), asked).items
        == plain.items
    )


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("0,05", 0.05), ("5%", 0.05), ("5 %", 0.05), ("5,0 %", 0.05), (" 5\u00a0%", 0.05),
        (".05", 0.05), ("5e-2", 0.05), (0.05, 0.05),
    ],
)  # fmt: skip
def test_a_probability_as_people_write_it(typed: object, meant: float) -> None:
    """Fractions and percentages, with comma or point."""
    assert blanks.probability(typed) == pytest.approx(meant)


@pytest.mark.parametrize(
    ("typed", "message"),
    [
        ("1,234.5", "separates thousands"), ("1.234.567", "separates thousands"),
        ("1 234", "separates thousands"), ("1,234", "may be 1.234 or 1234"), ("five", "is not a number"),
        ("", "is not a number"), ("1e999", "finite"), (True, "found true"),
        (float("nan"), "not a finite number"),
        ("0x10", "is not a number"), ("nan", "not a number"),
    ],
)  # fmt: skip
def test_what_is_no_number_or_may_be_two(typed: object, message: str) -> None:
    """Thousands are never guessed."""
    with pytest.raises(ValueError, match=message):
        blanks.number(typed)


def test_one_thousandth_in_a_country_of_points_is_ambiguous_in_one_of_commas() -> None:
    """The file's own mark decides; the other one with three digits behind it may be either."""
    assert blanks.number("1,234", mark=",") == 1.234
    assert blanks.number("0.125", mark=",") == 0.125
    with pytest.raises(ValueError, match="may be 1,234 or 1234"):
        blanks.number("1.234", mark=",")
    assert blanks.probability("32.125%", mark=",") == pytest.approx(0.32125), "never in the thousands"
    assert blanks.READ["level"]("-1.234", mark=",") == -1.234


def test_words_of_the_lexicon_stand_for_a_probability(small: Workspace, asked: Asked) -> None:
    """In p50 of the spreadsheet, or under words in the YAML; what they were read as is said."""
    lens = {("lens", "answer"): "realist"}
    cells = lens | {("outcomes.alliance", "p50"): "very unlikely"}
    found = answers(read_csv(saved(sheet(small, cells)), "f", asked.items), asked).items["outcomes.alliance"]
    assert (found.stated, found.values["p05"], found.values["p95"]) == ({"words": "very unlikely"}, 0.05, 0.2)
    assert found.note == "'very unlikely' is read as 5.0%, 10%, 20%"
    wrong = lens | {("outcomes.alliance", "p50"): "very unlikly"}
    (fault,) = faults(read_csv(saved(sheet(small, wrong)), "f", asked.items), asked)
    assert fault.startswith("8 row outcomes.alliance, column p50: 'very unlikly' is not in the lexicon")
    assert "Did you mean 'very unlikely'?" in fault


def test_every_fault_of_a_spreadsheet_at_once(small: Workspace, asked: Asked) -> None:
    """Each with its line, row and column, and how to mend it."""
    cells = {
        ("lens", "answer"): "realst",
        ("view_date", "answer"): "11/28/2026",
        ("outcomes.alliance", "p05"): "0.3", ("outcomes.alliance", "p50"): "0.2",
        ("outcomes.alliance", "p95"): "0.4", ("outcomes.split", "p50"): "5",
        ("outcomes.alliance_broad", "p05"): "0.1", ("outcomes.alliance_broad", "p50"): "0.2",
        ("effects.trade", "split"): "4", ("effects.trade", "p50"): "0.5",
        ("levels.trade", "p05"): "1,000.5", ("levels.trade", "p50"): "2", ("levels.trade", "p95"): "3",
    }  # fmt: skip
    rows = sheet(small, cells)
    rows.append(["levels.trad", *[""] * (len(rows[0]) - 2), "why"])
    rows.append(["levels.trade", *[""] * (len(rows[0]) - 1)])
    found = faults(read_csv(saved(rows), "f", asked.items), asked)
    assert found == [
        "12 row effects.trade, column p50: is not asked of effects.trade; "
        "its answer goes under alliance, split",
        "17 levels.trad: no item is called 'levels.trad'. Did you mean 'levels.trade'?",
        "18 levels.trade: the row 'levels.trade' stands twice (first on line 15)",
        "5 row lens, column answer: 'realst' is no lens. Did you mean 'realist'?",
        "6 row view_date, column answer: '11/28/2026' is not a date; write it as 2027-01-31",
        "8 row outcomes.alliance, column p50: 0.2 is below p05 = 0.3; quantiles must increase "
        "(found p05 0.3, p50 0.2, p95 0.4).",
        "9 row outcomes.split, column p05: is empty; fill it in, or clear the others",
        "9 row outcomes.split, column p95: is empty; fill it in, or clear the others",
        "10 row outcomes.alliance_broad, column p95: is empty; fill it in, or clear the others",
        "12 row effects.trade, column split: 4 is no code; codes go from -3 through 0 to 3",
        "15 row levels.trade, column p05: '1,000.5' separates thousands; write the digits without",
    ]


def test_every_fault_of_a_yaml_at_once(small: Workspace, asked: Asked) -> None:
    """Keys that are not known, blanks of another kind, and values out of range, each on its line."""
    text = """schema: elicitation/1
question: arland_bergia
expert: bert
round: 1
lens: realist
outcome: {}
outcomes:
  alliance: {after_years: 10, p05: 0.1, p50: 5, p95: 0.3}
  splitt: {}
levels:
  trade: {p05: [1], p50: 2, p95: 3, rationale: x}
effects: 3
"""
    asked_of = read_yaml(text.encode(), "f", asked.items)
    assert faults(asked_of, asked) == [
        "6 outcome: unknown key 'outcome'. Did you mean 'outcomes'?",
        "8 outcomes.alliance.after_years: unknown key 'after_years'. Did you mean 'within_years'?",
        "9 outcomes.splitt: unknown key 'splitt'. Did you mean 'split'?",
        "11 levels.trade.p05: found a list; wants one value",
        "12 effects: found the number 3; wants the template's items",
        "8 outcomes.alliance.within_years: is empty; state the years of the window",
        "11 levels.trade.p05: is empty; fill it in, or clear the others",
    ]


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"a: &x [1]\nb: *x\n", "the anchor &x is not accepted"),
        (b"a: !!python/object/apply:os.system [id]\n", "the tag !!python"),
        (b"[" * 100_000, "nested more than"),
        (b"x" * 3_000_000, "at most 2,000,000 are read"),
        (b"\xff\x00\x12", "byte 0xff is not UTF-8"),
        (b"- a\n", "wants the template"),
        (b"", "the file is empty"),
    ],
)
def test_hostile_yaml_is_refused(asked: Asked, data: bytes, message: str) -> None:
    """Nothing is expanded or executed, and the reason is said."""
    (problem,) = read_yaml(data, "f", asked.items).problems
    assert message in problem.message


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"item,p50\noutcomes.alliance," + b"9" * 1_000_000, "field larger than field limit"),
        (b"x" * 3_000_000, "at most 2,000,000 are read"),
        (b"\xff\xfe" + "x".encode("utf-16-le") * 2_000_000, "at most 2,000,000 are read"),
        (b"\xff\xfea", "not readable as UTF-16"),
        (b"item,p50\noutcomes.alliance,0.5,\xe9\n", "save it as 'CSV UTF-8'"),
        (b"a,b\n1,2\n", "no heading names the column 'item'"),
        (b"", "no heading names the column 'item'"),
        (b"item,p50\nlevels.trade,0,5\n", "3 cells under 2 columns; put a cell that holds a comma in quotes"),
        (b"item,p50,p50\nlevels.trade,1,2\n", "the column 'p50' stands twice"),
        (b"item,p5\nlevels.trade,1\n", "unknown column 'p5'. Did you mean 'p05'?"),
        (b'item,p50\n"levels.trade,1\n', "not valid CSV"),
    ],
)  # fmt: skip
def test_hostile_spreadsheets_are_refused(asked: Asked, data: bytes, message: str) -> None:
    """Cells of a megabyte, encodings that lose letters, decimals that split a cell."""
    assert any(message in problem.message for problem in read_csv(data, "f", asked.items).problems)


def test_reasons_that_steer_a_terminal_or_fill_a_page_are_refused(small: Workspace, asked: Asked) -> None:
    """Control characters and texts beyond a page and a half are told with their cell."""
    for text, message in (("a\x1b[31m", "control character ⟨U+001B⟩"), ("y" * 5000, "has 5,000 characters")):
        cells = TYPED | {("outcomes.alliance", "rationale"): text}
        (fault,) = faults(read_csv(saved(sheet(small, cells)), "f", asked.items), asked)
        assert message in fault
        assert "row outcomes.alliance, column rationale" in fault


def test_four_points_are_brought_to_ninety_percent(small: Workspace, asked: Asked) -> None:
    """Each end moves on its line from the best guess by 0.9 over the confidence; what was done is said."""
    cells = {
        ("lens", "answer"): "realist", ("confidence", "answer"): "60",
        ("outcomes.alliance", "lowest"): "0.1", ("outcomes.alliance", "highest"): "0.3",
        ("outcomes.alliance", "best"): "0.2", ("outcomes.alliance", "confidence"): "75%",
        ("levels.trade", "lowest"): "0", ("levels.trade", "highest"): "2", ("levels.trade", "best"): "1",
    }  # fmt: skip
    found = answers(read_csv(saved(sheet(small, cells, form="four_point")), "f", asked.items), asked)
    own, of_all = found.items["outcomes.alliance"], found.items["levels.trade"]
    assert own.values == pytest.approx({"p05": 0.08, "p50": 0.2, "p95": 0.32})
    assert own.note == "75% interval brought to 90%: 0.08, 0.2, 0.32"
    assert of_all.values == pytest.approx({"p05": -0.5, "p50": 1.0, "p95": 2.5})


def test_four_points_need_a_confidence_and_an_order(small: Workspace, asked: Asked) -> None:
    """Without a confidence nothing can be brought to another; a best guess lies between the ends."""
    cells = {
        ("lens", "answer"): "realist",
        ("outcomes.alliance", "lowest"): "0.1", ("outcomes.alliance", "highest"): "0.3",
        ("outcomes.alliance", "best"): "0.2",
        ("levels.trade", "lowest"): "2", ("levels.trade", "highest"): "1", ("levels.trade", "best"): "1.5",
        ("levels.trade", "confidence"): "80",
    }  # fmt: skip
    found = faults(read_csv(saved(sheet(small, cells, form="four_point")), "f", asked.items), asked)
    assert found == [
        "9 row outcomes.alliance, column confidence: is empty; fill it in, or clear the others",
        "16 row levels.trade, column best: lowest, best and highest must increase (found 2, 1.5, 1)",
    ]


@given(
    best=st.floats(0.05, 0.95),
    below=st.floats(0.01, 0.9),
    above=st.floats(0.01, 0.9),
    confidence=st.floats(0.05, 1),
)
@settings(max_examples=50)
def test_standardised_probabilities_stay_probabilities(
    best: float, below: float, above: float, confidence: float
) -> None:
    """Increasing and inside (0, 1) whatever the confidence; at 90% nothing moves."""
    lowest, highest = best * (1 - below), best + (1 - best) * above
    at = standardised(lowest=lowest, best=best, highest=highest, confidence=confidence, limits=(0.0, 1.0))
    assert 0 < at.p05 < at.p50 < at.p95 < 1
    same = standardised(lowest=lowest, best=best, highest=highest, confidence=0.9)
    assert (same.p05, same.p95) == pytest.approx((lowest, highest))


def test_a_text_never_becomes_a_formula_and_comes_back_as_it_was(small: Workspace, asked: Asked) -> None:
    """Cells that begin as a formula are guarded when written, and read without the guard."""
    rows = sheet(small, TYPED | {("outcomes.alliance", "rationale"): '\'=HYPERLINK("x")'})
    found = answers(read_csv(saved(rows), "f", asked.items), asked)
    assert found.items["outcomes.alliance"].rationale == '=HYPERLINK("x")'
    again = Template("arland_bergia", "=1+1", "anna", 2, "quantiles", asked.items, own=found)
    cells = [
        cell for row in csv.reader(io.StringIO(as_csv(again).decode("utf-8-sig"), newline="")) for cell in row
    ]
    assert not [
        cell for cell in cells if cell[:1] in ("=", "@", "+") or (cell[:1] == "-" and not _number(cell))
    ]
    assert "'=1+1" in cells


def _number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True


@settings(max_examples=50)
@given(text=st.text(min_size=1, max_size=60))
def test_sealed_answers_come_back(text: str) -> None:
    """Any reason survives the sealed file, and the same answers give the same bytes."""
    from forecast.protocol.answers import Answer

    reason = text.encode("utf-8", "ignore").decode()
    stated = {"p05": 0.1, "p50": 1e-7, "p95": 1 / 3}
    one = Answers(
        "q", "null", 1, ("realist",), DAY, {"levels.x": Answer("level", stated, stated, None, reason or None)}
    )
    assert read(written(one).encode(), "f") == one
    assert written(read(written(one).encode(), "f")) == written(one)


def test_both_files_filled_must_agree(small: Workspace, asked: Asked, tmp_path: Path) -> None:
    """The same in both is one answer; otherwise every cell that differs is named, in both files."""
    folder = Folder(tmp_path)
    good = sheet(small, TYPED)
    text = as_yaml(template(small))
    for path, data in (
        (folder.template(1, "anna", ".csv"), saved(good, ";")),
        (folder.template(1, "anna", ".yaml"), text.encode()),
    ):
        folder.write(path, data)
    assert returned(folder, asked, None).path.suffix == ".csv"
    raw = yaml.safe_load(text)
    raw["lens"] = ["realist"]
    raw["outcomes"]["alliance"] |= {"p05": "1%", "p50": "5%", "p95": 0.2, "rationale": 'two; words, "quoted"'}
    raw["effects"]["trade"]["split"] = -2
    raw["levels"]["trade"] |= {"p05": -0.5, "p50": 0.25, "p95": 1.5}
    folder.write(folder.template(1, "anna", ".yaml"), yaml.safe_dump(raw, sort_keys=False))
    assert returned(folder, asked, None).answers.items["levels.trade"].values["p95"] == 1.5
    raw["levels"]["trade"]["p95"] = 1.6
    folder.write(folder.template(1, "anna", ".yaml"), yaml.safe_dump(raw, sort_keys=False))
    with pytest.raises(InputError) as refused:
        returned(folder, asked, None)
    (problem,) = refused.value.problems
    assert (problem.file, problem.at) == ("elicitation/round1/anna.yaml", "levels.trade.p95")
    assert problem.message.startswith(
        "says 1.6, but elicitation/round1/anna.csv:15 says 1.5; both files are filled"
    )


def test_a_template_of_someone_else_is_refused(small: Workspace, asked: Asked, tmp_path: Path) -> None:
    """A file copied over another's is told from whose it is."""
    folder = Folder(tmp_path)
    other = as_yaml(Template("arland_bergia", "?", "bert", 1, "quantiles", items_of(small)))
    folder.write(folder.template(1, "anna", ".yaml"), other)
    with pytest.raises(InputError, match="is 'bert', but this file stands where that of 'anna' belongs"):
        returned(folder, asked, None)


def test_items_are_chosen_by_key_section_or_name(small: Workspace) -> None:
    """And one that is not known is told with the nearest."""
    everything = items_of(small)
    assert [item.key for item in chosen(everything, ["levels.trade"])] == ["levels.trade"]
    assert [item.key for item in chosen(everything, ["trade"])] == ["effects.trade", "levels.trade"]
    assert {item.section for item in chosen(everything, ["outcomes,effects"])} == {"outcomes", "effects"}
    with pytest.raises(UsageError, match=r"nothing is called 'levels.trad'. Did you mean 'levels.trade'\?"):
        chosen(everything, ["levels.trad"])

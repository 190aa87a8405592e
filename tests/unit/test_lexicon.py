"""Verbal probabilities: published ranges to the digit, words to numbers and back."""

from __future__ import annotations

import math
import re
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from forecast.lexicon import LEXICONS, Lexicon, Term, band, fitting, named, quantiles, words

#: Ranges as their documents print them, by preferred words. ICD 203 (2015), p. 3; PHIA probability yardstick
#: (2018); Mastrandrea et al. (2010), table 1 and its note.
PUBLISHED = {
    "icd203": {
        "almost no chance": "1% to 5%",
        "very unlikely": "5% to 20%",
        "unlikely": "20% to 45%",
        "roughly even chance": "45% to 55%",
        "likely": "55% to 80%",
        "very likely": "80% to 95%",
        "almost certain": "95% to 99%",
    },
    "phia": {
        "remote chance": "at most 5%",
        "highly unlikely": "10% to 20%",
        "unlikely": "25% to 35%",
        "realistic possibility": "40% to under 50%",
        "likely": "55% to 75%",
        "highly likely": "80% to 90%",
        "almost certain": "at least 95%",
    },
    "ipcc": {
        "exceptionally unlikely": "at most 1%",
        "extremely unlikely": "at most 5%",
        "very unlikely": "at most 10%",
        "unlikely": "at most 33%",
        "about as likely as not": "33% to 66%",
        "more likely than not": "over 50%",
        "likely": "at least 66%",
        "very likely": "at least 90%",
        "extremely likely": "at least 95%",
        "virtually certain": "at least 99%",
    },
}
FLAT = ("icd203", "phia")
ANY = st.floats(0.0, 1.0)


@st.composite
def lexicons(draw: st.DrawFn) -> Lexicon:
    """A table of ranges that do not overlap: any gaps, any open ends, edges down to a thousandth apart."""
    count = draw(st.integers(1, 6))
    marks = draw(st.lists(st.integers(0, 1000), min_size=2 * count, max_size=2 * count, unique=True))
    ends = sorted(marks)
    touching = draw(st.lists(st.booleans(), min_size=count, max_size=count))
    opened = draw(st.lists(st.booleans(), min_size=2 * count, max_size=2 * count))
    rows = []
    for i in range(count):
        low = rows[-1].high if rows and touching[i] else ends[2 * i] / 1000
        high = ends[2 * i + 1] / 1000
        rows.append(Term((f"words {'x' * (i + 1)}",), low, high, (), opened[2 * i], opened[2 * i + 1]))
    return Lexicon("house", "House", "its style book", tuple(rows))


@pytest.mark.parametrize("name", LEXICONS)
def test_ranges_are_the_published_ones(name: str) -> None:
    """Every number and every open end, in order."""
    assert {t.words[0]: t.span for t in LEXICONS[name].terms} == PUBLISHED[name]
    assert (LEXICONS[name].id, LEXICONS[name].nested) == (name, name == "ipcc")


@pytest.mark.parametrize(
    ("lexicon", "phrase", "expected"),
    [
        ("icd203", "remote", (0.01, 0.05)),
        ("icd203", "Highly  improbable", (0.05, 0.20)),
        ("icd203", "almost certain", (0.95, 0.99)),
        ("phia", "realistic possibility", (0.40, 0.50)),
        ("phia", "highly likely", (0.80, 0.90)),
        ("phia", "between highly-unlikely and unlikely", (0.20, 0.25)),
        ("ipcc", "more likely than not", (0.50, 1.0)),
        ("ipcc", "exceptionally unlikely", (0.0, 0.01)),
    ],
)
def test_band_of_words(lexicon: str, phrase: str, expected: tuple[float, float]) -> None:
    """Any word of a row, however spaced or capitalised; of "between X and Y" the gap."""
    assert band(lexicon, phrase) == expected
    assert band(LEXICONS[lexicon], phrase) == expected


@pytest.mark.parametrize(
    ("lexicon", "p", "expected"),
    [
        ("icd203", 0.03, "almost no chance"),
        ("icd203", 0.001, "almost no chance"),
        ("icd203", 0.2, "unlikely"),
        ("icd203", 0.5, "roughly even chance"),
        ("icd203", 0.8, "likely"),
        ("icd203", 1.0, "almost certain"),
        ("phia", 0.0, "remote chance"),
        ("phia", 0.05, "remote chance"),
        ("phia", 0.07, "between remote chance and highly unlikely"),
        ("phia", 0.22, "between highly unlikely and unlikely"),
        ("phia", 0.499999, "realistic possibility"),
        ("phia", 0.5, "between realistic possibility and likely"),
        ("phia", 0.525, "between realistic possibility and likely"),
        ("phia", 0.949, "between highly likely and almost certain"),
        ("phia", 0.95, "almost certain"),
        ("ipcc", 0.005, "exceptionally unlikely"),
        ("ipcc", 0.07, "very unlikely"),
        ("ipcc", 0.97, "extremely likely"),
        ("ipcc", 0.6, "about as likely as not"),
    ],
)
def test_words_of_a_number(lexicon: str, p: float, expected: str) -> None:
    """The narrowest term that holds it; gaps are said as gaps; a shared edge goes toward even odds."""
    assert words(lexicon, p) == expected


def test_an_open_end_is_no_part_of_its_range() -> None:
    """PHIA's realistic possibility stops short of 50%, IPCC's more likely than not begins above it."""
    assert "more likely than not" not in fitting("ipcc", 0.5)
    assert "more likely than not" in fitting("ipcc", math.nextafter(0.5, 1.0))
    assert fitting("phia", math.nextafter(0.5, 0.0)) == ("realistic possibility",)


@pytest.mark.parametrize("lexicon", LEXICONS)
def test_every_term_is_a_judgment(lexicon: str) -> None:
    """Quantiles lie inside (0, 1), in order, and p50 is the logit midpoint of the other two."""

    def logit(p: float) -> float:
        return math.log(p / (1 - p))

    for term in (*LEXICONS[lexicon].terms, *LEXICONS[lexicon].gaps):
        q = quantiles(lexicon, term.words[0])
        assert 0 < q["p05"] < q["p50"] < q["p95"] < 1
        assert logit(q["p50"]) == pytest.approx((logit(q["p05"]) + logit(q["p95"])) / 2)


def test_unknown_words_name_the_nearest() -> None:
    """A misspelt phrase is refused with a suggestion; a number outside [0, 1] is no probability."""
    with pytest.raises(ValueError, match="Did you mean 'very unlikely'"):
        band("icd203", "very unlikly")
    with pytest.raises(ValueError, match="is not a probability"):
        words("icd203", 1.5)
    with pytest.raises(ValueError, match="is not a probability"):
        words("icd203", math.nan)
    with pytest.raises(ValueError, match=r"nothing lies between .* ends at 0\.45 .* begins at 0\.45"):
        band("icd203", "between unlikely and roughly even chance")
    with pytest.raises(
        ValueError, match=re.escape("not a lexicon (icd203, phia, ipcc). Did you mean 'icd203'")
    ):
        words("icd204", 0.5)
    assert named(LEXICONS["phia"], {}) is LEXICONS["phia"]


@pytest.mark.parametrize("lexicon", LEXICONS.values(), ids=lambda lexicon: lexicon.id)
@given(p=ANY)
@settings(max_examples=50)
def test_the_words_of_a_number_hold_it(lexicon: Lexicon, p: float) -> None:
    """Every number in [0, 1] has words, and their range holds it; only past the outermost range it cannot."""
    _holds(lexicon, p)


@given(lexicon=lexicons(), p=ANY)
@settings(max_examples=50)
def test_the_words_of_a_number_hold_it_in_any_lexicon(lexicon: Lexicon, p: float) -> None:
    """The same of tables nobody published, edges and gaps of one point included."""
    for number in (p, *lexicon.edges):
        _holds(lexicon, number)


def _holds(lexicon: Lexicon, p: float) -> None:
    for phrase in fitting(lexicon, p):
        term = lexicon.term(phrase)
        outside = not any(t.holds(p) for t in (*lexicon.terms, *lexicon.gaps))
        assert term.holds(p) or (outside and term in lexicon.terms)
        if outside:
            assert p <= lexicon.edges[0] or p >= lexicon.edges[-1]


@given(lexicon=lexicons())
@settings(max_examples=50)
def test_the_middle_of_every_range_is_said_in_its_words(lexicon: Lexicon) -> None:
    """Of terms and of gaps, unless a range is a single point's; so is the p50 that its words are read as."""
    for each in (lexicon, *(LEXICONS[name] for name in FLAT)):
        for term in (*each.terms, *each.gaps):
            assert words(each, (term.low + term.high) / 2) == term.words[0]
            if term.low < term.high:
                assert words(each, quantiles(each, term.words[0])["p50"]) == term.words[0]


@pytest.mark.parametrize("term", LEXICONS["ipcc"].terms, ids=lambda term: term.words[0])
def test_every_nested_term_fits_where_no_narrower_one_does(term: Term) -> None:
    """Each of the IPCC's terms has numbers it may be used for."""
    assert any(term.words[0] in fitting("ipcc", p / 1000) for p in range(1001))


@pytest.mark.parametrize("lexicon", LEXICONS.values(), ids=lambda lexicon: lexicon.id)
def test_words_rise_with_the_number(lexicon: Lexicon) -> None:
    """No larger number has words further down the table."""
    order = [t.words[0] for t in sorted((*lexicon.terms, *lexicon.gaps), key=lambda t: t.low + t.high)]
    ranks = [order.index(words(lexicon, p / 2000)) for p in range(2001)]
    assert all(one <= other for one, other in pairwise(ranks))


@given(lexicon=lexicons(), one=ANY, other=ANY)
@settings(max_examples=50)
def test_words_rise_with_the_number_in_any_lexicon(lexicon: Lexicon, one: float, other: float) -> None:
    """The same of any table without overlaps."""
    order = [
        t.words[0] for t in sorted((*lexicon.terms, *lexicon.gaps), key=lambda t: (t.low + t.high, t.low))
    ]
    low, high = sorted((one, other))
    assert order.index(words(lexicon, low)) <= order.index(words(lexicon, high))


@given(lexicon=lexicons())
@settings(max_examples=50)
def test_a_lexicon_as_data_is_read_back(lexicon: Lexicon) -> None:
    """What a report keeps of a house's lexicon is all of it."""
    assert Lexicon.from_dict(lexicon.as_dict()) == lexicon


@pytest.mark.parametrize(
    "broken",
    [
        {},
        {"id": "a", "title": "A", "source": "b", "terms": []},
        {
            "id": "a",
            "title": "A",
            "source": "b",
            "terms": [{"words": ["x"], "low": 0.5, "high": 0.5, "forms": []}],
        },
        {"id": "a", "title": "A", "source": "b", "terms": [{"words": "x", "low": 0, "high": 1, "forms": []}]},
        {
            "id": "a",
            "title": "A",
            "source": "b",
            "terms": [{"words": ["x"], "low": "0", "high": 1, "forms": []}],
        },
    ],
)
def test_data_that_is_no_lexicon_is_refused(broken: dict[str, object]) -> None:
    """Without terms, with a range that is none, or with words that are no list."""
    with pytest.raises(ValueError, match="not a lexicon as it is written"):
        Lexicon.from_dict(broken)

"""The page of a report as text: anchors, sections, header cells, judgments, frame and policy."""

from __future__ import annotations

import base64
import datetime as dt
import hashlib
import re
from dataclasses import replace

import pytest

from forecast.errors import UsageError
from forecast.report.blocks import parser
from forecast.report.front_matter import Front
from forecast.report.html import page
from forecast.report.html.judgments import Glance, glimpsed
from forecast.report.markdown import Drawing

TEXT = """# Will it rain?

- **As of:** 1 July 2025
- **Status:** draft, not reviewed

## Key judgments

**Rain.** It is likely to rain by 31 December 2030: **61%**, 90% interval 40% to 80%. By 2035: **<0.1%**.

![Rain by year; 61% in 2030.](figures/fan.svg)

## Rows

| Source | Weight |
| --- | ---: |
| Smith | 1 |
| Jones | 2 |
| **All** | 3 |

### Report

See [the sources](sources.md#smith), [below](#rows) and [elsewhere](https://example.org/a.md).
"""
FIGURES = {
    "figures/fan.svg": Drawing(
        "fan",
        '<?xml version="1.0"?>\n<svg width="5" height="6"><path id="a" style="fill: #fefefe"/>'
        '<use xlink:href="#a" style="fill: #0072b2"/></svg>',
        "not this",
    )
}
FRONT = Front(title="Will it rain?", date=dt.date(2025, 7, 1), authors=("A & B",), marking='SECRET "1" <2>')


@pytest.fixture(scope="module")
def made() -> str:
    """A small page."""
    return page(TEXT, FIGURES)


def test_anchors_are_unique_and_never_those_of_the_page(made: str) -> None:
    """A heading that would be called as the page's own element gets another name."""
    ids = re.findall(r' id="([^"]+)"', made)
    assert len(ids) == len(set(ids))
    assert 'id="report-2"' in made
    assert re.findall(r'<li><a href="#([^"]+)">', made) == ["key-judgments", "rows"]


def test_headings_alike_have_anchors_apart() -> None:
    """Also where a heading is called as the second of a pair would be."""
    made = page("# A\n\n## B\n\n## B 2\n\n## B\n", {})
    assert re.findall(r'<h2 id="([^"]+)">', made) == ["b", "b-2", "b-3"]


def test_a_section_is_an_element_of_that_name(made: str) -> None:
    """So that its tables can be told from others."""
    assert re.findall(r'<section class="([^"]+)">', made) == ["part key-judgments", "part rows"]
    assert made.count("<section") == made.count("</section>")


def test_header_cells_say_what_they_head(made: str) -> None:
    """Columns and rows; a row that begins in bold is a sum."""
    assert made.count('scope="col"') == 2
    assert made.count('scope="row"') == 3
    assert re.findall(r'<tr class="sum">', made) == ['<tr class="sum">']


def test_links_to_pages_of_the_report_lead_to_html(made: str) -> None:
    """Those to anywhere else are left as they are."""
    links = set(re.findall(r'href="([^"]+)"', made))
    assert {"sources.html#smith", "#rows", "https://example.org/a.md"} <= links


def test_a_figure_is_described_as_the_text_describes_it(made: str) -> None:
    """Its ids are its own, its colours the page's, its paper the page's."""
    assert 'role="img" aria-label="Rain by year; 61% in 2030."' in made
    assert 'id="fan-a"' in made
    assert 'xlink:href="#fan-a"' in made
    assert "fill: none" in made
    assert "fill: var(--blue)" in made
    assert "<p><figure" not in made
    assert "<?xml" not in made


def test_a_figure_that_is_not_there_is_named() -> None:
    """An edited text may have lost its figures."""
    with pytest.raises(UsageError, match=r"'figures/fan.svg', which is no figure of this report.*none"):
        page(TEXT, {})


def test_a_text_without_sections_or_title_is_a_page() -> None:
    """Whatever an edit has left of it."""
    assert "<p>Only words.</p>" in page("Only words.\n", {})
    untitled = page("## Section\n\nWords.\n", {})
    assert "<title>Section</title>" in untitled
    titled = page("# Title\n\nWords.\n", {})
    assert titled.index("<p>Words.</p>") > titled.index("<main")


def test_judgments_are_glimpsed_from_the_text(made: str) -> None:
    """Bold probabilities with the last year named before each, and the interval that follows."""
    inline = next(t for t in parser().parse(TEXT) if t.content.startswith("**Rain"))
    assert list(glimpsed(inline)) == [Glance("61%", "2030", (40.0, 80.0)), Glance("<0.1%", "2035", None)]
    assert made.count('class="judgment"') == 1
    assert 'style="left:40%;width:40%"' in made


@pytest.mark.parametrize(
    "text",
    ["Rain: **61%** by 2030.", "**Rain.** It is 61% by 2030.", "**61**% of it **61 mm**", "- **A.** **6%**"],
)
def test_other_paragraphs_are_no_judgments(text: str) -> None:
    """It takes a heading in bold and a probability in bold, in a paragraph of its own."""
    assert 'class="judgment"' not in page(f"# A\n\n## B\n\n{text}\n", {})


def test_the_policy_lets_the_page_s_own_script_run_alone(made: str) -> None:
    """By its hash, of the very bytes between its tags."""
    (policy,) = re.findall(r'Content-Security-Policy" content="([^"]+)"', made)
    (script,) = re.findall(r"<script>(.*?)</script>", made, flags=re.DOTALL)
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    assert f"script-src 'sha256-{digest}'" in policy
    assert policy.startswith("default-src 'none'")


def test_the_marking_is_at_the_top_at_the_bottom_and_in_the_margins() -> None:
    """Escaped for where it stands: HTML in the bands, a string of CSS in the margins."""
    made = page(TEXT, FIGURES, front=FRONT)
    band = '<p class="marking">SECRET &quot;1&quot; &lt;2&gt;</p>'
    assert made.count(band) == 2
    assert made.index("<header") < made.index(band) < made.index("<h1")
    assert made.rindex(band) > made.index("<footer")
    assert made.count(r"SECRET \22 1\22  \3c 2\3e ") == 2
    assert '<p class="marking">' not in page(TEXT, FIGURES, front=replace(FRONT, marking=""))


def test_who_signs_is_said_once() -> None:
    """What the text's own head says is not said again beside it."""
    made = page(TEXT, FIGURES, front=FRONT)
    assert '<p class="signature"><span>A &amp; B</span></p>' in made
    bare = page("# Title\n\n## Section\n", {}, front=FRONT)
    assert '<span class="status draft">Draft, not reviewed</span> <span>A &amp; B</span>' in bare
    assert "<span>1 July 2025</span>" in bare
    assert 'class="status"' in page("# Title\n\n## Section\n", {}, front=replace(FRONT, status="final"))


def test_the_language_is_the_front_s() -> None:
    """English unless it says so."""
    assert '<html lang="en"' in page(TEXT, FIGURES)
    assert '<html lang="fr"' in page(TEXT, FIGURES, front=replace(FRONT, language="fr"))


def test_a_template_of_one_s_own_is_filled() -> None:
    """Once: what looks like a place inside the text is text."""
    frame = "<title>{{title}}</title>{{ head }}<main>{{ body }}</main>"
    made = page("# A {{ body }}\n\n## B\n\nC\n", {}, template=frame)
    assert made.startswith("<title>A {{ body }}</title><h1")
    assert made.count("<p>C</p>") == 1


def test_a_template_that_leaves_the_text_out_is_refused() -> None:
    """And one that names what there is not."""
    with pytest.raises(UsageError, match=r"no place for body; write \{\{ body \}\}"):
        page("# A\n", {}, template="{{ head }}")
    with pytest.raises(UsageError, match=r"names 'boddy'; what can be put in is language, title, policy"):
        page("# A\n", {}, template="{{ head }} {{ body }} {{ boddy }}")


def test_rules_of_one_s_own_come_last() -> None:
    """So that they win; they cannot end the element they stand in."""
    made = page("# A\n", {}, style="h1 { color: red; }\n")
    assert "h1 { color: red; }\n</style>" in made
    with pytest.raises(UsageError, match="rules of CSS alone"):
        page("# A\n", {}, style="</STYLE><script>")


def test_characters_that_steer_are_shown_by_their_codes() -> None:
    """In the text, in figures, in the title."""
    figure = {
        "figures/fan.svg": replace(FIGURES["figures/fan.svg"], svg="<svg><text>\u202ea\x07</text></svg>")
    }
    made = page(TEXT.replace("Will it", "Will \u202e it"), figure)
    assert "<title>Will ⟨U+202E⟩ it rain?</title>" in made
    assert "<text>⟨U+202E⟩a⟨U+0007⟩</text>" in made
    assert not {"\u202e", "\x07"} & set(made)


def test_the_same_text_gives_the_same_bytes(made: str) -> None:
    """A page is a function of what it is made of."""
    assert page(TEXT, FIGURES) == made

"""The rule `will`: what has a probability is not said to happen, or not to."""

from __future__ import annotations

import re
from collections.abc import Iterator

from forecast.report.lint.attribution import attributed
from forecast.report.lint.fault import Fault
from forecast.report.lint.hedges import HAPPENS, hedges
from forecast.report.lint.reading import Sentence
from forecast.report.lint.text import Text

_CERTAIN = re.compile(
    r"\b(?:(?P<will>will|shall|won't|shan't)\b|\w+(?P<short>'ll)\b"
    r"|(?P<going>(?:is|are|am|'s|'re)\s+(?:not\s+)?going\s+to)\b"
    r"|(?P<bound>(?:is|are|be|seems?|looks?)\s+(?:all\s+but\s+)?"
    r"(?:certain|sure|bound|destined|doomed|guaranteed|fated)\s+to)\b"
    rf"|(?P<set>(?:is|are)\s+set\s+to(?=\s+{HAPPENS}\b))"
    r"|(?P<sure>(?<!almost )(?<!virtually )(?<!nearly )certainly|inevitabl[ey]|unavoidabl[ey]|undoubtedly|"
    r"unquestionably|definitely|without\s+(?:a\s+|any\s+)?doubt|no\s+doubt|"
    r"(?:is|are)\s+(?:all\s+but\s+)?certain\s+that|a\s+certainty|foregone\s+conclusion)\b"
    rf"|(?P<never>(?<!almost )(?:no|zero)\s+(?:chance|possibility|prospect)\s+(?:of|that|whatsoever)|"
    rf"cannot\s+{HAPPENS}|out\s+of\s+the\s+question|(?<!not )impossible(?!\s+to\b)|"
    r"under\s+no\s+circumstances))",
    re.IGNORECASE,
)
#: "The will to fight": a noun, and so in "political will", "goodwill", "at will".
_NOUN = re.compile(
    r"\b(?:the|an?|its|their|his|her|our|my|your|own|no|any|political|good|free|ill|popular|national|sheer|of|at|"
    r"against|with|strong|collective|common|lack|last|iron|mutual|and|both|such|more|enough|without)\s+$",
    re.IGNORECASE,
)
#: What a report says of itself, its reader and its own future.
_ITSELF = re.compile(
    r"\b(?:reports?|sections?|tables?|figures?|chapters?|versions?|updates?|editions?|readers?|we|you|pages?|"
    r"appendix|annex|resolvers?|questions?|forecasts?|models?|issues?|drafts?|reviewers?|products?|assessments?|"
    r"scores?|scorecard|judgments?|estimates?|numbers?|probability|analysis|authors?|I)\s+(?:\w+ly\s+|also\s+|then\s+)?$"
    r"|\bwe$|\byou$|\bI$",
    re.IGNORECASE,
)
#: Questions within a sentence assert nothing.
_ASKED = re.compile(
    r"\b(?:whether|how|who|what|whatever|whoever|why|where|if\s+and\s+when|asks?\s+if)\b[^;:]*$",
    re.IGNORECASE,
)
#: Words of likelihood that govern what follows: "the probability that the two will".
_GOVERNED = re.compile(
    r"\b(?:probability|chances?|likelihood|odds|prospects?|risk|doubt(?:s|ed)?|forecast|question)\b[^;:]{0,60}\b(?:that|whether)\b[^;:]*$",
    re.IGNORECASE,
)
_BROKEN = re.compile(r"[;:]|,\s*(?:and|but|so)\b|\b(?:but|while|whereas|yet)\b", re.IGNORECASE)
#: "Not inevitable", "nothing is certain to": a denial of certainty is none.
_DENIED = re.compile(
    r"\b(?:not|never|neither|nothing|nor|n't)\s+(?:\w+\s+)?$|\bnothing\b[^.,;]*$", re.IGNORECASE
)
#: What a text of law says shall be.
_OBLIGES = re.compile(
    r"\b(?:treaty|treaties|text|articles?|clauses?|duty|obliges?|part(?:y|ies)|signator\w+)\b", re.I
)
_WINDOW = 160


def certain(text: Text) -> Iterator[Fault]:
    """Faults of sentences that assert the future, or deny it, where a likelihood belongs."""
    for passage, sentence, _ in text.sentences():
        if passage.block.kind == "row" or sentence.asks or passage.section.startswith("definitions"):
            continue
        for match in _CERTAIN.finditer(sentence.style):
            if not _allowed(match, sentence):
                yield Fault(
                    sentence.line,
                    "will",
                    sentence.text,
                    f"“{match.group().strip()}” leaves no doubt about what has a probability",
                    "Write how likely it is, in the lexicon's words and with its number; “would” after a "
                    "condition; or whose words these are.",
                )
                break


def _allowed(match: re.Match[str], sentence: Sentence) -> bool:
    """Whether the words assert nothing of what has a probability."""
    text = sentence.style
    the_word_itself = text[: match.start()].endswith("'") and text.startswith("'", match.end())
    # A house's lexicon may have "certain" for a range.
    if the_word_itself or any(u.start < match.end() and match.start() < u.end for u in sentence.uses):
        return True
    before, after = (
        text[max(0, match.start() - _WINDOW) : match.start()],
        text[match.end() : match.end() + 60],
    )
    if _ASKED.search(before) or _governed(before, match, sentence) or attributed(before):
        return True
    if match["sure"] or match["never"] or match["bound"]:
        return bool(_DENIED.search(before))
    if match["will"] and match["will"].lower() == "will" and _noun(match, before, after):
        return True
    if match["will"] and match["will"].lower() == "shall" and _OBLIGES.search(text):
        return True
    subject = f"{before}{match.group()[:-3]}" if match["short"] else before
    return bool(_ITSELF.search(subject)) or _likely_next(match, sentence)


def _noun(match: re.Match[str], before: str, after: str) -> bool:
    if match["will"] == "Will" and before.strip():
        return True  # a name
    return bool(re.match(r"\s+(?:to|of|for)\b", after)) or bool(
        _NOUN.search(before) and not re.match(r"\s+(?:not|be|have|\w+ly)\b", after)
    )


def _governed(before: str, match: re.Match[str], sentence: Sentence) -> bool:
    """Whether an estimate governs the clause: "it is very unlikely that the two will ally"."""
    if _GOVERNED.search(before):
        return True
    for use in sentence.uses:
        between = sentence.style[use.end : match.start()]
        if (
            use.end <= match.start()
            and re.match(r"[^;:]{0,60}?\bthat\b", between)
            and not _BROKEN.search(between)
        ):
            return True
    return False


def _likely_next(match: re.Match[str], sentence: Sentence) -> bool:
    """Whether an estimate stands in the verb itself: "will very likely remain"."""
    starts = [use.start for use in sentence.uses] + [start for start, _ in hedges(sentence)]
    return any(0 <= start - match.end() <= 12 for start in starts)

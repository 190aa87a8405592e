"""Words that say how likely something is and belong to no lexicon."""

from __future__ import annotations

import re

from forecast.report.lint.reading import Sentence

_CHANCE = r"(?:chances?|probability|likelihood|odds(?! ratio)|prospects?|possibility)"
_SIZE = (
    r"(?:good|fair|strong|decent|real|serious|slim|small|slight|fighting|outside|sporting|high|low|significant|"
    r"considerable|substantial|non-negligible|minimal|negligible|poor|better[\s-]than[\s-]even|distinct|remote|"
    r"appreciable|modest|sizeable|great|excellent|faint)"
)
_DEGREE = r"(?:very|quite|extremely|rather|fairly|really|vanishingly)"
#: Verbs for what becomes of two states.
HAPPENS = (
    r"(?:form|become|remain|split|enter|stay|break|fall|rise|grow|end|drift|ally|deepen|continue|happen|occur|come|"
    r"collapse|hold|last|survive|fail|part)"
)
_PATTERNS = (
    # Possible at all.
    r"(?:may|might|could)\s+(?:very\s+|quite\s+|just\s+)?(?:well|easily|conceivably)",
    r"(?:in)?conceivabl[ye]",
    r"(?:possibly|perhaps(?!\s+\d)|maybe|presumably|(?:im)?plausibly|plausible\s+that|implausible\s+that)",
    r"it\s+is\s+(?:\w+\s+)?possible\s+that",
    r"(?:is|are|remains?|becomes?|seems?|looks?)\s+(?:\w+ly\s+|also\s+|still\s+)?possible(?!\s+(?:to|for|by|in)\b)",
    r"(?:an?|the|some|any)\s+(?:\w+\s+)?possibility\s+(?:that|of)",
    r"not\s+(?:impossible|implausible|unthinkable|inconceivable|to\s+be\s+excluded|out\s+of\s+the\s+question)",
    r"(?:can(?:not|'t|\s+not)|could\s+not)\s+(?:be\s+)?(?:entirely\s+|fully\s+|wholly\s+)?"
    r"(?:rul(?:e|ed)\s+out|excluded?|dismiss(?:ed)?|discount(?:ed)?)",
    r"(?:unthinkable|far-fetched)",
    # Doubted.
    r"doubtful",
    r"(?:we|I|analysts|observers|experts|many|some)\s+doubt\s+(?:that|whether|if)",
    # Bets.
    r"(?:odds-on|odds\s+(?:are|favou?r)|long\s+odds|long\s+shot|safe\s+bet|toss-?up|coin[\s-](?:flip|toss)|"
    r"fifty[\s-]fifty|50[\s/–-]50|even\s+money|about\s+even|as\s+likely\s+as\s+not)",
    # Chances without a number.
    r"in\s+all\s+(?:likelihood|probability)",
    r"(?:chances\s+are|every\s+chance|little\s+chance)",
    rf"{_SIZE}\s+{_CHANCE}",
    r"(?:near|virtual|practical|moral)[\s-]certaint(?:y|ies)",
    # Expected, by nobody knows how much.
    rf"(?:is|are)\s+(?:\w+ly\s+)?expected\s+to\s+{HAPPENS}",
    r"we\s+(?:\w+ly\s+)?(?:expect|anticipate|foresee|predict)",
    rf"{_CHANCE}\b[^.;:,]{{0,80}}?\b(?:is|are|remains?|stays?)\s+(?:{_DEGREE}\s+)?{_SIZE}(?=[\s,.;:]|$)",
)
_HEDGES = re.compile("|".join(rf"\b(?:{pattern})\b" for pattern in _PATTERNS), re.IGNORECASE)


def hedges(sentence: Sentence) -> list[tuple[int, int]]:
    """Where a sentence says in words of no lexicon how likely something is.

    A lexicon's own words are left out, quotations and what input files say.
    """
    taken = [(use.start, use.end) for use in sentence.uses]
    return [
        match.span()
        for match in _HEDGES.finditer(sentence.style)
        if not any(start < match.end() and match.start() < end for start, end in taken)
    ]

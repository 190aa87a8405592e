"""Published lexicons, number for number.

US Intelligence Community Directive 203 (2015), p. 3: two rows of words for seven ranges that meet, from 1% to
99%; "almost certain(ly)", "improbable (improbably)" and "probable (probably)" are its own brackets. Where two
ranges meet, both hold the edge.

The UK Professional Head of Intelligence Assessment's probability yardstick (2018): seven ranges with gaps
between them, which are deliberate, so that a number near an edge is said in neither's words. "Remote chance"
is at most 5%, "almost certain" at least 95%, and "realistic possibility" stops short of 50%.

Mastrandrea et al. (2010), guidance note for lead authors of the IPCC Fifth Assessment Report, table 1 and its
note: nested ranges, which reach to 0 or 1. "More likely than not", which is over 50%, "extremely likely" and
"extremely unlikely" are its additional terms.
"""

from __future__ import annotations

from types import MappingProxyType
from typing import Final

from forecast.lexicon.scale import Lexicon
from forecast.lexicon.term import Term

LEXICONS: Final = MappingProxyType(
    {
        "icd203": Lexicon(
            "icd203",
            "ICD 203",
            "Intelligence Community Directive 203, Analytic Standards (2015), p. 3",
            (
                Term(("almost no chance", "remote"), 0.01, 0.05),
                Term(("very unlikely", "highly improbable"), 0.05, 0.20),
                Term(("unlikely", "improbable", "improbably"), 0.20, 0.45),
                Term(
                    ("roughly even chance", "roughly even odds"),
                    0.45,
                    0.55,
                    forms=("roughly even", "even chance", "roughly an even chance"),
                ),
                Term(("likely", "probable", "probably"), 0.55, 0.80),
                Term(("very likely", "highly probable"), 0.80, 0.95),
                Term(("almost certain", "nearly certain"), 0.95, 0.99, forms=("almost certainly",)),
            ),
        ),
        "phia": Lexicon(
            "phia",
            "PHIA",
            "Professional Head of Intelligence Assessment, probability yardstick (UK, 2018)",
            (
                Term(("remote chance",), 0.0, 0.05, forms=("remote",)),
                Term(("highly unlikely",), 0.10, 0.20),
                Term(("unlikely",), 0.25, 0.35),
                Term(("realistic possibility", "realistic probability"), 0.40, 0.50, high_open=True),
                Term(("likely", "probable", "probably"), 0.55, 0.75),
                Term(("highly likely", "highly probable"), 0.80, 0.90),
                Term(("almost certain",), 0.95, 1.0, forms=("almost certainly",)),
            ),
        ),
        "ipcc": Lexicon(
            "ipcc",
            "IPCC",
            "Mastrandrea et al. (2010), Guidance note on consistent treatment of uncertainties, table 1",
            (
                Term(("exceptionally unlikely",), 0.0, 0.01),
                Term(("extremely unlikely",), 0.0, 0.05),
                Term(("very unlikely",), 0.0, 0.10),
                Term(("unlikely",), 0.0, 0.33),
                Term(("about as likely as not",), 0.33, 0.66),
                Term(("more likely than not",), 0.50, 1.0, low_open=True),
                Term(("likely",), 0.66, 1.0),
                Term(("very likely",), 0.90, 1.0),
                Term(("extremely likely",), 0.95, 1.0),
                Term(("virtually certain",), 0.99, 1.0, forms=("virtually certainly",)),
            ),
            nested=True,
        ),
    }
)

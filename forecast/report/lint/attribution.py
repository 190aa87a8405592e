"""Whose view a clause gives: a named source's is its own, and asserts nothing of the report's."""

from __future__ import annotations

import re

_HOLDS = (
    r"(?:says?|said|holds?|argues?|argued|expects?|expected|believes?|writes?|wrote|predicts?|predicted|claims?|claimed|"
    r"maintains?|thinks?|thought|warns?|warned|asserts?|contends?|denies|denied|foresees?|announced?|told|promised?|insists?)"
)
_ATTRIBUTED = re.compile(
    rf"(?P<who>[A-Z][\w.'-]*)(?:\s+\([^)]*\))?\s+(?:\w+ly\s+|also\s+)?{_HOLDS}\b[^;:]*$|\baccording\s+to\s+[A-Z][^;:]*$"
)
#: Who speaks for nobody in particular, and so for the report.
_NOBODY = re.compile("(?:We|I|They|Analysts|Experts|Observers|Many|Some|Most|It|All|Everyone|One)")


def attributed(before: str) -> bool:
    """Whether what follows is told as a named source's: "Smith (2019) holds that the two".

    >>> attributed("Smith (2019) wrote that it is "), attributed("We think that it is ")
    (True, False)
    """
    found = _ATTRIBUTED.search(before)
    return found is not None and not (found["who"] and _NOBODY.fullmatch(found["who"]))

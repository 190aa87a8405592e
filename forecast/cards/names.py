"""Short names of sources, and identifiers as words."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from forecast.inputs.records import Source

_AUTHOR_YEAR = re.compile(r'^([^;"(]{3,48}?),? \((?:c\. )?(\d{4})\)')
_YEAR = re.compile(r"\((?:c\. )?(\d{4})\)")
#: Letters of a driver's short name, which heads a column of numbers.
SHORT = 3


def plain(identifier: str) -> str:
    """An id as words."""
    return identifier.replace("_", " ").strip()


def short_names(sources: Mapping[str, Source]) -> dict[str, str]:
    """A short name for each source: its own, else author and year where citation and id agree on them."""
    found = {s.id: s.name or _short(s) for s in sources.values()}
    often = Counter(found.values())
    return {name: label if often[label] == 1 else plain(name) for name, label in found.items()}


def _short(source: Source) -> str:
    """The first author with the year the id names; with "and others" where the citation lists several."""
    match = _AUTHOR_YEAR.match(source.citation)
    if match is None:
        return plain(source.id)
    author, years = _unturned(match[1].strip(" :")), set(_YEAR.findall(source.citation))
    for year in years:
        if year in source.id:
            return f"{author} ({year})"
    return f"{author} ({match[2]})" + (" and others" if len(years) > 1 else "")


def _unturned(authors: str) -> str:
    """Surnames alone where given names stand behind them.

    >>> [_unturned(x) for x in ("Brown, Ann, and Green, Bo", "Brown, Ann", "A. Brown, C. Dee and E. Fox")]
    ['Brown and Green', 'Brown', 'A. Brown, C. Dee and E. Fox']
    """
    people = authors.split(", and ")
    parts = [person.split(", ") for person in people]
    turned = all(len(part) == 2 and " and " not in part[1] for part in parts)
    return " and ".join(surname for surname, _ in parts) if turned else authors


def abbreviations(identifiers: Iterable[str]) -> dict[str, str]:
    """Three letters for each id: its initials, filled up from its first words; a digit tells twins apart.

    >>> abbreviations(["economic_ties", "trade", "long_range_trade_flows", "economic_tiers"])
    {'economic_ties': 'ect', 'trade': 'tra', 'long_range_trade_flows': 'lrt', 'economic_tiers': 'ec2'}
    """
    found: dict[str, str] = {}
    for name in identifiers:
        first = _letters([word for word in name.lower().split("_") if word])
        label, n = first, 1
        while label in found.values():
            n += 1
            label = first[: SHORT - len(str(n))] + str(n)
        found[name] = label
    return found


def _letters(words: Sequence[str]) -> str:
    if len(words) >= SHORT:
        return "".join(word[0] for word in words[:SHORT])
    return (words[0][: SHORT - len(words) + 1] + "".join(word[0] for word in words[1:]))[:SHORT]

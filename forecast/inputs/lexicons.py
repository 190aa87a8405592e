"""Lexicons of a workspace: which there are, which the question chooses, and what may be wrong with one."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import combinations
from pathlib import Path

from forecast.errors import Problem
from forecast.inputs.draft import Document, Draft
from forecast.inputs.plain_words import did_you_mean
from forecast.inputs.records import LexiconFile
from forecast.lexicon import LEXICONS, Lexicon
from forecast.lexicon.term import plainly

#: Where a house's own lexicons stand, one a file.
FOLDER = "priors/lexicons"
DEFAULT = "icd203"

#: Words that a sentence can be read for: letters, between them single spaces, hyphens or apostrophes.
_PHRASE = re.compile(r"[^\W\d_]+(?:[ '’-][^\W\d_]+)*\Z")
#: Words that join two phrases of a lexicon: "between X and Y", "from X to Y".
_JOINING = re.compile(r"(?:between|from) |.* and ")
#: Levels of confidence, which a report keeps apart from how likely something is.
_CONFIDENCE = frozenset({"low", "moderate", "high"})


@dataclass(frozen=True)
class Scales:
    """The lexicons of a workspace: the one its question chooses, and its own; ``origin`` as `Workspace`'s."""

    root: Path
    origin: str
    chosen: Lexicon
    own: Mapping[str, Lexicon]


def chosen(draft: Draft) -> Lexicon | None:
    """The lexicon the question names; None, which accepts any words, if that cannot be told."""
    raw = next((doc.raw for doc in draft.of_kind("question")), None)
    name = raw.get("lexicon", DEFAULT) if isinstance(raw, dict) else None
    if not isinstance(name, str):
        return None
    return LEXICONS.get(name) or custom(draft).get(name)


def custom(draft: Draft) -> dict[str, Lexicon]:
    """The workspace's own lexicons by id, those that nothing is wrong with."""
    return {
        doc.stem: record.lexicon()
        for doc, record in sorted(draft.records(LexiconFile), key=lambda pair: pair[0].stem)
        if not any(True for _ in _of_file(doc, record))
    }


def check_lexicons(draft: Draft) -> Iterator[Problem]:
    """Tables that say one thing of each number, and a question that chooses one there is."""
    for doc, record in draft.records(LexiconFile):
        yield from _of_file(doc, record)
    yield from _check_choice(draft)


def unknown(name: str, own: set[str]) -> str:
    """What is said of a lexicon that is not there, naming those that are and the nearest."""
    shipped = f"{', '.join(LEXICONS)} (shipped)"
    known = f"{shipped} or {', '.join(sorted(own))} ({FOLDER}/)" if own else ", ".join(LEXICONS)
    begun = [one for one in (*LEXICONS, *sorted(own)) if one.lower().startswith(name.lower())]
    meant = begun[0] if len(begun) == 1 else did_you_mean(name, [*LEXICONS, *own])
    hint = f" Did you mean '{meant}'?" if meant else ""
    if not meant and not own:
        hint = f" A table of your own goes into {FOLDER}/{name}.yaml."
    return f"'{name}' is not one of {known}.{hint}"


def _check_choice(draft: Draft) -> Iterator[Problem]:
    own = draft.stems("lexicon", f"{FOLDER}/")
    for doc in draft.of_kind("question"):
        name = doc.raw.get("lexicon", DEFAULT) if isinstance(doc.raw, dict) else DEFAULT
        if isinstance(name, str) and name not in {"", *LEXICONS, *own}:
            yield doc.problem("lexicon", unknown(name, own))


def _of_file(doc: Document, record: LexiconFile) -> Iterator[Problem]:
    if doc.stem in LEXICONS:
        message = (
            f"'{doc.stem}' is a lexicon that is shipped ({LEXICONS[doc.stem].title}); name yours otherwise"
        )
        yield doc.problem("id", message)
    for i, row in enumerate(record.terms):
        if row.low >= row.high:
            message = f"{row.high:g} is not above low = {row.low:g}; a range runs from low to high"
            yield doc.problem(f"terms[{i}].high", message)
    yield from _phrases(doc, record)
    yield from _overlaps(doc, record)


def _phrases(doc: Document, record: LexiconFile) -> Iterator[Problem]:
    """Words that a sentence can be read for, each in one place."""
    said: dict[str, str] = {}
    for i, row in enumerate(record.terms):
        for key, phrases in (("words", row.words), ("forms", row.forms)):
            for k, phrase in enumerate(phrases):
                at, plain = f"terms[{i}].{key}[{k}]", plainly(phrase)
                if not _PHRASE.match(phrase):
                    message = f"'{phrase}' is not words: letters, with single spaces or hyphens between them"
                    yield doc.problem(at, message)
                elif _JOINING.match(plain + " "):
                    message = (
                        f"'{phrase}' cannot be told from 'between X and Y' or 'from X to Y', which are "
                        "said of gaps and of intervals; use other words"
                    )
                    yield doc.problem(at, message)
                elif plain in _CONFIDENCE:
                    message = f"'{phrase}' is a level of confidence in a report; use words of likelihood"
                    yield doc.problem(at, message)
                elif plain in said:
                    where = f"line {doc.line(said[plain])}"
                    yield doc.problem(at, f"'{phrase}' stands twice; it has its range on {where} already")
                said.setdefault(plain, at)


def _overlaps(doc: Document, record: LexiconFile) -> Iterator[Problem]:
    """Ranges over each other, which only a nested lexicon has; two rows for one range, which none has."""
    rows = [(i, row) for i, row in enumerate(record.terms) if row.low < row.high]
    for (i, one), (j, other) in combinations(rows, 2):
        if (one.low, one.high) == (other.low, other.high):
            message = f"'{other.words[0]}' has the range of '{one.words[0]}' (line {doc.line(f'terms[{i}]')})"
            yield doc.problem(f"terms[{j}]", message + "; put the words in one list, the preferred first")
        elif max(one.low, other.low) < min(one.high, other.high) and not record.nested:
            message = (
                f"'{other.words[0]}', {other.term().span}, overlaps '{one.words[0]}', {one.term().span} "
                f"(line {doc.line(f'terms[{i}]')}); let one end where the other begins, or write "
                "nested: true if the narrowest range is to speak"
            )
            yield doc.problem(f"terms[{j}].{'low' if other.low >= one.low else 'high'}", message)

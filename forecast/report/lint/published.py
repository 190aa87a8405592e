"""The sentences that were published, and which of them a sentence of an edited text was."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Literal, TypeVar

from forecast.report.ledger import Entry, Ledger, Line
from forecast.report.lint.sentences import plainly, sentences
from forecast.report.number_tokens import tokens

_Key = TypeVar("_Key")

#: A sentence is as published; has other numbers; other words too, few; or is new.
Status = Literal["published", "renumbered", "reworded", "new"]
#: How much of their words two sentences share if one was made of the other.
ALIKE = 0.7
#: So many published sentences of a section are looked at for one that was reworded.
_LOOKED_AT = 400


@dataclass(frozen=True)
class Said:
    """A published sentence with its words, numbers as ``#``, and what each number is."""

    text: str
    words: tuple[str, ...]
    entries: tuple[Entry, ...]
    section: str


@dataclass(frozen=True)
class Match:
    """What a sentence was, with the published entry of each of its numbers by where that begins.

    ``was``: the published sentence, empty for a new one.
    """

    status: Status
    entries: Mapping[int, Entry]
    was: str = ""


NEW = Match("new", {})


@dataclass(frozen=True)
class Published:
    """The published sentences, by their text, by their words without numbers, and by section."""

    whole: Mapping[str, tuple[Said, ...]]
    bare: Mapping[tuple[str, ...], tuple[Said, ...]]
    by_section: Mapping[str, tuple[Said, ...]]

    def match(self, text: str, section: str, *, standing: frozenset[str]) -> Match:
        """Which published sentence a sentence was.

        ``standing``: sentences that are in the edited text as published; nothing else was made of those.
        """
        words = words_of(text)
        if found := self.whole.get(spaced(text)):
            return _aligned("published", text, _nearest(found, text, section))
        if found := self.bare.get(words):
            return _aligned("renumbered", text, _nearest(found, text, section))
        return self._reworded(text, words, section, standing)

    def _reworded(self, text: str, words: tuple[str, ...], section: str, standing: frozenset[str]) -> Match:
        """The sentence of the section most like it, of those whose numbers it has most of."""
        shown = Counter(token.text for token in tokens(text))
        best, nearest = None, (0, 0.0)
        for said in self.by_section.get(section, ())[:_LOOKED_AT]:
            if said.text in standing or _overlap(words, said.words) < ALIKE:
                continue
            shared = sum((shown & Counter(entry.text for entry in said.entries)).values())
            likeness = SequenceMatcher(None, said.words, words, autojunk=False).ratio()
            if likeness >= ALIKE and (shared, likeness) > nearest:
                best, nearest = said, (shared, likeness)
        return _by_words(text, words, best) if best else NEW


def published(ledger: Ledger) -> Published:
    """Every sentence of a ledger's lines."""
    whole: dict[str, list[Said]] = defaultdict(list)
    bare: dict[tuple[str, ...], list[Said]] = defaultdict(list)
    by_section: dict[str, list[Said]] = defaultdict(list)
    for line in ledger.lines:
        if line.kind == "row":
            continue
        for said in _sentences_of(line):
            whole[said.text].append(said)
            bare[said.words].append(said)
            by_section[said.section].append(said)
    return Published(_frozen(whole), _frozen(bare), _frozen(by_section))


def _frozen(found: dict[_Key, list[Said]]) -> dict[_Key, tuple[Said, ...]]:
    return {key: tuple(each) for key, each in found.items()}


def _sentences_of(line: Line) -> list[Said]:
    text = plainly(line.text)
    read = tokens(line.text)
    found = []
    for start, end in sentences(text):
        entries = [e for t, e in zip(read, line.numbers, strict=False) if start <= t.start < end]
        found.append(Said(spaced(text[start:end]), words_of(text[start:end]), tuple(entries), line.section))
    return found


def spaced(text: str) -> str:
    """A text with its spaces made one."""
    return " ".join(text.split())


def words_of(text: str) -> tuple[str, ...]:
    """The words of a sentence, each number or date as ``#``.

    >>> words_of("By 2036: 9.4%.")
    ('By', '#', '#')
    """
    parts, last = [], 0
    for token in tokens(text):
        parts += [*_WORD.findall(text[last : token.start]), "#"]
        last = token.end
    return (*parts, *_WORD.findall(text[last:]))


_WORD = re.compile(r"\w+(?:[-']\w+)*")


def _overlap(one: Sequence[str], other: Sequence[str]) -> float:
    """The most that two sentences can be alike: quick, and never too small."""
    if 2 * min(len(one), len(other)) < ALIKE * (len(one) + len(other)):
        return 0.0
    left, shared = Counter(one), 0
    for word in other:
        if left[word] > 0:
            left[word] -= 1
            shared += 1
    return 2 * shared / max(len(one) + len(other), 1)


def _nearest(found: Sequence[Said], text: str, section: str) -> Said:
    shown = [token.text for token in tokens(text)]
    return max(
        found,
        key=lambda said: (
            sum(a == e.text for a, e in zip(shown, said.entries, strict=False)),
            said.section == section,
        ),
    )


def _aligned(status: Status, text: str, said: Said) -> Match:
    return Match(
        status, {t.start: entry for t, entry in zip(tokens(text), said.entries, strict=False)}, said.text
    )


def _by_words(text: str, words: Sequence[str], said: Said) -> Match:
    """Numbers that stand between the same words are the same numbers."""
    was = [i for i, word in enumerate(said.words) if word == "#"]
    now = [i for i, word in enumerate(words) if word == "#"]
    entry_at = dict(zip(was, said.entries, strict=False))
    start_at = {i: token.start for i, token in zip(now, tokens(text), strict=False)}
    entries = {}
    for block in SequenceMatcher(None, said.words, words, autojunk=False).get_matching_blocks():
        for k in range(block.size):
            entry, start = entry_at.get(block.a + k), start_at.get(block.b + k)
            if entry is not None and start is not None:
                entries[start] = entry
    return Match("reworded", entries, said.text)

"""`forecast elicit words`: a lexicon's words as a range, a probability in its words, or the whole table."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, Any

import typer

from forecast.cli import options as o
from forecast.cli.columns import aligned
from forecast.errors import UsageError
from forecast.inputs.lexicons import unknown
from forecast.lexicon import LEXICONS, Lexicon, Term, fitting, quantiles
from forecast.visible import in_json, visible

SCHEMA = "elicit-words/1"
_NUMBER = re.compile(r"[-+]?(?:\d+[.,]?\d*|[.,]\d+)(?:e[-+]?\d+)?\s*%?\Z|[-+]?(?:nan|inf|infinity)\Z", re.I)
_ODDS = re.compile(r"(\d+(?:\.\d+)?)\s+(?:chances?\s+)?(?:in|out\s+of)\s+(\d+(?:\.\d+)?)\Z", re.I)


@dataclass(frozen=True)
class Known:
    """The lexicons asked, first the one that counts, and all there are, for hints."""

    asked: tuple[Lexicon, ...]
    every: tuple[Lexicon, ...]


def words(
    asked: Annotated[
        list[str] | None,
        typer.Argument(metavar="[WORDS | PROBABILITY]", help="Such as very unlikely, 0.22, 22% or 1 in 20."),
    ] = None,
    lexicon: Annotated[
        str | None,
        typer.Option("--lexicon", metavar="L", help="Which lexicon. Default: the one question.yaml chooses."),
    ] = None,
    every: Annotated[bool, typer.Option("--all", help="Every lexicon there is, side by side.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="As JSON, unrounded.")] = False,
    workspace: o.WorkspaceOption = None,
    quiet: o.QuietOption = False,
    debug: o.DebugOption = False,
) -> int:
    """Words of probability as numbers, and numbers as words.

    \b
    forecast elicit words
    forecast elicit words very unlikely
    forecast elicit words 22% --all
    """
    if lexicon is not None and every:
        raise UsageError("--all asks every lexicon; give --lexicon or --all, not both")
    known = _lexicons(lexicon, workspace, every=every, quiet=quiet)
    phrase = " ".join(" ".join(asked or ()).split())
    if not phrase:
        rows, told = _tables(known), [{**_head(one), "terms": _terms(one)} for one in known.asked]
        answer: dict[str, Any] = {"lexicons": told}
    elif (p := _probability(phrase)) is not None:
        rows, told = _said(known, p), [_saying(one, p) for one in known.asked]
        answer = {"probability": p, "answers": told}
    else:
        found = _read(known, phrase)
        rows, answer = _meant(found), {"words": phrase, "answers": [_meaning(*one) for one in found]}
    if as_json:
        print(in_json(json.dumps({"schema": SCHEMA, **answer}, indent=2, ensure_ascii=False)))
    else:
        print("\n".join(visible(row) for row in rows))
    return 0


def _lexicons(name: str | None, where: str | None, *, every: bool, quiet: bool) -> Known:
    """Published lexicons need no workspace; for others and for the question's choice, it is read."""
    if name is not None and name in LEXICONS and where is None:
        return Known((LEXICONS[name],), tuple(LEXICONS.values()))
    from forecast.inputs.read import load_lexicons

    scales = load_lexicons(where)
    o.say(f"workspace: {scales.root} ({scales.origin})", quiet=quiet)
    there = {**LEXICONS, **scales.own}
    if name is not None and name not in there:
        raise UsageError(f"--lexicon: {unknown(name, set(scales.own))}")
    first = scales.chosen if name is None else there[name]
    rest = (one for one in there.values() if one != first)
    return Known((first, *rest) if every else (first,), tuple(there.values()))


def _probability(text: str) -> float | None:
    """A probability as people write one; None where the text is words. UsageError for other numbers."""
    if odds := _ODDS.match(text):
        count, of = float(odds[1]), float(odds[2])
        if not 0 <= count <= of or of == 0:
            raise UsageError(f"'{text}' is not a probability; the first number is at most the second")
        return count / of
    if not _NUMBER.match(text):
        return None
    if "," in text:
        raise UsageError(f"'{text}': write a decimal point, {text.replace(',', '.')}")
    value = float(text.rstrip("% "))
    p = value / 100 if text.endswith("%") else value
    if not 0.0 <= p <= 1.0:
        meant = f"; write {value / 100:g} or {value:g}%" if 2 <= p <= 100 else ""
        raise UsageError(f"{text} is not a probability from 0 to 1{meant}")
    return p


def _read(known: Known, phrase: str) -> list[tuple[Lexicon, Term]]:
    """The term in each lexicon asked that has the words; UsageError where none has."""
    found, refused = [], ""
    for one in known.asked:
        try:
            found.append((one, one.term(phrase)))
        except ValueError as error:
            refused = refused or str(error)
    if found:
        return found
    others = [
        f"{one.title} has it for {row.span} (--lexicon {one.id})"
        for one in known.every
        for row in one.terms
        if one not in known.asked and phrase.lower() in row.spoken
    ]
    raise UsageError(" ".join([refused, *(f"{other}." for other in others)]))


def _meant(found: Sequence[tuple[Lexicon, Term]]) -> list[str]:
    rows = [("lexicon", "words", "range", "as a file is read")]
    rows += [(one.id, "; ".join(term.spoken), term.span, _stated(one, term)) for one, term in found]
    return aligned(rows)


def _said(known: Known, p: float) -> list[str]:
    rows = [("lexicon", f"{100 * p:g}% is", "range", "")]
    for one in known.asked:
        ways = _ways(one, p)
        rows += [(one.id, way.words[0], way.span, _beyond(way, p)) for way in ways]
    return aligned(rows)


def _tables(known: Known) -> list[str]:
    lines: list[str] = []
    for one in known.asked:
        lines += [""] * bool(lines) + [f"{one.id}  {one.title}: {one.source}"]
        rows = [("words", "range", "as a file is read")]
        rows += [("; ".join(t.spoken), t.span, _stated(one, t)) for t in _ordered(one)]
        lines += [*aligned(rows), *_outside(one)]
    return lines


def _outside(lexicon: Lexicon) -> list[str]:
    """What is said of numbers that no range reaches."""
    low, *_, high = lexicon.edges
    ends = [f"under {100 * low:g}%"] * (low > 0) + [f"over {100 * high:g}%"] * (high < 1)
    return [f"{' and '.join(ends)}: the outermost words".capitalize()] if ends else []


def _ordered(lexicon: Lexicon) -> list[Term]:
    """Terms with the gaps between them."""
    return sorted((*lexicon.terms, *lexicon.gaps), key=lambda term: (term.low + term.high, term.low))


def _ways(lexicon: Lexicon, p: float) -> list[Term]:
    """The terms, or the gap, that a probability is said in; the best first."""
    return [lexicon.term(phrase) for phrase in fitting(lexicon, p)]


def _beyond(term: Term, p: float) -> str:
    if term.holds(p):
        return ""
    return "below every range" if p <= term.low else "above every range"


def _stated(lexicon: Lexicon, term: Term) -> str:
    """A term as the quantiles that a file with these words is read as."""
    if term.low == term.high:
        return "-"
    stated = quantiles(lexicon, term.words[0])
    return "{" + ", ".join(f"{name}: {value:.4g}" for name, value in stated.items()) + "}"


def _head(lexicon: Lexicon) -> dict[str, Any]:
    told = lexicon.as_dict()
    return {key: told[key] for key in ("id", "title", "source", "nested")}


def _terms(lexicon: Lexicon) -> list[dict[str, Any]]:
    return [{**_term(lexicon, term), "gap": term in lexicon.gaps} for term in _ordered(lexicon)]


def _term(lexicon: Lexicon, term: Term) -> dict[str, Any]:
    ends = {"low": term.low, "high": term.high, "low_open": term.low_open, "high_open": term.high_open}
    read = quantiles(lexicon, term.words[0]) if term.low < term.high else None
    return {
        "words": list(term.words),
        "forms": list(term.forms),
        **ends,
        "range": term.span,
        "quantiles": read,
    }


def _meaning(lexicon: Lexicon, term: Term) -> dict[str, Any]:
    return {"lexicon": lexicon.id, **_term(lexicon, term)}


def _saying(lexicon: Lexicon, p: float) -> dict[str, Any]:
    fits = [{**_term(lexicon, way), "holds": way.holds(p)} for way in _ways(lexicon, p)]
    return {"lexicon": lexicon.id, "words": fits[0]["words"][0], "fitting": fits}

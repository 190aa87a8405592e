"""What changed since the last report, and why."""

from __future__ import annotations

from forecast.report.findings.changes import Attributed, Changes, Moved, Part
from forecast.report.markdown import Lines, bullets, escape, heading, paragraph, table
from forecast.report.marked import FLOOR, count, day, listed, percent, points
from forecast.report.marks import quoted
from forecast.report.view import View

TITLE = "What changed since the last report"
#: Edits that get a sentence under each outcome, and the share of the largest that one must have.
SAID, WORTH_SAYING = 3, 0.15
#: Names that are listed; of more, how many.
NAMED = 12


def changed(view: View, found: Changes | None) -> Lines:
    """The section; none where there is nothing to compare with."""
    if found is None:
        return []
    if found.nothing:
        return [*heading(TITLE), *paragraph(_against(found), "Inputs, settings and numbers are the same.")]
    return [
        *heading(TITLE),
        *paragraph(_against(found), _in_short(view, found)),
        *_numbers(view, found),
        *_why(view, found),
        *_settings(found),
        *_files(found),
    ]


def _against(found: Changes) -> str:
    """What the report is compared with."""
    name = f"`{quoted(found.label.replace('`', ''))}`"
    if found.as_of is None:
        where = f"the revision {name}" if found.kind == "revision" else f"the folder {name}"
        return (
            f"Compared with what the inputs of {where} give, answered by this version of the program: no "
            "report of them is at hand."
        )
    status = f"{found.status} " if found.status else ""
    if found.kind == "replaced":
        return f"Compared with the {status}report as of {day(found.as_of)} that stood in this folder before."
    return f"Compared with the {status}report {name}, as of {day(found.as_of)}."


def _in_short(view: View, found: Changes) -> str:
    """Whether words or numbers moved at all, and which."""
    known = [row for row in found.rows if row.then is not None]
    if not known:
        return "It answers for none of the dates that this report is about."
    turned = [
        f"{escape(view.outcome_title(row.outcome))} {_when(view, row)} from “{row.words_then}” to "
        f"“{row.words_now}”"
        for row in known
        if row.words_then != row.words_now
    ]
    if turned:
        return f"In words these change: {'; '.join(turned)}."
    if any(row.beyond for row in known):
        return "No headline changes in words; some change in numbers by more than sampling error."
    return "No headline changes by more than sampling error."


def _numbers(view: View, found: Changes) -> Lines:
    rows = [
        [
            f"{escape(view.outcome_title(row.outcome))}, {_when(view, row)}",
            "not given" if row.then is None else percent(row.then),
            percent(row.now),
            "" if row.difference is None else points(row.difference),
            "" if row.beyond is None else "yes" if row.beyond else "no",
            "" if row.words_then is None else f"“{row.words_then}”",
            f"“{row.words_now}”",
        ]
        for row in found.rows
    ]
    header = ["Headline", "Then", "Now", "Points", "Beyond sampling error", "Words then", "Words now"]
    return table(header, rows, words=(0, 4, 5, 6))


def _when(view: View, row: Moved) -> str:
    return f"{'by' if view.counts_as_reached(row.outcome) else 'on'} {day(row.date)}"


def _why(view: View, found: Changes) -> Lines:
    """The sum that each difference is, in sentences and as a table; or why it cannot be told."""
    if found.refused:
        return paragraph(
            "**Why.** What each edit of the inputs did cannot be told apart: "
            f"{escape(found.refused.rstrip('.'))}."
        )
    told = found.attributed
    if told is None or not (told.parts or told.others):
        return paragraph("**Why.**", _no_edit(found), _restated(found), _idle(found))
    lines = paragraph("**Why.** What moves each headline most, in percentage points:")
    lines += bullets(filter(None, (_sentence(view, told, outcome) for outcome in told.total)))
    lines += _parts(view, told)
    return [*lines, *paragraph(*_how(told)), *paragraph(_idle(found))]


def _how(told: Attributed) -> list[str]:
    """How the parts were come by, and how far to trust them."""
    said = []
    if told.reweighted:
        said.append(
            "Parts are Shapley values: what an edit adds, averaged over the orders in which the edits could "
            "have been made"
            + (" (here over a sample of them)" if told.sampled else "")
            + ". They come from reweighted draws of the earlier inputs' fit and serve this explanation "
            "alone; the probabilities themselves, then and now, are each of a fit of their own."
        )
    if told.remainder:
        said.append(
            "Draws cannot be reweighted for an edit of the day, the horizon or the present state, or of what "
            "goes with it: its part is what the other edits leave, sampling error with it."
        )
    if told.rough:
        said.append("Reweighting is stretched here: the parts are rough, and the totals are right.")
    return said


def _no_edit(found: Changes) -> str:
    if found.same_inputs:
        return "No input file differs."
    return "No edit of the input files moves a probability of the baseline."


def _restated(found: Changes) -> str:
    """Where no edit moves anything, what differs comes from the program or from what was asked."""
    if found.attributed is None:
        return ""
    source = "the settings below" if found.settings else "the program"
    return f"What differs in the numbers comes from {source}."


def _sentence(view: View, told: Attributed, outcome: str) -> str:
    """An outcome's change and the edits that make most of it; nothing where it hardly changes."""
    total = told.total[outcome]
    ranked = sorted(told.parts, key=lambda part: -abs(part.shares[outcome]))
    largest = abs(ranked[0].shares[outcome]) if ranked else 0.0
    main = [part for part in ranked[:SAID] if abs(part.shares[outcome]) >= max(FLOOR, WORTH_SAYING * largest)]
    if abs(total) < FLOOR and not main:
        return ""
    when = f"{'by' if view.counts_as_reached(outcome) else 'on'} {day(told.date)}"
    claim = f"**{escape(view.outcome_title(outcome))}** {when}, {points(total)} in all"
    if not main:
        return f"{claim}, in parts too small to name."
    return f"{claim}: {'; '.join(f'{_edit(p)} ({_place(p)}), {points(p.shares[outcome])}' for p in main)}."


def _edit(part: Part) -> str:
    return escape(part.sentence.replace("->", "→"))


def _place(part: Part) -> str:
    """File and line of an edit."""
    where = f"{part.file}:{part.line}" if part.line else part.file
    return f"`{quoted(where)}`"


def _parts(view: View, told: Attributed) -> Lines:
    rows = [[_edit(p), _place(p), *map(points, p.shares.values())] for p in told.parts]
    if told.others:
        rows.append([f"{count(told.others, 'smaller edit')} together", "", *map(points, told.rest.values())])
    if max(map(abs, told.restated.values())) > 0:
        rows.append(
            [
                "the inputs of then, as this version and request answer them",
                "",
                *map(points, told.restated.values()),
            ]
        )
    if max(map(abs, told.left.values())) >= FLOOR:
        rows.append(["not attributed (sampling and reweighting)", "", *map(points, told.left.values())])
    rows.append(["**Total**", "", *map(points, told.total.values())])
    titles = [escape(view.outcome_title(outcome)) for outcome in told.total]
    return table([f"Edit; percentage points for {day(told.date)}", "Where", *titles], rows, words=(0, 1))


def _idle(found: Changes) -> str:
    """Edits that move nothing."""
    if not found.idle:
        return ""
    named = "; ".join(escape(one.replace("->", "→")) for one in found.idle[:NAMED])
    more = "; and others" if len(found.idle) > NAMED else ""
    return f"Moving no probability of the baseline: {named}{more}."


def _settings(found: Changes) -> Lines:
    if not found.settings:
        return []
    told = [f"{one.name}: {escape(one.then)} then, {escape(one.now)} now" for one in found.settings]
    return [*paragraph("Settings that differ:"), *bullets(told)]


def _files(found: Changes) -> Lines:
    """Input files that differ, where it is not told edit by edit."""
    if found.same_inputs or (found.attributed and found.attributed.parts):
        return []
    if found.files is None:
        return paragraph("The input files are not those of then; which of them differ is not on record.")
    named = [f"`{quoted(name)}` ({how})" for name, how in list(found.files.items())[:NAMED]]
    if len(found.files) > NAMED:
        named.append("others")
    return paragraph(f"Input files that differ: {listed(named)}.")

"""The group's picture, what changed between rounds, and seals."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Mapping
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from forecast.errors import InputError, UsageError
from forecast.protocol import identities
from forecast.protocol.answers import Answer, Answers
from forecast.protocol.changes import changes, log_odds
from forecast.protocol.folder import Folder
from forecast.protocol.items import Measure
from forecast.protocol.picture import picture
from forecast.protocol.picture_figure import figure
from forecast.protocol.picture_text import as_text, dot_range
from forecast.protocol.rounds import heard, standing
from forecast.protocol.seals import close, seal

NOW = dt.datetime(2026, 11, 28, 12, tzinfo=dt.UTC)
KEY = "outcomes.alliance"
TITLES = {KEY: "Alliance", "effects.trade": "Trade", "levels.trade": "Trade"}


def answer(*numbers: float, years: float | None = 10.0, measure: Measure = "probability") -> Answer:
    """An answer in three quantiles."""
    values = dict(zip(("p05", "p50", "p95"), numbers, strict=True))
    return Answer(measure, values, values, years)


def one(expert: str, items: Mapping[str, Answer], number: int = 1) -> Answers:
    """What one expert answered."""
    return Answers("q", expert, number, ("realist",), NOW.date(), items)


def of(expert: str, *numbers: float, number: int = 1) -> Answers:
    """One expert's answer to the first item."""
    return one(expert, {KEY: answer(*numbers)}, number)


def sealed(folder: Folder, answers: Answers) -> None:
    """Seal answers that were read from a template."""
    path = folder.template(answers.round, answers.expert, ".yaml")
    folder.write(path, "x")
    seal(folder, answers, read_from=path, data=b"x", inputs_sha256="0", method="m", now=NOW)


def test_the_average_of_quantiles() -> None:
    """Each quantile is averaged with equal weights, the medians also have their median and range."""
    (seen,) = picture([of("a", 0.1, 0.2, 0.4), of("b", 0.2, 0.3, 0.5), of("c", 0.3, 0.7, 0.9)], TITLES)
    assert {blank: found.mean for blank, found in seen.by_blank.items()} == pytest.approx(
        {"p05": 0.2, "p50": 0.4, "p95": 0.6}
    )
    middle = seen.by_blank["p50"]
    assert (middle.experts, middle.lowest, middle.median, middle.highest) == (3, 0.2, 0.3, 0.7)


def test_probabilities_of_other_windows_are_not_averaged() -> None:
    """Within five years and within ten are two questions: the one most answered is shown."""
    five = one("c", {KEY: answer(0.01, 0.02, 0.03, years=5.0)})
    (seen,) = picture([of("a", 0.1, 0.2, 0.4), of("b", 0.1, 0.3, 0.5), five], TITLES)
    assert (seen.years, seen.other_windows, len(seen.answers)) == (10.0, 1, 2)
    assert "1 answered for another window than 10 years" in as_text([seen])


@settings(max_examples=30)
@given(order=st.permutations(["a", "b", "c", "d", "e"]))
def test_the_picture_does_not_depend_on_who_comes_first(order: list[str]) -> None:
    """Any order of the experts gives the same letters, numbers and reasons."""

    def made(experts: list[str]) -> list[Answers]:
        stated = {e: {"p05": 0.01, "p50": 0.1 + 0.1 * n, "p95": 0.9} for n, e in enumerate("abcde")}
        return [one(e, {KEY: Answer("probability", {}, stated[e], 10.0, f"why {e}")}) for e in experts]

    assert picture(made(order), TITLES) == picture(made(sorted(order)), TITLES)


def test_nobody_can_be_followed_from_item_to_item() -> None:
    """The letter an expert has is drawn anew for each item, and tells nothing of the id."""
    experts = [f"e{n}" for n in range(8)]
    titles = {f"levels.d{k}": "d" for k in range(6)}
    everyone = [
        one(e, {key: answer(n, n + 1, n + 2, years=None, measure="level") for key in titles})
        for n, e in enumerate(experts)
    ]
    orders = {tuple(shown.values["p05"] for shown in seen.answers) for seen in picture(everyone, titles)}
    assert len(orders) > 1
    assert tuple(range(8)) not in orders


def test_own_reasons_are_left_out_and_others_kept() -> None:
    """What an expert is shown before the second round are the others' reasons."""
    everyone = [one(e, {KEY: Answer("probability", {}, {}, None, f"why {e}")}) for e in ("a", "b", "c")]
    (seen,) = picture(everyone, TITLES, without="b")
    assert sorted(seen.reasons) == ["why a", "why c"]
    assert seen.answers == ()
    assert "no numbers" in as_text([seen])


def test_moves_are_in_log_odds_and_seen_from_the_first_median() -> None:
    """For a probability; widths too. The median shown was that of the first round."""
    first = [of("a", 0.1, 0.2, 0.4), of("b", 0.2, 0.4, 0.6), of("c", 0.5, 0.8, 0.9)]
    second = [
        of("a", 0.2, 0.3, 0.4, number=2),
        of("b", 0.2, 0.4, 0.6, number=2),
        of("c", 0.5, 0.85, 0.9, number=2),
    ]
    (item,) = changes(first, second, TITLES)
    by_expert = {change.expert: change for change in item.changes}
    assert item.group_median == 0.4
    assert by_expert["a"].moved == pytest.approx(math.log(0.3 / 0.7) - math.log(0.2 / 0.8))
    assert (by_expert["a"].direction, by_expert["a"].narrowed) == ("toward", True)
    assert (by_expert["b"].became, by_expert["b"].direction, by_expert["b"].narrowed) == ("kept", "at", None)
    assert (by_expert["c"].direction, by_expert["c"].narrowed) == ("away", None)
    assert item.range_before == pytest.approx(log_odds(0.8) - log_odds(0.2))
    assert item.range_after == pytest.approx(log_odds(0.85) - log_odds(0.3))


def test_what_was_added_withdrawn_or_asked_of_another_window() -> None:
    """Is told and not measured; codes are compared way by way; who left after the first round is not."""
    codes = Answer("code", {}, {"alliance": 2.0, "split": -1.0})
    later = Answer("code", {}, {"alliance": 1.0})
    first = [
        one("a", {KEY: answer(0.1, 0.2, 0.4), "effects.trade": codes}),
        one("b", {}),
        one("c", {KEY: answer(0.1, 0.2, 0.4)}),
    ]
    second = [
        one("a", {KEY: answer(0.1, 0.2, 0.4, years=5.0), "effects.trade": later}, 2),
        one("b", {KEY: answer(0.2, 0.3, 0.4)}, 2),
    ]
    found = {item.key: item for item in changes(first, second, TITLES)}
    assert [(c.expert, c.became) for c in found[KEY].changes] == [("a", "another window"), ("b", "added")]
    assert found[KEY].sd_before is None
    assert found["effects.trade.alliance"].changes[0].moved == -1.0
    assert found["effects.trade.alliance"].changes[0].width_before is None
    assert found["effects.trade.split"].changes[0].became == "withdrawn"


def test_a_copy_without_its_record_is_not_sealed(tmp_path: Path) -> None:
    """Whoever is interrupted between the two has sealed nothing, and can seal again."""
    folder = Folder(tmp_path)
    folder.write(folder.sealed(1, "a"), "half of it", mode=0o444)
    folder.write(folder.template(1, "a", ".yaml"), "x")
    assert folder.sealers(1) == ()
    sealed(folder, of("a", 0.1, 0.2, 0.3))
    assert folder.sealers(1) == ("a",)
    with pytest.raises(UsageError, match="sealed answers are not changed"):
        sealed(folder, of("a", 0.1, 0.2, 0.4))


def test_a_round_closes_when_it_is_seen_and_all_have_sealed(tmp_path: Path) -> None:
    """Not with one expert alone, unless asked; then nobody joins."""
    folder = Folder(tmp_path)
    sealed(folder, of("a", 0.1, 0.2, 0.3))
    with pytest.raises(UsageError, match="with one expert asked"):
        heard(folder, 1, now=NOW)
    sealed(folder, of("b", 0.2, 0.3, 0.4))
    assert [answers.expert for answers in heard(folder, 1, now=NOW)] == ["a", "b"]
    with pytest.raises(UsageError, match="nobody joins"):
        sealed(folder, of("c", 0.2, 0.3, 0.4))
    assert close(folder, 1, now=NOW + dt.timedelta(days=1)).closed == NOW, "a round closes once"


def test_another_ones_seal_is_no_seal(tmp_path: Path) -> None:
    """A copy and a record taken from someone else are told as that."""
    folder = Folder(tmp_path)
    sealed(folder, of("a", 0.1, 0.2, 0.3))
    for place in (folder.sealed, folder.seal):
        folder.write(place(1, "b"), place(1, "a").read_bytes())
    (found,) = standing(folder, reread=lambda *_: None)
    assert [row.fault for row in found.standings] == [None, "its seal is that of a in round 1"]


def test_a_record_that_cannot_be_read_is_said(tmp_path: Path) -> None:
    """In the state of that expert alone; what needs it refuses."""
    folder = Folder(tmp_path)
    sealed(folder, of("a", 0.1, 0.2, 0.3))
    sealed(folder, of("b", 0.1, 0.2, 0.3))
    folder.write(folder.seal(1, "a"), "schema: seal/1\nexpert: a\n")
    (found,) = standing(folder, reread=lambda *_: None)
    assert [bool(row.fault) for row in found.standings] == [True, False]
    with pytest.raises(InputError, match="the record cannot be read"):
        heard(folder, 1, now=NOW)


def test_ids_are_drawn_and_free() -> None:
    """Never one that is taken; longer when the short ones are used up."""
    short = {f"expert_{a}{d}" for a in "abcdefghjkmnpqrstuvwxyz" for d in "23456789"}
    assert identities.drawn(()) in short
    assert len(identities.drawn(short)) == len("expert_k7k7")
    assert len({identities.drawn(()) for _ in range(40)}) > 20, "not one after the other"


def test_a_range_is_drawn_to_scale() -> None:
    """Ends and middle stand where they belong, also where all is one point."""
    assert dot_range(0.0, 0.5, 1.0, scale=(0.0, 1.0), room=5) == "|-o-|"
    assert dot_range(2.0, 2.0, 2.0, scale=(2.0, 2.0), room=3) == "o  "


def test_figures_of_nothing_and_of_many() -> None:
    """Both are drawn; of more experts than there is room for, the average keeps its name."""
    assert b"No item was answered." in figure((), form="svg")
    many = [of(f"e{n}", 0.1, 0.2 + n / 200, 0.9) for n in range(60)]
    drawn = figure(picture(many, {KEY: "Cost of $x$ & <y>"}), form="svg")
    assert b"average" in drawn
    assert b">A<" not in drawn
    assert b"Cost of $x$ &amp; &lt;y&gt;" in drawn

"""What changed since an earlier report: which one, by how much, and why."""

from __future__ import annotations

import datetime as dt
import json
import re
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from command import SMALL
from test_report_material import make_material, material  # noqa: F401
from test_revisions import commit, git
from test_signing_verify import Maker, copy, maker, originals  # noqa: F401

import forecast
from forecast.answering import Material, gather
from forecast.difference.attribution import Difference
from forecast.difference.attribution import Part as Attribution
from forecast.difference.document import document
from forecast.difference.edits import Edit
from forecast.difference.revisions import Side
from forecast.errors import UsageError
from forecast.inputs.workspace import Workspace
from forecast.report.data import plain_data
from forecast.report.findings.changes import OUTCOMES, Changes, changes
from forecast.report.ledger import paths_of, publish
from forecast.report.sections.changes import TITLE, changed
from forecast.report.signing.because import Because, because
from forecast.report.signing.earlier import Earlier, kept_earlier, said_in
from forecast.report.signing.inputs import Inputs, inputs_of
from forecast.report.signing.look_up import earlier_for
from forecast.report.view import View
from forecast.request import Request
from forecast.simulation.quantities import QUANTITIES

ASKED = Request(seed=1)
SMITH = "priors/sources/smith2019.yaml"


@pytest.fixture(scope="module")
def then(originals: dict[str, Path]) -> Earlier:  # noqa: F811
    """The draft, as something to compare with."""
    return said_in(originals["draft"])


@pytest.fixture(scope="module")
def view(material: Material) -> View:  # noqa: F811
    """The report as it is now."""
    return View(material)


@pytest.fixture(scope="module")
def now(small: Workspace) -> Inputs:
    """The inputs as they are now."""
    return inputs_of(small)


def said(earlier: Earlier, **by_quantity: float) -> Earlier:
    """The same report, with other numbers: what each quantity was lower by then."""
    assert earlier.said is not None
    numbers = tuple(
        replace(one, mean=one.mean - by_quantity.get(one.quantity.replace(".", "_"), 0.0))
        for one in earlier.said.numbers
    )
    return replace(earlier, said=replace(earlier.said, numbers=numbers))


def other_inputs(earlier: Earlier, now: Inputs) -> Earlier:
    """The same report, of inputs of which one file was another."""
    inputs = Inputs({**now.files, SMITH: now.files[SMITH].replace(b"p50: 0.06", b"p50: 0.05")})
    return replace(earlier, inputs=inputs, inputs_sha256=inputs.sha256, hashes=inputs.hashes)


def edit(name: str, line: int = 12) -> Edit:
    """An edit of a source."""
    return Edit(
        id=name,
        path=("sources", name),
        kind="changed",
        file=f"priors/sources/{name}.yaml",
        line_old=line,
        line_new=line,
        before=None,
        after=None,
        sentence=f"{name} on alliance: p50 3% -> 6%",
        moves=True,
        frame=False,
    )


def told(
    view: View, parts: Sequence[tuple[tuple[Edit, ...], Mapping[tuple[str, str], float]]], **options: Any
) -> dict[str, Any]:
    """The document of a difference whose parts are made up, and whose end is what the report says now."""
    dates = view.main.dates
    after = np.array([[view.baseline.summary(*name, date).mean for name in QUANTITIES] for date in dates])
    made = []
    for edits, shares in parts:
        change = np.zeros_like(after)
        for name, share in shares.items():
            change[:, QUANTITIES[name]] = share
        made.append(Attribution(edits, change, np.zeros_like(after)))
    remainder = options.pop("remainder", np.zeros_like(after))
    before = after - sum((part.change for part in made), np.zeros_like(after)) - remainder
    found = Difference(
        panel_id="all",
        as_of=view.fit.as_of,
        start_state=view.fit.start_state,
        dates=dates,
        before=before,
        after=after,
        error=np.full_like(after, 0.002),
        parts=tuple(made),
        remainder=remainder,
        idle=(),
        quick=False,
        exact=options.pop("exact", True),
        answered=4,
        fitted=0,
        untrusted=options.pop("untrusted", 0),
        k_hat=0.3,
        ess=400.0,
        seconds=1.0,
    )
    side = Side("then", view.workspace)
    return document(side, side, found, seed=1)


def text_of(view: View, found: Changes | None) -> str:
    """The section as published."""
    return publish("\n".join(changed(view, found)), {})[0]


class TestWhich:
    """Which earlier report a new one is compared with."""

    def test_a_report_says_what_it_said(self, then: Earlier, view: View, originals: dict[str, Path]) -> None:  # noqa: F811
        """The baseline's numbers of the panel reported on, its settings, and the inputs it kept."""
        assert then.said is not None
        assert then.said.status == "draft"
        for outcome in OUTCOMES:
            quantity = view.quantity(outcome)
            name = quantity if quantity == outcome else f"{quantity}.{outcome}"
            assert then.said.by_name[name, view.far].mean == view.headline(outcome, view.far).mean
        assert then.inputs is not None
        assert then.label == originals["draft"].name

    def test_it_reads_back_from_the_archive_beside_a_report(self, then: Earlier, tmp_path: Path) -> None:
        """All that is used of it, so that a report can be made again when the earlier one is gone."""
        for one in (then, replace(then, inputs=None, hashes=None), replace(then, said=None)):
            (tmp_path / "since.zip").write_bytes(one.archive())
            assert kept_earlier(tmp_path) == one
        assert kept_earlier(tmp_path / "none") is None
        (tmp_path / "since.zip").write_bytes(b"x")
        with pytest.raises(UsageError, match="is no archive"):
            kept_earlier(tmp_path)

    def test_none_is_none(self, small: Workspace, originals: dict[str, Path]) -> None:  # noqa: F811
        """Whatever stands there."""
        assert earlier_for("none", workspace=small, request=Request(), out=originals["draft"]) is None

    def test_the_report_about_to_be_replaced(self, small: Workspace, originals: dict[str, Path]) -> None:  # noqa: F811
        """Of another request it is the last; of the same inputs and request it is this very one."""
        out = originals["draft"]
        found = earlier_for(None, workspace=small, request=replace(ASKED, draws=900), out=out)
        assert found is not None
        assert found.kind == "replaced"
        assert earlier_for(None, workspace=small, request=ASKED, out=out) is None

    def test_writing_the_same_report_again_compares_with_what_it_compared_with(
        self,
        small: Workspace,
        then: Earlier,
        originals: dict[str, Path],  # noqa: F811
        tmp_path: Path,
    ) -> None:
        """So that the same command twice gives the same bytes, also where the first replaced the earlier."""
        folder = copy(originals["draft"], tmp_path / "r")
        (folder / "since.zip").write_bytes(then.archive())
        assert earlier_for(None, workspace=small, request=ASKED, out=folder) == then

    def test_else_the_newest_of_an_earlier_day_beside_it(
        self,
        small: Workspace,
        originals: dict[str, Path],  # noqa: F811
        tmp_path: Path,
    ) -> None:
        """Of the same question and panel; one that cannot be read is passed over."""
        made = {
            "new": "2025-06-01",
            "older": "2024-12-01",
            "today": small.question.as_of.isoformat(),
            "panel": "2025-06-02",
            "broken": "2025-06-03",
        }
        for name, as_of in made.items():
            data = json.loads((originals["draft"] / "report.json").read_text("utf-8"))
            data["main"]["as_of"] = as_of
            if name == "panel":
                data["main"]["panel_id"] = "texts"
            (tmp_path / name).mkdir()
            (tmp_path / name / "report.json").write_text(json.dumps(data) if name != "broken" else "{")
        found = earlier_for(None, workspace=small, request=ASKED, out=tmp_path / "out")
        assert found is not None
        assert (found.kind, found.label, found.inputs, found.hashes) == ("report", "new", None, None)
        shutil.rmtree(tmp_path / "new")
        shutil.rmtree(tmp_path / "older")
        assert earlier_for(None, workspace=small, request=ASKED, out=tmp_path / "out") is None

    def test_of_one_day_the_most_signed(
        self,
        small: Workspace,
        originals: dict[str, Path],  # noqa: F811
        tmp_path: Path,
    ) -> None:
        """A final report is what readers had."""
        for name in ("draft", "final"):
            copy(originals[name], tmp_path / name)
        later = replace(small, question=small.question.model_copy(update={"as_of": dt.date(2026, 1, 1)}))
        found = earlier_for(None, workspace=later, request=ASKED, out=tmp_path / "out")
        assert found is not None
        assert found.label == "final"

    @pytest.mark.parametrize("name", ["", "/report.md", "/manifest.json"])
    def test_a_folder_may_be_named_by_a_file_in_it(
        self,
        small: Workspace,
        originals: dict[str, Path],  # noqa: F811
        then: Earlier,
        name: str,
    ) -> None:
        """Or by itself, from here or from the folder of reports."""
        folder = originals["draft"]
        for given in (f"{folder}{name}", f"{folder.name}{name}"):
            found = earlier_for(given, workspace=small, request=ASKED, out=folder.parent / "new")
            assert found == then

    def test_inputs_alone(self, small: Workspace, tmp_path: Path) -> None:
        """A folder with priors/, or a revision of the repository that the workspace lies in."""
        root = tmp_path / "repo"
        shutil.copytree(SMALL, root)
        git(root, "init", "-q", "-b", "main")
        commit(root, "one")
        (root / SMITH).write_bytes((root / SMITH).read_bytes() + b"\n")
        workspace = forecast.load(root)
        for given, kind, label in (("HEAD", "revision", "HEAD"), (str(SMALL), "workspace", "small")):
            found = earlier_for(given, workspace=workspace, request=ASKED, out=tmp_path / "out")
            assert found is not None
            assert (found.kind, found.label, found.said) == (kind, label, None)
            assert found.inputs_sha256 == small.inputs_sha256
            assert found.inputs is not None

    @pytest.mark.parametrize("given", ["nothing", "", " ", "-x", "main:nowhere"])
    def test_a_name_that_is_nothing(self, small: Workspace, tmp_path: Path, given: str) -> None:
        """It is said what it could have been."""
        with pytest.raises(
            UsageError, match=r"neither a report's folder.*nor a git revision|takes a report's folder"
        ):
            earlier_for(given, workspace=small, request=ASKED, out=tmp_path / "out")

    def test_a_report_on_another_question(
        self,
        small: Workspace,
        originals: dict[str, Path],  # noqa: F811
        tmp_path: Path,
    ) -> None:
        """Is not what this one followed."""
        other = replace(small, question=small.question.model_copy(update={"id": "x_y"}))
        for given in (str(originals["draft"]), str(SMALL)):
            with pytest.raises(UsageError, match=r"is on another question, '.*'; this report is on 'x_y'"):
                earlier_for(given, workspace=other, request=ASKED, out=tmp_path / "out")

    def test_a_report_whose_data_were_changed(
        self,
        small: Workspace,
        originals: dict[str, Path],  # noqa: F811
        tmp_path: Path,
    ) -> None:
        """Numbers that nobody wrote are compared with nothing."""
        folder = copy(originals["draft"], tmp_path / "r")
        path = folder / "report.json"
        path.write_text(path.read_text("utf-8").replace('"schema"', ' "schema"', 1), "utf-8")
        with pytest.raises(UsageError, match="is not what was written, by its manifest"):
            earlier_for(str(folder), workspace=small, request=ASKED, out=tmp_path / "out")

    def test_a_request_that_the_inputs_cannot_answer(self, small: Workspace, tmp_path: Path) -> None:
        """Is said before minutes are spent."""
        with pytest.raises(UsageError, match=r"--since '.*small': unknown panel"):
            earlier_for(str(SMALL), workspace=small, request=Request(panel="nobody"), out=tmp_path / "out")


class TestHowMuch:
    """Headlines then and now."""

    def test_the_same_report_is_one_line(self, view: View, then: Earlier, now: Inputs) -> None:
        """Nothing is said at length of nothing."""
        found = changes(view, then, Because(), inputs=now, request=Request(seed=1, draws=2000))
        assert found.nothing
        text = text_of(view, found)
        assert text == (
            f"## {TITLE}\n\nCompared with the draft report `draft`, as of 1 July 2025. Inputs, settings and "
            "numbers are the same.\n"
        )

    def test_without_an_earlier_report_there_is_no_section(self, view: View) -> None:
        """The first report has nothing to say here."""
        assert changed(view, None) == []

    def test_a_difference_is_held_against_sampling_error(
        self, view: View, then: Earlier, now: Inputs
    ) -> None:
        """Two standard errors of both together."""
        p = view.headline("alliance", view.far)
        for share, beyond in ((1.0, False), (1.9, False), (2.1, True), (-2.1, True)):
            off = share * float(np.hypot(p.mcse, p.mcse))
            found = changes(view, said(then, reached_alliance=off), Because(), inputs=now, request=ASKED)
            (row,) = (r for r in found.rows if r.outcome == "alliance" and r.date == view.far)
            assert (row.then, row.now) == (p.mean - off, p.mean)
            assert row.difference == pytest.approx(off)
            assert row.beyond is beyond

    def test_words_that_turn_are_named(self, view: View, then: Earlier, now: Inputs) -> None:
        """Before, and after."""
        found = changes(view, said(then, reached_alliance=-0.2), Because(), inputs=now, request=ASKED)
        (row, *_) = found.rows
        assert row.words_then != row.words_now
        assert f"from “{row.words_then}” to “{row.words_now}”" in text_of(view, found)

    def test_a_date_that_was_not_answered_for_is_not_made_up(
        self, view: View, then: Earlier, now: Inputs
    ) -> None:
        """An earlier report with a nearer horizon."""
        assert then.said is not None
        kept = tuple(one for one in then.said.numbers if one.date <= view.near)
        early = replace(then, said=replace(then.said, numbers=kept))
        found = changes(view, early, Because(), inputs=now, request=ASKED)
        assert {row.then is None for row in found.rows if row.date == view.far} == {True}
        assert {row.then is None for row in found.rows if row.date == view.near} == {False}
        text = text_of(view, found)
        assert "not given" in text
        assert "Horizon: 31 December 2030 then, 31 December 2035 now" in text

    def test_settings_that_differ_are_named(self, view: View, then: Earlier, now: Inputs) -> None:
        """With what they were and are; other versions too."""
        assert then.said is not None
        other = replace(
            then.said,
            as_of=dt.date(2024, 7, 1),
            panel=("smith2019",),
            seed=7,
            draws=500,
            versions={**then.said.versions, "numpy": "1.0"},
            converged=False,
        )
        found = changes(view, replace(then, said=other), Because(), inputs=now, request=ASKED)
        named = {one.name: (one.then, one.now) for one in found.settings}
        assert named["Day forecast from"] == ("1 July 2024", "1 July 2025")
        assert named["Seed"] == ("7", "1")
        assert named["Draws asked for"] == ("500", "2000")
        assert named["Version of numpy"] == ("1.0", np.__version__)
        assert named["Checks of the estimation"] == ("not passed", "passed")
        assert named["Heard in one of the two only"][0] == "none"
        assert not found.nothing


class TestWhy:
    """The difference as a sum."""

    def test_it_is_the_sum_of_its_parts(self, view: View, then: Earlier, now: Inputs) -> None:
        """Edits, what today's program makes of the old inputs, and what is left: to the last digit."""
        parts = [
            ((edit("a", 3),), {("reached", "alliance"): 0.02, ("reached", "split"): -0.004}),
            ((edit("b"), edit("c")), {("reached", "alliance"): -0.005}),
            ((edit("d"),), {("reached", "alliance"): 0.0002}),
        ]
        rest = np.zeros((len(view.main.dates), len(QUANTITIES)))
        rest[:, QUANTITIES["reached", "alliance"]] = 0.003
        why = Because(told(view, parts, remainder=rest))
        before = said(other_inputs(then, now), reached_alliance=0.03)
        found = changes(view, before, why, inputs=now, request=ASKED).attributed
        assert found is not None
        assert [part.sentence for part in found.parts] == [
            "a on alliance: p50 3% -> 6%",
            "b on alliance: p50 3% -> 6%; c on alliance: p50 3% -> 6%",
        ]
        assert (found.others, found.date) == (1, view.far)
        assert found.total["alliance"] == pytest.approx(0.03)
        assert found.left["alliance"] == pytest.approx(0.003)
        assert found.restated["alliance"] == pytest.approx(0.03 - 0.02 + 0.005 - 0.0002 - 0.003)
        for at in OUTCOMES:
            summed = sum(part.shares[at] for part in found.parts) + found.rest[at]
            assert found.total[at] == pytest.approx(summed + found.restated[at] + found.left[at], abs=1e-15)

    def test_each_part_is_told_with_its_file_and_line(self, view: View, then: Earlier, now: Inputs) -> None:
        """In a sentence under the outcome that it moves, and as a row."""
        why = Because(told(view, [((edit("a", 3),), {("reached", "alliance"): 0.02})]))
        before = said(other_inputs(then, now), reached_alliance=0.02)
        text = text_of(view, changes(view, before, why, inputs=now, request=ASKED))
        line = "a on alliance: p50 3% → 6% (`priors/sources/a.yaml:3`), +2.0"
        assert re.search(
            rf"^- \*\*Alliance\*\* by 31 December 2035, \+2\.0 in all: {re.escape(line)}\.$", text, re.M
        )
        assert "| a on alliance: p50 3% → 6% | `priors/sources/a.yaml:3` | +2.0 |" in text
        assert "reweighted draws" in text
        assert "\nInput files that differ" not in text

    def test_how_far_to_trust_it_is_said(self, view: View, then: Earlier, now: Inputs) -> None:
        """Where orders are sampled, weights cannot be trusted, or much is left over."""
        before = other_inputs(then, now)
        parts = [((edit("a"),), {("reached", "alliance"): 0.02})]
        plainly = text_of(view, changes(view, before, Because(told(view, parts)), inputs=now, request=ASKED))
        assert "sample" not in plainly.replace("sampling", "")
        assert "rough" not in plainly
        for options, words in (
            ({"exact": False}, "over a sample of them"),
            ({"untrusted": 2}, "the parts are rough, and the totals are right"),
            ({"remainder": np.full((len(view.main.dates), len(QUANTITIES)), 0.01)}, "the parts are rough"),
        ):
            why = Because(told(view, parts, **options))
            assert words in text_of(view, changes(view, before, why, inputs=now, request=ASKED))

    def test_where_inputs_were_not_kept_files_are_named(self, view: View, then: Earlier, now: Inputs) -> None:
        """By their hashes in the manifest; without a manifest not even these are known."""
        before = replace(other_inputs(then, now), inputs=None)
        why = because(before, view.workspace, ASKED)
        assert why == Because(refused="its input files were not kept")
        text = text_of(view, changes(view, before, why, inputs=now, request=ASKED))
        assert "cannot be told apart: its input files were not kept." in text
        assert f"Input files that differ: `{SMITH}` (changed)." in text
        text = text_of(view, changes(view, replace(before, hashes=None), why, inputs=now, request=ASKED))
        assert "which of them differ is not on record" in text

    def test_edits_of_words_alone_move_nothing(
        self, view: View, then: Earlier, now: Inputs, small: Workspace
    ) -> None:
        """They are listed as doing so, and nothing is computed for them."""
        words = now.files[SMITH].replace(b"outlast the quarrel", b"outlast the dispute")
        inputs = Inputs({**now.files, SMITH: words})
        before = replace(then, inputs=inputs, inputs_sha256=inputs.sha256, hashes=inputs.hashes)
        why = because(before, small, ASKED)
        found = changes(view, before, why, inputs=now, request=ASKED)
        assert found.attributed is None
        text = text_of(view, found)
        assert "No edit of the input files moves a probability of the baseline." in text
        assert "Moving no probability of the baseline: smith2019, rationale (words)." in text

    def test_the_same_inputs_and_other_numbers_come_from_the_program(
        self, view: View, then: Earlier, now: Inputs
    ) -> None:
        """All of the difference is a restatement; code that is known to differ is named."""
        assert then.said is not None
        before = said(then, reached_alliance=0.02)
        found = changes(view, before, because(before, view.workspace, ASKED), inputs=now, request=ASKED)
        assert found.attributed is not None
        assert found.attributed.restated == found.attributed.total
        assert "No input file differs. What differs in the numbers comes from the program." in text_of(
            view, found
        )
        assert before.said is not None
        before = replace(before, said=replace(before.said, program="f" * 64))
        text = text_of(view, changes(view, before, Because(), inputs=now, request=ASKED))
        assert "comes from the settings below" in text
        assert "Code of the program: ffffffffffff then" in text

    def test_inputs_alone_are_compared_with_what_they_give_today(
        self, view: View, then: Earlier, now: Inputs
    ) -> None:
        """No report of them is at hand: nothing is restated."""
        before = replace(other_inputs(then, now), kind="revision", label="main`~1", said=None)
        why = Because(told(view, [((edit("a"),), {("reached", "alliance"): 0.02})]))
        found = changes(view, before, why, inputs=now, request=ASKED)
        assert found.rows[1].difference == pytest.approx(0.02)
        assert found.attributed is not None
        assert max(map(abs, found.attributed.restated.values())) == 0
        assert "the inputs of the revision `main~1` give" in text_of(view, found)

    def test_inputs_that_are_no_longer_read_are_said_not_to_be(
        self, then: Earlier, now: Inputs, small: Workspace
    ) -> None:
        """The report is written all the same."""
        inputs = Inputs({**now.files, SMITH: b"schema: source/9\n"})
        before = replace(then, inputs=inputs, inputs_sha256=inputs.sha256)
        assert "this version does not read its input files" in because(before, small, ASKED).refused

    def test_every_number_is_in_the_data(self, view: View, then: Earlier, now: Inputs) -> None:
        """And nothing of it is said to happen."""
        parts = [
            ((edit(name),), {("reached", "alliance"): 0.0111 + 0.00103 * i}) for i, name in enumerate("abcde")
        ]
        before = said(other_inputs(then, now), reached_alliance=0.0713, reached_split=0.0117)
        found = changes(view, before, Because(told(view, parts)), inputs=now, request=ASKED)
        text, ledger = publish("\n".join(changed(view, found)), paths_of({"changes": plain_data(found)}))
        data = [entry for line in ledger.lines for entry in line.numbers if entry.kind == "datum"]
        assert data
        assert [entry for entry in data if entry.path is None and entry.value] == []
        assert not re.search(r"\bwill\b", text)
        assert {entry.kind for line in ledger.lines for entry in line.numbers} <= {"datum", "date", "quoted"}


@pytest.mark.slow
def test_a_real_edit_is_attributed(tmp_path: Path) -> None:
    """From two fits: the report's numbers are the difference's own, and the same again from the archive."""
    root, asked = tmp_path / "w", Request(draws=400)
    shutil.copytree(SMALL, root)
    old = gather(forecast.load(root), asked, progress=lambda _: None)
    Maker(old).write(root / "reports" / "r")
    (root / SMITH).write_bytes((root / SMITH).read_bytes().replace(b"p50: 0.06", b"p50: 0.09"))
    new = gather(forecast.load(root), asked, progress=lambda _: None)
    before = earlier_for(None, workspace=new.workspace, request=asked, out=root / "reports" / "r")
    assert before is not None
    found = changes(
        View(new),
        before,
        because(before, new.workspace, asked),
        inputs=inputs_of(new.workspace),
        request=asked,
    )
    assert found.attributed is not None
    (part,) = found.attributed.parts
    assert part.sentence == "smith2019 on alliance: p50 6.0% -> 9.0%"
    assert part.shares["alliance"] > 0
    assert max(map(abs, found.attributed.restated.values())) == 0
    (tmp_path / "since.zip").write_bytes(before.archive())
    again = kept_earlier(tmp_path)
    assert again == before
    assert because(again, new.workspace, asked) == because(before, new.workspace, asked)

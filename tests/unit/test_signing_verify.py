"""Reports read back: edited by hand, signed anew, verified against their manifest and made again."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest
from test_report_material import material  # noqa: F401

import forecast
from forecast.answering import Material
from forecast.errors import UsageError
from forecast.report.compose import compose
from forecast.report.publication import Publication, publication
from forecast.report.rendering import rendered
from forecast.report.signing.edited import edited
from forecast.report.signing.freeze import put
from forecast.report.signing.inputs import Inputs, inputs_of
from forecast.report.signing.manifest import FILE, Manifest, read_manifest
from forecast.report.signing.resign import resigned
from forecast.report.signing.seal import recorded, sealed
from forecast.report.signing.signature import Signature, signature
from forecast.report.signing.verdict import Verdict, as_text
from forecast.report.signing.verify import Again, verify
from forecast.request import Request

DRAFT = Signature()
FINAL = signature(
    status="final", authors=["A. Author"], marking="OFFICIAL", dissents=["C. Reader: 9% is low."]
)
FORMATS = ("md", "json")


@dataclass(frozen=True)
class Maker:
    """Writes a small report of a material, and makes it again; no sampling, so inputs are only looked at.

    What was composed is kept: that it always comes out the same is for other tests to show.
    """

    material: Material
    composed: dict[Signature, Publication] = field(default_factory=dict)

    def write(self, folder: Path, signed: Signature = DRAFT) -> list[Path]:
        """Compose, render, seal and put."""
        inputs = inputs_of(self.material.workspace)
        if signed not in self.composed:
            report = compose(self.material, request_line="forecast report", signature=signed)
            self.composed[signed] = publication(report, request_line="forecast report")
        done = self.composed[signed]
        record = recorded(
            self.material,
            kind="report",
            signature=signed,
            command="forecast report",
            request=Request(seed=1),
            options={},
            inputs=inputs,
            earlier=None,
        )
        return put(folder, sealed(record, rendered(done, FORMATS), inputs=inputs, earlier=None))

    def again(self, asked: Again) -> None:
        """Make it again, of the same material."""
        assert forecast.load(asked.inputs).inputs_sha256 == asked.manifest.inputs_sha256
        assert asked.manifest.generated is None
        self.write(asked.out, asked.manifest.signature)

    @staticmethod
    def render(text: Path, manifest: Manifest, out: Path) -> None:
        """Render an edited text."""
        with edited(text, signed=manifest.signature) as found:
            put(out, found.sealed(rendered(found.publication, manifest.formats)))

    def verify(self, folder: Path, *, current: Inputs | None = None) -> Verdict:
        """Verify what is there."""
        return verify(folder, regenerate=self.again, render=self.render, current=current)


@pytest.fixture(scope="module")
def maker(material: Material) -> Maker:  # noqa: F811
    """Of the small workspace."""
    return Maker(material)


@pytest.fixture(scope="module")
def originals(maker: Maker, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """A draft and a final report, not to be touched."""
    place = tmp_path_factory.mktemp("reports")
    for name, signed in (("draft", DRAFT), ("final", FINAL)):
        maker.write(place / name, signed)
    return {"draft": place / "draft", "final": place / "final"}


@pytest.fixture
def draft(originals: dict[str, Path], tmp_path: Path) -> Path:
    """A copy of the draft."""
    return copy(originals["draft"], tmp_path / "draft")


@pytest.fixture
def final(originals: dict[str, Path], tmp_path: Path) -> Path:
    """A copy of the final report, whose files can be written to by one who wants to."""
    return copy(originals["final"], tmp_path / "final")


def copy(source: Path, target: Path) -> Path:
    """The files of a folder, writable."""
    for path in sorted(source.rglob("*")):
        if path.is_file():
            new = target / path.relative_to(source)
            new.parent.mkdir(parents=True, exist_ok=True)
            new.write_bytes(path.read_bytes())
    return target


def states(found: Verdict) -> dict[str, str]:
    """Files that are not as recorded."""
    return {one.name: one.state for one in found.recorded if one.state != "same"}


def edit(folder: Path, old: str, new: str) -> Path:
    """Replace text in a report's Markdown."""
    path = folder / "report.md"
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), "utf-8")
    return path


class TestVerify:
    """A report is what its manifest says, and comes out the same when it is made again."""

    def test_a_report_that_was_left_alone_is_the_same(self, maker: Maker, originals: dict[str, Path]) -> None:
        """Draft or final: made again from nothing but its folder, byte for byte; exit 0."""
        for folder in originals.values():
            found = maker.verify(folder)
            assert found.same, as_text(found)
            assert found.exit_code == 0
            assert not found.reasons
            assert {one.name for one in found.again or ()} >= {"report.md", "report.json", "figures/fan.svg"}
            assert as_text(found).endswith("the same, byte for byte")
            assert json.loads(json.dumps(found.as_dict()))["same"] is True

    @pytest.mark.parametrize(
        ("touch", "state"),
        [
            (
                lambda p: p.write_bytes(p.read_bytes().replace(b"Key judgments", b"Key judgements", 1)),
                "changed",
            ),
            (lambda p: p.unlink(), "missing"),
        ],
    )
    def test_a_file_of_a_final_report_that_was_touched_is_named(
        self, maker: Maker, final: Path, touch: Callable[[Path], object], state: str
    ) -> None:
        """And it is said what comes out instead."""
        touch(final / "report.md")
        found = maker.verify(final)
        assert found.exit_code == 1
        assert states(found) == {"report.md": state}
        assert [one.state for one in found.again or () if one.name == "report.md"] == [state]
        assert state != "changed" or re.search(
            r"line \d+: '.*Key judgements.*made again '.*Key judgments", as_text(found)
        )

    def test_a_file_that_came_to_a_final_report_is_named(self, maker: Maker, final: Path) -> None:
        """A draft's folder may hold other files."""
        (final / "annex.md").write_text("x")
        found = maker.verify(final)
        assert (states(found), found.exit_code) == ({"annex.md": "added"}, 1)

    def test_a_draft_may_have_company(self, maker: Maker, draft: Path) -> None:
        """It is named and does no harm."""
        (draft / "notes.txt").write_text("x")
        found = maker.verify(draft)
        assert (states(found), found.exit_code) == ({"notes.txt": "added"}, 0)

    def test_hashes_that_were_changed_with_the_text_do_not_help(self, maker: Maker, final: Path) -> None:
        """The report is made again: what comes out is not what is there."""
        path = edit(final, "Key judgments", "Our judgments")
        record = read_manifest(final)
        files = {name: (final / name).read_bytes() for name in record.files}
        (final / FILE).write_bytes(record.listing({**files, "report.md": path.read_bytes()}).to_bytes())
        found = maker.verify(final)
        assert states(found) == {}
        assert [one.name for one in found.again or () if one.state != "same"] == ["report.md"]
        assert not found.same

    def test_who_signed_cannot_be_changed_in_the_manifest_alone(self, maker: Maker, final: Path) -> None:
        """The names stand in the text."""
        data = (final / FILE).read_bytes()
        (final / FILE).write_bytes(data.replace(b"A. Author", b"D. Author"))
        found = maker.verify(final)
        changed = {one.name for one in found.again or () if one.state != "same"}
        assert {"report.md", "report.json"} <= changed

    def test_kept_inputs_that_were_exchanged_are_named(self, maker: Maker, final: Path) -> None:
        """Nothing is made again from them."""
        inputs = inputs_of(maker.material.workspace)
        name = "priors/sources/smith2019.yaml"
        other = Inputs({**inputs.files, name: inputs.files[name] + b"\n"})
        (final / "inputs.zip").write_bytes(other.archive())
        found = maker.verify(final)
        assert (states(found), found.again) == ({"inputs.zip": "changed"}, None)
        assert f"not those recorded: {name} changed" in as_text(found)
        assert found.exit_code == 1

    def test_without_kept_inputs_the_workspace_serves(self, maker: Maker, draft: Path) -> None:
        """As long as it has not moved on: which files did is said by name."""
        (draft / "inputs.zip").unlink()
        assert "name it with -w" in as_text(maker.verify(draft))
        inputs = inputs_of(maker.material.workspace)
        found = maker.verify(draft, current=inputs)
        assert [one.state for one in found.again or ()].count("same") == len(found.again or ())
        later = {**inputs.files, "scenarios/new.yaml": b"x", "priors/history.yaml": b"y"}
        found = maker.verify(draft, current=Inputs(later))
        assert found.again is None
        assert "have moved on since: priors/history.yaml changed, scenarios/new.yaml added" in as_text(found)

    def test_a_workspace_that_moved_on_is_no_fault_of_the_report(self, maker: Maker, draft: Path) -> None:
        """It is made again from the inputs it kept, and the files that moved on are a note."""
        inputs = inputs_of(maker.material.workspace)
        found = maker.verify(draft, current=Inputs({**inputs.files, "priors/history.yaml": b"y"}))
        assert found.same
        assert (
            "note: since then the inputs of the workspace have moved on: priors/history.yaml changed"
            in as_text(found)
        )

    def test_other_versions_are_a_reason(self, maker: Maker, draft: Path) -> None:
        """Named with what they were and are; where nothing differs they are but a note."""
        record = read_manifest(draft)
        older = replace(record, program="f" * 64, versions={**record.versions, "numpy": "1.0"})
        (draft / FILE).write_bytes(older.to_bytes())
        found = maker.verify(draft)
        assert found.same
        assert any("numpy 1.0 then" in note for note in found.notes)
        edit(draft, "Key judgments", "Our judgments")
        assert any("numpy 1.0 then" in reason for reason in maker.verify(draft).reasons)

    def test_a_report_that_cannot_be_made_again_says_why(self, maker: Maker, draft: Path) -> None:
        """An older version's inputs, say, that this one does not read."""

        def fail(_: Again) -> None:
            raise UsageError("unknown panel 'x'")

        found = verify(draft, regenerate=fail, render=maker.render)
        assert found.exit_code == 1
        assert "could not be made again: unknown panel 'x'" in as_text(found)
        assert as_text(found).endswith("not verified")

    def test_a_folder_that_is_no_report_is_refused(self, maker: Maker, tmp_path: Path) -> None:
        """Exit 2, as for any name that is not what it should be."""
        with pytest.raises(UsageError, match="is no report folder"):
            maker.verify(tmp_path)
        (tmp_path / FILE).write_text("{}")
        with pytest.raises(UsageError, match="is not a manifest this version reads"):
            maker.verify(tmp_path)


class TestEdited:
    """A text edited by hand, held against what it was written with."""

    def test_an_edited_text_is_rendered_and_verified(self, maker: Maker, draft: Path) -> None:
        """The manifest says that it was edited, and of which text; verifying renders it again."""
        generated = read_manifest(draft).files["report.md"]
        path = edit(draft, "## Key judgments\n", "## Key judgments\n\nThe authors add a sentence.\n")
        maker.render(path, read_manifest(draft), draft)
        record = read_manifest(draft)
        assert record.generated is not None
        assert record.generated.markdown_sha256 == generated
        found = maker.verify(draft)
        assert found.same, as_text(found)
        assert "edited by hand" in as_text(found)
        edit(draft, "The authors add", "Someone adds")
        assert maker.verify(draft).exit_code == 1

    def test_a_draft_is_edited_then_signed(self, maker: Maker, draft: Path) -> None:
        """Title, data and dissent say who signed; it is frozen, verifies, and is not overwritten."""
        path = edit(draft, "## Key judgments\n", "## Key judgments\n\nThe authors add a sentence.\n")
        maker.render(path, replace(read_manifest(draft), signature=FINAL), draft)
        text = path.read_text("utf-8")
        assert "**Marking:** OFFICIAL" in text
        assert "**Author:** A. Author" in text
        headings = re.findall(r"^## (.+)$", text, re.MULTILINE)
        assert headings[:2] == ["Key judgments", "Dissent"]
        assert json.loads((draft / "report.json").read_text("utf-8"))["signature"] == FINAL.as_dict()
        found = maker.verify(draft)
        assert found.same, as_text(found)
        with pytest.raises(UsageError, match="holds a final report"):
            maker.write(draft)

    def test_an_edited_text_may_be_edited_again(self, maker: Maker, draft: Path) -> None:
        """What it was generated as is remembered; put back as it was, it is no edited text."""
        original = (draft / "report.md").read_text("utf-8")
        for word in ("One", "Two"):
            (draft / "report.md").write_text(f"{original}\n{word} more.\n", "utf-8")
            maker.render(draft / "report.md", read_manifest(draft), draft)
            assert read_manifest(draft).edited
        assert maker.verify(draft).same
        (draft / "report.md").write_text(original, "utf-8")
        maker.render(draft / "report.md", read_manifest(draft), draft)
        assert not read_manifest(draft).edited
        assert maker.verify(draft).same

    def test_line_ends_of_an_editor_are_no_edit(self, draft: Path) -> None:
        """Nor is a byte-order mark."""
        path = draft / "report.md"
        path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes().replace(b"\n", b"\r\n"))
        with edited(path) as found:
            assert not found.record.edited

    def test_a_text_elsewhere_has_nothing_beside_it(self, draft: Path, tmp_path: Path) -> None:
        """A report's folder is asked for."""
        (tmp_path / "x.md").write_bytes((draft / "report.md").read_bytes())
        with pytest.raises(UsageError, match="no report folder"), edited(tmp_path / "x.md"):
            pass
        with (
            pytest.raises(UsageError, match=r"there is no file .*name the edited report.md"),
            edited(tmp_path / "y.md"),
        ):
            pass

    @pytest.mark.parametrize(
        ("name", "content", "said"),
        [
            ("report.json", None, "there is no .*report.json, which an edited text is held against"),
            ("report.json", b"{}", "report.json is not the file that was written with the text"),
            ("figures/fan.svg", None, "there is no .*figures/fan.svg"),
            ("figures/fan.svg", b"<svg><script/></svg>", "fan.svg is not the file that was written"),
            ("sources.md", b"# Other", "sources.md is not the file that was written"),
            ("inputs.zip", b"PK", "inputs.zip is no archive"),
            ("report.md", b"na\xefve", "byte 0xef is not UTF-8"),
            ("report.md", b"<<<<<<< ours\na\n=======\nb\n>>>>>>> theirs\n", "merge-conflict markers"),
            ("report.md", "a \u202e%5".encode(), "report.md:1 has characters that do not print: a ⟨U.202E⟩"),
            (
                "report.md",
                b"# T\n\n![x](figures/none.svg)\n",
                "report.md:3 shows 'figures/none.svg', which is no fig",
            ),
            (
                "report.md",
                b"![x](http://example.org/x.png)\n",
                "shows 'http://example.org/x.png', which is no fig",
            ),
            (
                "report.md",
                b"# T\n\n- **Status:** final\n",
                r"(?s)who signed it was edited in the text; .*Status:\*\* draft",
            ),
        ],
    )
    def test_what_does_not_fit_is_named(
        self, draft: Path, name: str, content: bytes | None, said: str
    ) -> None:
        """With what would mend it."""
        if content is None:
            (draft / name).unlink()
        else:
            (draft / name).write_bytes(content)
        with pytest.raises(UsageError, match=said), edited(draft / "report.md"):
            pass

    def test_a_dissent_stays_in_its_reviewers_words(self, final: Path) -> None:
        """It cannot be edited, nor be left out."""
        path = edit(final, "9% is low", "9% is fine")
        with pytest.raises(UsageError, match="a dissent was edited in the text"), edited(path):
            pass

    def test_signing_anew_changes_nothing_else(self, originals: dict[str, Path]) -> None:
        """Signed and signed back it is the same text; signed as it is already it stays."""
        text = (originals["draft"] / "report.md").read_text("utf-8")
        signed = resigned(text, before=DRAFT, after=FINAL)
        assert signed == (originals["final"] / "report.md").read_text("utf-8")
        assert resigned(signed, before=FINAL, after=DRAFT) == text
        assert resigned(signed, before=DRAFT, after=FINAL) == signed

"""Who signs a report, in which words, and the record that a report keeps of itself."""

from __future__ import annotations

import datetime as dt
import io
import json
import zipfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

import forecast
from forecast.errors import UsageError
from forecast.inputs.workspace import Workspace
from forecast.report.ledger import publish
from forecast.report.signing.archive import is_inside, packed, unpacked
from forecast.report.signing.dissent import Dissent, dissent, section
from forecast.report.signing.inputs import Inputs, inputs_from, inputs_in, inputs_of, moved
from forecast.report.signing.manifest import (
    Generated,
    Manifest,
    Since,
    manifest_of,
    read_manifest,
    request_data,
)
from forecast.report.signing.signature import Signature, signature
from forecast.request import Request

RECORD = Manifest(
    kind="report",
    question="a_b",
    title="Who stands with whom?",
    as_of=dt.date(2025, 7, 1),
    panel_id="all",
    signature=signature(
        status="reviewed", authors=["A. Author"], reviewers=["B. Reader"], marking="OFFICIAL"
    ),
    command="forecast report",
    request=request_data(Request(scenarios=("x",), by=(dt.date(2030, 1, 1),), start="split", draws=500)),
    options={"against": ["texts"]},
    versions={"numpy": "2.0"},
    program="0" * 64,
    inputs_sha256="1" * 64,
    inputs={"priors/question.yaml": "2" * 64},
    since=Since(kind="report", label="a_b-2025-01-01", as_of="2025-01-01", inputs_sha256="3" * 64),
    generated=Generated("4" * 64, Signature()),
)


class TestSignature:
    """A status says no more than the names bear out."""

    def test_a_draft_needs_nobody(self) -> None:
        """And is what a report is where nothing is said."""
        assert signature() == Signature(status="draft")

    @pytest.mark.parametrize(
        ("given", "said"),
        [
            ({"status": "finl"}, "one of draft, reviewed, final .found 'finl'.. Did you mean 'final'"),
            ({"status": "final"}, "stands behind the report; name them with --author"),
            ({"status": "reviewed"}, "stands behind the report; name them with --author"),
            ({"status": "reviewed", "authors": ["A"]}, "someone other than its authors .*--reviewer NAME"),
            ({"status": "reviewed", "authors": ["A"], "reviewers": ["A"]}, "an author and a reviewer"),
            ({"authors": ["A", "a"]}, "--author names 'a' twice"),
            ({"authors": [" "]}, "--author takes some text"),
            ({"authors": ["A\nB"]}, "--author takes one line of text .found 2 lines"),
            ({"reviewers": ["A\x1b[31m"]}, r"U\+001B .a control character., after 'A'"),
            ({"authors": ["A\u202eB"]}, r"U\+202E .right-to-left override."),
            ({"marking": "x" * 101}, "--marking takes at most 100 characters .found 101"),
            ({"marking": ""}, "--marking takes some text"),
            ({"dissents": ["no name"]}, "--dissent takes 'NAME: TEXT'"),
            ({"dissents": ["C: one", "C: two"]}, "--dissent names 'C' twice"),
        ],
    )
    def test_what_does_not_fit_is_refused(self, given: dict[str, Any], said: str) -> None:
        """With what was found and how to mend it."""
        with pytest.raises(UsageError, match=said):
            signature(**given)

    def test_a_final_report_says_whether_anyone_read_it(self) -> None:
        """One author is enough to sign; the reader sees that nobody else did."""
        assert signature(status="final", authors=["A"]).readers == ()

    def test_a_dissenter_has_read_it(self) -> None:
        """So a report with a dissent has been reviewed; an author's own dissent is no review."""
        found = signature(status="reviewed", authors=["A"], dissents=["C: I do not share this."])
        assert found.readers == ("C",)
        with pytest.raises(UsageError, match="someone other"):
            signature(status="reviewed", authors=["A"], dissents=["A: I do not share this."])

    def test_spaces_are_made_single(self) -> None:
        """Also those that do not look like one."""
        assert signature(authors=["  A.\u00a0 Author "]).authors == ("A. Author",)


class TestDissent:
    """Whose it is, and in their own words."""

    def test_paragraphs_stand_apart(self, tmp_path: Path) -> None:
        """Lines are joined, empty lines part; a file is read as UTF-8, with or without its mark."""
        path = tmp_path / "dissent.txt"
        path.write_bytes("\ufeffC. Reader: One\r\nline.\r\n\r\n\r\nAnother: two.\r\n".encode())
        assert dissent(str(path)) == Dissent("C. Reader", "One line.\n\nAnother: two.")

    @pytest.mark.parametrize(
        ("content", "said"),
        [
            (b"No name here", "begins 'No name here'"),
            (b"C:   \n\n", "a name and no text"),
            (b"C: na\xefve", "byte 0xef is not UTF-8"),
            (b"C: a\n<<<<<<< ours\n", "merge-conflict markers"),
            (b"C: a\x07b", r"U\+0007"),
            (b"C: " + b"x" * 8001, "8,001 characters; a dissent holds at most 8,000"),
            (b"Two\nlines: x", "begins 'Two'"),
        ],
    )
    def test_a_file_that_is_none_is_named(self, tmp_path: Path, content: bytes, said: str) -> None:
        """With what is wrong with it."""
        path = tmp_path / "d.txt"
        path.write_bytes(content)
        with pytest.raises(UsageError, match=said):
            dissent(str(path))

    def test_a_file_that_is_not_there_is_no_text(self) -> None:
        """A name that ends like a file's was meant as one."""
        with pytest.raises(UsageError, match="there is no such file"):
            dissent("dissent.md")

    def test_its_numbers_are_the_reviewers(self) -> None:
        """Quoted in the ledger, never a datum; and nothing in the words is Markdown."""
        lines = section([Dissent("C", "1. *9.4%* is [too](http://x) low\n\n# > 5 of 7 agree")])
        text, ledger = publish("\n".join(lines), {})
        assert text.startswith("## Dissent\n")
        quotes = [line for line in ledger.lines if line.kind == "quote"]
        assert [line.text for line in quotes] == ["1. *9.4%* is [too](http://x) low", "# > 5 of 7 agree"]
        assert {entry.kind for line in quotes for entry in line.numbers} == {"quoted"}

    def test_none_is_no_section(self) -> None:
        """A heading without a text would be noise."""
        assert section([]) == []


class TestManifest:
    """A report's record of itself."""

    def test_it_reads_back_as_written(self) -> None:
        """Every field, and the request as it was asked."""
        record = RECORD.listing({"report.md": b"text", "figures/fan.svg": b"<svg/>"})
        found = manifest_of(record.to_bytes(), "m")
        assert found == record
        assert found.asked(jobs=3) == Request(
            scenarios=("x",), by=(dt.date(2030, 1, 1),), start="split", draws=500, jobs=3
        )
        assert found.formats == ("md",)
        assert found.edited

    def test_every_field_of_a_request_that_an_answer_depends_on_is_kept(self) -> None:
        """A field added to Request has to be added here, or verifying would ask for something else."""
        kept = set(request_data(Request()))
        assert kept == set(Request.__dataclass_fields__) - {"jobs", "refit"}

    @pytest.mark.parametrize(
        ("spoil", "said"),
        [
            (lambda d: d.pop("panel_id"), "panel_id: field required"),
            (lambda d: d.update(schema="manifest/9"), "schema 'manifest/9', expected 'manifest/1'"),
            (lambda d: d.update(status="signed"), "--status takes one of"),
            (lambda d: d.update(authors=[]), "stands behind the report"),
            (lambda d: d.update(clock=1), "clock: unexpected"),
            (lambda d: d.update(files={"../x": "0"}), "names '../x'"),
            (lambda d: d.update(files={"/etc/passwd": "0"}), "names '/etc/passwd'"),
            (lambda d: d.update(inputs={"a\\b": "0"}), r"names 'a\\\\b'"),
            (lambda d: d.update(kind="../report"), "kind '../report'"),
            (lambda d: d["request"].pop("seed"), "request has no 'seed'"),
            (lambda d: d["request"].update(start="war"), "request.start is 'war'"),
            (lambda d: d["request"].update(draws="many"), "request.draws is 'many'"),
        ],
    )
    def test_a_broken_one_says_where(self, spoil: Callable[[dict[str, Any]], object], said: str) -> None:
        """Nothing of a manifest is believed before it has been looked at."""
        data = json.loads(RECORD.to_bytes())
        spoil(data)
        with pytest.raises(UsageError, match=said):
            manifest_of(json.dumps(data).encode(), "manifest.json")

    @pytest.mark.parametrize("data", [b"", b"{", b"[]", b"\xff", b"[" * 100_000])
    def test_what_is_no_manifest_is_said_to_be_none(self, data: bytes) -> None:
        """Whatever the bytes are."""
        with pytest.raises(UsageError, match=r"m is not (JSON|a manifest)"):
            manifest_of(data, "m")

    def test_a_folder_without_one_is_no_report(self, tmp_path: Path) -> None:
        """And it is said what would make one."""
        with pytest.raises(UsageError, match=r"no report folder: it has no manifest.json; 'forecast report"):
            read_manifest(tmp_path)


class TestInputs:
    """The files a report was made from, byte for byte."""

    def test_they_are_those_that_were_read(self, small: Workspace) -> None:
        """The hash is the workspace's own, and the archive gives the same workspace back."""
        found = inputs_of(small)
        assert found.sha256 == small.inputs_sha256
        again = inputs_from(unpacked(found.archive(), "x"))
        assert again == found
        with again.laid_out() as root:
            assert forecast.load(root).inputs_sha256 == small.inputs_sha256

    def test_the_shipped_ones_too(self, shipped: Workspace) -> None:
        """With every kind of file there is."""
        assert inputs_of(shipped).sha256 == shipped.inputs_sha256

    def test_inputs_that_changed_since_are_refused(self, small: Workspace, tmp_path: Path) -> None:
        """A report is not kept with other inputs than those it is of."""
        files = inputs_of(small).files
        for name, data in files.items():
            (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / name).write_bytes(data + b"\n" * (name == "priors/drivers.yaml"))
        with pytest.raises(UsageError, match="were changed while they were being read"):
            inputs_of(replace(small, root=tmp_path))

    def test_what_a_workspace_does_not_read_is_left_out(self, small: Workspace, tmp_path: Path) -> None:
        """Notes, hidden files and backups; the workspace's own templates are kept, apart from the inputs."""
        files = inputs_of(small).files
        extra = ["priors/notes.md", "priors/sources/.x.yaml", "priors/sources/smith2019.yaml~"]
        own = "reports/templates/report.md.j2"
        for name in [*files, *extra, own]:
            (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / name).write_bytes(files.get(name, b"x"))
        found = inputs_in(tmp_path)
        assert found.files == files
        assert found.templates == {own: b"x"}
        assert set(found.hashes) == {*files, own}

    def test_files_that_moved_are_named(self) -> None:
        """By what became of each."""
        assert moved({"a": "1", "b": "1", "c": "1"}, {"b": "2", "c": "1", "d": "1"}) == {
            "a": "removed",
            "b": "changed",
            "d": "added",
        }


class TestArchive:
    """Bytes that depend on nothing but what is in them."""

    def test_the_order_of_files_does_not_matter(self) -> None:
        """Nor does the hour."""
        assert packed({"a": b"1", "b/c": b"2"}) == packed({"b/c": b"2", "a": b"1"})

    @pytest.mark.parametrize("name", ["../x", "/x", "a/../../x", "a\\x", "C:x", "a//x", "x\n"])
    def test_a_name_that_leaves_its_folder_is_refused(self, name: str) -> None:
        """Whoever made the archive."""
        assert not is_inside(name)
        made = io.BytesIO()
        with zipfile.ZipFile(made, "w") as archive:
            archive.writestr(name, b"1")
        with pytest.raises(UsageError, match="which is not unpacked"):
            unpacked(made.getvalue(), "inputs.zip")

    def test_one_that_would_fill_the_disk_is_refused(self) -> None:
        """By the size that its headers state."""
        made = io.BytesIO()
        with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr("a", b"\0" * 201_000_000)
        with pytest.raises(UsageError, match="at most 200,000,000 are unpacked"):
            unpacked(made.getvalue(), "inputs.zip")

    def test_every_single_bit_that_is_turned_is_found(self, small: Workspace) -> None:
        """Reading gives the same files or says that it cannot: never others."""
        files = {"a.yaml": b"x: 1\n" * 20}
        whole = packed(files)
        for at in range(len(whole)):
            broken = whole[:at] + bytes([whole[at] ^ 4]) + whole[at + 1 :]
            try:
                found = unpacked(broken, "x")
            except UsageError:
                continue
            # Times and rights are no part of a file.
            assert list(found.values()) == list(files.values())

    def test_a_missing_archive_is_none(self) -> None:
        """A draft of an older version kept nothing."""
        assert Inputs({}).files == {}

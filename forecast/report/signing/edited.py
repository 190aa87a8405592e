"""A report whose text was edited by hand: read back from its folder, to be checked and rendered again.

The data, the figures and the page of sources have to be those that were written with the text, byte for byte:
numbers of the edited text are held against them.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from markdown_it.token import Token

from forecast.errors import UsageError
from forecast.inputs.yaml_nodes import YamlRefusal, decode
from forecast.report.blocks import parser, words
from forecast.report.ledger import Ledger
from forecast.report.markdown import Drawing
from forecast.report.numbers import listed
from forecast.report.publication import Publication, front
from forecast.report.signing.inputs import kept_inputs, sha256
from forecast.report.signing.manifest import Generated, Manifest, read_manifest
from forecast.report.signing.resign import resigned
from forecast.report.signing.seal import KEPT, resealed
from forecast.report.signing.signature import Signature
from forecast.report.signing.words import shown
from forecast.report.templating import OWN
from forecast.visible import first_hidden

_SOURCES = "sources.md"


@dataclass(frozen=True)
class Edited:
    """An edited report: what renderers need, and what goes with it unchanged.

    ``record`` is its manifest, signed as the text now is, but for its files; ``kept`` the archives.
    """

    publication: Publication
    record: Manifest
    kept: Mapping[str, bytes]

    def sealed(self, files: Mapping[str, bytes]) -> dict[str, bytes]:
        """What goes into the folder: files as rendered, archives, and the manifest of them all."""
        return resealed(self.record, {**files, **self.kept})


@contextmanager
def edited(file: Path, *, signed: Signature | None = None) -> Iterator[Edited]:
    """The report that an edited Markdown text is of; the files it was written with lie beside it.

    Parameters
    ----------
    file
        The text.
    signed
        Who signs it now; None as it is signed.

    Raises
    ------
    UsageError
        For a file that is not there, is not UTF-8, or has merge-conflict markers or characters that do not
        print; without the manifest, the data or a figure that the text names beside it, or with others than
        were written; for a text that cannot be signed anew.
    """
    text, folder = _text(file), file.parent
    manifest = read_manifest(folder)
    signed = signed or manifest.signature
    data = json.loads(_written(folder, f"{manifest.kind}.json", manifest))
    markdown = resigned(text, before=manifest.signature, after=signed)
    figures = _figures(markdown, file, manifest)
    source_page = ""
    if _SOURCES in manifest.files:
        source_page = _written(folder, _SOURCES, manifest).decode("utf-8")
    with ExitStack() as stack:
        inputs = kept_inputs(folder)
        own = None
        if inputs and inputs.templates:
            own = stack.enter_context(inputs.laid_out()) / OWN
        publication = Publication(
            kind=manifest.kind,
            markdown=markdown,
            ledger=Ledger.from_dict(data["prose"]),
            data={**data, "signature": signed.as_dict()},
            figures=figures,
            source_page=source_page,
            front=front(manifest.title, listed(list(data["pair"])), manifest.as_of, signed),
            templates=own,
        )
        kept = {name: _written(folder, name, manifest) for name in KEPT if name in manifest.files}
        yield Edited(publication, _record(manifest, markdown, signed), kept)


def _record(manifest: Manifest, markdown: str, signed: Signature) -> Manifest:
    """The manifest of the text as it is now: of the text that was generated, if it still is that one."""
    was = manifest.generated or Generated(manifest.files.get(f"{manifest.kind}.md", ""), manifest.signature)
    same = sha256(markdown.encode()) == was.markdown_sha256
    return replace(manifest, signature=signed, generated=None if same else was, files={})


def _text(file: Path) -> str:
    where = shown(str(file), most=200)
    try:
        text = decode(file.read_bytes())
    except FileNotFoundError:
        raise UsageError(f"there is no file {where}; name the edited report.md in its folder") from None
    except OSError as error:
        raise UsageError(f"{where} cannot be read ({error.strerror}); name the edited report.md") from None
    except YamlRefusal as refusal:
        raise UsageError(f"{where}: {refusal}") from None
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    if hidden := first_hidden(text):
        raise UsageError(f"{where}:{hidden[0]} has characters that do not print: {hidden[1][:200]}")
    return text.rstrip("\n") + "\n"


def _written(folder: Path, name: str, manifest: Manifest) -> bytes:
    """A file of the report, which has to be the one that was written."""
    where = shown(str(folder / name), most=200)
    try:
        data = (folder / name).read_bytes()
    except OSError:
        raise UsageError(
            f"there is no {where}, which an edited text is held against; write the report with --format "
            f"md,json and edit {manifest.kind}.md in its folder"
        ) from None
    if manifest.files.get(name) != sha256(data):
        raise UsageError(
            f"{where} is not the file that was written with the text, by its manifest; put it back, or write "
            "the report again"
        )
    return data


def _figures(markdown: str, file: Path, manifest: Manifest) -> dict[str, Drawing]:
    """The figures that a text shows, by the path it names, described in its words."""
    known = [name for name in manifest.files if name.startswith("figures/")]
    found: dict[str, Drawing] = {}
    for image, line in _images(parser().parse(markdown)):
        source = str(image.attrs["src"])
        if source not in known:
            raise UsageError(
                f"{shown(str(file), most=200)}:{line} shows '{shown(source)}', which is no figure of this "
                f"report; take it out, or name one of: {', '.join(known) or 'none'}"
            )
        svg = _written(file.parent, source, manifest).decode("utf-8")
        found[source] = Drawing(Path(source).stem, svg[svg.index("<svg") :], words(image))
    return found


def _images(tokens: list[Token]) -> Iterator[tuple[Token, int]]:
    for token in tokens:
        for child in token.children or []:
            if child.type == "image":
                yield child, token.map[0] + 1 if token.map else 0

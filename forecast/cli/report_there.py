"""What is done with a report that is there: an edited text checked or rendered, a folder verified."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from forecast.cli import options as o
from forecast.errors import InputError, UsageError

if TYPE_CHECKING:
    from forecast.inputs.workspace import Workspace
    from forecast.report.signing.manifest import Manifest
    from forecast.report.signing.signature import Signature
    from forecast.report.signing.verify import Again


def check_text(file: Path, *, as_json: bool) -> int:
    """Lint an edited report against its data; 1 where a rule is broken."""
    from forecast.document import to_json
    from forecast.report.lint import as_document, as_text, check_file

    faults = check_file(file)
    print(to_json(as_document(faults, file)) if as_json else as_text(faults, file))
    return 1 if faults else 0


def render_text(
    file: Path, formats: Sequence[str] | None, signed: Signature | None, *, out: Path | None, quiet: bool
) -> int:
    """Render an edited report once it passes, into its folder or another; 1 where it does not pass.

    ``signed`` None: as it was signed. Formats: those asked for, else those it is there in.
    """
    from forecast.report.lint import as_text, lint
    from forecast.report.rendering import rendered
    from forecast.report.signing.edited import edited
    from forecast.report.signing.freeze import check_may_write, put
    from forecast.report.signing.manifest import read_manifest

    folder = out or file.parent
    check_may_write(folder)
    with edited(file, signed=signed) as found:
        faults = lint(found.publication.markdown, found.publication.data)
        if faults:
            o.say(as_text(faults, file))
            o.say("nothing was written: mend the text and render it again")
            return 1
        wanted = tuple(dict.fromkeys(["md", "json", *(formats or read_manifest(file.parent).formats)]))
        files = rendered(found.publication, wanted)
        for path in put(folder, found.sealed(files)):
            print(path)
    return 0


def verify_folder(folder: Path, *, jobs: int, as_json: bool, quiet: bool) -> int:
    """Make a report again from the inputs kept beside it and compare; 1 where anything differs."""
    from forecast.document import to_json
    from forecast.report.signing.inputs import inputs_of
    from forecast.report.signing.verdict import as_text
    from forecast.report.signing.verify import verify

    here = _workspace()
    found = verify(
        folder,
        regenerate=lambda again: _make_again(again, jobs=jobs, quiet=quiet),
        render=_render_again,
        current=inputs_of(here) if here else None,
    )
    print(to_json(found.as_dict()) if as_json else as_text(found))
    return found.exit_code


def _workspace() -> Workspace | None:
    """The workspace here, to tell what has moved on since; none, or the shipped one, is no fault."""
    from forecast.inputs import load

    try:
        here = load(None)
    except (UsageError, InputError):
        return None
    return None if here.origin == "shipped" else here


def _make_again(again: Again, *, jobs: int, quiet: bool) -> None:
    """Answer the request of a manifest on its own inputs, and write the report of it."""
    from forecast.answering import gather
    from forecast.inputs import load
    from forecast.report.formats import check_formats
    from forecast.report.write import Issue, issue
    from forecast.reweighting.kept import remember_exact

    manifest = again.manifest
    against = tuple(manifest.options.get("against", ()))
    asked = manifest.asked(jobs=jobs)
    material = gather(
        load(str(again.inputs)),
        asked,
        progress=lambda what: o.say(f"making it again: {what}", quiet=quiet),
        against=against or None,
        apart=manifest.kind == "report",
    )
    remember_exact(material.main.fit, material.main.baseline, asked)
    issue(
        material,
        again.out,
        Issue(
            request=asked,
            command=manifest.command,
            kind=manifest.kind,
            formats=check_formats(manifest.formats),
            signature=manifest.signature,
            earlier=again.earlier,
            options=manifest.options,
        ),
    )


def _render_again(text: Path, manifest: Manifest, out: Path) -> None:
    """Render an edited text as its manifest says."""
    from forecast.report.rendering import rendered
    from forecast.report.signing.edited import edited
    from forecast.report.signing.freeze import put

    with edited(text, signed=manifest.signature) as found:
        put(out, found.sealed(rendered(found.publication, manifest.formats)))

"""Pandoc as a function: Markdown to its document tree, and a tree to DOCX, reading nothing but what is given.

It runs in its sandbox (no file and no network beyond its arguments), with an empty folder for user data and a
fixed time, so that neither a user's own templates nor the clock reach into the result.
"""

from __future__ import annotations

import json
import os
import subprocess
import tempfile
from collections.abc import Sequence
from pathlib import Path

from forecast.report.documents.nodes import Node, changed, paragraph, words

#: The dialect of `forecast.report.markdown` and of the page: CommonMark and pipe tables, nothing beyond.
#: Attributes are not read, since braces in a text would vanish into them.
DIALECT = "commonmark+pipe_tables"
_API = [1, 23, 1]
_SECONDS = 120


def read(markdown: str) -> list[Node]:
    """The blocks of a Markdown text, HTML in it as the text it is."""
    tree = _run(["-f", DIALECT, "-t", "json"], markdown.encode("utf-8"))
    blocks: list[Node] = changed(json.loads(tree)["blocks"], _as_text)
    return blocks


def _as_text(node: Node) -> list[Node] | None:
    if node["t"] == "RawInline":
        return words(node["c"][1])
    if node["t"] == "RawBlock":
        return [paragraph(words(" ".join(node["c"][1].split())))]
    return None


def to_docx(blocks: Sequence[Node], *, reference: bytes, language: str, epoch: int) -> bytes:
    """Blocks as a DOCX whose styles, headers and footers are those of ``reference``.

    Pictures are data URIs. ``epoch``, seconds since 1970, is the only time in the result.
    """
    meta = {"lang": {"t": "MetaString", "c": language}}
    tree = json.dumps({"pandoc-api-version": _API, "meta": meta, "blocks": list(blocks)})
    with tempfile.TemporaryDirectory() as folder:
        model = Path(folder, "reference.docx")
        model.write_bytes(reference)
        return _run(
            ["-f", "json", "-t", "docx", f"--reference-doc={model}", "-o", "-"], tree.encode(), epoch=epoch
        )


def default_reference() -> bytes:
    """The DOCX that pandoc itself would take its styles from."""
    return _run(["--print-default-data-file", "reference.docx"], b"")


def _run(arguments: Sequence[str], text: bytes, *, epoch: int = 0) -> bytes:
    import pypandoc

    with tempfile.TemporaryDirectory() as empty:
        done = subprocess.run(
            [pypandoc.get_pandoc_path(), "--sandbox", f"--data-dir={empty}", *arguments],
            input=text,
            capture_output=True,
            check=False,
            timeout=_SECONDS,
            env={**os.environ, "SOURCE_DATE_EPOCH": str(epoch), "LC_ALL": "C.UTF-8"},
        )
    if done.returncode:
        raise RuntimeError(f"pandoc failed ({done.returncode}): {done.stderr.decode('utf-8', 'replace')}")
    return done.stdout

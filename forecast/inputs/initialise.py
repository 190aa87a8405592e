"""Starting a workspace: the shipped example copied out, ready for an editor and for git."""

from __future__ import annotations

import json
import os
import shutil
import tempfile
from pathlib import Path

from forecast.errors import UsageError
from forecast.inputs.json_schema import schemas
from forecast.inputs.locate import shipped
from forecast.inputs.read import FOLDERS, OPTIONAL, SINGLE

SCHEMA_FOLDER = Path(".forecast") / "schema"

GITIGNORE = """\
# Reports are made again from the inputs; commit the ones worth keeping under reports/example/.
/reports/*
!/reports/example/
# Editors and operating systems
*~
*.swp
.DS_Store
"""

EDITORCONFIG = """\
root = true

[*]
charset = utf-8
end_of_line = lf
insert_final_newline = true
trim_trailing_whitespace = true

[*.{yaml,yml}]
indent_style = space
indent_size = 2
max_line_length = 110
"""


def init(folder: str | Path) -> Path:
    """Copy the shipped priors/ and scenarios/ to a folder, with what editors and git want beside them.

    Nothing that stands there is overwritten. The inputs appear last and in one step each, so that a folder
    with a priors/ holds a whole workspace.

    Raises
    ------
    UsageError
        If the folder already holds priors/ or scenarios/, or is a file.
    """
    target = Path(folder)
    if target.exists() and not target.is_dir():
        raise UsageError(f"{target} is a file; name a folder to be made or filled")
    for name in ("priors", "scenarios"):
        if (target / name).exists():
            raise UsageError(f"{target} already holds {name}/; nothing was written. Name another folder")
    origin = shipped()
    try:
        target.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=target, prefix=".init.") as made:
            for name in ("scenarios", "priors"):
                _copy(origin, Path(made), name)
            _write_new(target / ".gitignore", GITIGNORE)
            _write_new(target / ".editorconfig", EDITORCONFIG)
            write_schemas(target)
            for name in ("scenarios", "priors"):
                os.rename(Path(made) / name, target / name)
    except OSError as error:
        raise UsageError(f"cannot write to {target}: {error.strerror}") from error
    return target.resolve()


def write_schemas(root: Path) -> None:
    """Write the JSON Schema of every kind of file under .forecast/schema/."""
    folder = root / SCHEMA_FOLDER
    folder.mkdir(parents=True, exist_ok=True)
    for kind, schema in schemas().items():
        text = json.dumps(schema, indent=2, ensure_ascii=False) + "\n"
        (folder / f"{kind}.json").write_text(text, encoding="utf-8", newline="\n")


def schema_line(file: str, kind: str) -> str:
    """The comment that tells an editor's YAML language server which schema a file follows.

    >>> schema_line("priors/question.yaml", "question")
    '# yaml-language-server: $schema=../.forecast/schema/question.json'
    """
    upward = "../" * file.count("/")
    return f"# yaml-language-server: $schema={upward}{SCHEMA_FOLDER.as_posix()}/{kind}.json"


def _copy(origin: Path, root: Path, name: str) -> None:
    """Copy a folder of inputs, with an editor's schema line at the head of each YAML file."""
    (root / name).mkdir()
    for path in sorted((origin / name).rglob("*")):
        file = path.relative_to(origin).as_posix()
        if any(part.startswith(".") for part in Path(file).parts):
            continue
        copy = root / file
        kind = SINGLE.get(file) or OPTIONAL.get(file) or FOLDERS.get(Path(file).parent.as_posix())
        if path.is_dir():
            copy.mkdir()
        elif kind and path.suffix == ".yaml":
            text = path.read_text(encoding="utf-8-sig")
            head = "" if "yaml-language-server" in text else schema_line(file, kind) + "\n"
            copy.write_text(head + text, encoding="utf-8", newline="\n")
        else:
            shutil.copyfile(path, copy)


def _write_new(path: Path, text: str) -> None:
    if not path.exists():
        path.write_text(text, encoding="utf-8", newline="\n")

"""Anonymised ids, and the one file that says who is behind them.

An id is drawn from the operating system's randomness: nothing of the name is in it, and the order of ids says
nothing of the order in which people were asked (IDEA; Hemming et al. 2018).
"""

from __future__ import annotations

import csv
import io
import secrets
from collections.abc import Collection, Mapping
from typing import Final

from forecast.errors import UsageError
from forecast.inputs import yaml_nodes
from forecast.protocol.folder import Folder
from forecast.visible import visible

#: No letter or digit that is read as another (l and 1, o and 0).
_LETTERS: Final = "abcdefghjkmnpqrstuvwxyz"
_DIGITS: Final = "23456789"
_COLUMNS: Final = ("id", "name", "email")
IGNORED: Final = "# Who is behind an id stays here.\nnames.csv\n"
_MOST: Final = 200


def drawn(taken: Collection[str]) -> str:
    """The next free id, such as expert_k7: a letter and a digit, more where those are taken."""
    for length in range(1, 20):
        for _ in range(400):
            found = "expert_" + "".join(
                secrets.choice(_LETTERS) + secrets.choice(_DIGITS) for _ in range(length)
            )
            if found not in taken:
                return found
    raise UsageError("no free id was found")  # pragma: no cover - 184^19 ids are taken


def known(folder: Folder) -> Mapping[str, tuple[str, str]]:
    """Name and e-mail address by id. UsageError where names.csv cannot be read."""
    try:
        text = yaml_nodes.decode(folder.names.read_bytes())
    except FileNotFoundError:
        return {}
    except yaml_nodes.YamlRefusal as refusal:
        raise UsageError(f"{folder.relative(folder.names)}: {refusal}") from None
    try:
        rows = list(csv.reader(io.StringIO(text, newline=""), strict=True))
    except csv.Error as error:
        raise UsageError(f"{folder.relative(folder.names)}: not valid CSV: {error}") from None
    filled = [[*row, "", "", ""][:3] for row in rows if row]
    return {row[0].strip(): (row[1].strip(), row[2].strip()) for row in filled if row[0].strip() != "id"}


def remember(folder: Folder, expert: str, name: str, email: str = "") -> None:
    """Write down whose id it is, after what keeps that out of git. UsageError for a person known already."""
    who = " ".join(name.split())
    if not who or visible(who) != who or len(who) > _MOST or len(email) > _MOST or visible(email) != email:
        raise UsageError("--anonymous takes a name of one line that prints, at most 200 characters")
    people = dict(known(folder))
    same = next((found for found, (other, _) in people.items() if other.casefold() == who.casefold()), None)
    if same:
        raise UsageError(f"that person is {same} already; hand out another template with --expert {same}")
    folder.write(folder.path / ".gitignore", _with_ours(folder))
    people[expert] = (who, " ".join(email.split()))
    table = io.StringIO()
    writer = csv.writer(table, lineterminator="\n")
    writer.writerow(_COLUMNS)
    # By id, so that the order of the rows says nothing either.
    writer.writerows((found, *people[found]) for found in sorted(people))
    folder.write(folder.names, table.getvalue(), mode=0o600)


def _with_ours(folder: Folder) -> str:
    """The folder's .gitignore with names.csv in it."""
    path = folder.path / ".gitignore"
    before = path.read_text(encoding="utf-8", errors="replace") if path.exists() else ""
    if "names.csv" in before.split():
        return before
    return before + ("\n" if before and not before.endswith("\n") else "") + IGNORED

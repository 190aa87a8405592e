"""`forecast elicit new, seal, rounds, changes, accept` as real processes: two experts, two rounds."""

from __future__ import annotations

import csv
import io
import json
import math
import re
import shutil
from pathlib import Path
from typing import Any

import pytest
import yaml
from command import SMALL, Done, forecast

TODAY = re.compile(r"\d{4}-\d{2}-\d{2}")


@pytest.fixture
def room(tmp_path: Path) -> Path:
    """A workspace of one's own to elicit in."""
    made = tmp_path / "room"
    shutil.copytree(SMALL, made)
    return made


def elicit(room: Path, *arguments: str) -> Done:
    """`forecast elicit` on a workspace."""
    return forecast("elicit", *arguments, "-w", str(room), cache=room.parent / "cache")


def done(room: Path, *arguments: str) -> Done:
    """The same, when it must go well."""
    result = elicit(room, *arguments)
    assert result.returncode == 0, result.stderr
    return result


def fill_yaml(path: Path, **blanks: Any) -> None:
    """Fill blanks by dotted path with __ for the dots, and leave comments and the rest as they are."""
    text = path.read_text("utf-8")
    for key, value in blanks.items():
        *parents, last = key.split("__")
        at = 0
        for depth, parent in enumerate(parents):
            at = text.index(f"\n{'  ' * depth}{parent}:", at) + 1
        at = text.index(f"{'  ' * len(parents)}{last}: ", at)
        end = text.index("\n", at)
        text = f"{text[:at]}{'  ' * len(parents)}{last}: {value}{text[end:]}"
    path.write_text(text, "utf-8")


def fill_csv(
    path: Path, cells: dict[tuple[str, str], str], *, separator: str, encoding: str = "utf-8-sig"
) -> None:
    """Fill cells by row and column, and save as a spreadsheet of that country does."""
    text = path.read_bytes().decode("utf-8-sig")
    written = next(mark for mark in ";\t," if mark in text.splitlines()[0])
    rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=written))
    for (item, column), value in cells.items():
        row = next(row for row in rows if row[0] == item)
        row[rows[0].index(column)] = value
    out = io.StringIO(newline="")
    csv.writer(out, delimiter=separator, lineterminator="\r\n").writerows(rows)
    path.write_bytes(out.getvalue().encode(encoding))


def unwrapped(text: str) -> str:
    """Comments as one line."""
    return re.sub(r"\n *# ", " ", text)


def first_round(room: Path) -> None:
    """Anna answers in YAML, Bert in a spreadsheet with semicolons and decimal commas; both seal."""
    done(room, "new", "--expert", "anna", "--lens", "realist")
    done(room, "new", "--expert", "bert", "--separator", "semicolon")
    round1 = room / "elicitation" / "round1"
    fill_yaml(
        round1 / "anna.yaml",
        outcomes__alliance__p05="1%", outcomes__alliance__p50=0.03, outcomes__alliance__p95=0.1,
        outcomes__alliance__rationale='"No treaty is in sight."',
        effects__trade__split=-2, levels__trade__p05=0.1, levels__trade__p50=0.5, levels__trade__p95=1.0,
    )  # fmt: skip
    fill_csv(
        round1 / "bert.csv",
        {
            ("lens", "answer"): "economic; regional",
            ("outcomes.alliance", "p05"): "5 %", ("outcomes.alliance", "p50"): "0,15",
            ("outcomes.alliance", "p95"): "0,3", ("outcomes.alliance", "rationale"): "Häfen; Geld, Öl",
            ("effects.trade", "split"): "\u22121", ("levels.trade", "p05"): "-0,5",
            ("levels.trade", "p50"): "1,25", ("levels.trade", "p95"): "2,0",
        },
        separator=";",
    )  # fmt: skip
    done(room, "seal", "--expert", "anna")
    done(room, "seal", "--expert", "bert")


def test_two_experts_two_rounds_and_a_forecast(room: Path) -> None:
    """The whole protocol, from blank templates to sources that `validate` accepts."""
    first_round(room)
    assert done(room, "rounds").stdout.splitlines()[-1] == "round 1: 2 of 2 sealed, open"

    done(room, "new", "--expert", "bert", "--round", "2", "--separator", "semicolon")
    done(room, "new", "--expert", "anna", "--round", "2")
    second = room / "elicitation" / "round2"
    asked = (second / "anna.yaml").read_text("utf-8")
    assert "p50: 0.03  # yours 0.03; 2 experts: lowest 0.03, median 0.09, highest 0.15, average 0.09" in asked
    assert (
        "medians from 3.0% to 15%, median of them 9.0%; average of the quantiles 3.0%, 9.0%, 20%"
        in unwrapped(asked)
    )
    assert "# - Häfen; Geld, Öl" in asked
    assert "# - No treaty is in sight." not in asked, "one's own reason is no news"
    assert "bert" not in asked
    row = next(r for r in csv.DictReader(io.StringIO((second / "bert.csv").read_bytes().decode("utf-8-sig")),
               delimiter=";") if r["item"] == "outcomes.alliance")  # fmt: skip
    assert (row["p50"], row["reasons_of_others"]) == ("0,15", "No treaty is in sight.")

    fill_yaml(second / "anna.yaml", outcomes__alliance__p50=0.06)
    done(room, "seal", "--expert", "anna", "--round", "2")
    kept = done(room, "seal", "--expert", "bert", "--round", "2")
    assert "nothing was changed since the first round; those answers stand" in kept.stderr

    told = json.loads(done(room, "changes", "--json").stdout)
    moved = next(item for item in told["items"] if item["key"] == "outcomes.alliance")
    by_expert = {one["expert"]: one for one in moved["changes"]}
    assert by_expert["bert"]["became"] == "kept"
    assert by_expert["anna"]["direction"] == "toward"
    assert by_expert["anna"]["moved"] == pytest.approx(math.log(0.06 / 0.94 / (0.03 / 0.97)))
    assert moved["sd_after"] < moved["sd_before"]
    text = done(room, "changes").stdout
    assert "anna          3.0% [1.0, 10] -> 6.0% [1.0, 10]" in text.replace("%, ", ", ").replace("%]", "]")

    accepted = done(room, "accept")
    assert accepted.stdout.splitlines() == [
        "wrote priors/sources/anna.yaml",
        "wrote priors/sources/bert.yaml",
    ]
    assert "add anna, bert to a panel" in accepted.stderr
    source = yaml.safe_load((room / "priors" / "sources" / "anna.yaml").read_text("utf-8"))
    assert (source["kind"], source["cluster"], source["lens"], source["checked"]) == (
        "expert", "anna", ["realist"], True,
    )  # fmt: skip
    assert source["outcomes"]["alliance"] == {
        "p05": 0.01, "p50": 0.06, "p95": 0.1, "within_years": 10, "rationale": "No treaty is in sight.",
    }  # fmt: skip
    assert source["effects"] == {"trade": {"split": -2}}
    assert TODAY.sub("DAY", source["citation"]) == "Elicited from anna on DAY, round 2"
    valid = forecast("validate", "-w", str(room), cache=room.parent / "cache")
    assert valid.returncode == 0
    assert "5 sources" in valid.stdout
    assert forecast("fmt", "--check", "-w", str(room), cache=room.parent / "cache").returncode == 0

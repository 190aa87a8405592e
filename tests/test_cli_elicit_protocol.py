"""`forecast elicit new, seal, rounds, changes, accept` as real processes: two experts, two rounds."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import math
import re
import shutil
import stat
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml
from command import FORECAST, SMALL, Done, environment, files, forecast

from forecast.inputs import load

TODAY = re.compile(r"\d{4}-\d{2}-\d{2}")


@pytest.fixture
def room(tmp_path: Path) -> Path:
    """A workspace of one's own to elicit in."""
    made = tmp_path / "room"
    shutil.copytree(SMALL, made)
    return made


@pytest.fixture(scope="session")
def sealed_once(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workspace in which two experts have sealed the first round."""
    made = tmp_path_factory.mktemp("sealed") / "room"
    shutil.copytree(SMALL, made)
    first_round(made)
    return made


@pytest.fixture
def sealed(sealed_once: Path, tmp_path: Path) -> Path:
    """A copy of it to go on from."""
    return Path(shutil.copytree(sealed_once, tmp_path / "room"))


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


def test_two_experts_two_rounds_and_a_forecast(sealed: Path) -> None:
    """The whole protocol, from blank templates to sources that `validate` accepts."""
    assert done(sealed, "rounds").stdout.splitlines()[-1] == "round 1: 2 of 2 sealed, open"

    done(sealed, "new", "--expert", "bert", "--round", "2", "--separator", "semicolon")
    done(sealed, "new", "--expert", "anna", "--round", "2")
    second = sealed / "elicitation" / "round2"
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
    done(sealed, "seal", "--expert", "anna", "--round", "2")
    kept = done(sealed, "seal", "--expert", "bert", "--round", "2")
    assert "nothing was changed since the first round; those answers stand" in kept.stderr

    told = json.loads(done(sealed, "changes", "--json").stdout)
    moved = next(item for item in told["items"] if item["key"] == "outcomes.alliance")
    by_expert = {one["expert"]: one for one in moved["changes"]}
    assert by_expert["bert"]["became"] == "kept"
    assert by_expert["anna"]["direction"] == "toward"
    assert by_expert["anna"]["moved"] == pytest.approx(math.log(0.06 / 0.94 / (0.03 / 0.97)))
    assert moved["sd_after"] < moved["sd_before"]
    text = done(sealed, "changes").stdout
    assert "anna          3.0% [1.0, 10] -> 6.0% [1.0, 10]" in text.replace("%, ", ", ").replace("%]", "]")

    accepted = done(sealed, "accept")
    assert accepted.stdout.splitlines() == [
        "wrote priors/sources/anna.yaml",
        "wrote priors/sources/bert.yaml",
    ]
    assert "add anna, bert to a panel" in accepted.stderr
    assert "not heard yet: the answers of anna, bert are of a later day than as_of" in accepted.stderr
    source = yaml.safe_load((sealed / "priors" / "sources" / "anna.yaml").read_text("utf-8"))
    assert (source["kind"], source["cluster"], source["lens"], source["checked"]) == (
        "expert", "anna", ["realist"], True,
    )  # fmt: skip
    assert source["outcomes"]["alliance"] == {
        "p05": 0.01, "p50": 0.06, "p95": 0.1, "within_years": 10, "rationale": "No treaty is in sight.",
    }  # fmt: skip
    assert source["effects"] == {"trade": {"split": -2}}
    assert TODAY.sub("DAY", source["citation"]) == "Elicited from anna on DAY, round 2"
    valid = forecast("validate", "-w", str(sealed), cache=sealed.parent / "cache")
    assert valid.returncode == 0
    assert "5 sources" in valid.stdout
    assert forecast("fmt", "--check", "-w", str(sealed), cache=sealed.parent / "cache").returncode == 0


def test_a_sealed_answer_that_was_altered_is_found(sealed: Path) -> None:
    """Exit 1, with whose and since when; nothing is shown, handed on or accepted until it is mended."""
    copy = sealed / "elicitation" / "sealed" / "round1" / "anna.yaml"
    assert stat.S_IMODE(copy.stat().st_mode) == 0o444
    kept = copy.read_bytes()
    copy.chmod(0o644)
    copy.write_bytes(kept.replace(b"p50: 0.03", b"p50: 0.3"))
    found = elicit(sealed, "rounds")
    assert found.returncode == 1
    assert re.search(r"anna .* ALTERED: sealed on \S+, changed since \(SHA-256", found.stdout)
    for command in (["rounds", "--picture"], ["new", "--expert", "bert", "--round", "2"], ["accept"]):
        refused = elicit(sealed, *command)
        assert refused.returncode == 2
        assert "elicitation/sealed/round1/anna.yaml" in refused.stderr
    assert elicit(sealed, "rounds", "--close").returncode == 2
    assert not (sealed / "elicitation" / "sealed" / "round1.closed.yaml").exists()
    copy.unlink()
    assert "missing since" in elicit(sealed, "rounds").stdout
    copy.write_bytes(kept)
    assert done(sealed, "rounds").returncode == 0


def test_a_seal_made_anew_does_not_pass_for_the_one_heard(sealed: Path) -> None:
    """Once the round is closed, a copy and a record that fit but are not the ones heard are found."""
    done(sealed, "rounds", "--close")
    below = sealed / "elicitation" / "sealed" / "round1"
    (below / "anna.yaml").chmod(0o644)
    changed = (below / "anna.yaml").read_bytes().replace(b"p50: 0.03", b"p50: 0.04")
    (below / "anna.yaml").write_bytes(changed)
    record = (below / "anna.seal.yaml").read_text("utf-8")
    (below / "anna.seal.yaml").chmod(0o644)
    new = hashlib.sha256(changed).hexdigest()
    (below / "anna.seal.yaml").write_text(re.sub(r"(?m)^sha256: .*", f"sha256: '{new}'", record), "utf-8")
    found = elicit(sealed, "rounds")
    assert found.returncode == 1
    assert "its seal is not the one that was heard when the round was closed" in found.stdout
    (below / "anna.seal.yaml").unlink()
    assert "the record of its seal is missing" in elicit(sealed, "rounds").stdout


def test_an_answer_edited_after_its_seal_is_told_and_not_heard(sealed: Path) -> None:
    """What was sealed counts, whatever the template says later; saved again in other bytes it is the same."""
    path = sealed / "elicitation" / "round1" / "bert.csv"
    again = path.read_bytes().decode("utf-8-sig").replace("\r\n", "\n").encode("utf-16")
    path.write_bytes(again)
    assert done(sealed, "rounds").returncode == 0
    fill_csv_text = again.decode("utf-16").replace("0,15", "0,25")
    path.write_bytes(fill_csv_text.encode("utf-8-sig"))
    told = elicit(sealed, "rounds")
    assert told.returncode == 1
    assert "changed since: elicitation/round1/bert.csv says something else now" in told.stdout
    second = elicit(sealed, "seal", "--expert", "bert")
    assert second.returncode == 2
    assert "sealed answers are not changed. A change of mind belongs in round 2" in second.stderr
    picture = json.loads(elicit(sealed, "rounds", "--picture", "--json").stdout)["picture"]["items"][0]
    assert picture["group"]["p50"] == {
        "experts": 2, "lowest": 0.03, "median": 0.09, "highest": 0.15, "mean": 0.09,
    }  # fmt: skip


@pytest.mark.slow
def test_nobody_sees_an_answer_before_all_have_sealed(sealed: Path) -> None:
    """Round 2, the picture and the sources wait; --close ends the round with those who did, for good."""
    done(sealed, "new", "--expert", "carl")
    for command in (["new", "--expert", "anna", "--round", "2"], ["rounds", "--picture"], ["accept"]):
        refused = elicit(sealed, *command)
        assert refused.returncode == 2
        assert "round 1 is open: no answer is shown before carl has sealed" in refused.stderr
        assert "0.15" not in refused.stdout + refused.stderr
    closed = done(sealed, "rounds", "--close")
    assert re.search(r"round 1 closed on \S+ with 2 heard; not heard: carl", closed.stderr)
    assert "carl" in closed.stdout
    fill_yaml(sealed / "elicitation" / "round1" / "carl.yaml", lens="[status]", outcomes__split__p50=0.2)
    for command in (["seal", "--expert", "carl"], ["new", "--expert", "dora"]):
        late = elicit(sealed, *command)
        assert late.returncode == 2
        assert "nobody joins it after others' answers could be seen" in late.stderr
    refused = elicit(sealed, "new", "--expert", "carl", "--round", "2")
    assert refused.returncode == 2
    assert "carl has not sealed round 1" in refused.stderr
    done(sealed, "new", "--expert", "anna", "--round", "2")


def test_a_name_stays_in_one_file_that_git_ignores(room: Path) -> None:
    """The id is drawn, nothing of the name is in it or in anything else, and one person is asked once."""
    subprocess.run(["git", "init", "-q"], cwd=room, check=True)
    told = done(room, "new", "--anonymous", "Zoë Quux", "--email", "zq@example.org")
    expert = Path(told.stdout.splitlines()[0]).stem
    assert re.fullmatch(r"expert_[a-z]\d", expert)
    names = room / "elicitation" / "names.csv"
    assert list(csv.reader(io.StringIO(names.read_text("utf-8")))) == [
        ["id", "name", "email"], [expert, "Zoë Quux", "zq@example.org"],
    ]  # fmt: skip
    holding = [
        p for p in room.rglob("*") if p.is_file() and ".git/" not in str(p) and "Quux" in p.read_text("utf-8")
    ]
    assert holding == [names]
    status = subprocess.run(
        ["git", "status", "--porcelain", "-uall"], cwd=room, check=True, capture_output=True, text=True
    ).stdout
    assert f"elicitation/round1/{expert}.yaml" in status
    assert "names.csv" not in status
    again = elicit(room, "new", "--anonymous", "zoë  quux")
    assert again.returncode == 2
    assert f"that person is {expert} already" in again.stderr


@pytest.mark.slow
def test_what_is_filled_in_is_not_written_over(room: Path) -> None:
    """A second `new` refuses; --force writes it anew, but never a sealed one. Wrong words are told."""
    done(room, "new", "--expert", "anna", "--items", "levels.trade")
    text = (room / "elicitation" / "round1" / "anna.yaml").read_text("utf-8")
    assert "outcomes:" not in text
    assert "stand there already" in elicit(room, "new", "--expert", "anna").stderr
    done(room, "new", "--expert", "anna", "--force")
    for wrong, message in (
        (["new"], "name the expert with --expert ID"),
        (["new", "--expert", "../x"], "is not an identifier"),
        (["new", "--expert", "smith2019"], "is a source of kind text"),
        (["new", "--expert", "b", "--lens", "realst"], "Did you mean 'realist'?"),
        (["seal", "--expert", "b"], "forecast elicit new --expert b"),
        (["seal", "--expert", "anna"], "no item is answered"),
        (["accept"], "nobody has sealed anything"),
        (["rounds", "--svg", "x.gif"], "ends in .svg or .png"),
        (["changes"], "round 1 is open"),
    ):
        result = elicit(room, *wrong)
        assert (result.returncode, result.stdout) == (2, ""), wrong
        assert message in result.stderr, wrong


def test_the_shipped_example_is_not_written_to(room: Path) -> None:
    """As everywhere: copy it out first."""
    refused = forecast("elicit", "new", "--expert", "anna", cache=room.parent / "cache", cwd=room.parent)
    assert refused.returncode == 2
    assert "copy it out with 'forecast init DIR'" in refused.stderr


def test_an_elicitation_is_no_input(room: Path) -> None:
    """Until it is accepted it changes neither the hash of the inputs nor what `validate` says."""
    before = load(room)
    first_round(room)
    after = load(room)
    assert (after.inputs_sha256, after.warnings) == (before.inputs_sha256, before.warnings)


@pytest.mark.slow
def test_many_seal_at_once(room: Path) -> None:
    """Eight processes at the same time: each answer is there, and of two for one expert, one is refused."""
    experts = [f"e{n}" for n in range(7)]
    for n, expert in enumerate(experts):
        done(room, "new", "--expert", expert, "--lens", "status", "--items", "levels.trade")
        path = room / "elicitation" / "round1" / f"{expert}.yaml"
        fill_yaml(path, levels__trade__p05=n, levels__trade__p50=n + 1, levels__trade__p95=n + 2)
    running = [
        subprocess.Popen(
            [str(FORECAST), "elicit", "seal", "--expert", expert, "-w", str(room)],
            env=environment(room.parent / "cache"), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )
        for expert in [*experts, "e0"]
    ]  # fmt: skip
    codes = [process.wait(timeout=120) for process in running]
    assert sorted(codes) == [0] * 7 + [2]
    assert done(room, "rounds").stdout.splitlines()[-1] == "round 1: 7 of 7 sealed, open"
    left = [name for name in files(room / "elicitation") if name.endswith(".tmp")]
    assert left == []


def test_accepting_again(sealed: Path) -> None:
    """The same answers change nothing; other words in the file stay unless --force, which lists them."""
    done(sealed, "accept", "--expert", "anna")
    path = sealed / "priors" / "sources" / "anna.yaml"
    assert done(sealed, "accept", "--expert", "anna").stdout == "unchanged priors/sources/anna.yaml\n"
    kept = path.read_text("utf-8")
    path.write_text(kept.replace("weight: 1", "weight: 0.5"), "utf-8")
    refused = elicit(sealed, "accept")
    assert refused.returncode == 2
    assert "is there and says something else" in refused.stderr
    assert not (sealed / "priors" / "sources" / "bert.yaml").exists(), "all or none"
    forced = done(sealed, "accept", "--force").stdout.splitlines()
    assert forced[0] == "replaced priors/sources/anna.yaml"
    assert "  -weight: 0.5" in forced
    assert forced[-1] == "wrote priors/sources/bert.yaml"
    assert path.read_text("utf-8") == kept


@pytest.mark.slow
def test_the_picture_as_text_and_figure(sealed: Path) -> None:
    """Ranges without names; the figure is the same bytes each time, and its text can be searched."""
    made = [sealed.parent / name for name in ("a.svg", "b.svg", "c.png")]
    text = done(sealed, "rounds", "--picture", "--svg", str(made[0])).stdout
    assert re.search(r"  A +\[[ |o-]{40}\]  (3\.0|15)% \[", text)
    assert "  average  [" in text
    assert not re.search("anna|bert", text)
    for path in made[1:]:
        done(sealed, "rounds", "--svg", str(path))
    assert made[0].read_bytes() == made[1].read_bytes()
    assert b"Alliance (outcomes.alliance, 10 years)" in made[0].read_bytes()
    assert made[2].read_bytes().startswith(b"\x89PNG")


def test_seeds_are_asked_without_their_answers(room: Path) -> None:
    """What came true stands in no template; four points beyond a seed's limit are cut, and that is said."""
    (room / "priors" / "seeds.yaml").write_text(
        "schema: seeds/1\nseeds:\n  exports:\n    question: Exports in 2020\n    unit: billion\n"
        "    realisation: 77.25\n    lower: 0\n",
        "utf-8",
    )
    done(room, "new", "--expert", "anna", "--lens", "economic", "--form", "four_point")
    path = room / "elicitation" / "round1" / "anna.yaml"
    assert "Exports in 2020" in path.read_text("utf-8")
    assert "77.25" not in path.read_text("utf-8") + path.with_suffix(".csv").read_text("utf-8-sig")
    raw = yaml.safe_load(path.read_text("utf-8"))
    raw["seeds"]["exports"] |= {
        "lowest": 20,
        "best": 100,
        "highest": 1200,
        "confidence": 60,
        "rationale": "ports",
    }
    raw["levels"]["trade"] |= {"lowest": 0, "best": 1, "highest": 2, "confidence": 90}
    path.write_text(yaml.safe_dump(raw), "utf-8")
    told = done(room, "seal", "--expert", "anna").stderr
    assert "seeds.exports: 60% interval brought to 90%: 2, 100, 1750 (p05 cut short of the limit)" in told
    done(room, "accept")
    source = yaml.safe_load((room / "priors" / "sources" / "anna.yaml").read_text("utf-8"))
    assert source["seeds"] == {"exports": {"p05": 2, "p50": 100, "p95": 1750, "rationale": "ports"}}

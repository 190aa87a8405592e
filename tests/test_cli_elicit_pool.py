"""`forecast elicit pool` as a real process: items of a workspace, bare probabilities, a table of answers."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path
from typing import Any

import pytest
from command import SMALL, Done, forecast

EXPERT = "priors/sources/expert_one.yaml"
SEEDS = """\
schema: seeds/1
seeds:
  exports: {question: Exports of 2020?, unit: bn, realisation: 12}
  share: {question: Their share?, realisation: 40, lower: 0, upper: 100}
"""
ANSWERS = "seeds:\n  exports: {p05: 10, p50: 14, p95: 20}\n  share: {p05: 20, p50: 45, p95: 70}\n"
COURSE = """\
expert,item,p05,p50,p95
A,q1,2,5,7
B,q1,20,23,34
C,q1,20,25,28
"""


@pytest.fixture(scope="session")
def idle(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A cache for a command that keeps nothing."""
    return tmp_path_factory.mktemp("idle")


@pytest.fixture(scope="session")
def two_experts(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The small workspace with two experts who answered seeds, the second ten times as wide."""
    root = tmp_path_factory.mktemp("pool") / "w"
    shutil.copytree(SMALL, root)
    text = (root / EXPERT).read_text("utf-8")
    (root / EXPERT).write_text(text + ANSWERS, "utf-8")
    other = text.replace("expert_one", "expert_two") + ANSWERS.replace("p95: 20", "p95: 90")
    (root / "priors/sources/expert_two.yaml").write_text(other, "utf-8")
    (root / "priors/seeds.yaml").write_text(SEEDS, "utf-8")
    question = (root / "priors/question.yaml").read_text("utf-8")
    (root / "priors/question.yaml").write_text(
        question.replace("jones2022, expert_one]", "jones2022, expert_one, expert_two]"), "utf-8"
    )
    return root


def ask(idle: Path, *arguments: str, cwd: Path = SMALL, code: int = 0) -> Done:
    """The command, which must end as expected and never with a traceback."""
    done = forecast("elicit", "pool", *arguments, cache=idle, cwd=cwd)
    assert done.returncode == code, done.stderr
    assert "Traceback" not in done.stderr
    return done


def by_rule(item: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """The pools of an item of the JSON."""
    return {pool["rule"]: pool for pool in item["pools"]}


def test_alliance_and_split_by_every_rule(idle: Path) -> None:
    """Without arguments both, by flat rules and the model's; Cooke's say why they cannot."""
    found = json.loads(ask(idle, "--json", "-q").stdout)
    assert found["schema"] == "elicit-pool/1"
    assert [item["item"] for item in found["items"]] == ["outcomes.alliance", "outcomes.split"]
    for item in found["items"]:
        pools = by_rule(item)
        assert {"linear", "log_odds", "median", "hierarchical", "cooke_global"} <= pools.keys()
        for pool in pools.values():
            if pool["why_not"] is None:
                assert 0 < pool["p05"] < pool["p50"] < pool["p95"] < 1
        assert "no seed was answered" in pools["cooke_global"]["why_not"]
        p = {one["source"]: one["quantiles"]["p50"] for one in item["heard"]}
        w = {one["source"]: one["weight"] for one in item["heard"]}
        assert pools["linear"]["p50"] == pytest.approx(sum(w[s] * p[s] for s in p) / sum(w.values()))
        for one in item["heard"]:
            assert (SMALL / one["file"]).read_text("utf-8").splitlines()[one["line"] - 1].strip()


def test_the_table_says_what_flips(idle: Path) -> None:
    """A rule a line, in words of the lexicon; conclusions that depend on the rule; whole lines for a pipe."""
    done = ask(idle)
    assert "workspace: " in done.stderr
    head, *lines = done.stdout.splitlines()
    assert re.fullmatch(r"outcomes\.alliance: Alliance.*, by 2035-12-31; \d+ heard", head)
    assert re.split(r"\s{2,}", lines[0]) == ["rule", "p05", "p50", "p95", "in words"]
    assert any(line.startswith("FLIPS  ") for line in lines)
    assert sum("cannot" in line or "not pooled by" in line for line in lines) == 1, "said once, not by item"
    told = ask(idle, "--voices", "outcomes.split").stdout
    assert re.search(r"smith2019 .* priors/sources/smith2019\.yaml:\d+", told)


def test_experts_who_answered_seeds_have_cookes_rules(idle: Path, two_experts: Path) -> None:
    """Global, item and equal weights; the user's once they are given, which go for every rule."""
    found = json.loads(ask(idle, "outcomes.alliance", "--json", cwd=two_experts).stdout)["items"][0]
    pools = by_rule(found)
    for rule in ("cooke_global", "cooke_item", "cooke_equal"):
        assert pools[rule]["why_not"] is None
        assert sum(found["performance_weights"][rule].values()) == pytest.approx(1.0)
    assert "--weights" in pools["cooke_user"]["why_not"]
    mine = ("--weights", "expert_one=1,expert_two=3", "--json")
    given = json.loads(ask(idle, "outcomes.alliance", *mine, cwd=two_experts).stdout)["items"][0]
    assert {one["source"]: one["weight"] for one in given["heard"]} == {"expert_one": 1, "expert_two": 3}
    assert given["performance_weights"]["cooke_user"] == pytest.approx(
        {"expert_one": 0.25, "expert_two": 0.75}
    )


def test_bare_probabilities(idle: Path, tmp_path: Path) -> None:
    """No workspace is asked for; rules as chosen, with their settings."""
    pools = by_rule(json.loads(ask(idle, "--p", ".1,20%,.5", "--json", cwd=tmp_path).stdout)["items"][0])
    assert pools["linear"]["p50"] == pytest.approx(0.266667, abs=5e-7)
    assert pools["log_odds"]["p50"] == pytest.approx(0.232454, abs=5e-7)
    assert pools["extremised"]["p50"] == pytest.approx(0.048050, abs=5e-7)
    weighed = ask(idle, "--p", ".1,.2,.5", "--weights", "1,0,1", "--rule", "linear", "--json", cwd=tmp_path)
    assert by_rule(json.loads(weighed.stdout)["items"][0])["linear"]["p50"] == pytest.approx(0.3)
    plain = ask(idle, "--p", ".1,.2,.5", "--rule", "extremised", "--factor", "1", "--json", cwd=tmp_path)
    assert by_rule(json.loads(plain.stdout)["items"][0])["extremised"]["p50"] == pytest.approx(
        0.232454, abs=5e-7
    )


def test_a_table_of_answers(idle: Path, tmp_path: Path) -> None:
    """Each item by every rule; with decimal commas the same."""
    (tmp_path / "a.csv").write_text(COURSE, "utf-8")
    (tmp_path / "b.csv").write_text(COURSE.replace(",", ";").replace("20;23;34", "20,0;23,0;34,0"), "utf-8")
    first, second = (
        json.loads(ask(idle, "--csv", name, "--json", cwd=tmp_path).stdout)["items"][0]["pools"]
        for name in ("a.csv", "b.csv")
    )
    assert first == second
    linear = next(pool for pool in first if pool["rule"] == "linear")
    assert (linear["p05"], linear["p50"], linear["p95"]) == pytest.approx((2.55, 21.77, 32.39), abs=0.005)


def test_resolved_questions_set_the_factor(idle: Path, tmp_path: Path) -> None:
    """Ten questions at 30% of which one came true: as sure as nine to one."""
    rows = "".join(f"q{k},x,.3,{'yes' if k == 0 else 'no'}\n" for k in range(10))
    (tmp_path / "r.csv").write_text("question,expert,p,came_true\n" + rows, "utf-8")
    done = ask(idle, "--p", ".3", "--resolved", "r.csv", "--rule", "extremised", "--json", cwd=tmp_path)
    assert done.stderr == "10 resolved questions call for --factor 2.593\n"
    assert by_rule(json.loads(done.stdout)["items"][0])["extremised"]["p50"] == pytest.approx(0.1, abs=1e-5)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--p", ".1,1.5"], "1.5: a probability lies between 0 and 1"),
        (["--p", ".1,x"], "'x' is not a number"),
        (["--p", ".1,.2", "--weights", "1"], "write 2 numbers"),
        (["--p", ".1,.2", "--weights", "0,0"], "nobody is heard"),
        (["--p", ".1,.2", "--trim", ".5"], "below a half"),
        (["--p", ".1", "outcomes.split"], "not several"),
        (["--rule", "lineer"], "Did you mean 'linear'?"),
        (["--p", ".1,.2", "--rule", "cooke_global"], "forecast elicit seeds --csv"),
        (["outcomes.aliance"], "Did you mean 'outcomes.alliance'?"),
        (["outcomes.split", "--panel", "smith"], "Did you mean"),
        (["--weights", "smith2019"], "write equal, or ID=W,ID=W"),
        (["--weights", "smth2019=1"], "Did you mean 'smith2019'?"),
        (["--by", "2050-01-01"], "past the horizon"),
        (["--as-of", "1950-01-01"], "is heard as of 1950-01-01"),
        (["--csv", "nowhere.csv"], "cannot be read"),
    ],
)
def test_bad_requests(arguments: list[str], said: str, idle: Path) -> None:
    """Exit 2, nothing on stdout, and what to write instead."""
    done = ask(idle, *arguments, code=2)
    assert done.stdout == ""
    assert said in done.stderr

"""`forecast elicit fit` as a real process: what it prints, its JSON, and bad input with its remedy."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from command import SMALL, forecast

from forecast.cli.elicit_stated import Stated, judgment
from forecast.errors import UsageError


@pytest.fixture(scope="session")
def idle(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A cache for commands that keep nothing."""
    return tmp_path_factory.mktemp("idle")


def answered(*arguments: str, cache: Path) -> Any:
    """The JSON of `elicit fit` with some arguments."""
    done = forecast("elicit", "fit", *arguments, "--json", cache=cache)
    assert (done.returncode, done.stderr) == (0, ""), done.stderr
    return json.loads(done.stdout)


def test_the_documented_expert(idle: Path) -> None:
    """Quartiles 25, 30, 35 on 0-100: the normal is best, SHELF's parameters, unrounded in JSON."""
    arguments = ("--quartiles", "25,30,35", "--lower", "0", "--upper", "100")
    told = answered(*arguments, cache=idle)
    assert (told["schema"], told["best"], told["source"]) == ("elicit-fit/1", "normal", None)
    by_family = {one["family"]: one for one in told["fits"]}
    assert by_family["beta"]["parameters"] == pytest.approx({"shape1": 11.5881, "shape2": 26.7116}, rel=1e-5)
    assert by_family["gamma"]["residuals"][1]["stated"] == 0.5
    assert by_family["gamma"]["ssq"] == pytest.approx(
        sum(point["residual"] ** 2 for point in by_family["gamma"]["residuals"])
    )
    assert len(by_family["gamma"]["parameters"]) == 2
    done = forecast("elicit", "fit", *arguments, cache=idle)
    assert (done.returncode, done.stderr) == (0, "")
    lines = done.stdout.splitlines()
    assert lines[0] == "stated: p25 25, p50 30, p75 35, lower 0, upper 100"
    assert lines[2].split()[:3] == ["family", "ssq", "F(25)-0.25"]
    assert lines[3].startswith("normal ")
    assert lines[3].endswith("mean 30, sd 7.41301")
    assert "best: normal" in lines


def test_quantiles_in_the_files(idle: Path) -> None:
    """A path is read with its file and line and the limits of its kind."""
    done = forecast("elicit", "fit", "sources.expert_one.outcomes.split", "-w", str(SMALL), "-q", cache=idle)
    assert (done.returncode, done.stderr) == (0, "")
    first = done.stdout.splitlines()[0]
    assert first == (
        "priors/sources/expert_one.yaml:13  sources.expert_one.outcomes.split: "
        "p5 0.02, p25 0.05, p50 0.08, p75 0.12, p95 0.2, lower 0, upper 1"
    )
    told = answered("drivers.trade.half_life_years", "-w", str(SMALL), "-q", cache=idle)
    assert told["source"]["file"] == "priors/drivers.yaml"
    assert (told["judgment"]["lower"], told["judgment"]["upper"]) == (0.0, None)
    assert told["best"] == "lognormal"
    listed = answered("sources.smith2019.levels[0]", "-w", str(SMALL), "-q", cache=idle)
    assert (listed["source"]["line"], listed["judgment"]["values"]) == (20, [0.2, 0.9, 1.6])


def test_an_interval_and_shares_of_a_whole(idle: Path) -> None:
    """Maximum entropy as PreliZ's gamma; a Dirichlet as SHELF's example."""
    told = answered(*("--interval", "0,10", "--mass", "70%", "--family", "gamma", "--lower", "0"), cache=idle)
    (found,) = told["maximum_entropy"]
    assert found["parameters"] == pytest.approx({"shape": 0.868, "rate": 0.103}, abs=1e-3)
    shares = [f"--dirichlet={one}" for one in ("Good=.5,.55,.6", "OK=.22,.3,.35", "Bad=.11,.15,.2")]
    told = answered(*shares, cache=idle)["dirichlet"]
    assert [one["parameter"] for one in told["categories"]] == pytest.approx([16.6, 8.96, 4.8], rel=0.005)
    assert (told["rule"], told["categories"][0]["name"]) == ("opt", "Good")


@pytest.mark.parametrize(
    ("arguments", "remedy"),
    [
        (["--quartiles", "25,25,30"], "25 at p50 is equal to 25 at p25; values must increase"),
        (["--quantile", "p50=30"], "one quantile (p50 30) does not fix a distribution; state at least one"),
        (["--values", "1,2,3", "--probabilities", ".1,.5,90"], "90 is not a probability between 0 and 1"),
        (["--quartiles", "1,2,3", "--family", "gama"], "unknown family 'gama'. Did you mean 'gamma'?"),
        (["sources.smith2019.outcomes.aliance", "-w", str(SMALL), "-q"], "Did you mean 'sources.smith2019."),
        (["sources.smith2019.weight", "-w", str(SMALL), "-q"], "no quantiles to be fitted"),
    ],
)
def test_bad_input(arguments: list[str], remedy: str, idle: Path) -> None:
    """Exit 2, nothing on stdout, what is wrong and how to mend it on stderr, no traceback."""
    done = forecast("elicit", "fit", *arguments, cache=idle)
    assert (done.returncode, done.stdout) == (2, "")
    assert remedy in done.stderr
    assert "Traceback" not in done.stderr


class TestArguments:
    """How each way of stating a judgment is read (in this process, for speed)."""

    @pytest.mark.parametrize(
        ("stated", "values", "probabilities"),
        [
            (Stated(quantile=["p2.5=1", "p97.5=9", "p50=4"]), (1, 4, 9), (0.025, 0.5, 0.975)),
            (Stated(quantile=["0.3=1", "70%=9"]), (1, 9), (0.3, 0.7)),
            (Stated(quantile=["p30=-2"], below=["40=70%"]), (-2, 40), (0.3, 0.7)),
            (Stated(below=["0=0", "10=.4", "20=.4", "30=.9"]), (0, 10, 20, 30), (0, 0.4, 0.4, 0.9)),
            (Stated(values="1, 2", probabilities="10%,0.9"), (1, 2), (0.1, 0.9)),
            (Stated(tertiles="20,40"), (20, 40), (1 / 3, 2 / 3)),
            (Stated(tertiles="20,31,40"), (20, 31, 40), (1 / 3, 0.5, 2 / 3)),
            (Stated(roulette="0,10,20,30,40:0,3,5,2"), (10, 20, 30, 40), (0, 0.3, 0.8, 1)),
        ],
    )
    def test_read(self, stated: Stated, values: tuple[float, ...], probabilities: tuple[float, ...]) -> None:
        """The same points, in order."""
        said = judgment(stated, lower=-100, upper=100)
        assert said.values == values
        assert said.probabilities == pytest.approx(probabilities, abs=0)

    @pytest.mark.parametrize(
        ("stated", "message"),
        [
            (Stated(quantile=["p25=1", "p25=2"]), "p25 is given twice"),
            (Stated(quantile=["25th=1", "p50=2"]), "write a level such as p25, p2.5 or 0.25 before the ="),
            (Stated(quantile=["p25"]), "write a level and its value, such as p25=25"),
            (Stated(quantile=["p25=nan", "p75=3"]), "nan is not a number"),
            (Stated(quantile=["p25=inf", "p75=3"]), "every value must be a finite number"),
            (Stated(quantile=["p75=1", "p25=2"]), "1 at p75 is below 2 at p25"),
            (Stated(below=["40"]), "write a value and P(X <= value), such as 40=.7"),
            (Stated(values="1,2"), "--probabilities is missing"),
            (Stated(values="1,2,3", probabilities=".1,.9"), "3 values, but 2 probabilities"),
            (Stated(quartiles="1,2"), "write 3 numbers with commas between (found 2)"),
            (Stated(quartiles="1,2,x"), "'x' is not a number"),
            (Stated(roulette="0,10,20"), "write edges, a colon, chips"),
            (Stated(roulette="0,10,20:1"), "edges (found 3)"),
            (Stated(quartiles="-200,0,5"), "-200 is below the lower limit -100"),
        ],
    )
    def test_refused(self, stated: Stated, message: str) -> None:
        """UsageError says what is wrong and what to write."""
        with pytest.raises(UsageError) as error:
            judgment(stated, lower=-100, upper=100)
        assert message in str(error.value)

"""Who is heard, and how loudly."""

from __future__ import annotations

import dataclasses
import datetime as dt

import pytest

from forecast.errors import UsageError
from forecast.inputs.workspace import Workspace
from forecast.panel import resolve


def test_the_default_panel_scales_the_largest_weight_to_one(small: Workspace) -> None:
    """Weights are relative: doubling all of them changes nothing."""
    panel = resolve(small)
    assert panel.id == "all"
    assert dict(panel.weights) == {"expert_one": 1.0, "jones2022": 0.5, "smith2019": 1.0}
    louder = {k: s.model_copy(update={"weight": 2 * s.weight}) for k, s in small.sources.items()}
    assert resolve(dataclasses.replace(small, sources=louder)) == panel


@pytest.mark.parametrize(
    ("name", "members"),
    [
        ("texts", ("jones2022", "smith2019")),
        ("jones2022", ("jones2022",)),
        ("smith2019, expert_one", ("expert_one", "smith2019")),
        ("texts,expert_one", ("expert_one", "jones2022", "smith2019")),
        ("none", ()),
    ],
)
def test_a_panel_is_named_by_id_source_list_or_none(
    small: Workspace, name: str, members: tuple[str, ...]
) -> None:
    """Members come in file order whatever the order they are named in."""
    assert resolve(small, panel=name).members == members


def test_a_single_light_source_speaks_with_full_weight(small: Workspace) -> None:
    """The largest weight in the panel is 1, also when it is the only one."""
    assert dict(resolve(small, panel="jones2022").weights) == {"jones2022": 1.0}


def test_lens_and_exclude_narrow_the_panel(small: Workspace) -> None:
    """A lens keeps the sources that list it; an exclusion drops one; the label says so."""
    economic = resolve(small, lens=["economic"])
    assert (economic.id, economic.members) == ("all/economic", ("jones2022",))
    assert resolve(small, lens=["economic", "realist"]).members == ("jones2022", "smith2019")
    without = resolve(small, exclude=["smith2019"])
    assert (without.id, without.members) == ("all-smith2019", ("expert_one", "jones2022"))


def test_nobody_is_heard_before_they_spoke(small: Workspace) -> None:
    """A view dated after the forecast's day is left out; one dated on it is kept."""
    assert resolve(small, as_of=dt.date(2022, 5, 15)).members == ("jones2022", "smith2019")
    assert resolve(small, as_of=dt.date(2022, 5, 14)).members == ("smith2019",)


def test_weight_zero_is_silence(small: Workspace) -> None:
    """A source of weight 0 is no member."""
    quiet = {**small.sources, "jones2022": small.sources["jones2022"].model_copy(update={"weight": 0.0})}
    assert "jones2022" not in resolve(dataclasses.replace(small, sources=quiet)).members


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"panel": "smith2091"}, "unknown panel or source 'smith2091'. Did you mean 'smith2019'?"),
        ({"lens": ["reallist"]}, "unknown lens 'reallist'. Did you mean 'realist'?"),
        ({"exclude": ["zzz"]}, "unknown source 'zzz'. Known: expert_one, jones2022, smith2019."),
    ],
)
def test_an_unknown_name_is_met_with_a_known_one(
    small: Workspace, options: dict[str, object], message: str
) -> None:
    """The message names the nearest known name, or all of them."""
    with pytest.raises(UsageError) as caught:
        resolve(small, **options)  # type: ignore[arg-type]
    assert str(caught.value) == message


def test_a_list_of_nothing_is_refused(small: Workspace) -> None:
    """A comma alone is a slip, not an empty panel."""
    with pytest.raises(UsageError, match="write none"):
        resolve(small, panel=",")

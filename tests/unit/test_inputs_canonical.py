"""Canonical order, editor schemas, and starting a workspace."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from what_if import what_if

from forecast.errors import InputError, UsageError
from forecast.inputs import initialise, load, yaml_nodes
from forecast.inputs.canonical import canonical, fmt
from forecast.inputs.initialise import init
from forecast.inputs.json_schema import schemas
from forecast.inputs.shape import RECORDS

SMALL = Path(__file__).resolve().parents[1] / "workspaces" / "small"
UNORDERED = """\
# what this file is

title: Trade grows # for good
# the id
id: x
schema: scenario/1

storyline: |
  Two
  lines
# what is done
interventions:
  - shift: {amount: 0.5, start: 2027, driver: trade} # why
  - hold:
      level: 1
      # whose
      driver: trade
"""
ORDERED = """\
# what this file is

schema: scenario/1
# the id
id: x
title: Trade grows # for good

storyline: |
  Two
  lines
# what is done
interventions:
  - shift: {driver: trade, amount: 0.5, start: 2027} # why
  - hold:
      # whose
      driver: trade
      level: 1
"""


def test_keys_move_with_their_comments_and_nothing_else_changes() -> None:
    """Order is the record's; spacing, quoting and comments are the author's."""
    assert canonical(UNORDERED) == ORDERED
    assert canonical(ORDERED) == ORDERED


def test_files_in_order_keep_their_bytes(tmp_path: Path) -> None:
    """The small workspace is canonical; check changes nothing, fmt writes only what differs."""
    assert fmt([SMALL]) == []
    path = tmp_path / "x.yaml"
    path.write_text(UNORDERED, encoding="utf-8")
    assert fmt([path], check=True) == [path]
    assert path.read_text("utf-8") == UNORDERED
    assert fmt([tmp_path]) == [path]
    assert path.read_text("utf-8") == ORDERED
    assert fmt([tmp_path]) == []
    assert [p.name for p in tmp_path.iterdir()] == ["x.yaml"]


def test_no_file_is_changed_if_one_cannot_be_read(tmp_path: Path) -> None:
    """All or nothing."""
    (tmp_path / "a.yaml").write_text(UNORDERED, encoding="utf-8")
    (tmp_path / "b.yaml").write_text("a: [", encoding="utf-8")
    with pytest.raises(InputError, match="not valid YAML"):
        fmt([tmp_path])
    assert (tmp_path / "a.yaml").read_text("utf-8") == UNORDERED


def complaints(value: Any, schema: dict[str, Any], whole: dict[str, Any], at: str = "") -> list[str]:
    """What a small validator of the JSON Schema keywords used here says of a value."""
    if "$ref" in schema:
        return complaints(value, whole["$defs"][schema["$ref"].rsplit("/", 1)[1]], whole, at)
    found: list[str] = []
    if "anyOf" in schema and all(complaints(value, option, whole, at) for option in schema["anyOf"]):
        found.append(f"{at}: no branch")
    if value not in schema.get("enum", [value]) or value != schema.get("const", value):
        found.append(f"{at}: {value!r}")
    types = {"object": dict, "array": list, "string": str, "number": (int, float), "integer": int,
             "boolean": bool, "null": type(None)}  # fmt: skip
    kind = schema.get("type")
    if kind and (not isinstance(value, types[kind]) or (isinstance(value, bool) and kind != "boolean")):
        return [*found, f"{at}: {value!r} is no {kind}"]
    if isinstance(value, str) and not re.search(schema.get("pattern", ""), value):
        found.append(f"{at}: {value!r} against {schema['pattern']}")
    if isinstance(value, dict):
        found += [f"{at}: lacks {key}" for key in schema.get("required", []) if key not in value]
        for key, child in value.items():
            inner = [s for p, s in schema.get("patternProperties", {}).items() if re.search(p, key)]
            inner += [schema["properties"][key]] if key in schema.get("properties", {}) else []
            rest = schema.get("additionalProperties", True)
            if not inner and isinstance(rest, dict):
                inner = [rest]
            if not inner and rest is False:
                found.append(f"{at}: unknown {key}")
            found += [text for one in inner for text in complaints(child, one, whole, f"{at}.{key}")]
    if isinstance(value, list):
        for child in value:
            found += complaints(child, schema.get("items", {}), whole, f"{at}[]")
    return found


@pytest.mark.parametrize("path", sorted(SMALL.rglob("*.yaml")), ids=lambda path: path.stem)
def test_schemas_accept_valid_files(path: Path) -> None:
    """An editor shows no false alarm: quantiles as keys, years as dates, words and percentages."""
    raw = yaml_nodes.parse(path.read_text("utf-8")).plain()
    schema = schemas()[raw["schema"].split("/")[0]]
    assert complaints(raw, schema, schema) == []
    assert complaints({**raw, "wieght": 1}, schema, schema) == [": unknown wieght"]


def test_schemas_know_nothing_of_our_own_fields() -> None:
    """No schema speaks of levels-and-values or of schema_: it describes files, not Python objects."""
    assert set(schemas()) == set(RECORDS)
    definitions = [
        one for schema in schemas().values() for one in [schema, *schema.get("$defs", {}).values()]
    ]
    assert not [one["title"] for one in definitions if "quantiles" in one.get("properties", {})]
    assert "schema_" not in str(schemas())


def test_init_makes_a_workspace_that_loads(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The copy reads as the original does, and each file tells the editor its schema."""
    monkeypatch.setattr(initialise, "shipped", lambda: SMALL)
    root = init(tmp_path / "new")
    ws, before = load(root), load(SMALL)
    assert (ws.question, ws.sources, ws.scenarios) == (before.question, before.sources, before.scenarios)
    for path in root.rglob("*.yaml"):
        head = path.read_text("utf-8").splitlines()[0]
        assert head.startswith("# yaml-language-server: $schema=")
        assert (path.parent / head.split("=", 1)[1]).resolve().is_file()
    assert fmt([root / "priors", root / "scenarios"]) == []
    assert not list(root.glob(".init.*"))


def test_init_overwrites_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A folder with inputs is refused; other files in it stay."""
    monkeypatch.setattr(initialise, "shipped", lambda: SMALL)
    (tmp_path / ".gitignore").write_text("mine\n")
    init(tmp_path)
    assert (tmp_path / ".gitignore").read_text() == "mine\n"
    with pytest.raises(UsageError, match=r"already holds priors/; nothing was written"):
        init(tmp_path)


WEB = """\
cross_impacts:
  - {rationale: x, strength: 1, to: trade, from: shared_threat} # who pulls whom
correlations:
  - {correlation: 0.2, rationale: x, drivers: [trade, shared_threat]}
"""
ORDERED_WEB = """\
cross_impacts:
  - {from: shared_threat, to: trade, strength: 1, rationale: x} # who pulls whom
correlations:
  - {drivers: [trade, shared_threat], correlation: 0.2, rationale: x}
"""


def test_what_drivers_do_to_one_another_has_an_order() -> None:
    """``from``, which no Python name can be, stands where the record has it."""
    drivers = (SMALL / "priors" / "drivers.yaml").read_text("utf-8")
    assert canonical(drivers + WEB) == drivers + ORDERED_WEB


def test_shocks_have_an_order(tmp_path: Path) -> None:
    """Keys of a shock, of its jumps and of what it raises; the file as it should be keeps its bytes."""
    path = what_if(tmp_path / "w") / "priors" / "shocks.yaml"
    ordered = path.read_text("utf-8")
    assert fmt([path]) == []
    definition = "    definition: Shots between the two armies with ten dead or more.\n"
    jump = "{p05: -0.6, p50: -0.2, p95: 0.1, reversed: 0.2}"
    mixed = ordered.replace(definition, "", 1).replace("    half_life_years: 1.5\n", definition, 1)
    mixed = mixed.replace("    jumps:\n", "    half_life_years: 1.5\n    jumps:\n", 1)
    mixed = mixed.replace(jump, "{reversed: 0.2, p50: -0.2, p95: 0.1, p05: -0.6}")
    mixed = mixed.replace(
        "{shock: leader_exit, times: 2, for_years: 1,", "{for_years: 1, shock: leader_exit, times: 2,"
    )
    assert mixed != ordered
    path.write_text(mixed, encoding="utf-8")
    assert fmt([path]) == [path]
    assert path.read_text("utf-8") == ordered


@pytest.mark.parametrize("file", ["priors/shocks.yaml", "scenarios/clash.yaml"])
def test_schemas_accept_shocks_and_scenarios(tmp_path: Path, file: str) -> None:
    """Rates, windows, every kind of intervention and includes; and a probability in words."""
    text = (what_if(tmp_path / "w") / file).read_text("utf-8")
    raw = yaml_nodes.parse(text).plain()
    schema = schemas()[raw["schema"].split("/")[0]]
    assert complaints(raw, schema, schema) == []
    if "shocks" in raw:
        raw["shocks"]["treaty_lapses"]["probability"] = {"words": "very unlikely"}
        assert complaints(raw, schema, schema) == []
        raw["shocks"]["border_clash"]["rate"] = {"p05": 0.1, "p50": 0.2}
        raw["shocks"]["border_clash"]["jmps"] = {}
        assert ".shocks.border_clash: unknown jmps" in complaints(raw, schema, schema)


def test_the_schema_of_drivers_speaks_as_the_file_does() -> None:
    """The key is ``from``, and the unit's default is stated in quantiles."""
    drivers = schemas()["drivers"]
    assert list(drivers["$defs"]["CrossImpact"]["properties"])[:3] == ["from", "to", "strength"]
    assert drivers["properties"]["cross_impact_unit"]["default"] == {"p05": 0.08, "p50": 0.12, "p95": 0.18}


def test_init_copies_shocks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """They come along, with the line that tells an editor their schema."""
    origin = what_if(tmp_path / "w")
    monkeypatch.setattr(initialise, "shipped", lambda: origin)
    root = init(tmp_path / "new")
    assert load(root).shocks == load(origin).shocks
    head = (root / "priors" / "shocks.yaml").read_text("utf-8").splitlines()[0]
    assert head == "# yaml-language-server: $schema=../.forecast/schema/shocks.json"
    assert (root / ".forecast" / "schema" / "shocks.json").is_file()

"""The strict YAML reader."""

from __future__ import annotations

import pytest

from forecast.inputs import yaml_nodes
from forecast.inputs.yaml_nodes import YamlRefusal, decode, locate, parse


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1", 1), ("-3", -3), ("1.5", 1.5), ("1e-3", 0.001), (".5", 0.5), ("true", True), ("null", None),
        ("no", "no"), ("on", "on"), ("2018-05-01", "2018-05-01"), ("1_000", "1_000"), ("0x10", "0x10"),
        ("12:30:00", "12:30:00"), ("'1'", "1"), ('"true"', "true"), ("", None), ("partnership->split", None),
    ],
)  # fmt: skip
def test_scalars_are_those_of_yaml_1_2(text: str, value: object) -> None:
    """Numbers, true, false and null; anything else, dates and yes/no too, is text."""
    read = parse(f"a: {text}\n").plain()["a"]
    assert read == (text if text == "partnership->split" else value)
    assert type(read) is (str if text == "partnership->split" else type(value))


def test_keys_are_always_text() -> None:
    """A key such as 0 or -2 stays as written."""
    assert parse("{-2: a, 0: b, true: c}\n").plain() == {"-2": "a", "0": "b", "true": "c"}


def test_paths_have_lines() -> None:
    """Mappings are dotted, items are numbered in brackets."""
    lines = locate(parse("a:\n  - b: 1\n    c: [x,\n        y]\nd: 2\n"))
    assert lines == {
        "": 1,
        "a": 1,
        "a[0]": 2,
        "a[0].b": 2,
        "a[0].c": 3,
        "a[0].c[0]": 3,
        "a[0].c[1]": 4,
        "d": 5,
    }


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("a: &x [1]\nb: *x\n", "the anchor &x is not accepted"),
        ("a: !!int 3\n", "the tag !!int is not accepted"),
        ("a: ! x\n", "the tag ! is not accepted"),
        ("a:\n  <<: {b: 1}\n", "merge keys"),
        ("[" * 31 + "]" * 31, "nested more than 30 levels deep"),
        ("[" * 100_000, "nested more than 30 levels deep"),
        ("{a: " * 100_000, "nested more than 30 levels deep"),
        ("a: 1\n---\nb: 2\n", "a second document begins here"),
        ("a: 1\n...\n---\nb: 2\n", "a second document begins here"),
        ("%TAG ! tag:x,2000:\n---\na: 1\n", "%TAG directives"),
        ("? [a]\n: 1\n", "a key must be plain text"),
        ("a: 1e999\n", "too large"),
        ("\ta: 1\n", r"tabs used for indentation \(line 1\)"),
        ("a: \x07\n", r"control character U\+0007"),
        ("# only a comment\n", "the file is empty"),
    ],
)  # fmt: skip
def test_refusals(text: str, message: str) -> None:
    """Whatever could execute, expand or mislead is refused by name."""
    with pytest.raises(YamlRefusal, match=message):
        parse(text)


def test_every_duplicate_key_is_named() -> None:
    """Both keys are told, with the first's line."""
    with pytest.raises(YamlRefusal, match="stands twice") as caught:
        parse("a: 1\nb: {c: 1, c: 2}\na: 2\n")
    assert [(line, at) for line, at, _ in caught.value.found] == [(2, "b.c"), (3, "a")]


def test_bytes_that_are_not_text_are_refused() -> None:
    """Size, encoding and NUL are checked before anything is parsed."""
    with pytest.raises(YamlRefusal, match=r"at most 2,000,000 are read"):
        decode(b"a" * 2_000_001)
    with pytest.raises(YamlRefusal, match="0xff is not UTF-8"):
        decode(b"a: \xff")
    with pytest.raises(YamlRefusal, match="a NUL byte"):
        decode(b"a: \0")
    assert decode(b"\xef\xbb\xbfa: 1") == "a: 1"


def test_pure_parser_agrees(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the C parser is not built, the Python one reads the same tree."""
    import yaml

    text = 'a:\n  - b: 1   # why\n    c: >-\n      some\n      text\nd: {p05: 1, p50: "x"}\n'
    fast = parse(text)
    monkeypatch.setattr(yaml_nodes, "_LOADER", yaml.SafeLoader)
    slow = parse(text)
    assert (fast.plain(), locate(fast)) == (slow.plain(), locate(slow))

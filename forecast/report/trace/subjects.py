"""What one number of a report is about: its title, its values, how it is computed, the bases it rests on."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from itertools import islice
from string import Formatter
from typing import Any

from forecast.answering import Material, Result
from forecast.explaining.bases import Bases
from forecast.explaining.basis import LISTED, Basis, clean
from forecast.explaining.ground import Ground
from forecast.report.trace.called import called
from forecast.report.trace.kinds import Kind, Kinds
from forecast.report.trace.of_analysis import ANALYSIS
from forecast.report.trace.of_conflicts import CONFLICTS
from forecast.report.trace.of_documents import DOCUMENTS
from forecast.report.trace.of_effects import EFFECTS
from forecast.report.trace.of_future import AHEAD
from forecast.report.trace.of_sources import SOURCES
from forecast.report.trace.pointers import SEVERAL, around, nodes, segments
from forecast.report.view import View
from forecast.simulation.run import PATHS

KINDS = Kinds.of((*DOCUMENTS, *EFFECTS, *CONFLICTS, *AHEAD, *SOURCES, *ANALYSIS))
#: Of panels beside the one reported on, judgments are ranked by one draw in so many.
EVERY = 4
#: Labels of values whose keys are no words.
LABELS = {
    "mean": "mean",
    "mcse": "Monte Carlo error",
    "p05": "5% quantile",
    "p50": "median",
    "p95": "95% quantile",
    "p_sign": "probability of the sign",
    "r_hat_max": "largest R-hat",
    "ess_bulk_min": "smallest bulk effective sample size",
    "ess_tail_min": "smallest tail effective sample size",
}
#: Fewest values of a list that is not told one by one; most values of a subject that are.
LONG, MOST = 4, 16


@dataclass(frozen=True)
class Subject:
    """One subject as the page shows it."""

    title: str
    rows: tuple[tuple[str, str], ...]
    how: str
    basis: tuple[str, ...]

    def as_dict(self) -> dict[str, Any]:
        """As JSON."""
        return {
            "title": self.title,
            "rows": [list(row) for row in self.rows],
            "how": self.how,
            "basis": list(self.basis),
        }


@dataclass(frozen=True)
class Tracer:
    """Subjects and bases of one material; ``bases`` collects those that subjects name."""

    data: Mapping[str, Any]
    material: Material
    bases: dict[str, Basis] = field(default_factory=dict)

    @cached_property
    def view(self) -> View:
        """The material, read."""
        return View(self.material)

    @cached_property
    def _makers(self) -> dict[int, Bases]:
        return {}

    def place(self, path: str) -> tuple[Kind, list[str]] | None:
        """The kind of a number by its pointer, and the parts of the pointer that stand for its subject."""
        parts = segments(path)[:-1]
        return KINDS.covering(parts) or self._unknown(parts)

    def subject(self, what: Kind, covered: list[str]) -> Subject:
        """The subject at a place."""
        here = around(self.data, covered)
        result, suffix = self._result(covered)
        ids = self._ids(here, result)
        words = self._words(here, result)
        node = list(nodes(self.data, covered))[-1]
        return Subject(
            title=_title(_filled(what.title, words) or " ".join(covered).replace("_", " ")),
            rows=tuple(islice(_rows(node), MOST)),
            how=_filled(what.how, words) or "",
            basis=tuple(dict.fromkeys(self._keys(what.basis, ids, result, suffix))),
        )

    def _unknown(self, parts: list[str]) -> tuple[Kind, list[str]] | None:
        """A kind for findings that no pattern speaks of: what stands around says what they rest on."""
        if parts[:1] != ["findings"] or len(parts) < 2:
            return None
        words = " ".join(p for p in parts[1:] if not p.isdigit()).replace("_", " ")
        return (
            Kind(
                tuple(parts),
                words[:1].upper() + words[1:],
                "Computed for this report from the answer of panel {panel} ({draws} draws, seed {seed}).",
                (
                    *("effect:{feature}:{channel}@", "driver:{driver}@", "source:{source}@", "shock:{shock}"),
                    *("scenario:{scenario}", "answer:{quantity}@", "outcome:{channel}@", "panel@"),
                ),
            ),
            parts,
        )

    def _result(self, covered: list[str]) -> tuple[Result, str]:
        """The answer a place belongs to, and what its bases are marked with."""
        if covered[0] in ("panels", "spotlight"):
            result: Result = getattr(self.material, covered[0])[int(covered[1])]
            return result, f"@{result.fit.panel.id}"
        return self.material.main, ""

    def _keys(
        self, templates: tuple[str, ...], ids: Mapping[str, str], result: Result, suffix: str
    ) -> Iterator[str]:
        """The bases that the templates come to, each made once."""
        for template in templates:
            bare, mark, of = template.partition("@")
            if of and suffix:
                continue
            yield from self._made(_spelled(bare, ids), result, suffix if mark else None)

    def _made(self, filled: Iterable[str], result: Result, suffix: str | None) -> Iterator[str]:
        """Of some keys those that have a basis, kept with it; of the panel reported on without a suffix."""
        for one in filled:
            key = one + (suffix or "")
            if key not in self.bases:
                made = self._maker(self.material.main if suffix is None else result)(one)
                if made is None:
                    continue
                self.bases[key] = made
            yield key

    def _maker(self, result: Result) -> Bases:
        if id(result) not in self._makers:
            main, last = result is self.material.main, result.baseline.dates[-1]
            ground = Ground(
                result.fit,
                result.baseline,
                last,
                every=1 if main else EVERY,
                listed=LISTED if main else LISTED // 2,
            )
            self._makers[id(result)] = Bases(ground)
        return self._makers[id(result)]

    def _ids(self, here: Mapping[str, str], result: Result) -> dict[str, str]:
        ids = {**here, "class": result.fit.workspace.base_rates.use}
        if "outcome" in here and "quantity" not in here:
            ids["quantity"] = self._asked(here["outcome"])
        of = here.get("kind")
        ids |= {key: basis for key, basis in (("record", "record"), ("ratios", "class")) if of == key}
        if ids.get("quantity", "").endswith("alliance_broad"):
            ids.pop("channel", None)
            ids |= {"line": "definition", "drawn_on": "index"}
        return ids

    def _asked(self, outcome: str) -> str:
        """The quantity that a headline on an outcome reads."""
        quantity = self.view.quantity(outcome)
        return quantity if quantity == outcome else f"{quantity}.{outcome}"

    def _words(self, here: Mapping[str, str], result: Result) -> dict[str, str]:
        """Names in place of ids, and what is known of the fit."""
        known = {
            "draws": f"{result.fit.posterior.draws:,}",
            "paths": str(PATHS),
            "seed": str(result.fit.seed),
            "panel": result.fit.panel.id,
            "scenario": "baseline",
            "source": "the drivers' file",
            **called(self.view, here),
        }
        if "outcome" in here:
            reached = here.get("quantity", self._asked(here["outcome"])).startswith("reached")
            known["quantity"] = f"{known['outcome']} {'reached by' if reached else 'on'}"
        return known


def _spelled(template: str, known: Mapping[str, str]) -> Iterator[str]:
    """A template with its words filled in; once for each of several names where one of them is a list."""
    names = [name for _, name, _, _ in Formatter().parse(template) if name]
    several = next((name for name in names if SEVERAL in known.get(name, "")), None)
    if several is None:
        filled = _filled(template, known)
        if filled is not None:
            yield filled
        return
    for each in known[several].split(SEVERAL):
        yield from _spelled(template, {**known, several: each})


def _filled(template: str, known: Mapping[str, str]) -> str | None:
    """A template with its words filled in; None where one of them is not known."""
    names = [name for _, name, _, _ in Formatter().parse(template) if name]
    return template.format_map(known) if all(known.get(name) for name in names) else None


def _title(text: str) -> str:
    """A title with its first letter large, also where that stands in quotation marks."""
    flat = clean(text)
    quoted = flat.startswith("“")
    return flat[:quoted] + flat[quoted : quoted + 1].upper() + flat[quoted + 1 :]


def _rows(node: Any, before: str = "") -> Iterator[tuple[str, str]]:
    """Every number of a node with its label, to twelve digits; of mappings inside it one level more."""
    if not isinstance(node, dict):
        return
    for key, value in node.items():
        label = before + LABELS.get(key, key.replace("_", " "))
        if isinstance(value, int | float) and not isinstance(value, bool):
            yield label, f"{value:.12g}"
        elif isinstance(value, dict) and not before:
            yield from _rows(value, "" if key == "quantiles" else f"{label}, ")
        elif isinstance(value, list) and len(value) < LONG and all(isinstance(v, int | float) for v in value):
            yield from ((f"{label} {i + 1}", f"{v:.12g}") for i, v in enumerate(value))

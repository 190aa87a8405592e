"""Edits that only make sense together: found by trying which versions between two hold together.

A new source and its place in a panel, a driver that goes and all that names it: each alone makes files that
would be refused. Of a set of edits that is refused the smallest part still refused is joined with what it
needs, the smallest set around it that is accepted.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass, field

from forecast.difference.anatomy import SILENT
from forecast.difference.edits import Edit, apply
from forecast.difference.hybrid import InvalidError
from forecast.errors import Problem
from forecast.inputs.check import check_base_rates, check_question
from forecast.inputs.check_cross_impacts import check_cross_impacts
from forecast.inputs.check_history import check_history
from forecast.inputs.check_series import check_series
from forecast.inputs.check_shocks import check_shocks
from forecast.inputs.check_sources import check_sources
from forecast.inputs.draft import Document, Draft, Row
from forecast.inputs.fields import Strict
from forecast.inputs.records import Shocks
from forecast.inputs.references import check_references
from forecast.inputs.workspace import Workspace

#: Positions among the edits, done together or not at all.
Group = tuple[int, ...]
#: What is checked across the files that move a probability of the baseline.
_CHECKS: tuple[Callable[[Draft], Iterator[Problem]], ...] = (
    check_references,
    check_question,
    check_base_rates,
    check_history,
    check_series,
    check_sources,
    check_cross_impacts,
    check_shocks,
)
#: References in prose: edits of them are not done in a version between two.
_EXPLAINS = ("cites", "spotlight", "motivated_by")


@dataclass
class Between:
    """The versions between two workspaces, and which of them hold together.

    ``edits`` are those that can move a probability; a set of them is a set of their positions.
    """

    old: Workspace
    new: Workspace
    edits: tuple[Edit, ...]
    among: tuple[Edit, ...]
    failed: set[frozenset[int]] = field(default_factory=set)
    _known: dict[frozenset[int], bool] = field(default_factory=dict)
    _raw: dict[int, tuple[Strict, object]] = field(default_factory=dict)
    _accepted: frozenset[tuple[str, str]] | None = None

    def version(self, done: Collection[int]) -> Workspace:
        """``old`` with the edits at some positions; InvalidError if a record refuses."""
        return apply(self.old, self.new, [self.edits[i] for i in sorted(done)], self.among)

    def holds(self, done: frozenset[int]) -> bool:
        """Whether files with these edits alone would be accepted, and have been answered if tried."""
        if done in self.failed:
            return False
        if done not in self._known:
            self._known[done] = self._checked(done)
        return self._known[done]

    def _checked(self, done: frozenset[int]) -> bool:
        if self._accepted is None:
            # Faults of the two versions themselves come from what is not done between them: prose.
            everything = frozenset(range(len(self.edits)))
            self._accepted = frozenset().union(
                *(self._faults(self.version(one)) for one in (frozenset[int](), everything))
            )
        try:
            return self._faults(self.version(done)) <= self._accepted
        except InvalidError:
            return False

    def _faults(self, workspace: Workspace) -> frozenset[tuple[str, str]]:
        draft = self._draft(workspace)
        return frozenset(
            (problem.file, problem.message)
            for check in _CHECKS
            for problem in check(draft)
            if not problem.warning and not problem.at.startswith(_EXPLAINS)
        )

    def _draft(self, workspace: Workspace) -> Draft:
        singles: dict[str, Strict] = {
            "question": workspace.question,
            "drivers": workspace.drivers,
            "base_rates": workspace.base_rates,
            "history": workspace.history,
            "indicators": workspace.indicators,
        }
        if workspace.shocks:
            singles["shocks"] = Shocks.model_validate(
                {"schema": "shocks/1", "shocks": dict(workspace.shocks)}
            )
        documents = [self._document(f"priors/{kind}.yaml", kind, one) for kind, one in singles.items()]
        documents += [
            self._document(f"priors/sources/{name}.yaml", "source", one)
            for name, one in workspace.sources.items()
        ]
        rows = [Row(0, measurement) for measurement in workspace.measurements]
        return Draft(documents={doc.file: doc for doc in documents}, rows=rows)

    def _document(self, file: str, kind: str, record: Strict) -> Document:
        # Plain values are made once for each record: versions share all that is not edited.
        kept = self._raw.get(id(record))
        if kept is None or kept[0] is not record:
            kept = record, record.model_dump(by_alias=True, exclude_none=True)
            self._raw[id(record)] = kept
        return Document(file, kind, kept[1], {}, record)


def between(old: Workspace, new: Workspace, edits: Sequence[Edit]) -> Between:
    """The versions between two workspaces, by the edits that can move something."""
    moving = tuple(edit for edit in edits if edit.moves and edit.path[0] not in SILENT)
    return Between(old, new, moving, tuple(edits))


def grouped(versions: Between) -> tuple[Group, ...]:
    """The edits in groups each of which can be done, or left undone, alone; in their order."""
    groups: list[Group] = [(i,) for i in range(len(versions.edits))]
    while True:
        whole = frozenset(i for group in groups for i in group)
        tried = [frozenset(group) for group in groups]
        refused = next(
            (s for s in (*tried, *(whole - group for group in tried)) if s and not versions.holds(s)), None
        )
        if refused is None:
            return tuple(groups)
        groups = list(joined(versions, groups, refused))


def joined(versions: Between, groups: Sequence[Group], refused: frozenset[int]) -> tuple[Group, ...]:
    """Groups, of which those that ``refused`` shows to belong together are one."""
    inside = [group for group in groups if set(group) <= refused]
    outside = [group for group in groups if not set(group) <= refused]
    core = list(inside)
    for group in inside:
        fewer = [other for other in core if other != group]
        if fewer and not versions.holds(_union(fewer)):
            core = fewer
    needed = [*inside, *outside]
    for group in reversed(needed[:]):
        fewer = [other for other in needed if other != group]
        if group not in core and len(fewer) > len(core) and versions.holds(_union(fewer)):
            needed = fewer
    one = tuple(sorted(_union(needed)))
    rest = [group for group in groups if group not in needed]
    return tuple(sorted([*rest, one]))


def _union(groups: Collection[Group]) -> frozenset[int]:
    return frozenset(i for group in groups for i in group)

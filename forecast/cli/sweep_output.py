"""What is shown of a sweep and where, and what is said while it runs."""

from __future__ import annotations

import csv
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from forecast.cli import options as o
from forecast.cli.sweep_table import render
from forecast.document import to_json
from forecast.errors import UsageError
from forecast.files import write_atomically

if TYPE_CHECKING:
    from forecast.sensitivity.sweep import Swept
    from forecast.workers.progress import Progress

FITS = "fits"
#: A difference of probability that rounding makes.
NOTHING = 1e-9


@dataclass(frozen=True)
class Output:
    """Files to write, and what is printed: a table of ``outcome`` at ``date``, or JSON, or CSV."""

    outcome: str
    date: str | None
    as_json: bool
    as_csv: bool
    out: Path | None
    parquet: Path | None
    svg: Path | None

    def check(self) -> None:
        """Raise UsageError for a file in a folder that is not there, before anything is computed for it."""
        for file in (self.out, self.parquet, self.svg):
            if file is not None and not file.resolve().parent.is_dir():
                raise UsageError(f"{file}: the folder {file.parent} is not there; make it first")
        if self.parquet is not None:
            from forecast.sensitivity.sweep_document import check_parquet

            check_parquet()

    def show(self, swept: Swept, run: dict[str, Any]) -> int:
        """Write the files, print the rest; the exit code: 1 where points are not to be trusted."""
        from forecast.sensitivity.sweep_document import columns, document, parquet, tidy

        date = self.date or swept.sweep.dates[-1]
        if date not in swept.sweep.dates:
            raise UsageError(f"--by {date}: these shards answer for {', '.join(swept.sweep.dates)}")
        whole = {**document(swept), "run": run}
        if self.out is not None:
            write_atomically(self.out, to_json(whole).encode() + b"\n")
        if self.parquet is not None:
            write_atomically(self.parquet, parquet(swept))
        if self.svg is not None:
            from forecast.report.figures.sweep import figure

            write_atomically(self.svg, figure(swept, outcome=self.outcome, date=date).svg.encode())
        if self.as_json:
            print(to_json(whole))
        elif self.as_csv:
            writer = csv.writer(sys.stdout, lineterminator="\n")
            writer.writerow(columns(swept))
            writer.writerows(tidy(swept))
        else:
            print(render(whole, outcome=self.outcome, date=date))
        return 0 if swept.trusted.all() else 1


class Counts:
    """How many points and fits were computed, and in what time; progress on stderr meanwhile."""

    def __init__(self, *, quiet: bool) -> None:
        self._quiet = quiet
        self._computed: dict[str, int] = {}
        self._seconds: dict[str, float] = {}
        self._noun = ""
        self._progress: Progress | None = None

    @property
    def points(self) -> int:
        """Points that were not kept by an earlier run."""
        return self._computed.get("points", 0)

    @contextmanager
    def watch(self, total: int, noun: str) -> Iterator[Counts]:
        """Counting so many of something."""
        from forecast.workers.progress import Progress

        if noun == FITS:
            o.say(
                f"{total} point{'s' * (total != 1)} cannot be reweighted (Pareto k above 0.7, or few "
                "effective draws) and will be fitted, up to half a minute each; --no-refit leaves them",
                quiet=self._quiet,
            )
        began = time.monotonic()
        with Progress(total, noun=noun, quiet=self._quiet) as progress:
            self._noun, self._progress = noun, progress
            yield self
        self._seconds[noun] = time.monotonic() - began

    def found(self, points: int) -> None:
        """So many were kept by an earlier run."""
        if self._progress is not None:
            self._progress.found(points)

    def done(self, points: int) -> None:
        """So many more have been computed."""
        self._computed[self._noun] = self._computed.get(self._noun, 0) + points
        if self._progress is not None:
            self._progress.done(points)

    def said(self) -> list[str]:
        """What was computed, and how long each took."""
        return [
            f"{count} {noun if count > 1 else noun[:-1]} computed in {self._seconds[noun]:.1f} s, "
            f"{self._seconds[noun] / count:.2g} s each"
            for noun, count in self._computed.items()
        ]


def remarks(swept: Swept) -> list[str]:
    """What a reader of a sweep should know of it beside its numbers."""
    means = swept.values[..., 0]
    if len(means) > 1 and abs(means - means[:1]).max() < NOTHING:
        knobs = " and ".join(dial.path for dial in swept.sweep.dials)
        panel = swept.sweep.panel_id
        return [f"nothing moves with {knobs}: panel {panel} has no use for it, as things stand"]
    return []

"""What a user asked for, checked before anything is run."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from forecast.errors import UsageError
from forecast.inputs.workspace import Workspace
from forecast.panel import resolve, unknown_name
from forecast.states import State

DEFAULT_SEED = 20260101
DEFAULT_DRAWS = 2000
#: Fewest draws an interval can be read from, and most that fit in memory.
FEWEST_DRAWS, MOST_DRAWS = 100, 100_000
MOST_SEED = 2**63 - 1


@dataclass(frozen=True)
class Request:
    """A question to one panel; what is None or empty is as the question has it.

    ``jobs`` and ``refit`` say how to get there and change no digit.
    """

    panel: str | None = None
    scenarios: tuple[str, ...] = ()
    by: tuple[dt.date, ...] = ()
    lens: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    as_of: dt.date | None = None
    start: State | None = None
    seed: int = DEFAULT_SEED
    draws: int = DEFAULT_DRAWS
    jobs: int = 2
    refit: bool = False

    def arguments(self) -> list[str]:
        """The command-line arguments that ask for this: what the answer depends on, defaults left out."""
        flags: list[tuple[str, object]] = [
            ("--panel", self.panel),
            ("--as-of", self.as_of),
            ("--start", self.start),
            ("--seed", self.seed if self.seed != DEFAULT_SEED else None),
            ("--draws", self.draws if self.draws != DEFAULT_DRAWS else None),
            *(("--by", date) for date in self.by),
            *(("--lens", name) for name in self.lens),
            *(("--exclude", name) for name in self.exclude),
        ]
        return [*self.scenarios, *(str(part) for pair in flags if pair[1] is not None for part in pair)]

    def fingerprint(self) -> str:
        """Everything in the request that the answer depends on."""
        parts = (self.panel, self.scenarios, self.by, self.lens, self.exclude, self.as_of, self.start)
        return repr((*parts, self.seed, self.draws))


def check_request(workspace: Workspace, request: Request) -> None:
    """Raise UsageError for names, dates and numbers that cannot be answered."""
    resolve(workspace, panel=request.panel, lens=request.lens, exclude=request.exclude, as_of=request.as_of)
    for name in request.scenarios:
        if name not in workspace.scenarios:
            raise UsageError(unknown_name("scenario", name, workspace.scenarios))
    start, horizon = request.as_of or workspace.question.as_of, workspace.question.horizon
    if start >= horizon:
        raise UsageError(f"--as-of {start} is not before the horizon {horizon}")
    for date in request.by:
        if date > horizon:
            raise UsageError(
                f"--by {date} is past the horizon {horizon}; raise horizon in priors/question.yaml"
            )
        if date < start:
            raise UsageError(f"--by {date} is before the forecast starts ({start})")
    if not 0 <= request.seed <= MOST_SEED:
        raise UsageError(f"--seed takes a number from 0 to {MOST_SEED} (found {request.seed})")
    if request.jobs < 1:
        raise UsageError(f"--jobs takes a number from 1 (found {request.jobs})")
    check_draws(request.draws)


def check_draws(draws: int) -> None:
    """Raise UsageError unless that many draws can be kept and summarised."""
    if not FEWEST_DRAWS <= draws <= MOST_DRAWS:
        raise UsageError(f"--draws takes a number from {FEWEST_DRAWS} to {MOST_DRAWS} (found {draws})")

"""What stands on every page of a signed report, whatever its format."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from forecast.errors import UsageError
from forecast.visible import visible

#: A marking stands in one line at the top and the bottom of a page.
MARKING_LENGTH = 100
#: A longer title is cut where it stands beside the status.
TITLE_LENGTH = 80


@dataclass(frozen=True, kw_only=True)
class Front:
    """Title, pair, status, authors and marking of a report, and the one date its files carry.

    ``date`` is the day the forecast was made for: it dates the documents too, so that the same report has the
    same bytes whenever it is written. ``marking`` is put at the top and the bottom of every page. Raises
    UsageError for a marking of more than one line.
    """

    title: str
    date: dt.date
    subtitle: str = ""
    status: str = "draft, not reviewed"
    authors: tuple[str, ...] = ()
    marking: str = ""
    language: str = "en"

    def __post_init__(self) -> None:
        if len(self.marking) > MARKING_LENGTH or len(self.marking.splitlines()) > 1:
            raise UsageError(
                f"a marking is one line of at most {MARKING_LENGTH} characters, since it stands on every "
                f"page; this one has {len(self.marking)} in {len(self.marking.splitlines())} lines"
            )
        for name in ("title", "subtitle", "status", "marking"):
            object.__setattr__(self, name, " ".join(visible(getattr(self, name)).split()))
        object.__setattr__(self, "authors", tuple(" ".join(visible(a).split()) for a in self.authors))

    @property
    def is_draft(self) -> bool:
        """Whether the report has still to be reviewed."""
        return self.status.lower().startswith("draft")

    @property
    def short_title(self) -> str:
        """The title as far as it fits a line at the top of a page."""
        if len(self.title) <= TITLE_LENGTH:
            return self.title
        return self.title[: TITLE_LENGTH - 2].rstrip() + " …"

    @property
    def status_line(self) -> str:
        """The status as a line of its own."""
        return self.status[:1].upper() + self.status[1:]

    @property
    def timestamp(self) -> dt.datetime:
        """Midnight of ``date``, in UTC: the time that documents say they were made."""
        return dt.datetime.combine(self.date, dt.time(), tzinfo=dt.UTC)

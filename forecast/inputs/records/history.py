"""history.yaml: the pair's own record."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Literal

from pydantic import Field

from forecast.inputs.fields import Identifier, Prose, Strict, When
from forecast.states import State


class Episode(Strict):
    """A spell of the pair in one state; ``end`` is absent while it lasts."""

    state: State
    start: When
    end: When | None = None
    citation: Prose
    note: Prose | None = None


class History(Strict):
    """The pair's own record. ``record_start``: first year of the current spell that counts as evidence."""

    schema_: Literal["history/1"] = Field(alias="schema")
    record_start: int
    use: Identifier
    codings: Annotated[dict[Identifier, list[Episode]], Field(min_length=1)]

    @property
    def episodes(self) -> list[Episode]:
        """The spells under the coding in use."""
        return self.codings[self.use]

    def state_on(self, date: dt.date) -> State | None:
        """The pair's state on a date under the coding in use; None before the first spell."""
        for episode in reversed(self.episodes):
            if episode.start <= date and (episode.end is None or date < episode.end):
                return episode.state
        return None

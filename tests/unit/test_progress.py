"""How far a long job is."""

from __future__ import annotations

import io
import sys

import pytest

from forecast.workers.progress import APART, Progress, duration


class Terminal(io.StringIO):
    """A stream that is a terminal."""

    def isatty(self) -> bool:
        """Yes."""
        return True


class Clock:
    """A clock that goes on when told to."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


def test_a_terminal_has_one_line_that_is_written_over_and_gone_at_the_end() -> None:
    """Carriage returns and no newline; what is left of a longer line is blanked; at the end all of it."""
    out, clock = Terminal(), Clock()
    with Progress(1000, stream=out, clock=clock) as progress:
        for points, seconds in ((1, 5), (998, 5)):
            clock.now += seconds
            progress.done(points)
    first, second = "1/1000 points, 1 h 23 min left", "999/1000 points, 0 s left"
    assert out.getvalue() == f"\r{first}\r{second.ljust(len(first))}\r{' ' * (len(second) + 2)}\r"


def test_a_line_is_written_over_five_times_a_second_at_most() -> None:
    """A thousand points in a second are six lines at most."""
    out, clock = Terminal(), Clock()
    with Progress(1000, stream=out, clock=clock) as progress:
        for _ in range(1000):
            clock.now += 0.001
            progress.done()
    assert 4 <= out.getvalue().count("points") <= 6


def test_an_interrupt_leaves_the_line_clean() -> None:
    """Ctrl-C: the line is blanked, with the ^C behind it, before anything else is said."""
    out, clock = Terminal(), Clock()

    def interrupted() -> None:
        with Progress(4, stream=out, clock=clock) as progress:
            clock.now += 3
            progress.done()
            out.write("^C")
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        interrupted()
    shown = "1/4 points, 9 s left"
    assert out.getvalue() == f"\r{shown}^C\r{' ' * (len(shown) + 2)}\r"


def test_a_pipe_has_a_line_every_ten_seconds_at_most() -> None:
    """Points every 4 s: lines at 12 s and 24 s, each ended; the noun is the caller's."""
    out, clock = io.StringIO(), Clock()
    with Progress(10, noun="blocks", stream=out, clock=clock) as progress:
        for _ in range(6):
            clock.now += 4
            progress.done()
    assert out.getvalue() == "3/10 blocks, 28 s left\n6/10 blocks, 16 s left\n"


def test_a_short_run_says_nothing_in_a_pipe() -> None:
    """Done before the first line is due."""
    out, clock = io.StringIO(), Clock()
    with Progress(2, stream=out, clock=clock) as progress:
        progress.done()
        clock.now += APART - 0.1
        progress.done()
    assert out.getvalue() == ""


def test_what_was_kept_is_counted_but_not_timed() -> None:
    """90 of 100 found, one computed in 10 s: nine more take 90 s, not one."""
    out, clock = io.StringIO(), Clock()
    with Progress(100, stream=out, clock=clock) as progress:
        progress.found(90)
        clock.now += 10
        progress.done()
    assert out.getvalue() == "91/100 points, 90 s left\n"


@pytest.mark.parametrize("stream", [Terminal, io.StringIO])
def test_quiet_says_nothing(stream: type[io.StringIO]) -> None:
    """Nothing on a terminal or in a pipe."""
    out, clock = stream(), Clock()
    with Progress(3, quiet=True, stream=out, clock=clock) as progress:
        clock.now += 60
        progress.done()
    assert out.getvalue() == ""


def test_it_is_said_on_stderr(capsys: pytest.CaptureFixture[str]) -> None:
    """Never on stdout, which is the answer's; with no stderr at all, nowhere."""
    clock = Clock()
    with Progress(3, clock=clock) as progress:
        clock.now += 60
        progress.done()
    assert capsys.readouterr() == ("", "1/3 points, 2 min left\n")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sys, "stderr", None)
        with Progress(3, clock=clock) as progress:
            clock.now += 60
            progress.done()
    assert capsys.readouterr().out == ""


def test_a_reader_that_has_gone_does_not_stop_the_work() -> None:
    """A closed stream: no error."""
    out, clock = io.StringIO(), Clock()
    with Progress(3, stream=out, clock=clock) as progress:
        out.close()
        clock.now += 60
        progress.done()
        progress.done(2)
    assert out.closed
    # Written to, the stream itself would have raised.
    with pytest.raises(ValueError, match="closed"):
        out.write("")


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (0.2, "0 s"),
        (119.4, "119 s"),
        (120, "2 min"),
        (3569, "59 min"),
        (3590, "1 h 0 min"),
        (9000, "2 h 30 min"),
    ],
)
def test_durations_are_as_fine_as_they_are_known(seconds: float, text: str) -> None:
    """Seconds below two minutes, then minutes, then hours and minutes."""
    assert duration(seconds) == text

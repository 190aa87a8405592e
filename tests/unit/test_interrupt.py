"""An interrupt that is swallowed is raised again, one that is answered is not."""

from __future__ import annotations

import signal
import subprocess
import sys

SWALLOW = """
import sys, time
from forecast.cli.interrupt import answered, hear_every_interrupt
hear_every_interrupt()
try:
    print("ready", flush=True)
    time.sleep(30)
except BaseException:  # as a library might
    pass
try:
    print("swallowed", flush=True)
    time.sleep(30)
except KeyboardInterrupt:
    answered()
    print("heard", flush=True)
time.sleep(3 * 1.0)
print("left alone", flush=True)
"""


def test_a_swallowed_interrupt_comes_again_until_it_is_answered() -> None:
    """One signal: swallowed, raised again a second later, and after the answer never more."""
    with subprocess.Popen([sys.executable, "-c", SWALLOW], stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        process.send_signal(signal.SIGINT)
        out, _ = process.communicate(timeout=20)
    assert out.split("\n") == ["swallowed", "heard", "left alone", ""]
    assert process.returncode == 0


AT_THE_END = """
import atexit, os, signal
from forecast.cli.interrupt import answered, hear_every_interrupt
hear_every_interrupt()
answered()
class Last:
    def __del__(self, kill=os.kill, me=os.getpid(), sign=signal.SIGINT):
        kill(me, sign)
keep = Last()
atexit.register(os.kill, os.getpid(), signal.SIGINT)
print("done", flush=True)
"""


def test_a_process_that_is_done_is_not_killed_on_its_way_out() -> None:
    """Signals at exit and while the interpreter takes itself down: the work is done, and so is the exit."""
    done = subprocess.run(
        [sys.executable, "-c", AT_THE_END], capture_output=True, text=True, timeout=60, check=False
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, "done\n", "")


HALF_MADE = """
import os, signal
from forecast.cli.interrupt import hear_every_interrupt
class Half:
    def __init__(self, interrupted):
        if interrupted:
            os.kill(os.getpid(), signal.SIGINT)
        self.whole = True
    def __del__(self):
        self.whole, self.never
hear_every_interrupt()
Half(False)
try:
    Half(True)
except KeyboardInterrupt:
    print("heard", flush=True)
"""


def test_what_was_interrupted_half_made_complains_to_nobody() -> None:
    """A finalizer's fault is told as ever before an interrupt, and not after one, whose doing it is."""
    done = subprocess.run(
        [sys.executable, "-c", HALF_MADE], capture_output=True, text=True, timeout=60, check=False
    )
    assert done.stdout == "heard\n"
    assert done.stderr.count("Exception ignored in") == 1


WHILE_LOADING = """
import builtins, os, signal
from forecast.cli import main
load = builtins.__import__
def interrupted(name, *rest, **more):
    if name == "typer":
        os.kill(os.getpid(), signal.SIGINT)
    return load(name, *rest, **more)
builtins.__import__ = interrupted
main()
"""


def test_an_interrupt_while_loading_ends_it_without_a_word() -> None:
    """Exit 130 and nothing on either stream: no traceback out of a library's import."""
    done = subprocess.run(
        [sys.executable, "-c", WHILE_LOADING], capture_output=True, text=True, timeout=60, check=False
    )
    assert (done.returncode, done.stdout, done.stderr) == (130, "", "")

"""An interrupt that is swallowed is raised again, one that is answered is not."""

from __future__ import annotations

import signal
import subprocess
import sys

SWALLOW = """
import sys, time
from forecast.cli.interrupt import answered, hear_every_interrupt
hear_every_interrupt()
print("ready", flush=True)
try:
    time.sleep(30)
except BaseException:  # as a library might
    print("swallowed", flush=True)
try:
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

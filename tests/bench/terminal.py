"""Start a program in a real terminal of its own and see what its first frame costs."""

from __future__ import annotations

import fcntl
import os
import pty
import re
import select
import struct
import subprocess
import termios
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

_ROWS, _COLUMNS = 40, 120
_QUIET = 0.1  # seconds without output make a frame stable
_PATIENCE = 30.0  # seconds
_ESCAPES = re.compile(
    rb"\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)|[PX^_].*?\x1b\\|.)"
)


class NotPainted(Exception):
    """A program did not show what it was waited for."""


@dataclass(frozen=True, slots=True)
class Launch:
    """What it took to paint the first stable frame.

    Args:
        cpu: seconds of user and system time, of every process and thread of the program.
        wall: seconds on the clock.
    """

    cpu: float
    wall: float


def launch(command: Sequence[str], shows: str, environment: Mapping[str, str]) -> Launch:
    """Run ``command`` until it has painted ``shows`` and kept quiet, then end it.

    Args:
        command: the program and its arguments.
        shows: text that is on the first useful frame.
        environment: the whole environment of the program.

    Raises:
        NotPainted: the text never came; the message has the end of what came in its place.
    """
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", _ROWS, _COLUMNS, 0, 0))
    started = time.monotonic()
    program = subprocess.Popen(
        command,
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
        env={**environment, "TERM": "xterm-256color", "COLORTERM": "truecolor"},
        start_new_session=True,
    )
    os.close(theirs)
    try:
        return _watch(ours, program.pid, shows.encode(), started)
    finally:
        program.kill()
        program.wait()
        os.close(ours)


def _watch(terminal: int, pid: int, shows: bytes, started: float) -> Launch:
    painted = b""
    seen = False
    latest = Launch(0.0, 0.0)
    while time.monotonic() - started < _PATIENCE:
        ready, _, _ = select.select([terminal], [], [], _QUIET if seen else _PATIENCE)
        if not ready:
            if seen:
                return latest
            break
        try:
            painted += os.read(terminal, 1 << 16)
        except OSError:
            break  # the program ended: Linux says so with EIO
        # Taken at each output, so that neither the quiet nor what a program does behind its
        # painted frame counts.
        latest = Launch(_cpu_of_tree(pid), time.monotonic() - started)
        seen = seen or shows in _ESCAPES.sub(b"", painted)
    end = _ESCAPES.sub(b"", painted)[-500:].decode(errors="replace")
    raise NotPainted(f"{shows.decode()!r} was not painted; there was {end!r}")


def _cpu_of_tree(pid: int) -> float:
    """Return CPU seconds of ``pid``, of its children and of those it has waited for."""
    try:
        # After the name in brackets: state is field 3, utime to cstime are 14 to 17.
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    except FileNotFoundError:
        return 0.0
    waited_for = sum(int(ticks) for ticks in fields[13:15]) / os.sysconf("SC_CLK_TCK")
    # The kernel's CPU clock of another process, in nanoseconds where /proc has hundredths of a
    # second: clock_getcpuclockid(3), for which Python has no name.
    own = time.clock_gettime((~pid << 3) | 2)
    return own + waited_for + sum(_cpu_of_tree(int(child)) for child in children)

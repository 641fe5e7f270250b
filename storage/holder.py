"""Who holds a reservation or writes an answer, and whether that process still lives.

A holder is ``machine/pid/start``. The start time tells a process from a later one that was given
the same pid; the machine keeps a process from judging pids of another container or host that
shares the folder.
"""

from __future__ import annotations

import os
import platform
import sys
from functools import cache
from pathlib import Path

_UNKNOWN_START = "?"
_STATE_FIELD, _START_FIELD = 0, 19  # of /proc/PID/stat behind the name: see proc_pid_stat(5)
_ENDED = "ZX"  # dead, but nobody has asked how it ended; in many containers nobody ever does


def _stat_of(pid: int) -> list[str]:
    """Return the fields of /proc/PID/stat from the state on, none where /proc does not tell."""
    try:
        stat = Path(f"/proc/{pid}/stat").read_text(encoding="ascii", errors="replace")
    except OSError:
        return []
    # The command's name may hold spaces and parentheses: count from behind the last one.
    return stat.rpartition(")")[2].split()


def _start_of(pid: int) -> str:
    """Return when ``pid`` started in clock ticks since boot, ``?`` where /proc does not tell."""
    fields = _stat_of(pid)
    return fields[_START_FIELD] if len(fields) > _START_FIELD else _UNKNOWN_START


def _has_ended(pid: int) -> bool:
    fields = _stat_of(pid)
    return bool(fields) and fields[_STATE_FIELD] in _ENDED


@cache
def _machine() -> str:
    return platform.node().replace("/", "_") or "localhost"


def this_process() -> str:
    """Return the holder that stands for this process."""
    pid = os.getpid()
    return f"{_machine()}/{pid}/{_start_of(pid)}"


def is_alive(holder: str) -> bool | None:
    """Return whether the process behind ``holder`` runs; None when that cannot be known here."""
    machine, _, rest = holder.partition("/")
    pid_text, _, start = rest.partition("/")
    if machine != _machine() or not pid_text.isdecimal():
        return None
    pid = int(pid_text)
    if pid == os.getpid():
        return start == _start_of(pid)
    if sys.platform == "win32":
        return None  # os.kill would end the process there instead of asking for it
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        pass  # it runs, under another user
    if _has_ended(pid):
        return False
    return _UNKNOWN_START in (start, now := _start_of(pid)) or start == now

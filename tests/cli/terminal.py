"""A pseudo-terminal around a command, for what only shows when somebody sits in front of it."""

from __future__ import annotations

import os
import pty
import select
import subprocess
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from tests.home import PATIENCE, TELEX, Home


@dataclass
class Tty:
    """The far side of the terminal.

    Args:
        process: what runs in it.
        shown: everything it has written so far.
    """

    process: subprocess.Popen[bytes]
    _master: int
    shown: str = ""

    def read(self) -> bool:
        """Take what there is; False once the program has let go of the terminal."""
        ready, _, _ = select.select([self._master], [], [], 0.1)
        if not ready:
            return True
        try:
            piece = os.read(self._master, 65_536)
        except OSError:  # Linux's way to say that nobody holds the other end
            return False
        self.shown += piece.decode(errors="replace")
        return bool(piece)

    def wait_for(self, text: str) -> None:
        """Read until ``text`` was shown.

        Raises:
            TimeoutError: it was not in time, or never can be.
        """
        deadline = time.monotonic() + PATIENCE
        while text not in self.shown:
            if not self.read() or time.monotonic() > deadline:
                raise TimeoutError(f"no {text!r} in {self.shown!r}")

    def type(self, text: str) -> None:
        os.write(self._master, text.encode())

    def end(self) -> int:
        """Read to the end and return the exit code."""
        deadline = time.monotonic() + PATIENCE
        while self.read():
            if time.monotonic() > deadline:
                raise TimeoutError(f"it goes on: {self.shown!r}")
        return self.process.wait(PATIENCE)


@contextmanager
def tty(home: Home, arguments: Sequence[str], *, typing: bool = False) -> Iterator[Tty]:
    """Run ``telex`` with a terminal for its output, and for its input if somebody is ``typing``."""
    master, slave = pty.openpty()
    process = subprocess.Popen(
        [str(TELEX), *arguments],
        stdin=slave if typing else subprocess.DEVNULL,
        stdout=slave,
        stderr=slave,
        cwd=home.folder,
        env={**home.environment, "TERM": "xterm-256color"},
        start_new_session=True,
    )
    os.close(slave)
    try:
        yield Tty(process, master)
    finally:
        process.kill()
        process.wait(PATIENCE)
        os.close(master)

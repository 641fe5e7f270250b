"""A real terminal for the chat: a tmux server of its own, asked what is on its screen.

It obeys every escape sequence a terminal may obey (titles, clipboard, passthrough), so that what
gets through shows.
"""

from __future__ import annotations

import re
import subprocess
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import Self

from tests.home import PATIENCE, TELEX, Home

_STYLE = re.compile(r"\x1b\[[0-9;]*m")
_SETTINGS = """
set -g status off
set -g remain-on-exit on
set -g default-terminal "xterm-256color"
set -g set-clipboard on
set -g allow-rename on
set -g allow-passthrough on
set -g history-limit 0
set -sg escape-time 0
"""


class Terminal:
    """A context manager; the program runs from ``start`` to the end of the block.

    Args:
        home: whose environment the program gets.
        size: columns and rows.
    """

    def __init__(self, home: Home, *, size: tuple[int, int] = (120, 40)) -> None:
        self.size = size
        self._home = home
        # Not in the test's own folder: the path of a socket must be short.
        self._folder = tempfile.TemporaryDirectory(prefix="telex-")
        self._windows = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()
        self._folder.cleanup()

    def start(self, *command: str, folder: Path | None = None) -> None:
        """Run ``telex``, or ``command``, in a new window, after the last one has ended.

        Args:
            command: what to run in place of telex.
            folder: where; None is wherever the tests run.
        """
        settings = Path(self._folder.name) / "tmux.conf"
        settings.write_text(_SETTINGS)
        self.close()
        self._windows += 1
        columns, rows = map(str, self.size)
        program = command or (str(TELEX),)
        # "env" makes it two words at least: tmux hands a single one to a shell.
        where = ("-c", str(folder)) if folder is not None else ()
        session = ("new-session", "-d", "-x", columns, "-y", rows, *where, "env", *program)
        self._tmux("-f", str(settings), *session)

    def close(self) -> None:
        """Close the window, whatever runs in it."""
        self._tmux("kill-server", check=False)

    @property
    def pid(self) -> int:
        return int(self.ask("#{pane_pid}"))

    @property
    def ended(self) -> bool:
        return self.ask("#{pane_dead}") == "1"

    @property
    def title(self) -> str:
        return self.ask("#{pane_title}")

    @property
    def clipboard(self) -> str:
        """The newest of tmux's buffers, where OSC 52 puts what it copies."""
        return self._tmux("show-buffer", check=False).stdout

    def ask(self, what: str) -> str:
        """Return one of tmux's variables."""
        return self._tmux("display-message", "-p", what).stdout.rstrip("\n")

    def keys(self, *names: str) -> None:
        """Press keys by tmux's names, such as ``Enter``, ``C-j``, ``F2``."""
        self._tmux("send-keys", *names)

    def type(self, text: str) -> None:
        """Press the keys of ``text``."""
        self._tmux("send-keys", "-l", text)

    def say(self, text: str) -> None:
        """Type ``text`` and press Enter."""
        self.type(text)
        self.wait_for(text)
        self.keys("Enter")

    def paste(self, text: str) -> None:
        """Paste ``text`` as terminals do, in brackets, and forget the buffer it was in."""
        self._tmux("load-buffer", "-b", "paste", "-", stdin=text)
        self._tmux("paste-buffer", "-p", "-d", "-b", "paste")

    def resize(self, columns: int, rows: int) -> None:
        self._tmux("resize-window", "-x", str(columns), "-y", str(rows))

    def screen(self) -> str:
        """Return what is on the screen, without colours."""
        return self._tmux("capture-pane", "-p").stdout

    def colours(self) -> frozenset[str]:
        """Return the escape sequences that style what is on the screen."""
        return frozenset(_STYLE.findall(self._tmux("capture-pane", "-p", "-e").stdout))

    def wait_for(self, *texts: str, timeout: float = PATIENCE) -> str:
        """Return the screen once it shows all of ``texts``."""
        return self.wait_until(lambda screen: all(text in screen for text in texts), timeout, texts)

    def wait_until(
        self, holds: Callable[[str], bool], timeout: float = PATIENCE, what: object = "the screen"
    ) -> str:
        """Return the screen once it is as wanted.

        Raises:
            TimeoutError: it was not within ``timeout`` seconds; quotes the screen.
        """
        deadline = time.monotonic() + timeout
        while not holds(screen := self.screen()):
            if time.monotonic() > deadline:
                raise TimeoutError(f"waited for {what} in vain:\n{screen}")
            time.sleep(0.05)
        return screen

    def wait_for_end(self) -> None:
        """Wait until the program has ended."""
        self.wait_until(lambda _: self.ended, what="the end")

    def _tmux(
        self, *arguments: str, stdin: str | None = None, check: bool = True
    ) -> subprocess.CompletedProcess[str]:
        # A new one each time: the last server may still be busy leaving.
        socket = str(Path(self._folder.name) / f"tmux-{self._windows}")
        done = subprocess.run(
            ["tmux", "-u", "-S", socket, *arguments],
            input=stdin,
            capture_output=True,
            text=True,
            encoding="utf-8",
            check=False,
            env=self._home.environment,
            timeout=PATIENCE,
        )
        if check and done.returncode:
            raise RuntimeError(f"tmux {' '.join(arguments)[:80]}: {done.stderr.strip()}")
        return done

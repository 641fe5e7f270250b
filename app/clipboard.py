"""Copying text to where the person can paste it, and telling truthfully how far it got."""

from __future__ import annotations

import asyncio
import subprocess
import threading
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from enum import StrEnum
from shutil import which

_PATIENCE = 3.0  # seconds; a clipboard without a display to serve it may never answer
_LONGEST_OSC_52 = 74_994
"""Bytes that every terminal with OSC 52 takes: xterm's limit of 100,000 characters of base64, less
the sequence itself (https://invisible-island.net/xterm/ctlseqs/ctlseqs.html)."""
_TMUX_WRITE = ("tmux", "load-buffer", "-w", "-")  # -w passes it on to the terminal outside
_TMUX_READ = ("tmux", "save-buffer", "-")


class Reach(StrEnum):
    """How far a copy got."""

    CONFIRMED = "confirmed"
    """It was read back from where it went."""
    SENT = "sent"
    """It was handed to the terminal, which does not answer."""
    HERE = "here"
    """Only telex itself has it."""


@dataclass(frozen=True, slots=True)
class Copied:
    """What became of a copy.

    Args:
        reach: how far it got.
        words: the same for the person, to be put behind "Copied".
    """

    reach: Reach
    words: str


async def copy(
    text: str, environment: Mapping[str, str], to_terminal: Callable[[str], None]
) -> Copied:
    """Copy ``text`` and say how far it got.

    Args:
        text: what to copy.
        environment: tells whether telex runs within tmux.
        to_terminal: hands text to the terminal by OSC 52; telex's own clipboard has it then too.
    """
    to_terminal(text)
    if await _within(_copy_to_system, text):
        return Copied(Reach.CONFIRMED, "to the system clipboard")
    if environment.get("TMUX") and which("tmux") and await _within(_copy_to_tmux, text):
        return Copied(
            Reach.CONFIRMED,
            "to tmux's buffer (prefix ] pastes); whether the terminal outside has it is not known",
        )
    if len(text.encode(errors="replace")) > _LONGEST_OSC_52:
        return Copied(
            Reach.HERE, "within telex only (ctrl+v): it is too long for the terminal's clipboard"
        )
    return Copied(
        Reach.SENT, "through the terminal (OSC 52), which does not say whether it took it"
    )


async def _within(work: Callable[[str], bool], text: str) -> bool:
    """Return what ``work`` returns, False when that takes too long.

    Its thread is one that nobody joins: a clipboard that hangs must not keep telex from ending.
    """
    loop = asyncio.get_running_loop()
    done: asyncio.Future[bool] = loop.create_future()

    def report(worked: bool) -> None:
        if not done.done():
            done.set_result(worked)

    def run() -> None:
        worked = work(text)
        with suppress(RuntimeError):  # telex ended meanwhile
            loop.call_soon_threadsafe(report, worked)

    threading.Thread(target=run, daemon=True).start()
    try:
        return await asyncio.wait_for(done, _PATIENCE)
    except TimeoutError:
        return False


def _copy_to_system(text: str) -> bool:
    """Write to the clipboard of the desktop and read it back; False where there is none."""
    import pyperclip  # asked for only when something is copied

    write, read = pyperclip.determine_clipboard()
    try:
        write(text)
        back: str = read()
    except (pyperclip.PyperclipException, OSError, subprocess.SubprocessError, UnicodeError):
        return False
    return back.replace("\r\n", "\n") == text


def _copy_to_tmux(text: str) -> bool:
    data = text.encode(errors="replace")
    try:
        _tmux(_TMUX_WRITE, data)
        back = _tmux(_TMUX_READ)
    except (OSError, subprocess.SubprocessError):
        return False
    return back == data


def _tmux(command: tuple[str, ...], data: bytes | None = None) -> bytes:
    done = subprocess.run(  # noqa: S603  # fixed programs of ours; the text goes to standard input
        command, input=data, capture_output=True, timeout=_PATIENCE, check=True
    )
    return done.stdout

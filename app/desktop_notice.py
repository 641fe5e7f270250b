"""A message on the desktop, by way of the terminal."""

from __future__ import annotations

import subprocess
from collections.abc import Mapping

from providers.sanitise import sanitise_line

_LONGEST = 100  # characters
_PATIENCE = 1.0  # seconds tmux may take to answer
# These obey sequences they do not know in ways of their own, or pass none on.
_MUTE = ("linux", "dumb", "screen", "vt")
# They know the form of rxvt; all others that show messages know iTerm2's. Both forms are ignored
# where they are unknown: they are operating system commands (ECMA-48, 8.3.89).
_RXVT = ("foot", "rxvt")


def desktop_sequence(text: str, environment: Mapping[str, str], *, through_tmux: bool) -> str:
    """Return what makes the terminal show ``text`` on the desktop, empty where it would not.

    Args:
        text: from outside; what a terminal would obey is taken out.
        environment: says which terminal this is.
        through_tmux: whether tmux passes sequences on, where telex runs in it.
    """
    # A semicolon separates arguments; a number in front of one is another command of some.
    words = sanitise_line(text).replace(";", ",")[:_LONGEST]
    inside = bool(environment.get("TMUX"))
    terminal = environment.get("TERM", "")
    if not words or (inside and not through_tmux) or (not inside and terminal.startswith(_MUTE)):
        return ""
    if terminal.startswith(_RXVT) or environment.get("VTE_VERSION"):
        sequence = f"\x1b]777;notify;telex;{words}\x1b\\"
    else:
        sequence = f"\x1b]9;telex: {words}\x07"
    if inside:
        # tmux hands on what stands in such a wrapping, with every ESC doubled: tmux(1),
        # allow-passthrough.
        sequence = "\x1bPtmux;" + sequence.replace("\x1b", "\x1b\x1b") + "\x1b\\"
    return sequence


def tmux_passes_on(environment: Mapping[str, str]) -> bool:
    """Return whether the person lets tmux pass sequences on. Asks tmux: use a thread."""
    return bool(environment.get("TMUX")) and tmux_option("allow-passthrough", "-Apv") in (
        "on",
        "all",
    )


def tmux_option(name: str, scope: str) -> str | None:
    """Return the value of an option of the tmux around telex, None where it does not say.

    Args:
        name: the option.
        scope: the flags of ``tmux show-options``.
    """
    try:
        done = subprocess.run(  # noqa: S603  # a fixed program of ours
            ["tmux", "show-options", scope, name],  # noqa: S607  # wherever the person has it
            capture_output=True,
            timeout=_PATIENCE,
            check=True,
            text=True,
        )
    except (OSError, subprocess.SubprocessError, UnicodeError):
        return None
    return done.stdout.strip()

"""The terminal: colours, size, text, and what tmux passes on."""

from __future__ import annotations

import codecs
from collections.abc import Sequence

from app.desktop_notice import tmux_option
from app.doctor.finding import Finding, fine, warning
from app.doctor.patient import Patient

_SMALLEST = (80, 24)
_COLOURS = {None: "no colours", "standard": "16 colours", "256": "256 colours"}
_LOCALES = ("LC_ALL", "LC_CTYPE", "LANG")
_SLOW = 100  # milliseconds tmux may wait after ESC


def check_terminal(patient: Patient) -> Sequence[Finding]:
    """Return what the terminal can do."""
    found = [_kind(patient), *_size(patient), _text(patient)]
    if patient.environment.get("TMUX"):
        found += _tmux()
    return found


def _kind(patient: Patient) -> Finding:
    from rich.console import Console

    environment = patient.environment
    name = environment.get("TERM", "")
    if name in ("", "dumb", "unknown"):
        advice = "start telex in a terminal that sets TERM; telex ask needs none"
        return warning("Terminal", f"TERM is {name or 'not set'}", advice)
    system = Console(force_terminal=True, _environ=dict(environment)).color_system
    if environment.get("NO_COLOR"):
        return fine("Terminal", f"{name}, colours are off (NO_COLOR)")
    words = f"{name}, {_COLOURS.get(system, '16.7 million colours')}"
    program = environment.get("TERM_PROGRAM")
    return fine("Terminal", f"{words}, {program}" if program else words)


def _size(patient: Patient) -> Sequence[Finding]:
    if patient.size is None:
        return []
    width, height = patient.size
    words = f"{width} x {height}"
    if width < _SMALLEST[0] or height < _SMALLEST[1]:
        return [warning("Size", words, "at least 80 x 24 shows everything: enlarge the window")]
    return [fine("Size", words)]


def _text(patient: Patient) -> Finding:
    name = next((each for each in _LOCALES if patient.environment.get(each)), None)
    value = patient.environment.get(name, "") if name else ""
    if name is None:
        advice = "set LANG, for example to C.UTF-8, where letters or lines look wrong"
        return warning("Text", "no locale is set", advice)
    encoding = value.partition(".")[2].partition("@")[0]
    try:
        utf8 = codecs.lookup(encoding).name == "utf-8"
    except LookupError:
        utf8 = False
    if not utf8:
        advice = f"set {name} to a UTF-8 locale, for example C.UTF-8"
        return warning("Text", f"{name}={value} is not UTF-8", advice)
    return fine("Text", f"UTF-8 ({name}={value})")


def _tmux() -> list[Finding]:
    focus = tmux_option("focus-events", "-gv")
    if focus is None:
        # A container or another machine may have the variable and no tmux: all else still works.
        words = "TMUX is set, but no tmux answers: its options are not judged"
        return [warning("tmux", words, "where telex runs in tmux, put tmux into the PATH")]
    found = []
    if focus != "on":
        advice = "tmux set -g focus-events on; without it no bell rings when an answer ends"
        found.append(warning("tmux", "focus-events is off", advice))
    wait = tmux_option("escape-time", "-sv") or "0"
    if wait.isdecimal() and int(wait) > _SLOW:
        words = f"it waits {wait} ms after esc"
        found.append(warning("tmux", words, "tmux set -s escape-time 20"))
    if tmux_option("set-clipboard", "-sv") == "off":
        advice = "tmux set -s set-clipboard on; until then copies stay within tmux"
        found.append(warning("tmux", "set-clipboard is off", advice))
    mouse = tmux_option("mouse", "-gv")
    found.append(fine("tmux", f"mouse {mouse}" if mouse else "no word about the mouse"))
    return found

"""Which keys there are, how people may spell them, and which never arrive as themselves."""

from __future__ import annotations

import difflib
import string
import unicodedata
from collections.abc import Mapping

_SPELLINGS: Mapping[str, str] = {
    "esc": "escape",
    "return": "enter",
    "del": "delete",
    "ins": "insert",
    "pgup": "pageup",
    "pgdn": "pagedown",
    "pgdown": "pagedown",
    "page_up": "pageup",
    "page_down": "pagedown",
    "backtab": "shift+tab",
    "ctrl+slash": "ctrl+underscore",
    "ctrl+[": "ctrl+left_square_bracket",
    "ctrl+]": "ctrl+right_square_bracket",
    "ctrl+space": "ctrl+at",
}
_HELD: Mapping[str, str] = {"control": "ctrl", "strg": "ctrl", "option": "alt"}
# Textual's names for characters whose Unicode name is another.
_CHARACTER_NAMES: Mapping[str, str] = {
    "solidus": "slash",
    "reverse_solidus": "backslash",
    "commercial_at": "at",
    "hyphen_minus": "minus",
    "plus_sign": "plus",
    "low_line": "underscore",
}
_MOVES = ("up", "down", "left", "right", "home", "end", "pageup", "pagedown", "insert", "delete")
_LETTERS = tuple(string.ascii_lowercase)


def _name_of(character: str) -> str:
    name = unicodedata.name(character).lower().replace("-", "_").replace(" ", "_")
    return _CHARACTER_NAMES.get(name, name)


_PUNCTUATION = tuple(_name_of(character) for character in string.punctuation)
CHARACTERS = frozenset((*string.ascii_letters, *string.digits, *_PUNCTUATION, "space"))
"""Keys that write something."""
WRITING = frozenset(
    (
        "enter",
        "backspace",
        "tab",
        "shift+tab",
        "ctrl+j",
        *_MOVES,
        *(f"shift+{move}" for move in _MOVES),
    )
)
"""Keys that writing cannot do without."""
EDITING = frozenset(f"ctrl+{letter}" for letter in "acdekuvwxy") | {"ctrl+left", "ctrl+right"}
"""Keys that change the text where one writes."""
_KEYS = (
    *sorted(CHARACTERS),
    *sorted(WRITING),
    "escape",
    *(f"f{number}" for number in range(1, 13)),
    *(f"ctrl+{letter}" for letter in _LETTERS),
    *(f"alt+{letter}" for letter in _LETTERS),
    *(f"alt+{digit}" for digit in string.digits),
    *(f"{held}+{move}" for held in ("ctrl", "alt") for move in _MOVES),
    "ctrl+underscore",
    "ctrl+backslash",
    "ctrl+right_square_bracket",
)
_SENT_AS = "terminals send it as {}: it cannot be told from that"
_SWALLOWED: Mapping[str, str] = {
    "ctrl+m": _SENT_AS.format("enter"),
    "ctrl+i": _SENT_AS.format("tab"),
    "ctrl+h": _SENT_AS.format("backspace"),
    "ctrl+left_square_bracket": _SENT_AS.format("esc"),
    "ctrl+at": "input methods take it for themselves",
    "ctrl+b": "tmux takes it for itself",
    "ctrl+z": "shells take it to put programs to sleep",
    "ctrl+c": "it copies what is selected",
    "f10": "terminals open their menu with it",
    "f11": "terminals fill the screen with it",
    "alt+enter": "it arrives as enter, or fills the screen",
    "shift+enter": _SENT_AS.format("enter") + " in most of them",
    "ctrl+enter": _SENT_AS.format("enter") + " in most of them",
    "ctrl+tab": "terminals change to another tab with it",
    "ctrl+backspace": _SENT_AS.format("backspace") + " in many of them",
    "alt+tab": "desktops take it for themselves",
    "alt+f4": "desktops close the window with it",
    "ctrl+pageup": "terminals change to another tab with it",
    "ctrl+pagedown": "terminals change to another tab with it",
}


def normal(text: str) -> str:
    """Return a key as Textual names it, whatever way people spell it; unknown ones as they are."""
    key = text.strip()
    held, last = _parted(key)
    if len(last) > 1:
        last = last.lower()
    elif held and last.isalpha() and held != ["shift"]:
        last = last.lower()  # ctrl+K is ctrl+k
    if held == ["shift"] and len(last) == 1 and last.isalpha():
        return last.upper()
    spelled = "+".join((*held, last))
    spelled = _SPELLINGS.get(spelled, spelled)
    held, last = _parted(spelled)
    last = _SPELLINGS.get(last, last)
    if len(last) == 1 and last in string.punctuation:
        last = _name_of(last)
    joined = "+".join((*held, last))
    return _SPELLINGS.get(joined, joined)


def why_not(key: str) -> str | None:
    """Return why nothing can be on a key, None where something can.

    Args:
        key: as ``normal`` returns it.
    """
    held, last = _parted(key)
    if reason := _SWALLOWED.get(key):
        return f"{text_of(key)} cannot be used: {reason}"
    if "ctrl" in held and len(held) > 1:
        return f"{text_of(key)} cannot be used: terminals send it as something else, or keep it"
    if set(held) & {"super", "meta", "hyper", "cmd", "win"}:
        return f"{text_of(key)} cannot be used: desktops take it for themselves"
    if key in _KEYS:
        return None
    if held == ["ctrl"] and (last in CHARACTERS):
        return f"{text_of(key)} cannot be used: most terminals do not send it"
    near = difflib.get_close_matches(key, _KEYS, n=1, cutoff=0.5)
    hint = f"; did you mean {near[0]!r}?" if near else ""
    return f"there is no key {key!r}{hint} (for example ctrl+k, alt+n, f12, pageup or x)"


def text_of(key: str) -> str:
    """Return a key as people read it."""
    return {"escape": "esc", "ctrl+left_square_bracket": "ctrl+["}.get(key, key)


def _parted(key: str) -> tuple[list[str], str]:
    """Return what is held, and the key that is pressed with it, which may be a plus."""
    *held, last = key[:-1].split("+")
    return [_HELD.get(each.lower(), each.lower()) for each in held if each], last + key[-1:]

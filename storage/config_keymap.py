"""``[keys]`` of the configuration: other keys for what telex can do."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping

from providers.errors import ConfigError
from storage.key_names import KEY_NAMES
from storage.key_rules import CHARACTERS, EDITING, WRITING, normal, text_of, why_not
from storage.toml_table import TomlTable

_TABLE = "keys"
_TYPED_IN = frozenset(
    (
        "app",
        "chat",
        "composer",
        "find",
        "settings",
        "setting-input",
        "ask",
        "help",
        "history.back",
        "history.results",
        "pick-provider",
    )
)
"""Places where people type, and so cannot have letters for keys."""
_TOGETHER = frozenset(
    frozenset(places)
    for places in (
        ("chat", "composer"),
        ("chat", "message"),
        ("chat", "find"),
        ("stats", "columns"),
        ("stats", "pick"),
        ("exchanges", "pick"),
    )
)
"""Places whose keys hold at the same time, besides those of the app, which hold everywhere."""
_NEEDED = "app.palette"


def read_keymap(top: TomlTable) -> Mapping[str, str]:
    """Return the keys that were chosen: for each binding's name its keys, joined by commas.

    An empty text takes the key away.

    Args:
        top: the file's top level.

    Raises:
        ConfigError: a name or a key is not known, a key never arrives, or two actions that hold at
            the same time want the same.
    """
    chosen = dict(_read(top.table(_TABLE), ""))
    check_keymap(chosen)
    return chosen


def check_keymap(chosen: Mapping[str, str]) -> None:
    """Refuse what could not be pressed, or would do two things at once.

    Args:
        chosen: keys, as Textual names them, by the binding's name.

    Raises:
        ConfigError: says which and why.
    """
    for name, keys in chosen.items():
        for key in _parts(keys):
            _check_key(name, key)
    if not chosen.get(_NEEDED, "x"):
        _fail(_NEEDED, "the palette needs a key: it is how everything else can be found")
    for name, keys in chosen.items():
        for key in _parts(keys):
            if other := _taken_by(name, key, chosen):
                words = f"{text_of(key)} is already the key of {other}; give that one another first"
                _fail(name, words)


def spelled(text: str) -> str:
    """Return keys that are separated by commas as Textual names them."""
    if text.strip() == ",":
        return "comma"
    return ",".join(normal(part) for part in text.split(",") if part.strip())


def _read(table: TomlTable, prefix: str) -> Iterable[tuple[str, str]]:
    for name in table.names():
        full = f"{prefix}{name}"
        if not prefix and "." not in name and any(n.startswith(f"{name}.") for n in KEY_NAMES):
            # Without quotes the name is a table in a table, which means the same.
            yield from _read(table.table(name), f"{name}.")
            continue
        if full not in KEY_NAMES:
            near = difflib.get_close_matches(full, KEY_NAMES, n=1, cutoff=0.5)
            hint = f"; did you mean {near[0]!r}?" if near else ""
            _fail(full, f"nothing is called {full!r}{hint} (the help screen, f1, names them all)")
        yield full, spelled(table.words(name))


def _check_key(name: str, key: str) -> None:
    if reason := why_not(key):
        _fail(name, reason)
    place = KEY_NAMES[name].place
    if place not in _TYPED_IN and name not in _TYPED_IN:
        return
    if key in CHARACTERS:
        _fail(name, f"{text_of(key)} could not be typed any longer")
    if key in KEY_NAMES[name].keys or place not in ("app", "chat"):
        return
    if key in WRITING:
        _fail(name, f"{text_of(key)} is needed for writing")
    if place == "app" and key in EDITING:
        _fail(name, f"{text_of(key)} changes the text while you write")


def _taken_by(name: str, key: str, chosen: Mapping[str, str]) -> str | None:
    """Return which other action that holds at the same time has the key."""
    own = KEY_NAMES[name]
    for other in KEY_NAMES.values():
        if other.name == name or not _together(own.place, other.place):
            continue
        keys = _parts(chosen[other.name]) if other.name in chosen else other.keys
        # What overlaps by default was meant to: the place decides there.
        if key in keys and not (key in own.keys and key in other.keys):
            return other.name
    return None


def _together(one: str, other: str) -> bool:
    return one == other or "app" in (one, other) or {one, other} in _TOGETHER


def _parts(keys: str) -> tuple[str, ...]:
    return tuple(key for key in keys.split(",") if key)


def _fail(name: str, reason: str) -> None:
    key = f"{_TABLE}.{name}"
    raise ConfigError(f"{key}: {reason}", key=key)

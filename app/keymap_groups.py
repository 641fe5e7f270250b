"""Every key with what it does, under headings: made from the bindings, as they are in force."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from app.keymap import all_keys_of
from storage.key_names import KEY_NAMES

if TYPE_CHECKING:
    from app.keymap import Configured

_FIRST: Sequence[tuple[str, Sequence[str]]] = (
    ("Writing", ("composer.send", "composer.newline", "composer.editor", "chat.stop")),
    (
        "Routing",
        (
            "chat.cost",
            "chat.latency",
            "chat.quality",
            "chat.manual",
            "chat.next-strategy",
            "chat.strategies",
        ),
    ),
    (
        "Reading",
        ("chat.page-up", "chat.page-down", "chat.messages", "chat.find", "chat.reasoning"),
    ),
)
_PLACES: Mapping[str, str] = {
    "composer": "Writing",
    "app": "Going places",
    "chat": "Going places",
    "message": "With a message",
    "find": "While finding",
    "history": "In the history",
    "stats": "In the stats",
    "columns": "In the stats: days and months",
    "pick": "In the stats: lines that open",
    "exchanges": "In a list of exchanges",
    "exchange": "An exchange",
    "settings": "In the settings",
    "setting-input": "A setting that is typed",
    "setting-pick": "A setting that is picked",
    "keys": "Among the API keys",
    "offer": "Models of a provider",
    "local-models": "Local models",
    "alerts": "Alerts",
    "experiment": "The experiment",
    "compare": "Answers side by side",
    "jobs": "Work under way",
    "doctor": "The doctor",
    "themes": "Themes",
    "strategies": "All strategies",
    "help": "This screen",
    "ask": "A question on a line",
    "choose": "A list to choose from",
    "pick-provider": "Who answers",
    "pick-several": "Who is compared",
}
_NOT_BOUND: Mapping[str, Sequence[tuple[str, str]]] = {
    "Writing": (
        ("up down", "earlier prompts, from the first and the last line"),
        ("tab", "take what is proposed: /commands and @files"),
        ("@file", 'attach a file, @folder/ or @src/*.py; @"with blanks"'),
        ("/", "commands, see below; // begins a text with a slash"),
    ),
    "Reading": (("mouse", "drag selects; ctrl+c copies it"),),
    "With a message": (("↑ ↓", "scroll a line; pgup, pgdn a page; home, end"),),
}
_CODE = "message.copy-code-"


@dataclass(frozen=True, slots=True)
class KeyRow:
    """A line of the help.

    Args:
        keys: as people read them; empty where none is left.
        words: what they do.
        name: of the binding; empty for what is no binding, and so has no other key.
        chosen: whether the person chose the keys.
    """

    keys: str
    words: str
    name: str = ""
    chosen: bool = False

    def matches(self, typed: str) -> bool:
        """Return whether every word that was typed is in it."""
        told = f"{self.keys} {self.words} {self.name}".lower()
        return all(word in told for word in typed.lower().split())


@dataclass(frozen=True, slots=True)
class KeyGroup:
    """Lines of the help that belong together."""

    title: str
    rows: tuple[KeyRow, ...]


def key_groups(owner: Configured, words: Mapping[str, str]) -> Sequence[KeyGroup]:
    """Return every key and command with what it does, under headings.

    Args:
        owner: whose keys are in force.
        words: what each binding does, by its name.
    """
    from app.slash import COMMANDS

    titles: dict[str, list[KeyRow]] = {title: [] for title, _ in _FIRST}
    for title, names in _ordered():
        titles.setdefault(title, []).extend(_row(owner, name, words) for name in names)
    for title, fixed in _NOT_BOUND.items():
        titles[title] += [KeyRow(keys, does) for keys, does in fixed]
    titles["Commands"] = [KeyRow(f"/{each.name.value}", each.words) for each in COMMANDS]
    return [KeyGroup(title, tuple(rows)) for title, rows in titles.items()]


def _ordered() -> Iterator[tuple[str, Sequence[str]]]:
    first = {name for _, names in _FIRST for name in names}
    yield from _FIRST
    # New conversations and the history before the screens of the app.
    for name in sorted(KEY_NAMES, key=lambda each: each.startswith("app.")):
        if name not in first and not _is_another_code_block(name):
            place = KEY_NAMES[name].place
            yield _PLACES.get(place, place.capitalize()), (name,)


def _is_another_code_block(name: str) -> bool:
    return name.startswith(_CODE) and not name.endswith("-1")


def _row(owner: Configured, name: str, words: Mapping[str, str]) -> KeyRow:
    chosen = name in owner.settings.keys
    if name == f"{_CODE}1" and not any(each.startswith(_CODE) for each in owner.settings.keys):
        return KeyRow("1-9", "copy its first, second … code block", name)
    return KeyRow(all_keys_of(owner, name), words[name], name, chosen)

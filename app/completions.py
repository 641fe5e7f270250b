"""How the text in the composer could go on: commands, their arguments, and files."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from app.file_choices import FileChoices
from app.slash import ALIASES, COMMANDS, ArgumentKind, Slash, SlashCommand
from widgets.completion import Completion, CompletionSet

_NAME = re.compile(r"/([^\s/]*)")
_MOST_SHOWN = 50


@dataclass(frozen=True, slots=True)
class Choice:
    """One value an argument can have.

    Args:
        value: what is typed.
        detail: a few words about it, or empty.
    """

    value: str
    detail: str = ""


Choices = Callable[[], Iterable[Choice]]
"""Asked anew every time, in a thread."""


class Completions:
    """Answers the composer's completer.

    Args:
        folder: what file names are relative to.
        arguments: the values there are for each kind of argument.
    """

    def __init__(self, *, folder: Path, arguments: Mapping[ArgumentKind, Choices]) -> None:
        self._arguments = dict(arguments)
        self._files = FileChoices(folder)

    async def complete(self, text: str, cursor: int) -> CompletionSet | None:
        """Return how ``text`` could go on at the offset ``cursor``, or None."""
        if text.startswith("/") and "\n" not in text[:cursor]:
            name = _NAME.match(text)
            assert name is not None  # the text begins with a slash
            if 0 < cursor <= name.end():
                return _commands(text[1:cursor], name.end())
            command = _command(name[1])
            choices = self._arguments.get(command.argument) if command is not None else None
            if choices is not None and text[name.end()].isspace():
                return await asyncio.to_thread(_values, choices, text, name.end() + 1, cursor)
        typed = self._files.typed(text, cursor)
        if typed is None:
            return None
        return await asyncio.to_thread(self._files.complete, *typed)


def _commands(typed: str, end: int) -> CompletionSet | None:
    wanted = typed.lower()
    if wanted in ALIASES:
        # Complete as it is: the key that sends must find it so.
        words = f"{ALIASES[wanted]}: {_words(ALIASES[wanted])}"
        first = [Completion(f"/{wanted}", f"/{wanted}", words)]
    else:
        first = []
    items = [_listed(command) for command in _ranked(wanted)]
    return CompletionSet(0, end, (*first, *items)) if first or items else None


def _ranked(wanted: str) -> Iterable[SlashCommand]:
    # The table's order is the order of use; an exact name comes before all that go on from it.
    begins = [command for command in COMMANDS if command.name.startswith(wanted)]
    begins.sort(key=lambda command: command.name != wanted)
    contains = [command for command in COMMANDS if wanted in command.name[1:]]
    return dict.fromkeys([*begins, *contains])


def _listed(command: SlashCommand) -> Completion:
    if command.argument is ArgumentKind.NONE:
        return Completion(f"/{command.name}", f"/{command.name}", command.words)
    return Completion(f"/{command.name} ", f"/{command.name}", command.words, more=True)


def _command(name: str) -> SlashCommand | None:
    return next((command for command in COMMANDS if command.name == name.lower()), None)


def _words(name: Slash) -> str:
    return next(command.words for command in COMMANDS if command.name is name)


def _values(choices: Choices, text: str, start: int, cursor: int) -> CompletionSet | None:
    wanted = text[start:cursor].strip().casefold()
    found = [choice for choice in choices() if wanted in choice.value.casefold()]
    found.sort(key=lambda choice: not choice.value.casefold().startswith(wanted))
    end = text.find("\n", cursor)
    items = tuple(Completion(each.value, each.value, each.detail) for each in found[:_MOST_SHOWN])
    return CompletionSet(start, len(text) if end < 0 else end, items) if items else None

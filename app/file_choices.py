"""The files a person may mean by what they typed behind an ``@``."""

from __future__ import annotations

import os
import re
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from app.attachment_files import size_text
from providers.sanitise import sanitise
from widgets.completion import Completion, CompletionSet

MOST_SCANNED = 800
"""Entries of one folder that are looked at, in the system's order: a key must not wait for more."""
MOST_SECONDS = 0.05
"""For one listing: a folder on a slow network shows what came until then."""
_MOST_SHOWN = 50
_LONGEST = 1_000  # characters before the cursor that can belong to one name
# The same place as in app.references, but unfinished: the quote may still be open.
_TYPED = re.compile(r'(?:^|(?<=[\s(\uff08\uff0c\u3002\u3001\uff1a]))@("[^"\n]*|[^\s"@][^\s"]*|)$')
_REST = re.compile(r'[^\s"]*"?')


@dataclass(frozen=True, slots=True)
class _Entry:
    name: str
    is_folder: bool
    path: str


class FileChoices:
    """Lists one folder at a time; nothing is remembered between two keys.

    Args:
        folder: what relative names are relative to.
        clock: seconds, monotonic.
    """

    def __init__(self, folder: Path, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._folder = folder
        self._clock = clock

    def typed(self, text: str, cursor: int) -> tuple[int, int, str] | None:
        """Return where the file name at the cursor begins and ends, and it; None without one."""
        begin = max(0, cursor - _LONGEST)
        match = _TYPED.search(text[begin:cursor])
        if match is None:
            return None
        rest = _REST.match(text, cursor)
        assert rest is not None  # it matches the empty string
        # Behind an open quote the rest of the line may be anything.
        end = cursor + (text[cursor : cursor + 1] == '"') if '"' in match[1] else rest.end()
        return begin + match.start(), end, match[1].removeprefix('"')

    def complete(self, start: int, end: int, typed: str) -> CompletionSet | None:
        """Return the files whose names begin with what was typed, then those that contain it.

        Reads a folder: call it in a thread. A folder that cannot be read has no files.
        """
        above, _, begun = typed.rpartition("/")
        prefix = f"{above}/" if "/" in typed else ""
        if typed == "~":
            return CompletionSet(start, end, (Completion("@~/", "~/", "home", more=True),))
        try:
            folder = self._folder / Path(prefix).expanduser()
            found = sorted(self._scan(folder, begun), key=lambda entry: _rank(entry, begun))
        except (OSError, ValueError, RuntimeError):
            return None
        items = tuple(_completion(entry, prefix) for entry in found[:_MOST_SHOWN])
        return CompletionSet(start, end, items) if items else None

    def _scan(self, folder: Path, begun: str) -> Iterator[_Entry]:
        ends = self._clock() + MOST_SECONDS
        wanted = begun.casefold()
        with os.scandir(folder) as entries:
            for number, entry in enumerate(entries):
                if number >= MOST_SCANNED or self._clock() > ends:
                    return
                hidden = entry.name.startswith(".")
                # A dot alone asks for what is hidden, not for every name with an extension.
                if (hidden and not begun.startswith(".")) or (begun == "." and not hidden):
                    continue
                if wanted not in entry.name.casefold() or not _can_be_typed(entry.name):
                    continue
                yield _Entry(entry.name, entry.is_dir(), entry.path)


def _can_be_typed(name: str) -> bool:
    # What a terminal would obey, or a quote in quotes, has no written form.
    return sanitise(name) == name and not set('"\n\t\\').intersection(name)


def _rank(entry: _Entry, begun: str) -> tuple[bool, bool, str]:
    name, wanted = entry.name.casefold(), begun.casefold()
    return (not name.startswith(wanted), not entry.is_folder, name)


def _completion(entry: _Entry, prefix: str) -> Completion:
    path = f"{prefix}{entry.name}"
    quote = '"' if re.search(r"[\s`]|[^\w]$", path) and not path.isalnum() else ""
    if entry.is_folder:
        # The quote stays open: what is in the folder is still to come.
        return Completion(f"@{quote}{path}/", f"{entry.name}/", "folder", more=True)
    return Completion(f"@{quote}{path}{quote} ", entry.name, _size(entry.path))


def _size(path: str) -> str:
    try:
        return size_text(Path(path).stat().st_size)
    except OSError:
        return "unreadable"

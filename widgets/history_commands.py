"""What a person may want in the list of conversations, and the key that says so."""

from __future__ import annotations

from enum import StrEnum
from typing import NamedTuple


class HistoryCommand(StrEnum):
    """Something to be done with the conversation under the cursor, or with the list."""

    PIN = "pin"
    ARCHIVE = "archive"
    TAG = "tag"
    RENAME = "rename"
    DELETE = "delete"
    UNDO = "undo"
    EXPORT = "export"
    FILTER = "filter"
    SHOW_ARCHIVE = "show-archive"
    SEARCH = "search"


class HistoryKey(NamedTuple):
    """A command and how it is given.

    Args:
        key: as the person reads it.
        name: as Textual names it.
        command: what it gives.
        words: what it does in the everyday list.
        archive_words: what it does in the archive, where that is something else.
    """

    key: str
    name: str
    command: HistoryCommand
    words: str
    archive_words: str = ""


HISTORY_KEYS = (
    HistoryKey("p", "p", HistoryCommand.PIN, "pin"),
    HistoryKey("a", "a", HistoryCommand.ARCHIVE, "archive", "take back"),
    HistoryKey("t", "t", HistoryCommand.TAG, "tags"),
    HistoryKey("r", "r", HistoryCommand.RENAME, "rename"),
    HistoryKey("d", "d", HistoryCommand.DELETE, "delete"),
    HistoryKey("u", "u", HistoryCommand.UNDO, "undo"),
    HistoryKey("x", "x", HistoryCommand.EXPORT, "export"),
    HistoryKey("#", "number_sign", HistoryCommand.FILTER, "tag"),
    HistoryKey("A", "A", HistoryCommand.SHOW_ARCHIVE, "archived", "the others"),
    HistoryKey("/", "slash", HistoryCommand.SEARCH, "search"),
)
"""Every command with its key, in the order the hint names them."""

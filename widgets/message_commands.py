"""What a person may want of a message, and the key that says so."""

from __future__ import annotations

from enum import StrEnum
from typing import NamedTuple


class MessageCommand(StrEnum):
    """Something to be done with a message, or with the conversation it stands in."""

    MENU = "menu"
    COPY = "copy"
    COPY_CODE = "copy-code"
    COPY_CHAT = "copy-chat"
    COPY_SELECTION = "copy-selection"
    EDIT = "edit"
    AGAIN = "again"
    AGAIN_WITH = "again-with"
    CONTINUE = "continue"
    OLDER = "older"
    NEWER = "newer"
    RATE_UP = "rate-up"
    RATE_DOWN = "rate-down"
    DELETE = "delete"
    UNDO = "undo"
    EXPLAIN = "explain"
    INSPECT = "inspect"
    FIND = "find"
    LEAVE = "leave"


class CommandKey(NamedTuple):
    """A command and how it is given.

    Args:
        key: as the person reads it, for example "enter" or "1-9".
        keys: as Textual names it, separated by commas.
        words: what it does, for a help screen or a menu.
    """

    key: str
    keys: str
    command: MessageCommand
    words: str


COMMAND_KEYS = (
    CommandKey("enter", "enter", MessageCommand.MENU, "everything that can be done with it"),
    CommandKey("c", "c", MessageCommand.COPY, "copy the message"),
    CommandKey(
        "1-9", "1,2,3,4,5,6,7,8,9", MessageCommand.COPY_CODE, "copy its first, second … code block"
    ),
    CommandKey("C", "C", MessageCommand.COPY_CHAT, "copy the whole conversation"),
    CommandKey("y", "y", MessageCommand.COPY_SELECTION, "copy what is selected (v selects lines)"),
    CommandKey("e", "e", MessageCommand.EDIT, "edit the question and ask it again"),
    CommandKey("r", "r", MessageCommand.AGAIN, "answer again"),
    CommandKey("R", "R", MessageCommand.AGAIN_WITH, "answer again with another model"),
    CommandKey("o", "o", MessageCommand.CONTINUE, "continue an answer that was cut off"),
    CommandKey("←", "left", MessageCommand.OLDER, "the version before this one"),
    CommandKey("→", "right", MessageCommand.NEWER, "the version after this one"),
    CommandKey("+", "plus", MessageCommand.RATE_UP, "rate it good"),
    CommandKey("-", "minus", MessageCommand.RATE_DOWN, "rate it bad"),
    CommandKey("d", "d", MessageCommand.DELETE, "delete it"),
    CommandKey("u", "u", MessageCommand.UNDO, "undo the last deletion"),
    CommandKey("x", "x", MessageCommand.EXPLAIN, "explain why this provider answered"),
    CommandKey("i", "i", MessageCommand.INSPECT, "inspect the request and each attempt"),
    CommandKey("/", "slash", MessageCommand.FIND, "find in the conversation"),
    CommandKey("esc", "escape", MessageCommand.LEAVE, "end the selection or the search, go back"),
)
"""Every command with its key, in the order a menu shows them."""


MOVE_KEYS = (
    ("j k", "next, previous message (also ctrl+down, ctrl+up)"),
    ("↑ ↓", "scroll a line; page up, page down, space a page"),
    ("g G", "first, newest message (also home, end)"),
    ("n N", "next, previous place that was found"),
    ("v", "select lines: ↑ ↓ extend, y copies"),
)
"""Keys that move about in the conversation and what they do."""

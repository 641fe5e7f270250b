"""The commands that are typed: "/" and a name, then what it is about."""

from __future__ import annotations

import difflib
from dataclasses import dataclass
from enum import StrEnum

from providers.errors import TelexError
from providers.sanitise import sanitise_line

_LONGEST_QUOTED = 40  # characters of a wrong name that an error repeats


class Slash(StrEnum):
    """Every command."""

    NEW = "new"
    HISTORY = "history"
    FIND = "find"
    TITLE = "title"
    PIN = "pin"
    ARCHIVE = "archive"
    TAG = "tag"
    BUDGET = "budget"
    CACHE = "cache"
    DELETE = "delete"
    UNDO = "undo"
    STRATEGY = "strategy"
    PROVIDER = "provider"
    PERSONA = "persona"
    TEMPLATE = "template"
    COMPARE = "compare"
    COPY = "copy"
    CODE = "code"
    EDIT = "edit"
    AGAIN = "again"
    CONTINUE = "continue"
    RATE = "rate"
    EXPLAIN = "explain"
    INSPECT = "inspect"
    EXPORT = "export"
    PANELS = "panels"
    STATS = "stats"
    KEYS = "keys"
    EDITOR = "editor"
    HELP = "help"
    QUIT = "quit"


class ArgumentKind(StrEnum):
    """What may stand behind a command's name."""

    NONE = "none"
    TEXT = "text"
    MONEY = "money"
    SWITCH = "switch"
    STRATEGY = "strategy"
    PROVIDER = "provider"
    PERSONA = "persona"
    TEMPLATE = "template"
    TAG = "tag"
    RATING = "rating"
    FORMAT = "format"


@dataclass(frozen=True, slots=True)
class SlashCommand:
    """One line of the table.

    Args:
        name: what is typed behind the slash.
        argument: what may follow it.
        words: what it does.
    """

    name: Slash
    argument: ArgumentKind
    words: str


COMMANDS: tuple[SlashCommand, ...] = (
    SlashCommand(Slash.NEW, ArgumentKind.NONE, "begin a new conversation"),
    SlashCommand(Slash.HISTORY, ArgumentKind.NONE, "reopen a conversation"),
    SlashCommand(Slash.FIND, ArgumentKind.TEXT, "find words in this conversation"),
    SlashCommand(Slash.TITLE, ArgumentKind.TEXT, "name this conversation"),
    SlashCommand(Slash.PIN, ArgumentKind.NONE, "keep this conversation on top, or no longer"),
    SlashCommand(Slash.ARCHIVE, ArgumentKind.NONE, "put this conversation away, or back"),
    SlashCommand(Slash.TAG, ArgumentKind.TAG, "put a tag on this conversation, or take it off"),
    SlashCommand(Slash.BUDGET, ArgumentKind.MONEY, "limit what this conversation may cost"),
    SlashCommand(Slash.CACHE, ArgumentKind.SWITCH, "let answers here be given again, or not"),
    SlashCommand(Slash.DELETE, ArgumentKind.TEXT, "delete this conversation, or its last message"),
    SlashCommand(Slash.UNDO, ArgumentKind.NONE, "bring back what was deleted last"),
    SlashCommand(Slash.STRATEGY, ArgumentKind.STRATEGY, "choose how messages are routed"),
    SlashCommand(Slash.PROVIDER, ArgumentKind.PROVIDER, "name who answers"),
    SlashCommand(Slash.PERSONA, ArgumentKind.PERSONA, "choose who the model is"),
    SlashCommand(Slash.TEMPLATE, ArgumentKind.TEMPLATE, "begin with a prepared prompt"),
    SlashCommand(Slash.COMPARE, ArgumentKind.TEXT, "ask several models the same"),
    SlashCommand(Slash.COPY, ArgumentKind.TEXT, "copy the last answer, or all of them"),
    SlashCommand(Slash.CODE, ArgumentKind.TEXT, "copy code of the last answer"),
    SlashCommand(Slash.EDIT, ArgumentKind.NONE, "change the last question and ask again"),
    SlashCommand(Slash.AGAIN, ArgumentKind.PROVIDER, "answer the last question again"),
    SlashCommand(Slash.CONTINUE, ArgumentKind.NONE, "go on with an answer that was cut off"),
    SlashCommand(Slash.RATE, ArgumentKind.RATING, "say how good the last answer was"),
    SlashCommand(Slash.EXPLAIN, ArgumentKind.NONE, "say why this provider was chosen"),
    SlashCommand(Slash.INSPECT, ArgumentKind.NONE, "show everything about the last answer"),
    SlashCommand(Slash.EXPORT, ArgumentKind.FORMAT, "write this conversation to a file"),
    SlashCommand(Slash.PANELS, ArgumentKind.NONE, "show or fold the panels"),
    SlashCommand(Slash.STATS, ArgumentKind.NONE, "show spend, requests and latency"),
    SlashCommand(Slash.KEYS, ArgumentKind.NONE, "add, test or remove API keys"),
    SlashCommand(Slash.EDITOR, ArgumentKind.NONE, "go on writing in your own editor"),
    SlashCommand(Slash.HELP, ArgumentKind.NONE, "show every key and command"),
    SlashCommand(Slash.QUIT, ArgumentKind.NONE, "leave telex"),
)
ALIASES = {"q": Slash.QUIT, "n": Slash.NEW, "?": Slash.HELP}
"""Short names."""


@dataclass(frozen=True, slots=True)
class Given:
    """A command as it was given.

    Args:
        command: which one.
        argument: all that follows its name, lines included, without the blanks around it.
    """

    command: Slash
    argument: str


class UnknownCommand(TelexError):
    """What begins with a slash names no command; the message says how to send it as text."""


def parse(text: str) -> Given:
    """Return the command that ``text`` gives. Upper and lower case are the same.

    Raises:
        UnknownCommand: there is none of that name.
    """
    name, argument = split(text)
    lowered = name.lower()
    if lowered in ALIASES:
        return Given(ALIASES[lowered], argument)
    try:
        return Given(Slash(lowered), argument)
    except ValueError:
        raise UnknownCommand(_advice(name)) from None


def split(text: str) -> tuple[str, str]:
    """Return the name behind the slash, whether there is such a command or not, and the rest."""
    name, *rest = text.removeprefix("/").split(None, 1) or [""]
    return name, rest[0].strip() if rest else ""


def _advice(name: str) -> str:
    shown = sanitise_line(name[:_LONGEST_QUOTED]) + "…" * (len(name) > _LONGEST_QUOTED)
    wanted = name[:_LONGEST_QUOTED].lower()
    begun = [each.value for each in Slash if wanted and each.startswith(wanted)]
    near = begun or difflib.get_close_matches(wanted, list(Slash), n=1)
    meant = f"did you mean /{near[0]}?" if near else "/help lists what there is;"
    return f"/{shown} is no command: {meant} To send it as text, start with // instead of /"

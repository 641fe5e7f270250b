"""A TOML text cut into its statements: which lines each takes, and what it is about."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum, auto

TomlKey = tuple[str, ...]

# In this order: three quotes before one, and strings before what might stand inside them.
_TOKEN = re.compile(
    r'"""(?:\\.|[^\\])*?"{3,5}'
    r"|'''.*?'{3,5}"
    r'|"(?:\\.|[^"\\\n])*"'
    r"|'[^'\n]*'"
    r"|#[^\n]*|[\[\]{}]|\n",
    re.DOTALL,
)
_PART = r"""(?:"(?:[^"\\]|\\.)*"|'[^']*'|[A-Za-z0-9_-]+)"""
_DOTTED = rf"{_PART}(?:[ \t]*\.[ \t]*{_PART})*"
_HEADER = re.compile(rf"[ \t]*(\[\[?)[ \t]*({_DOTTED})[ \t]*\]")
_KEY = re.compile(rf"[ \t]*({_DOTTED})[ \t]*=")


class Sort(Enum):
    """What kind of statement it is."""

    HEADER = auto()
    """``[table]``."""
    ARRAY_HEADER = auto()
    """``[[array]]``."""
    PAIR = auto()
    """``key = value``."""


@dataclass(frozen=True, slots=True)
class Statement:
    """One statement.

    Args:
        sort: what kind it is.
        path: the key from the top, or the table that a header begins.
        table: the table that it stands in; a header stands in its own.
        first, last: its lines, counted from 0, the last one included.
    """

    sort: Sort
    path: TomlKey
    table: TomlKey
    first: int
    last: int


def statements(text: str) -> tuple[Statement, ...]:
    """Return the statements of ``text``, in its order. Comments and blank lines are none.

    Args:
        text: TOML that parses, with line feeds for line ends.
    """
    found = []
    table: TomlKey = ()
    for first, last, words in _pieces(text):
        if header := _HEADER.match(words):
            table = parts(header[2])
            sort = Sort.ARRAY_HEADER if header[1] == "[[" else Sort.HEADER
            found.append(Statement(sort, table, table, first, last))
        elif pair := _KEY.match(words):
            found.append(Statement(Sort.PAIR, (*table, *parts(pair[1])), table, first, last))
    return tuple(found)


def parts(dotted: str) -> TomlKey:
    """Return the parts of a dotted key as they are meant, without quotes."""
    value: object = tomllib.loads(f"{dotted} = 0")
    names = []
    while isinstance(value, dict):
        ((name, value),) = value.items()
        names.append(name)
    return tuple(names)


def _pieces(text: str) -> Iterator[tuple[int, int, str]]:
    """Yield first line, last line and words of everything that one line break ends."""
    begin = line = first = depth = 0
    for token in _TOKEN.finditer(text):
        words = token[0]
        if words in ("[", "{"):
            depth += 1
        elif words in ("]", "}"):
            depth -= 1
        elif words == "\n" and depth == 0:
            yield first, line, text[begin : token.start()]
            begin, first = token.end(), line + 1
        line += words.count("\n")
    yield first, line, text[begin:]

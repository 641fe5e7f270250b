"""On which line of a TOML text a key stands. tomllib tells values, not places."""

from __future__ import annotations

import re

_PART = r"""(?:"(?:[^"\\]|\\.)*"|'[^']*'|[A-Za-z0-9_-]+)"""
_DOTTED = rf"{_PART}(?:\s*\.\s*{_PART})*"
_HEADER = re.compile(rf"\s*(\[\[?)\s*({_DOTTED})\s*\]")
_KEY = re.compile(rf"\s*({_DOTTED})\s*=")
_ANY_PART = re.compile(_PART)
_MULTILINE = re.compile(r'"""|' + "'''")


def line_of(text: str, key: str) -> int | None:
    """Return the line of ``key``, or of the table it belongs to, counted from 1.

    Args:
        text: TOML that parses.
        key: dotted, such as ``providers.openai.model``; tables of an array are counted from 1:
            ``alerts[2].name``.
    """
    places = _scan(text)
    while key:
        if key in places:
            return places[key]
        # A value in an inline table: the line of that table, or of the array that holds it.
        key = key.rpartition("[" if key.endswith("]") else ".")[0]
    return None


def _scan(text: str) -> dict[str, int]:
    places: dict[str, int] = {}
    counts: dict[str, int] = {}
    table = ""
    inside: str | None = None  # the quotes that end a multi-line string
    for number, line in enumerate(text.splitlines(), start=1):
        began_inside = inside is not None
        inside = _after(line, inside)
        if began_inside:
            continue
        if header := _HEADER.match(line):
            table = _joined(header[2])
            if header[1] == "[[":
                counts[table] = counts.get(table, 0) + 1
                table = f"{table}[{counts[table]}]"
            places.setdefault(table, number)
        elif key := _KEY.match(line):
            name = _joined(key[1])
            places.setdefault(f"{table}.{name}" if table else name, number)
    return places


def _after(line: str, inside: str | None) -> str | None:
    """Return the quotes of the multi-line string that is open after ``line``, if any."""
    for found in _MULTILINE.finditer(line):
        if inside is None:
            inside = found[0]
        elif inside == found[0]:
            inside = None
    return inside


def _joined(dotted: str) -> str:
    return ".".join(_unquoted(part) for part in _ANY_PART.findall(dotted))


def _unquoted(part: str) -> str:
    return part[1:-1] if part[0] in "\"'" else part

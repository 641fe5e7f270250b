"""Changing values in a TOML text while every other line stays as it is.

tomlkit changes one statement at a time, because it keeps what stands beside a value. Where a new
statement goes is decided in ``storage.toml_insert``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from storage.toml_insert import insert, insert_section
from storage.toml_item import TomlValue, item
from storage.toml_statements import Sort, Statement, TomlKey, statements

_MEANT_EMPTY = frozenset({("hedging",)})
"""Tables that say something by being there: losing their last key must not remove them."""


def set_value(text: str, key: TomlKey, value: TomlValue) -> str:
    """Return ``text`` with ``key`` at ``value``.

    Args:
        text: TOML that parses, with line feeds for line ends.
        key: its parts, from the top. The tables that hold it are made where they are missing.
        value: what it is to be.
    """
    found = statements(text)
    holder = _holder(found, key)
    if holder is not None:
        return _replaced(text, holder, _within(_words(text, holder), _inner(holder, key), value))
    if any(_begins(each.path, key) for each in found):
        # It stands under a header of its own.
        text = remove_value(text, key)
        found = statements(text)
    if isinstance(value, Mapping) and len(key) == 1:
        return insert_section(text, found, key, value)
    return insert(text, found, key, value)


def remove_value(text: str, key: TomlKey) -> str:
    """Return ``text`` without ``key``; a table that holds nothing any more goes too.

    Comments stay, but for those on the same line as what goes.

    Args:
        text: TOML that parses, with line feeds for line ends.
        key: its parts, from the top; nothing happens where it is not there.
    """
    found = statements(text)
    holder = _holder(found, key)
    if holder is None or holder.path == key:
        doomed = [each for each in found if _begins(each.path, key)]
    else:
        words = _without(_words(text, holder), _inner(holder, key))
        if words is not None:
            return _replaced(text, holder, words)
        doomed = [holder]
    lines = text.split("\n")
    for block in reversed(_blocks(lines, _with_header(lines, found, doomed))):
        _cut(lines, *block)
    return "\n".join(lines)


def _holder(found: Sequence[Statement], key: TomlKey) -> Statement | None:
    """Return the pair that is ``key``, or whose inline table would hold it."""
    pairs = (each for each in found if each.sort is Sort.PAIR)
    return next((each for each in pairs if _begins(key, each.path)), None)


def _begins(path: TomlKey, start: TomlKey) -> bool:
    return path[: len(start)] == start


def _inner(holder: Statement, key: TomlKey) -> TomlKey:
    """Return ``key`` as it is called inside the table that ``holder`` stands in."""
    return key[len(holder.table) :]


def _words(text: str, statement: Statement) -> str:
    return "\n".join(text.split("\n")[statement.first : statement.last + 1])


def _replaced(text: str, statement: Statement, words: str) -> str:
    lines = text.split("\n")
    lines[statement.first : statement.last + 1] = [words]
    return "\n".join(lines)


def _within(words: str, key: TomlKey, value: TomlValue) -> str:
    """Return a statement with ``key`` at ``value``, everything beside it kept."""
    import tomlkit  # not needed before something is changed

    line, end = _line_end(words)
    document: Any = tomlkit.parse(line)
    place = document
    for part in key[:-1]:
        if part not in place:
            place[part] = tomlkit.inline_table()
        place = place[part]
    place[key[-1]] = item(value)
    return tomlkit.dumps(document) + end


def _without(words: str, key: TomlKey) -> str | None:
    """Return a statement without a key of its inline table, None where that holds nothing then."""
    import tomlkit

    line, end = _line_end(words)
    document: Any = tomlkit.parse(line)
    tables = [document]
    for part in key[:-1]:
        if part not in tables[-1]:
            return words
        tables.append(tables[-1][part])
    for table, part in zip(reversed(tables), reversed(key), strict=True):
        table.pop(part, None)
        if table:
            return tomlkit.dumps(document) + end
    return None


def _line_end(words: str) -> tuple[str, str]:
    """Return a statement, and the rest of a line end of two characters."""
    line = words.removesuffix("\r")
    return line, words[len(line) :]


def _with_header(
    lines: Sequence[str], found: Sequence[Statement], doomed: Sequence[Statement]
) -> list[Statement]:
    """Return ``doomed`` and the header that would stand over nothing, not even a comment."""
    tables = {each.table for each in doomed if each.sort is Sort.PAIR}
    gone = list(doomed)
    for table in tables - _MEANT_EMPTY:
        all_in_it = [each for each in found if each.table == table]
        left = [each for each in all_in_it if each not in doomed]
        if [each.sort for each in left] != [Sort.HEADER]:
            continue
        header, last = left[0], all_in_it[-1]
        after = lines[last.last + 1 :][:1]
        between = [lines[number] for number in range(header.first, last.first)]
        if not any("#" in line for line in [*between, *after]):
            gone.append(header)
    return sorted(gone, key=lambda each: each.first)


def _blocks(lines: Sequence[str], doomed: Sequence[Statement]) -> list[tuple[int, int]]:
    """Return first and last line of what goes, with nothing but blank lines between as one."""
    blocks: list[tuple[int, int]] = []
    for each in doomed:
        if blocks and not any(line.strip() for line in lines[blocks[-1][1] + 1 : each.first]):
            blocks[-1] = (blocks[-1][0], each.last)
        else:
            blocks.append((each.first, each.last))
    return blocks


def _cut(lines: list[str], first: int, last: int) -> None:
    """Take lines out, and one of two blank ones that would come together."""
    at_start = first == 0
    at_end = not any(line.strip() for line in lines[last + 1 :])
    blank_before = at_start or not lines[first - 1].strip()
    blank_after = at_end or not lines[last + 1].strip()
    if blank_before and blank_after:
        if not at_end:
            last += 1
        elif not at_start:
            first -= 1
    del lines[first : last + 1]

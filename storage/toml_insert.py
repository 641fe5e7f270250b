"""Where a new statement goes in a TOML text: beside its siblings, below no other one's comment."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from storage.toml_item import TomlValue, pair, part
from storage.toml_statements import Sort, Statement, TomlKey


def insert(text: str, found: Sequence[Statement], key: TomlKey, value: TomlValue) -> str:
    """Return ``text`` with a key that it does not hold yet.

    Args:
        text: TOML that parses, with line feeds for line ends.
        found: its statements.
        key: its parts, from the top.
        value: what it is to be.
    """
    lines = text.split("\n")
    table = key[:-1]
    # A dotted key has opened the table already: TOML allows no header for it.
    dotted = [
        each
        for each in found
        if each.sort is Sort.PAIR
        and len(each.table) < len(table) < len(each.path)
        and each.path[: len(table)] == table
    ]
    siblings = dotted or [each for each in found if each.table == table]
    if siblings:
        last = siblings[-1]
        lines.insert(last.last + 1, pair(key[len(last.table) :], value))
    elif table:
        return insert_section(text, found, table, {key[-1]: value})
    else:
        _insert_on_top(lines, pair(key, value))
    return _ended("\n".join(lines))


def insert_section(
    text: str, found: Sequence[Statement], table: TomlKey, values: Mapping[str, TomlValue]
) -> str:
    """Return ``text`` with a table under a header of its own, which it does not hold yet.

    Args:
        text: TOML that parses, with line feeds for line ends.
        found: its statements.
        table: the table's name.
        values: what it holds.
    """
    lines = text.split("\n")
    words = [
        f"[{'.'.join(map(part, table))}]",
        *(pair((name,), value) for name, value in values.items()),
    ]
    place = _place_of_section(lines, found, table)
    blank_before = place > 0 and bool(lines[place - 1].strip())
    if any(line.strip() for line in lines[place : place + 1]):
        # Where tables stand close together, the new one does too.
        blank_before = False
    lines[place:place] = ["", *words] if blank_before else words
    return _ended("\n".join(lines))


def _place_of_section(lines: Sequence[str], found: Sequence[Statement], table: TomlKey) -> int:
    """Return the line before which a table goes: behind its siblings, or at the end."""
    family = [each for each in found if len(table) > 1 and each.table[:1] == table[:1]]
    if not family:
        return _without_blank_end(lines)
    place = family[-1].last + 1
    end = place
    while end < len(lines) and lines[end].strip().startswith("#"):
        end += 1
    # Comments that run into the next header belong to that.
    return end if end == len(lines) or not lines[end].strip() else place


def _without_blank_end(lines: Sequence[str]) -> int:
    end = len(lines)
    while end and not lines[end - 1].strip():
        end -= 1
    return end


def _insert_on_top(lines: list[str], words: str) -> None:
    """Put the first key above all tables, below what is said about the file as a whole."""
    filled = [number for number, line in enumerate(lines) if line.strip()]
    if not filled:
        lines.insert(0, words)
        return
    end = begin = filled[0]
    while end < len(lines) and lines[end].startswith("#"):
        end += 1
    about_the_file = end > begin and not any(line.strip() for line in lines[end : end + 1])
    if about_the_file:
        lines[end:end] = ["", words]
    else:
        lines[begin:begin] = [words, ""]


def _ended(text: str) -> str:
    return text if text.endswith("\n") else f"{text}\n"

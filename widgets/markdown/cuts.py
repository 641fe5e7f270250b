"""Where a long block may be cut, so that its end can be parsed without its beginning."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from widgets.markdown.parse import Parsed

_LONG = 3_000  # characters a block has before it is cut
_LONG_CODE = 4_500  # characters code has before it is cut where something new begins
_LONGER_CODE = 6_500  # characters code has before it is cut anywhere
_CODE = frozenset({"fence", "code_block"})


def cut_of(block: Parsed, source: str, starts: Sequence[int]) -> int | None:
    """Return the line of ``source`` from where a block may be parsed apart from its beginning.

    Further text changes nothing about it: all lines it depends on are complete.

    Args:
        block: a block of ``source``.
        source: the text.
        starts: where each of its lines starts.
    """
    begin = starts[block.line]
    if len(source) - begin < _LONG:
        return None
    complete = len(starts) - 1
    kind = block.tokens[0].type
    for line in _candidates(block):
        if line + 1 >= complete:
            return None
        length = starts[line] - begin
        if length < (_LONG_CODE if kind in _CODE else _LONG):
            continue
        if kind == "paragraph_open":
            # Not what could begin another block there: only a word.
            if source[starts[line]].isalpha():
                return line
        elif kind in _CODE:
            longer = length >= _LONGER_CODE and _written(source, starts, line)
            if longer or _suits(source, starts, line):
                return line
        else:
            return line
    return None


def _candidates(block: Parsed) -> Iterable[int]:
    opening, *inner = block.tokens
    first, stop = opening.map or (0, 0)
    match opening.type:
        case "fence":
            return range(first + 1, stop - 1)
        case "code_block" | "paragraph_open":
            return range(first + 1, stop)
        case "bullet_list_open" | "ordered_list_open":
            items = (token for token in inner if token.type == "list_item_open")
            return [item.map[0] for item in items if item.level == 1 and item.map]
        case "blockquote_open":
            children = (token for token in inner if token.level == 1 and token.nesting >= 0)
            return [child.map[0] for child in children if child.map]
        case "table_open":
            rows = [token for token in inner if token.type == "tr_open" and token.map]
            return [row.map[0] for row in rows[1:] if row.map]
        case _:
            return ()


def _suits(source: str, starts: Sequence[int], line: int) -> bool:
    """Return whether code begins something new: a line at the margin below a blank one."""
    above = source[starts[line - 1] : starts[line]]
    return not above.strip() and not source[starts[line]].isspace()


def _written(source: str, starts: Sequence[int], line: int) -> bool:
    return bool(source[starts[line] : starts[line + 1]].strip())

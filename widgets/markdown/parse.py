"""Markdown source to blocks."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from markdown_it.token import Token

from providers.sanitise import sanitise_line
from widgets.markdown.blocks import Block, Heading, Item, Items, Paragraph, Plain, Quote, Rule
from widgets.markdown.code import Code
from widgets.markdown.inline import MARKDOWN, Inline
from widgets.markdown.table import Row, Table

_PLAIN_PIECE = 4_000  # characters of plain text that are painted at a time

_DEEPEST = MARKDOWN.options["maxNesting"] - 1

_CHECKS = {"[ ] ": "☐", "[x] ": "☑", "[X] ": "☑"}
_BULLET = "•"


class Parsed(NamedTuple):
    """A block with its place in the source.

    Args:
        block: the block.
        line: the line it starts at.
        tokens: what the parser made of it.
    """

    block: Block
    line: int
    tokens: Sequence[Token]

    @property
    def head_lines(self) -> int:
        """Lines at its beginning without which the rest of it is something else."""
        return {"fence": 1, "table_open": 2}.get(self.tokens[0].type, 0)

    @property
    def next_number(self) -> int | None:
        """The number of an item below an ordered list, None for another block."""
        if isinstance(self.block, Items) and self.tokens[0].type == "ordered_list_open":
            return _first_number(self.tokens[0]) + len(self.block.items)
        return None


def parse_lines(
    text: str, environment: dict[str, Any] | None = None, number: int | None = None
) -> list[Parsed]:
    """Return the blocks of ``text`` with the line each one starts at.

    Args:
        text: Markdown.
        environment: the links that are defined, as markdown-it keeps them; those of ``text``
            are added.
        number: the number an ordered list begins with where ``text`` does, whatever it says.
    """
    if environment is None:
        environment = {}
    tokens: list[Token] = []
    MARKDOWN.block.parse(text, MARKDOWN, environment, tokens)
    if number is not None and tokens and tokens[0].type == "ordered_list_open":
        tokens[0].attrs["start"] = number
    return [_parsed(group, text, environment) for group in _groups(tokens)]


def _groups(tokens: Sequence[Token]) -> Iterator[Sequence[Token]]:
    """Yield the tokens of each block."""
    first = 0
    for index, token in enumerate(tokens):
        if token.level == 0 and token.nesting <= 0:
            yield tokens[first : index + 1]
            first = index + 1


def _parsed(tokens: Sequence[Token], text: str, environment: dict[str, Any]) -> Parsed:
    line, stop = tokens[0].map or (0, 0)
    if any(token.level >= _DEEPEST for token in tokens):
        # The parser drops what is nested deeper than it goes: such text is shown as it is.
        return Parsed(Plain("\n".join(text.split("\n")[line:stop])), line, tokens)
    return Parsed(next(_read(iter(tokens), environment)), line, tokens)


def plain_blocks(text: str) -> Iterator[Plain]:
    """Yield ``text`` without markup, in pieces that are quick to paint."""
    at = 0
    while at < len(text):
        end = at + _PLAIN_PIECE
        # Pieces end with a line where there is one, else with a word.
        newline = text.rfind("\n", at, end) if end < len(text) else -1
        space = text.rfind(" ", at, end) if end < len(text) else -1
        if newline > at:
            end = newline
        elif space > at:
            end = space
        yield Plain(text[at:end])
        at = end + (newline > at or space > at)


def _read(tokens: Iterator[Token], references: dict[str, Any]) -> Iterator[Block]:
    """Yield blocks until the enclosing one closes."""
    for token in tokens:
        match token.type:
            case "paragraph_open":
                yield Paragraph(_inline(tokens, references), token.hidden)
            case "heading_open":
                yield Heading(int(token.tag[1]), _inline(tokens, references))
            case "fence" | "code_block":
                words = sanitise_line(token.info).split()
                yield Code(token.content.removesuffix("\n"), words[0] if words else "")
            case "hr":
                yield Rule()
            case "blockquote_open":
                yield Quote(list(_read(tokens, references)))
            case "bullet_list_open" | "ordered_list_open":
                yield _list(token, tokens, references)
            case "table_open":
                yield _table(tokens, references)
            case kind if kind.endswith("_close"):
                return


def _inline(tokens: Iterator[Token], references: dict[str, Any]) -> Inline:
    content = next(tokens).content
    next(tokens)  # its closing token
    return Inline(content, references)


def _list(opening: Token, tokens: Iterator[Token], references: dict[str, Any]) -> Items:
    ordered = opening.type == "ordered_list_open"
    number = _first_number(opening) if ordered else 0
    items: list[Item] = []
    bodies: list[list[Block]] = []
    for token in tokens:
        if token.type != "list_item_open":
            break
        bodies.append(list(_read(tokens, references)))
    tight = not any(
        isinstance(block, Paragraph) and not block.tight for body in bodies for block in body
    )
    widest = len(str(number + len(bodies) - 1)) + 1 if ordered else 1
    for index, body in enumerate(bodies):
        marker = f"{number + index}." if ordered else _BULLET
        items.append(Item(marker.rjust(widest), body, tight) if ordered else _check(body, tight))
    return Items(items)


def _first_number(opening: Token) -> int:
    return int(opening.attrs.get("start", 1))


def _check(body: list[Block], tight: bool) -> Item:
    """Return a bullet's item, with a box for a marker where it is a task."""
    if body and isinstance(first := body[0], Paragraph):
        source = first.inline.source
        if marker := _CHECKS.get(source[:4]):
            text = Paragraph(Inline(source[4:], first.inline.references), first.tight)
            return Item(marker, [text, *body[1:]], tight)
    return Item(_BULLET, body, tight)


def _table(tokens: Iterator[Token], references: dict[str, Any]) -> Table:
    rows: list[Row] = []
    cells: list[Inline] = []
    alignments: list[str] = []
    for token in tokens:
        if token.type == "tr_open":
            cells = []
        elif token.type in {"th_open", "td_open"}:
            if token.type == "th_open":
                style = str(token.attrs.get("style", ""))
                alignments.append(style.removeprefix("text-align:") or "left")
            cells.append(_inline(tokens, references))
        elif token.type == "tr_close":
            rows.append(cells)
        elif token.type == "table_close":
            break
    return Table(rows[0], rows[1:], alignments)

"""Markdown source to blocks, whole or as it arrives."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from markdown_it.token import Token

from providers.sanitise import sanitise_line
from widgets.markdown.blocks import Block, Heading, Item, Items, Paragraph, Plain, Quote, Rule
from widgets.markdown.code import Code
from widgets.markdown.inline import MARKDOWN, Inline
from widgets.markdown.table import Row, Table

_LONGEST_MARKDOWN = 200_000  # characters; a longer message is painted as plain text
_PLAIN_PIECE = 4_000  # characters of it that are painted at a time

_DEEPEST = MARKDOWN.options["maxNesting"] - 1

_CHECKS = {"[ ] ": "☐", "[x] ": "☑", "[X] ": "☑"}
_BULLET = "•"


class Parsed(NamedTuple):
    """A block and the source line it starts at."""

    block: Block
    line: int


def parse(text: str) -> list[Block]:
    """Return the blocks of ``text``. Inline markup is parsed when a block is painted."""
    if len(text) > _LONGEST_MARKDOWN:
        return list(plain_blocks(text))
    return [parsed.block for parsed in parse_lines(text)]


def parse_lines(text: str) -> list[Parsed]:
    """Return the blocks of ``text`` with the line each one starts at."""
    references: dict[str, Any] = {}
    tokens: list[Token] = []
    MARKDOWN.block.parse(text, MARKDOWN, references, tokens)
    # The parser drops what is nested deeper than it goes: such text is shown as it is.
    if any(token.level >= _DEEPEST for token in tokens):
        return [Parsed(Plain(text), 0)]
    return list(_read(iter(tokens), references))


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


def _read(tokens: Iterator[Token], references: dict[str, Any]) -> Iterator[Parsed]:
    """Yield blocks until the enclosing one closes."""
    for token in tokens:
        line = token.map[0] if token.map else 0
        match token.type:
            case "paragraph_open":
                yield Parsed(Paragraph(_inline(tokens, references), token.hidden), line)
            case "heading_open":
                yield Parsed(Heading(int(token.tag[1]), _inline(tokens, references)), line)
            case "fence" | "code_block":
                words = sanitise_line(token.info).split()
                code = Code(token.content.removesuffix("\n"), words[0] if words else "")
                yield Parsed(code, line)
            case "hr":
                yield Parsed(Rule(), line)
            case "blockquote_open":
                yield Parsed(Quote(_children(tokens, references)), line)
            case "bullet_list_open" | "ordered_list_open":
                yield Parsed(_list(token, tokens, references), line)
            case "table_open":
                yield Parsed(_table(tokens, references), line)
            case kind if kind.endswith("_close"):
                return


def _children(tokens: Iterator[Token], references: dict[str, Any]) -> list[Block]:
    return [parsed.block for parsed in _read(tokens, references)]


def _inline(tokens: Iterator[Token], references: dict[str, Any]) -> Inline:
    content = next(tokens).content
    next(tokens)  # its closing token
    return Inline(content, references)


def _list(opening: Token, tokens: Iterator[Token], references: dict[str, Any]) -> Items:
    ordered = opening.type == "ordered_list_open"
    number = int(opening.attrs.get("start", 1)) if ordered else 0
    items: list[Item] = []
    bodies: list[list[Block]] = []
    for token in tokens:
        if token.type != "list_item_open":
            break
        bodies.append(_children(tokens, references))
    tight = not any(
        isinstance(block, Paragraph) and not block.tight for body in bodies for block in body
    )
    widest = len(str(number + len(bodies) - 1)) + 1 if ordered else 1
    for index, body in enumerate(bodies):
        marker = f"{number + index}." if ordered else _BULLET
        items.append(Item(marker.rjust(widest), body, tight) if ordered else _check(body, tight))
    return Items(items)


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


class Stream:
    """Blocks of a text that is still growing.

    Only the last block can change, so only from there the source is parsed again. A block is
    settled once another one starts below it on a line that is complete: "#" alone starts a heading,
    but it may still become "#hashtag".
    """

    def __init__(self) -> None:
        self.text = ""
        self.open: list[Block] = []
        self._settled: list[Block] = []
        self._start = 0

    def take_settled(self) -> list[Block]:
        """Return the blocks that became settled since the last time."""
        settled, self._settled = self._settled, []
        return settled

    def feed(self, delta: str) -> None:
        """Add ``delta`` to the text and parse what may have changed."""
        self.text += delta
        if len(self.text) > _LONGEST_MARKDOWN:
            self._feed_plain()
            return
        tail = self.text[self._start :]
        parsed = parse_lines(tail)
        starts = _line_starts(tail)
        complete = tail.count("\n")
        sure = (at for at, (_, line) in enumerate(parsed) if line < complete)
        split = max(sure, default=0)
        self._settled.extend(block for block, _ in parsed[:split])
        self.open = [block for block, _ in parsed[split:]]
        if split:
            self._start += starts[parsed[split].line]

    def _feed_plain(self) -> None:
        *whole, last = plain_blocks(self.text[self._start :])
        self._settled.extend(whole)
        self.open = [last]
        self._start = len(self.text) - len(last.text)


def _line_starts(text: str) -> Sequence[int]:
    starts = [0]
    at = text.find("\n")
    while at >= 0:
        starts.append(at + 1)
        at = text.find("\n", at + 1)
    return starts

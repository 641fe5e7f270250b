"""Markdown that is still growing: only its end is parsed again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from widgets.markdown.blocks import Block, Items, Paragraph
from widgets.markdown.code import Code
from widgets.markdown.cuts import cut_of
from widgets.markdown.parse import Parsed, parse_lines, plain_blocks

_LONGEST_MARKDOWN = 200_000  # characters; what follows is painted as plain text
_SLICE = 16_000  # characters that are parsed at a time


def parse(text: str) -> list[Block]:
    """Return the blocks of ``text``. Inline markup is parsed when a block is painted."""
    stream = Stream()
    stream.feed(text)
    stream.finish()
    return stream.take_settled()


class Stream:
    """Blocks of a text that is still growing.

    Only the last block can change, so only from there the source is parsed again. A block is
    settled once another one starts below it on a line that is complete: "#" alone starts a heading,
    but it may still become "#hashtag". A block that has grown long is cut, and what follows goes
    on with it. Where that is depends on the text alone, so that a text looks the same
    whether it grew or was whole from the start.

    Links may be defined below their use. Definitions count once they are settled, and
    then for what is above them too: what was painted has to be painted again.
    """

    def __init__(self) -> None:
        self.text = ""
        self.open: list[Block] = []
        self._settled: list[Block] = []
        self._start = 0
        # What a block that was cut goes on with: the lines it began with, and its next number.
        self._opening = ""
        self._goes_on = False
        self._number: int | None = None
        self._environment: dict[str, Any] = {"references": {}}
        self._redefined = False

    def take_settled(self) -> list[Block]:
        """Return the blocks that became settled since the last time."""
        settled, self._settled = self._settled, []
        return settled

    def take_redefined(self) -> bool:
        """Return whether links were defined since the last time."""
        redefined, self._redefined = self._redefined, False
        return redefined

    def feed(self, delta: str) -> None:
        """Add ``delta`` to the text and parse what may have changed."""
        self.text += delta
        if len(self.text) <= _LONGEST_MARKDOWN:
            self._parse_to(len(self.text))
            return
        end = self.text.rfind("\n", _LONGEST_MARKDOWN // 2, _LONGEST_MARKDOWN) + 1
        end = end or _LONGEST_MARKDOWN
        if self._start < end:
            self._parse_to(end)
            self._settle_all(end)
        *whole, last = plain_blocks(self.text[self._start :])
        self._settled.extend(whole)
        self.open = [last]
        self._start = len(self.text) - len(last.text)

    def finish(self) -> None:
        """Take note that nothing more will come: everything is settled."""
        if len(self.text) <= _LONGEST_MARKDOWN:
            self._settle_all(len(self.text))
        else:
            self._settled.extend(self.open)
            self.open = []

    def _settle_all(self, end: int) -> None:
        self._define(self._start, end)
        self._settled.extend(self.open)
        self.open = []
        self._start = end
        self._go_on("", None, goes_on=False)

    def _parse_to(self, end: int) -> None:
        size = _SLICE
        while True:
            start = self._start
            whole = end - start <= size
            again = self._parse(end if whole else start + size)
            if whole and not again:
                return
            size = _SLICE if self._start > start else 2 * size

    def _parse(self, end: int) -> bool:
        """Parse up to ``end``; return whether there is more to do with that."""
        tail = self._opening + self.text[self._start : end]
        parsed = self._blocks(tail)
        starts = _line_starts(tail)
        complete = len(starts) - 1
        shift = self._start - len(self._opening)
        for at, block in enumerate(parsed):
            line = cut_of(block, tail, starts)
            if line is not None:
                self._settle(parsed[:at])
                self._cut(block, tail, starts, line, shift)
                return True
        split = max((at for at, block in enumerate(parsed) if block.line < complete), default=0)
        self.open = [block.block for block in parsed[split:]]
        if split:
            self._settle(parsed[:split])
            self._move(shift + starts[parsed[split].line])
            self._go_on("", None, goes_on=False)
        return False

    def _blocks(self, source: str, *, anew: bool = False) -> list[Parsed]:
        """Return the blocks of ``source``; links it defines do not count yet.

        Args:
            source: the text from where all is settled, or a part of it.
            anew: whether that part does not go on with what was cut.
        """
        known = dict(self._environment["references"])
        parsed = parse_lines(source, self._environment, None if anew else self._number)
        self._environment["references"] = known
        if self._goes_on and not anew and parsed:
            block = parsed[0].block
            if isinstance(block, Code | Items):
                parsed[0] = parsed[0]._replace(block=replace(block, goes_on=True))
        return parsed

    def _cut(self, block: Parsed, tail: str, starts: Sequence[int], line: int, shift: int) -> None:
        """Settle ``block`` up to ``line``; the rest goes on with it."""
        begin = starts[block.line]
        [part, *_] = self._blocks(tail[begin : starts[line]], anew=block.line > 0)
        if isinstance(part.block, Paragraph):
            part = part._replace(block=replace(part.block, tight=True))
        self._settle([part])
        self._move(shift + starts[line])
        head = tail[begin : starts[block.line + block.head_lines]]
        self._go_on(head, part.next_number, goes_on=True)

    def _settle(self, parsed: Sequence[Parsed]) -> None:
        self._settled.extend(block.block for block in parsed)

    def _move(self, start: int) -> None:
        self._define(self._start, start)
        self._start = start

    def _go_on(self, opening: str, number: int | None, *, goes_on: bool) -> None:
        self._opening, self._number, self._goes_on = opening, number, goes_on

    def _define(self, start: int, end: int) -> None:
        """Let links that are defined between ``start`` and ``end`` count from now on."""
        source = self.text[start:end]
        if "]:" in source:
            before = len(self._environment["references"])
            parse_lines(self._opening + source, self._environment)
            self._redefined |= len(self._environment["references"]) != before


def _line_starts(text: str) -> Sequence[int]:
    """Return where each line starts, last what follows the last newline."""
    starts = [0]
    at = text.find("\n")
    while at >= 0:
        starts.append(at + 1)
        at = text.find("\n", at + 1)
    return starts

"""One message of a transcript: its pieces, their heights and painted lines."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from itertools import accumulate

from textual.strip import Strip

from providers.messages import Role
from providers.sanitise import sanitise
from widgets.markdown.blocks import Block, Plain
from widgets.markdown.palette import Palette
from widgets.markdown.parse import Stream, parse, plain_blocks
from widgets.message_parts import Barred, Fold, Footer, Notice, Question
from widgets.one_line import one_line
from widgets.piece import WIDEST, Piece, pieces_of
from widgets.views import AnswerFooter, MessageState, MessageView, NoticeView

_ENDS = {
    MessageState.STOPPED: "■ stopped",
    MessageState.INTERRUPTED: "✗ interrupted",
    MessageState.FAILED: "✗ failed",
}


class Entry:
    """A message, parsed when it is first seen.

    Args:
        view: the message as it is when it is added.
        clock: seconds, to say how long an answer is being waited for.
        label: who answers, while nothing else says it.
    """

    def __init__(self, view: MessageView, clock: Callable[[], float], label: str = "") -> None:
        self.view = view
        self.expanded = False
        self._clock = clock
        self._label = label
        self._stream = Stream()
        self._arrived: list[str] = []
        self._thought: list[str] = []
        self._body: list[Piece] = []
        self._settled = 0
        self._above: Block | None = None
        self._notices: list[Piece] = []
        self._thinking: list[Piece] = []
        self._pieces: list[Piece] | None = None
        self._starts: list[int] = []
        self._width = 0
        self._started = 0.0
        if view.state is MessageState.STREAMING:
            # What an answer under way has said so far is parsed like what is yet to come.
            self._started = clock()
            self._arrived.append(view.text)
            self.view = replace(view, text="")
            self.flush()

    # -- what is painted

    def height(self, width: int) -> int:
        """Return its lines at ``width`` cells, exactly where they have been painted."""
        if self._pieces is None:
            # Rough, because ten thousand messages are estimated when a conversation opens.
            text = self.view.text
            return 4 + text.count("\n") + len(text) // max(1, min(width, WIDEST))
        return self._measure(width)[-1]

    def draw(self, start: int, stop: int, width: int, palette: Palette) -> bool:
        """Paint the pieces that cover the lines from ``start`` to ``stop``.

        Returns:
            Whether one of them had another height than estimated.
        """
        starts = self._measure(width)
        changed = False
        for index in range(self._index(start), len(self.pieces)):
            if starts[index] >= stop:
                break
            piece = self.pieces[index]
            estimate = piece.height(width)
            changed |= len(piece.strips(width, palette)) != estimate
        if changed:
            self._starts = []
        return changed

    def strip(self, line: int, width: int, palette: Palette) -> Strip:
        """Return one painted line."""
        starts = self._measure(width)
        index = self._index(line)
        strips = self.pieces[index].strips(width, palette)
        offset = line - starts[index]
        return strips[offset] if offset < len(strips) else Strip.blank(width, palette.text)

    def block_at(self, line: int, width: int) -> Block:
        """Return the block that covers ``line``."""
        self._measure(width)
        return self.pieces[self._index(line)].block

    def piece_at(self, line: int, width: int) -> tuple[int, int]:
        """Return the piece that covers ``line`` and the line within it."""
        starts = self._measure(width)
        index = self._index(line)
        return index, line - starts[index]

    def piece_start(self, index: int, width: int) -> int:
        """Return the line piece number ``index`` starts at."""
        starts = self._measure(width)
        return starts[min(index, len(starts) - 1)]

    def forget(self) -> None:
        """Give up the painted lines of a message that is far from view."""
        for piece in self._pieces or ():
            piece.forget()

    def repaint(self) -> None:
        """Give up everything that depends on colours or on measured heights."""
        for piece in self._pieces or ():
            piece.forget()
        self._starts = []

    @property
    def pieces(self) -> Sequence[Piece]:
        """The parts of the message from top to bottom, each painted on its own."""
        if self._pieces is None:
            self._parse()
            self._pieces = [*self._head(), *self._body, *self._foot()]
            self._starts = []
        return self._pieces

    def _index(self, line: int) -> int:
        return max(0, min(bisect_right(self._starts, line) - 1, len(self.pieces) - 1))

    def _measure(self, width: int) -> list[int]:
        pieces = self.pieces
        if not self._starts or self._width != width:
            heights = (piece.height(width) for piece in pieces)
            self._starts = list(accumulate(heights, initial=0))
            self._width = width
        return self._starts

    # -- what changes it

    def append_text(self, delta: str) -> None:
        """Add to the answer; it is parsed with the next ``flush``."""
        self._arrived.append(delta)

    def append_reasoning(self, delta: str) -> None:
        """Add to the reasoning; it is painted with the next ``flush``."""
        self._thought.append(delta)

    def add_notice(self, notice: NoticeView) -> None:
        """Add ``notice`` above the answer."""
        self.view = replace(self.view, notices=(*self.view.notices, notice))
        self._notices = []
        self._pieces = None

    def interrupt(self, label: str) -> None:
        """Turn the answer so far into an interrupted attempt; the next one starts afresh."""
        self.flush()
        notice = NoticeView(label, self.view.text)
        self._stream = Stream()
        self._body, self._settled, self._above = [], 0, None
        self.view = replace(self.view, text="", reasoning="", notices=(*self.view.notices, notice))
        self._started = self._clock()
        self._notices, self._thinking, self._pieces = [], [], None

    def flush(self) -> None:
        """Parse what has arrived since the last time."""
        delta = sanitise("".join(self._arrived))
        thought = "".join(self._thought)
        self._arrived.clear()
        self._thought.clear()
        self._pieces = None
        if thought:
            self.view = replace(self.view, reasoning=self.view.reasoning + sanitise(thought))
            self._thinking = []
        if delta:
            self._stream.feed(delta)
            self.view = replace(self.view, text=self._stream.text)
            self._grow()

    def finish(self, state: MessageState, footer: AnswerFooter | None) -> None:
        """End the answer and parse it once more as a whole.

        A link may be defined below its use, so only the whole text tells.
        """
        self.flush()
        self.view = replace(self.view, state=state, footer=footer)
        self._stream = Stream()
        self._body = []

    def relabel(self, label: str) -> None:
        """Say that somebody else answers now."""
        self._label = label
        self._pieces = None

    def toggle_reasoning(self) -> None:
        """Unfold the reasoning, or fold it away again."""
        self.expanded = not self.expanded
        self._pieces = None

    @property
    def waiting(self) -> bool:
        """Whether the answer's text has yet to begin."""
        return self.view.state is MessageState.STREAMING and not self.view.text

    # -- how it is made

    def _parse(self) -> None:
        view = self.view
        if self._body or view.role is Role.USER or view.state is MessageState.STREAMING:
            return
        self._body = list(pieces_of(parse(sanitise(view.text))))

    def _grow(self) -> None:
        """Replace the pieces of what was still open by what it has become."""
        settled = self._stream.take_settled()
        del self._body[self._settled :]
        self._body.extend(pieces_of(settled, self._above))
        self._settled = len(self._body)
        self._above = settled[-1] if settled else self._above
        self._body.extend(pieces_of(self._stream.open, self._above))

    def _head(self) -> Iterator[Piece]:
        view = self.view
        if view.role is Role.USER:
            parts = list(plain_blocks(sanitise(view.text))) or [Plain("")]
            for index, part in enumerate(parts):
                yield Piece(Question(part.text, begins=not index), gap=not index)
            return
        self._notices = self._notices or list(self._notice_pieces())
        yield from self._notices
        if view.reasoning:
            yield Piece(Fold(self._reasoning_label(), self.expanded), gap=1)
            if self.expanded:
                self._thinking = self._thinking or [
                    Piece(Barred(block), gap=0, faded=True)
                    for block in plain_blocks(sanitise(view.reasoning.strip()))
                ]
                yield from self._thinking

    def _notice_pieces(self) -> Iterator[Piece]:
        gap = 1
        for notice in self.view.notices:
            for block in parse(sanitise(notice.partial)):
                yield Piece(Barred(block), gap=1, faded=True)
                gap = 0
            label = f"interrupted: {notice.text}" if notice.partial else notice.text
            yield Piece(Notice(one_line(label)), gap=gap)
            gap = 0

    def _foot(self) -> Iterator[Piece]:
        view = self.view
        if view.role is Role.USER:
            return
        if view.state is MessageState.STREAMING:
            yield from self._progress()
            return
        parts = [_ENDS[view.state]] if view.state in _ENDS else []
        parts += view.footer.parts() if view.footer is not None else []
        if parts:
            yield Piece(Footer(tuple(map(one_line, parts))), gap=1)

    def _progress(self) -> Iterator[Piece]:
        who = one_line(self._label)
        if not self.waiting:
            yield Piece(Footer((f"● {who or 'answering'} …",)), gap=1)
        elif not self.view.reasoning:
            waiting = f"○ waiting for {who or 'an answer'} … {self._elapsed()}"
            yield Piece(Footer((waiting,)), gap=1)

    def _reasoning_label(self) -> str:
        words = len(self.view.reasoning.split())
        counted = f"{words:,} word{'s' * (words != 1)}"
        if self.waiting:
            return f"thinking … {self._elapsed()} · {counted}"
        return f"reasoning ({counted})"

    def _elapsed(self) -> str:
        return f"{self._clock() - self._started:.0f} s"

"""One message of a transcript: its pieces, their heights and painted lines."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

from textual.strip import Strip

from providers.messages import Role
from providers.sanitise import sanitise
from widgets.code_blocks import CodeBlock
from widgets.growth import Growth
from widgets.markdown.code import Code
from widgets.markdown.palette import Palette
from widgets.message_body import Body
from widgets.message_parts import Fold
from widgets.one_line import one_line
from widgets.piece import WIDEST, Piece
from widgets.piece_stack import PieceStack
from widgets.surroundings import (
    attached_pieces,
    foot_pieces,
    footer,
    notice_pieces,
    question_pieces,
    reasoning_pieces,
)
from widgets.tabbed_code import as_written
from widgets.views import AnswerFooter, MessageState, MessageView, NoticeView

_NOTHING = range(0)


class Entry(PieceStack):
    """A message, parsed when it is first seen.

    Args:
        view: the message as it is when it is added.
        clock: seconds, to say how long an answer is being waited for.
        label: who answers, while nothing else says it.
    """

    # There are ten thousand of them.
    __slots__ = ("_body", "_growth", "_notices", "_text", "_thinking", "expanded", "view")

    def __init__(self, view: MessageView, clock: Callable[[], float], label: str = "") -> None:
        super().__init__()
        self.view = view
        self.expanded = False
        self._growth: Growth | None = None
        self._body: Body | None = None
        self._notices: Sequence[Piece] = ()
        self._thinking: Sequence[Piece] = ()
        self._text = _NOTHING
        if view.state is MessageState.STREAMING:
            # What an answer under way has said so far is parsed like what is yet to come.
            self._growth = Growth(clock, label)
            self._growth.add_text(view.text)
            self.view = replace(view, text="")
            self.flush()

    # -- what is painted

    def height(self, width: int) -> int:
        """Return its lines at ``width`` cells, exactly where they have been painted."""
        if self._pieces is None:
            # Rough, because ten thousand messages are estimated when a conversation opens.
            text = self.view.text
            return 4 + text.count("\n") + len(text) // max(1, min(width, WIDEST))
        return super().height(width)

    def make(self) -> Sequence[Piece]:
        """Return the parts of the message from top to bottom, each painted on its own."""
        head, text, foot = self._parts()
        self._text = range(len(head), len(head) + len(text))
        return [*head, *text, *foot]

    def written_lines(self, index: int, width: int, palette: Palette) -> Sequence[Strip]:
        """Return the lines of piece number ``index`` as they are copied: with the tabs of code."""
        strips = self.lines_of(index, width, palette)
        block = self.pieces[index].block
        if isinstance(block, Code) and "\t" in block.text:
            return list(as_written(strips, block.text))
        return strips

    @property
    def text_pieces(self) -> range:
        """Which of the pieces are the message's own text."""
        return self._text if self.pieces else range(0)

    def code_blocks(self) -> Sequence[CodeBlock]:
        """Return the code in its text from top to bottom, in lists and quotes as well."""
        if self.view.role is Role.USER:
            return []
        return self._written().code_blocks()

    # -- what changes it

    @property
    def growth(self) -> Growth:
        """What arrives of it while it is streaming.

        Raises:
            ValueError: it was whole from the start.
        """
        if self._growth is None:
            raise ValueError(f"message {self.view.key!r} is not being answered")
        return self._growth

    def append_text(self, delta: str) -> None:
        """Add to the answer; it is parsed with the next ``flush``."""
        self.growth.add_text(delta)

    def append_reasoning(self, delta: str) -> None:
        """Add to the reasoning; it is painted with the next ``flush``."""
        self.growth.add_reasoning(delta)

    def add_notice(self, notice: NoticeView) -> None:
        """Add ``notice`` above the answer."""
        self.view = replace(self.view, notices=(*self.view.notices, notice))
        self._notices = ()
        self.remake()

    def interrupt(self, label: str) -> None:
        """Turn the answer so far into an interrupted attempt; the next one starts afresh."""
        self.flush()
        notice = NoticeView(label, self.view.text)
        self._body = None
        self.view = replace(self.view, text="", reasoning="", notices=(*self.view.notices, notice))
        self.growth.begin_again()
        self._notices, self._thinking = (), ()
        self.remake()

    def flush(self) -> None:
        """Parse what has arrived since the last time."""
        delta, thought = self.growth.take()
        self.remake()
        if thought:
            self.view = replace(self.view, reasoning=self.view.reasoning + thought)
            self._thinking = ()
        if delta:
            self._body = self._body or Body()
            self._body.feed(delta)
            self.view = replace(self.view, text=self._body.text)

    def finish(self, state: MessageState, footer: AnswerFooter | None) -> None:
        """End the answer."""
        self.flush()
        self.view = replace(self.view, state=state, footer=footer)
        if self._body is not None:
            self._body.finish()

    def update(self, view: MessageView) -> None:
        """Show ``view`` from now on, but keep what a streaming answer has said so far."""
        was = self.view
        if was.state is MessageState.STREAMING:
            view = replace(view, text=was.text, reasoning=was.reasoning, state=was.state)
        if view.text != was.text:
            self._body = None
        if view.reasoning != was.reasoning:
            self._thinking = ()
        if view.notices != was.notices:
            self._notices = ()
        self.view = view
        self.remake()

    def relabel(self, label: str) -> None:
        """Say that somebody else answers now."""
        self.growth.label = label
        self.remake()

    def toggle_reasoning(self) -> None:
        """Unfold the reasoning, or fold it away again."""
        self.expanded = not self.expanded
        self.remake()

    @property
    def waiting(self) -> bool:
        """Whether the answer's text has yet to begin."""
        return self.view.state is MessageState.STREAMING and not self.view.text

    # -- how it is made

    def _parts(self) -> tuple[list[Piece], list[Piece], list[Piece]]:
        """Return what stands above its text, the text, and what stands below it."""
        view = self.view
        if view.role is Role.USER:
            return [], list(question_pieces(view)), list(attached_pieces(view))
        if view.state is MessageState.STREAMING:
            return list(self._head()), self._written().pieces, list(self._progress())
        return list(self._head()), self._written().pieces, list(foot_pieces(view))

    def _written(self) -> Body:
        """Return its text as pieces."""
        if self._body is None:
            self._body = Body.of(sanitise(self.view.text))
        return self._body

    def _head(self) -> Iterator[Piece]:
        self._notices = self._notices or list(notice_pieces(self.view.notices))
        yield from self._notices
        if self.view.reasoning:
            yield Piece(Fold(self._reasoning_label(), self.expanded), gap=1)
            if self.expanded:
                self._thinking = self._thinking or list(reasoning_pieces(self.view.reasoning))
                yield from self._thinking

    def _progress(self) -> Iterator[Piece]:
        who = one_line(self.growth.label)
        if not self.waiting:
            yield footer([f"● {who or 'answering'} …"], self.view)
        elif not self.view.reasoning:
            yield footer([f"○ waiting for {who or 'an answer'} … {self.growth.elapsed}"], self.view)

    def _reasoning_label(self) -> str:
        words = len(self.view.reasoning.split())
        counted = f"{words:,} word{'s' * (words != 1)}"
        if self.waiting:
            return f"thinking … {self.growth.elapsed} · {counted}"
        return f"reasoning ({counted})"

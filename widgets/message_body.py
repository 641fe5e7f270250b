"""The text of a message as pieces to paint, whole or growing."""

from __future__ import annotations

from collections.abc import Sequence

from widgets.code_blocks import CodeBlock, code_in
from widgets.markdown.blocks import Block
from widgets.markdown.stream import Stream
from widgets.piece import Piece, pieces_of


class Body:
    """The pieces of a text; those that are settled stay the same while it grows."""

    def __init__(self) -> None:
        self.pieces: list[Piece] = []
        self._stream = Stream()
        self._settled = 0
        self._above: Block | None = None

    @classmethod
    def of(cls, text: str) -> Body:
        """Return the pieces of a text that does not grow."""
        body = cls()
        body.feed(text)
        body.finish()
        return body

    @property
    def text(self) -> str:
        """All of the text so far."""
        return self._stream.text

    def feed(self, delta: str) -> None:
        """Add ``delta``, and replace the pieces of what was still open by what it has become."""
        self._stream.feed(delta)
        self._grow()

    def finish(self) -> None:
        """Take note that the text is whole."""
        self._stream.finish()
        self._grow()

    def code_blocks(self) -> Sequence[CodeBlock]:
        """Return the code in it from top to bottom, in lists and quotes as well."""
        return code_in(piece.block for piece in self.pieces)

    def _grow(self) -> None:
        settled = self._stream.take_settled()
        del self.pieces[self._settled :]
        self.pieces.extend(pieces_of(settled, self._above))
        self._settled = len(self.pieces)
        self._above = settled[-1] if settled else self._above
        self.pieces.extend(pieces_of(self._stream.open, self._above))
        if self._stream.take_redefined():
            # What was painted before may have links that go somewhere only now.
            for piece in self.pieces:
                piece.forget()

"""What stands above and below the text of a message, as pieces to paint."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from providers.sanitise import sanitise
from widgets.markdown.blocks import Plain
from widgets.markdown.parse import plain_blocks
from widgets.markdown.stream import parse
from widgets.message_parts import Attached, Barred, Footer, Notice, Offer, Question, Versions
from widgets.one_line import cut, one_line
from widgets.piece import Piece
from widgets.views import MessageState, MessageView, NoticeView

_ENDS = {
    MessageState.STOPPED: "■ stopped",
    MessageState.INTERRUPTED: "✗ interrupted",
    MessageState.FAILED: "✗ failed",
}
_LONGEST_RATING = 48  # cells; a longer reason would push the facts out of the footer


def question_pieces(view: MessageView) -> Iterator[Piece]:
    """Yield the text of a question."""
    versions = Versions(view.version, view.versions)
    parts = list(plain_blocks(sanitise(view.text))) or [Plain("")]
    for index, part in enumerate(parts):
        yield Piece(Question(part.text, not index, versions), gap=not index)


def attached_pieces(view: MessageView) -> Iterator[Piece]:
    """Yield the names of the files sent with a question."""
    if view.attachments:
        names = (one_line(name) or "a file without a name" for name in view.attachments)
        yield Piece(Attached(tuple(names)), gap=0)


def notice_pieces(notices: Iterable[NoticeView]) -> Iterator[Piece]:
    """Yield what happened before an answer was found."""
    gap = 1
    for notice in notices:
        for block in parse(sanitise(notice.partial)):
            yield Piece(Barred(block), gap=1, faded=True)
            gap = 0
        label = f"interrupted: {notice.text}" if notice.partial else notice.text
        yield Piece(Notice(one_line(label)), gap=gap)
        gap = 0


def reasoning_pieces(reasoning: str) -> Iterator[Piece]:
    """Yield unfolded reasoning."""
    for block in plain_blocks(sanitise(reasoning.strip())):
        yield Piece(Barred(block), gap=0, faded=True)


def foot_pieces(view: MessageView) -> Iterator[Piece]:
    """Yield the facts about an answer that has ended, and what can be done where it was cut."""
    parts = [_ENDS[view.state]] if view.state in _ENDS else []
    parts += [cut(view.rating, _LONGEST_RATING)] if view.rating else []
    parts += view.footer.parts() if view.footer is not None else []
    if parts or view.versions > 1:
        yield footer(parts, view)
    if view.cut_off:
        yield Piece(Offer(goes_on=bool(view.text.strip())), gap=0)


def footer(parts: Iterable[str], view: MessageView) -> Piece:
    """Return ``parts`` behind the version of an answer."""
    shown = tuple(one_line(part) for part in parts)
    return Piece(Footer(shown, Versions(view.version, view.versions)), gap=1)

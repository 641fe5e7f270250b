"""What will go along with the message that is being written, in one line."""

from __future__ import annotations

from collections.abc import Sequence

from textual.content import Content
from textual.widgets import Static

from widgets.one_line import one_line


class AttachmentLine(Static):
    """Names what is attached; takes no place while there is nothing."""

    DEFAULT_CSS = """
    AttachmentLine {
        display: none;
        height: 1;
        padding: 0 2;
        color: $foreground 50%;
        text-wrap: nowrap;
        text-overflow: ellipsis;
    }
    """

    def __init__(
        self,
        *,
        name: str | None = None,
        id: str | None = None,  # noqa: A002  Textual's own name for it
        classes: str | None = None,
    ) -> None:
        super().__init__(name=name, id=id, classes=classes, markup=False)

    def show(self, attached: Sequence[str], left_out: str = "") -> None:
        """Name what is attached.

        Args:
            attached: a description of each attachment, such as ``notes.md · 3.2 KB · ~810 tok``.
            left_out: what a folder holds besides and is not sent, or empty.
        """
        self.display = bool(attached)
        words = ["+ " + "  + ".join(map(one_line, attached))] if attached else []
        if left_out:
            words.append(one_line(left_out))
        self.update(Content(" | ".join(words)))

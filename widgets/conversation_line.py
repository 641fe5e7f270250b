"""One line that says which conversation is in view, and what it asks for."""

from __future__ import annotations

from dataclasses import dataclass

from rich.cells import cell_len
from textual.content import Content
from textual.widget import Widget

from widgets.one_line import cut, one_line


@dataclass(frozen=True, slots=True)
class ConversationFactsView:
    """What there is to say.

    Args:
        title: the conversation's title.
        facts: what it asks for and how it is filed, such as ``persona teacher``.
    """

    title: str
    facts: tuple[str, ...] = ()


class ConversationLine(Widget):
    """Takes no room while there is no conversation."""

    DEFAULT_CSS = """
    ConversationLine {
        height: 1;
        width: 1fr;
        padding: 0 2;
        background: $background;
        color: $foreground;
        text-wrap: nowrap;
        text-overflow: ellipsis;
        display: none;
    }
    ConversationLine.-speaking { display: block; }
    """

    def __init__(
        self,
        *,
        name: str | None = None,
        id: str | None = None,  # noqa: A002  Textual's own name for it
        classes: str | None = None,
    ) -> None:
        super().__init__(name=name, id=id, classes=classes)
        self._shown: ConversationFactsView | None = None

    def show(self, view: ConversationFactsView | None) -> None:
        """Show ``view`` from now on; None takes the line away."""
        self._shown = view
        self.set_class(view is not None, "-speaking")
        self.refresh()

    def render(self) -> Content:
        """Return the line: the title on the left, the facts on the right where they fit."""
        view = self._shown
        if view is None:
            return Content("")
        width = max(10, self.content_size.width)
        facts = " · ".join(map(one_line, view.facts))
        room = width - cell_len(facts) - 3 if facts else width
        if room < min(cell_len(view.title), width // 3):
            facts, room = cut(facts, width // 2), width - width // 2 - 3
        title = cut(view.title or "Untitled", max(8, room))
        space = " " * max(1, width - cell_len(title) - cell_len(facts))
        return Content.assemble((title, "bold $foreground 70%"), space, (facts, "$foreground 50%"))

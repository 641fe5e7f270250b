"""The list of completions above the composer. It takes no focus: the composer steers it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from rich.cells import cell_len
from textual.content import Content
from textual.message import Message
from textual.message_pump import MessagePump
from textual.widgets import OptionList
from textual.widgets.option_list import Option

from widgets.completion import Completion
from widgets.one_line import cut, fit
from widgets.plain_list import PlainList

_WIDEST_LABEL = 40  # cells; the details stand in one column behind the labels


class CompletionList(PlainList, can_focus=False):
    """Completions, at most eight in view, painted over what stands above the composer."""

    DEFAULT_CSS = """
    CompletionList {
        display: none;
        overlay: screen;
        constrain: none inside;
        offset-y: -100%;
        max-height: 8;
        padding: 0 1;
        background: $surface;
        text-wrap: nowrap;
        text-overflow: ellipsis;
        scrollbar-size-vertical: 1;
        scrollbar-background: $surface;
        scrollbar-color: $foreground 15%;
    }
    """

    @dataclass
    class Chosen(Message):
        """The person clicked on ``completion``. Sent to whom the list ``answers_to``."""

        completion: Completion

    def __init__(
        self,
        *,
        name: str | None = None,
        id: str | None = None,  # noqa: A002  Textual's own name for it
        classes: str | None = None,
    ) -> None:
        super().__init__(name=name, id=id, classes=classes, markup=False)
        self._items: tuple[Completion, ...] = ()
        self._asker: MessagePump | None = None

    def answers_to(self, asker: MessagePump) -> None:
        """Tell ``asker`` what is clicked."""
        self._asker = asker

    @property
    def is_open(self) -> bool:
        """Whether there is something to choose from."""
        return bool(self._items)

    @property
    def current(self) -> Completion | None:
        """What is highlighted; None while nothing is listed."""
        if self.highlighted is None or self.highlighted >= len(self._items):
            return None
        return self._items[self.highlighted]

    def show(self, items: Sequence[Completion]) -> None:
        """List ``items`` with the first one highlighted; none at all hides the list."""
        if tuple(items) != self._items:
            self._items = tuple(items)
            width = min(_WIDEST_LABEL, max((cell_len(item.label) for item in items), default=0))
            self.set_options([Option(_row(item, width)) for item in items])
        self.display = self.is_open
        self.highlighted = 0 if self.is_open else None

    def hide(self) -> None:
        """Show nothing."""
        if self.is_open:
            self.show(())

    def move(self, step: int) -> None:
        """Highlight what is ``step`` rows further down, beginning again at the end."""
        if self.is_open:
            self.highlighted = ((self.highlighted or 0) + step) % len(self._items)

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """Pass on what was clicked."""
        event.stop()
        if self._asker is not None and event.option_index < len(self._items):
            self._asker.post_message(self.Chosen(self._items[event.option_index]))


def _row(item: Completion, width: int) -> Content:
    if not item.detail:
        return Content(cut(item.label, _WIDEST_LABEL * 2))
    detail = Content.styled(cut(item.detail, 200), "$foreground 50%")
    return Content.assemble(fit(item.label, width), "  ", detail)

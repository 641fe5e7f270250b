"""A short list to choose one thing from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar, Generic, TypeVar

from textual import events, on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from widgets.one_line import one_line
from widgets.plain_list import PlainList

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Choice(Generic[T]):
    """One of the things to choose from.

    Args:
        value: what is returned.
        words: what it is called.
        key: the key that does the same elsewhere, or empty.
        detail: more about it.
    """

    value: T
    words: str
    key: str = ""
    detail: str = ""


class ChooseScreen(ModalScreen[Choice[T] | None]):
    """Returns the choice that was made, or None. The keys of the choices work here too.

    Args:
        title: what is chosen.
        choices: in the order they are listed.
    """

    DEFAULT_CSS = """
    ChooseScreen {
        align: center middle;
        #choose {
            width: 64; max-width: 96%; height: auto; max-height: 90%;
            border: round $primary; background: $surface; padding: 0 1;
        }
        #choose-title { height: auto; color: $foreground 60%; margin-bottom: 1; }
        #choose-list { max-height: 70vh; text-wrap: nowrap; text-overflow: ellipsis; }
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "dismiss(None)", "Back", id="choose.back")
    ]

    def __init__(self, title: str, choices: Sequence[Choice[T]]) -> None:
        super().__init__()
        self._title = one_line(title)
        self._choices = tuple(choices)

    def compose(self) -> ComposeResult:
        """Lay the list out."""
        width = max((len(choice.key) for choice in self._choices), default=0)
        with Vertical(id="choose"):
            yield Static(self._title, id="choose-title", markup=False)
            yield PlainList(
                *(Option(_row(choice, width)) for choice in self._choices), id="choose-list"
            )

    def on_key(self, event: events.Key) -> None:
        """Take the choice whose key was pressed."""
        for choice in self._choices:
            if choice.key and event.character == choice.key:
                event.stop()
                self.dismiss(choice)
                return

    @on(OptionList.OptionSelected)
    def _chosen(self, event: OptionList.OptionSelected) -> None:
        self.dismiss(self._choices[event.option_index])


def _row(choice: Choice[T], width: int) -> Content:
    key = f"{choice.key:>{width}}  " if width else ""
    detail = f"  {one_line(choice.detail)}" if choice.detail else ""
    return Content.assemble(
        (key, "bold $primary"), one_line(choice.words), (detail, "$foreground 50%")
    )

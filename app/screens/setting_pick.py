"""Marking several words of a list, in order where the order counts."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Static

from widgets.one_line import one_line
from widgets.pointed_list import PointedList


class SettingPickScreen(ModalScreen[tuple[str, ...] | None]):
    """Returns what is marked, or None when the person went back.

    Args:
        title: what is chosen.
        words: what there is.
        marked: what is marked to begin with.
        in_order: whether it counts in which order they are marked.
    """

    DEFAULT_CSS = """
    SettingPickScreen {
        align: center middle;
        #setting-pick {
            width: 74; max-width: 96%; height: auto; max-height: 90%;
            border: round $primary; background: $surface; padding: 0 1;
        }
        #setting-pick Static { height: auto; }
        #setting-pick-title { margin-bottom: 1; }
        #setting-pick-list { max-height: 50vh; text-wrap: nowrap; text-overflow: ellipsis; }
        #setting-pick-keys { margin-top: 1; color: $foreground 60%; }
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "dismiss(None)", "Back, nothing changes", id="setting-pick.back"),
        Binding("space", "mark", "Mark", priority=True, id="setting-pick.mark"),
        Binding("enter", "keep", "Keep", priority=True, id="setting-pick.keep"),
    ]

    def __init__(
        self, title: str, words: Sequence[str], marked: Sequence[str], *, in_order: bool
    ) -> None:
        super().__init__()
        self._title = one_line(title)
        # What is configured but gone can at least be unmarked.
        self._words = list(dict.fromkeys([*words, *marked]))
        self._marked = list(marked)
        self._in_order = in_order

    def compose(self) -> ComposeResult:
        """Lay the list out."""
        order = ", in the order they count" if self._in_order else ""
        with Vertical(id="setting-pick"):
            yield Static(self._title, id="setting-pick-title", markup=False)
            yield PointedList(id="setting-pick-list")
            yield Static(
                f"space marks{order} · enter keeps · esc goes back",
                id="setting-pick-keys",
                markup=False,
            )

    def on_mount(self) -> None:
        """Fill the list."""
        self._fill()

    def action_mark(self) -> None:
        """Mark what is highlighted, or take the mark away."""
        place = self.query_one(PointedList).highlighted
        if place is None:
            return
        word = self._words[place]
        if word in self._marked:
            self._marked.remove(word)
        else:
            self._marked.append(word)
        self._fill()

    def action_keep(self) -> None:
        """Return what is marked."""
        marked = self._marked
        if not self._in_order:
            marked = [word for word in self._words if word in marked]
        self.dismiss(tuple(marked))

    def _fill(self) -> None:
        options = self.query_one(PointedList)
        highlighted = options.highlighted
        options.fill((self._row(word), word) for word in self._words)
        options.highlighted = highlighted or 0

    def _row(self, word: str) -> Content:
        if word not in self._marked:
            mark = " · "
        elif self._in_order:
            mark = f"{self._marked.index(word) + 1:>2} "
        else:
            mark = " ✓ "
        return Content.assemble((mark, "bold $primary"), one_line(word))

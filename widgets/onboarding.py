"""A card with words and a short list, steered from the composer: it never takes the focus."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from textual import on
from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.content import Content
from textual.geometry import Region
from textual.widgets import OptionList, Static

from widgets.one_line import one_line
from widgets.pointed_list import PointedList

_ROOMY = 32  # lines of the screen from which paragraphs stand apart


@dataclass(frozen=True, slots=True)
class CardLine:
    """A line of the list.

    Args:
        words: what it says.
        detail: more about it.
        marked: whether it is the one of its group that holds; None outside of groups.
        heading: whether it cannot be chosen.
    """

    words: str
    detail: str = ""
    marked: bool | None = None
    heading: bool = False


@dataclass(frozen=True, slots=True)
class CardView:
    """What the card shows.

    Args:
        title: where one is.
        words: paragraphs.
        lines: what can be chosen.
        note: what came of the last choice.
        hint: the keys.
    """

    title: str
    words: Sequence[str]
    lines: Sequence[CardLine]
    note: str = ""
    hint: str = ""


class _Lines(PointedList, can_focus=False):
    """The list; its owner moves the pointer."""


class OnboardingCard(VerticalScroll, can_focus=False):
    """Shows a page at a time.

    Args:
        chosen: told of the line that was clicked, counted from 0.
    """

    DEFAULT_CSS = """
    OnboardingCard {
        width: 84; max-width: 96%; height: auto; max-height: 1fr; padding: 0 1;
        border: round $primary 60%; border-title-style: bold; border-title-color: $primary;
        scrollbar-size-vertical: 1;
        & Static { width: 1fr; height: auto; }
        & #card-note { color: $text-success; display: none; }
        & #card-note.-there { display: block; }
        & #card-words { color: $foreground 85%; margin-bottom: 1; display: none; }
        & #card-words.-there { display: block; }
        & _Lines { height: auto; text-wrap: nowrap; text-overflow: ellipsis; }
        & #card-hint { color: $foreground 55%; }
    }
    OnboardingCard.-roomy {
        padding: 1 2;
        & #card-note { margin-bottom: 1; }
        & #card-hint { margin-top: 1; }
    }
    """

    def __init__(
        self,
        chosen: Callable[[int], None],
        *,
        id: str | None = None,  # noqa: A002  Textual's own name for it
    ) -> None:
        super().__init__(id=id)
        self._chosen = chosen
        self._view = CardView("", (), ())

    def compose(self) -> ComposeResult:
        """Lay the card out."""
        yield Static(id="card-note", markup=False)
        yield Static(id="card-words", markup=False)
        yield _Lines()
        yield Static(id="card-hint", markup=False)

    def on_mount(self) -> None:
        """Stand less close where there is room for it."""
        self.set_class(self.app.size.height >= _ROOMY, "-roomy")

    def show(self, view: CardView, *, at: int, afresh: bool = False) -> None:
        """Show a page.

        Args:
            view: what it says.
            at: the line to point at. Lines come and go above the pointer, so that only who made
                the page knows where the line went that it was on.
            afresh: whether to show it from its top, as one page after another.
        """
        if view == self._view and at == self.place and not afresh:
            return
        self._view = view
        gap = "\n\n" if self.has_class("-roomy") else "\n"
        self.border_title = Content(one_line(view.title))
        for name, text in (("#card-note", view.note), ("#card-words", gap.join(view.words))):
            words = self.query_one(name, Static)
            words.set_class(bool(text), "-there")
            words.update(Content("\n").join(Content(one_line(line)) for line in text.split("\n")))
        self.query_one("#card-hint", Static).update(Content(one_line(view.hint)))
        listed = self.query_one(_Lines)
        listed.fill(
            (_line(line), None if line.heading else str(place))
            for place, line in enumerate(view.lines)
        )
        listed.highlighted = self._near(at)
        if afresh:
            self.scroll_home(animate=False)

    @property
    def place(self) -> int:
        """The line that is pointed at."""
        return self.query_one(_Lines).highlighted or 0

    def move(self, direction: int) -> None:
        """Point at the next line, or the one before."""
        listed = self.query_one(_Lines)
        if direction > 0:
            listed.action_cursor_down()
        else:
            listed.action_cursor_up()
        self.call_after_refresh(self._reveal)

    @on(OptionList.OptionSelected)
    def _clicked(self, event: OptionList.OptionSelected) -> None:
        event.stop()
        listed, place = self.query_one(_Lines), event.option_index
        # The click may have been at a line that is another one by now.
        if place < listed.option_count and listed.get_option_at_index(place) is event.option:
            self._chosen(place)

    def _near(self, place: int) -> int:
        """Return the line at ``place``, or the next that can be chosen."""
        lines = self._view.lines
        order = [*range(place, len(lines)), *range(min(place, len(lines)) - 1, -1, -1)]
        return next((each for each in order if not lines[each].heading), 0)

    def _reveal(self) -> None:
        listed = self.query_one(_Lines)
        where = listed.virtual_region
        line = Region(where.x, where.y + self.place, where.width, 1)
        self.scroll_to_region(line, animate=False)


def _line(line: CardLine) -> Content:
    if line.heading:
        return Content.styled(one_line(line.words), "$foreground 60%")
    mark = "" if line.marked is None else "● " if line.marked else "○ "
    return Content.assemble(
        (mark, "$primary"),
        one_line(line.words),
        (f"  {one_line(line.detail)}" if line.detail else "", "$foreground 50%"),
    )

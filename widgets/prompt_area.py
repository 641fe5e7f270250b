"""The text area of the composer: it grows, and a paste of any size does not slow it down."""

from __future__ import annotations

from collections.abc import Sequence

from textual import events
from textual.actions import SkipAction
from textual.binding import Binding
from textual.geometry import Size
from textual.widgets import TextArea

from providers.sanitise import sanitise
from widgets.pastes import Pastes
from widgets.shown_keys import keymap_of, shown_key_of

_MOST_LINES = 8


class PromptArea(TextArea):
    """A text area that grows with its text up to a third of the screen.

    A huge paste is shown as a chip such as ``[pasted 1,024 KB #1]`` and takes its place again in
    ``text``.
    """

    DEFAULT_CSS = """
    PromptArea {
        height: auto;
        padding: 0 1;
        border: round $foreground 25%;
        background: $background;
        color: $foreground;
        scrollbar-size-vertical: 1;
        scrollbar-background: $background;
        scrollbar-color: $foreground 15%;
        & .text-area--cursor-line { background: $background; }
        & .text-area--placeholder { color: $foreground 45%; }
    }
    PromptArea:focus { border: round $primary; }
    """

    def __init__(
        self,
        placeholder: str = "",
        *,
        name: str | None = None,
        id: str | None = None,  # noqa: A002  Textual's own name for it
        classes: str | None = None,
    ) -> None:
        super().__init__(
            soft_wrap=True,
            show_line_numbers=False,
            tab_behavior="focus",
            highlight_cursor_line=False,
            placeholder=placeholder,
            name=name,
            id=id,
            classes=classes,
        )
        # A blink repaints twice a second, for nothing that anybody wants to know.
        self.cursor_blink = False
        self.pastes = Pastes()
        self._hint = ""

    def on_mount(self) -> None:
        """Say what can be done here."""
        self.name_keys()

    def name_keys(self) -> None:
        """Name the key that makes a new line, as it is now."""
        if self.placeholder in ("", self._hint):
            newline = shown_key_of(self, "composer.newline", "ctrl+j")
            words = f" · {newline} new line" if newline else ""
            self.placeholder = self._hint = f"Ask anything · / commands · @ files{words}"

    def bound(self, key: str) -> Sequence[Binding]:
        """Return what ``key`` does here, with the keys the person chose."""
        bindings = self._bindings.copy()
        bindings.apply_keymap(keymap_of(self))
        return bindings.key_to_bindings.get(key, ())

    @property
    def text(self) -> str:
        """What would be sent: the text with every paste in the place of its chip."""
        return self.pastes.expand(self.document.text)

    @text.setter
    def text(self, value: str) -> None:
        self.set_text(value)

    def set_text(self, text: str) -> None:
        """Replace the text, with the cursor behind it."""
        self.replace_all(clean(text))
        self.move_cursor(self.document.end)

    def clear(self) -> None:  # type: ignore[override]
        """Remove the text."""
        self.set_text("")

    def replace_all(self, text: str) -> None:
        """Replace the text, which is clean, with the cursor before it."""
        self.pastes = Pastes()
        self.load_text(self.pastes.hold(text))

    def action_newline(self) -> None:
        """Insert a line break."""
        self.insert_at_cursor("\n")

    def action_paste(self) -> None:
        """Insert what was copied within telex."""
        self.insert_at_cursor(self.pastes.hold(clean(self.app.clipboard)))

    def action_cursor_page_up(self) -> None:
        """Go up a page, or leave the key to the transcript where there is only one."""
        self._need_pages()
        super().action_cursor_page_up()

    def action_cursor_page_down(self) -> None:
        """Go down a page, or leave the key to the transcript where there is only one."""
        self._need_pages()
        super().action_cursor_page_down()

    def _need_pages(self) -> None:
        if not self.max_scroll_y:
            raise SkipAction

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        """Return the height of the text, within a third of the screen."""
        third = viewport.height // 3 - self.styles.gutter.height
        most = max(1, min(_MOST_LINES, third))
        return min(most, super().get_content_height(container, viewport, width))

    async def _on_paste(self, event: events.Paste) -> None:
        event.stop()
        event.prevent_default()
        self.insert_at_cursor(self.pastes.hold(clean(event.text)))

    def insert_at_cursor(self, text: str) -> None:
        """Put ``text`` in the place of what is selected."""
        if result := self._replace_via_keyboard(text, *self.selection):
            self.move_cursor(result.end_location)


def clean(text: str) -> str:
    """Return ``text`` as the editor takes it: without what a terminal would obey."""
    # Terminals send a pasted line break as a carriage return, which the sanitiser would drop.
    return sanitise(text.replace("\r\n", "\n").replace("\r", "\n"))

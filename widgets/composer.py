"""Where the person writes: Enter sends, ctrl+j makes a new line."""

from __future__ import annotations

import re
from dataclasses import dataclass

from textual import events
from textual.actions import SkipAction
from textual.geometry import Size
from textual.message import Message
from textual.timer import Timer
from textual.widgets import TextArea

from providers.sanitise import sanitise

_DRAFT_PAUSE = 0.3  # seconds without a key until a draft is worth keeping
_LONGEST_PASTE = 20_000  # characters; the editor lays out its whole text with every key
_MOST_LINES = 8
_CHIP = re.compile(r"\[pasted [\d,]+ KB #(\d+)\]")


class Composer(TextArea):
    """A text area that grows with its text up to a third of the screen.

    A huge paste is shown as a chip such as ``[pasted 1,024 KB #1]`` and takes its place again in
    ``text``, in what is submitted and in drafts.
    """

    DEFAULT_CSS = """
    Composer {
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
    Composer:focus { border: round $primary; }
    """

    @dataclass
    class Submitted(Message):
        """The person sends ``text``. The composer keeps it until it is told to ``clear``."""

        text: str

    @dataclass
    class DraftChanged(Message):
        """The text has been left alone for a moment: worth keeping."""

        text: str

    def __init__(
        self,
        placeholder: str = "Ask anything · Enter sends · ctrl+j new line",
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
        self._pastes: list[str] = []
        self._draft = ""
        self._draft_timer: Timer | None = None

    @property
    def text(self) -> str:
        """What would be sent: the text with every paste in the place of its chip."""
        return _CHIP.sub(self._expand, self.document.text)

    @text.setter
    def text(self, value: str) -> None:
        self.set_text(value)

    def set_text(self, text: str) -> None:
        """Replace the text, with the cursor behind it."""
        self._pastes.clear()
        self.load_text(self._hold(_clean(text)))
        self.move_cursor(self.document.end)

    def clear(self) -> None:  # type: ignore[override]
        """Remove the text."""
        self.set_text("")

    def action_newline(self) -> None:
        """Insert a line break."""
        self._insert("\n")

    def action_submit(self) -> None:
        """Send the text, unless it is blank."""
        text = self.text
        if text.strip():
            self.post_message(self.Submitted(text))

    def action_paste(self) -> None:
        """Insert what was copied within telex."""
        self._insert(self._hold(_clean(self.app.clipboard)))

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

    async def _on_key(self, event: events.Key) -> None:
        action = {
            "enter": self.action_submit,
            "ctrl+j": self.action_newline,
            "shift+enter": self.action_newline,
        }.get(event.key)
        if action is not None:
            # Bindings run only after the keys that are already waiting: a newline would come late.
            event.stop()
            event.prevent_default()
            action()

    async def _on_paste(self, event: events.Paste) -> None:
        event.stop()
        event.prevent_default()
        self._insert(self._hold(_clean(event.text)))

    def on_text_area_changed(self) -> None:
        """Wait for a pause in the writing."""
        if self._draft_timer is not None:
            self._draft_timer.stop()
        self._draft_timer = self.set_timer(_DRAFT_PAUSE, self._post_draft)

    def _post_draft(self) -> None:
        self._draft_timer = None
        if self.text != self._draft:
            self._draft = self.text
            self.post_message(self.DraftChanged(self._draft))

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        """Return the height of the text, within a third of the screen."""
        third = viewport.height // 3 - self.styles.gutter.height
        most = max(1, min(_MOST_LINES, third))
        return min(most, super().get_content_height(container, viewport, width))

    def _insert(self, text: str) -> None:
        if result := self._replace_via_keyboard(text, *self.selection):
            self.move_cursor(result.end_location)

    def _hold(self, text: str) -> str:
        """Return ``text``, or a chip for it when the editor could not bear it."""
        if len(text) <= _LONGEST_PASTE:
            return text
        self._pastes.append(text)
        size = max(1, round(len(text.encode()) / 1024))
        return f"[pasted {size:,} KB #{len(self._pastes)}]"

    def _expand(self, chip: re.Match[str]) -> str:
        number = int(chip[1])
        return self._pastes[number - 1] if 0 < number <= len(self._pastes) else chip[0]


def _clean(text: str) -> str:
    # Terminals send a pasted line break as a carriage return, which the sanitiser would drop.
    return sanitise(text.replace("\r\n", "\n").replace("\r", "\n"))

"""Waiting for the key that something is to have from now on."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from textual import events
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Static

from app.keymap import Configured
from providers.errors import ConfigError
from storage.config_keymap import check_keymap
from storage.key_rules import normal

if TYPE_CHECKING:
    from app.appearance import Appearance
    from app.keymap_groups import KeyRow

TAKE_AWAY = "delete"
"""Returned where the key is to be taken away."""
_GIVE_UP = "escape"


class PressKeyScreen(ModalScreen[str | None]):
    """Returns the key that was pressed, ``TAKE_AWAY``, or None when the person gave up.

    A key that would not work is refused with the reason, and another is waited for.

    Args:
        row: what the key is for.
        owner: whose other keys are in force.
    """

    DEFAULT_CSS = """
    PressKeyScreen {
        align: center middle;
        #press-key {
            width: 64; max-width: 96%; height: auto;
            border: round $primary; background: $surface; padding: 1 2;
        }
        #press-key Static { height: auto; }
        #press-key-why { color: $text-error; min-height: 2; margin-top: 1; }
        #press-key-hint { color: $foreground 60%; }
    }
    """

    def __init__(self, row: KeyRow, owner: Configured) -> None:
        super().__init__()
        self._row = row
        self._owner = owner

    def compose(self) -> ComposeResult:
        """Lay the card out."""
        row = self._row
        with Vertical(id="press-key"):
            yield Static(
                Content.assemble(("Press the new key for\n", "bold"), row.words),
                id="press-key-words",
            )
            yield Static(
                f"now: {row.keys or 'no key'}", id="press-key-now", markup=False, classes="-faded"
            )
            yield Static(id="press-key-why", markup=False)
            yield Static(
                "del takes its key away · esc leaves it as it is", id="press-key-hint", markup=False
            )

    @property
    def _taker(self) -> Appearance:
        return cast("Appearance", self.app)

    def on_mount(self) -> None:
        """Have every key come here, those of the app too."""
        self._taker.taking_a_key = True

    def on_unmount(self) -> None:
        """Let the keys do what they do again."""
        self._taker.taking_a_key = False

    def on_key(self, event: events.Key) -> None:
        """Take the key, or say why it cannot be."""
        event.stop()
        event.prevent_default()
        if event.key == _GIVE_UP:
            self.dismiss(None)
            return
        key = normal(event.key)
        if key != TAKE_AWAY:
            try:
                check_keymap({**self._owner.settings.keys, self._row.name: key})
            except ConfigError as error:
                reason = str(error).partition(": ")[2]
                self.query_one("#press-key-why", Static).update(f"✗ {reason}. Press another one")
                return
        self.dismiss(key)

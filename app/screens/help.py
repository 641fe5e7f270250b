"""Every key and what it does; another one can be chosen in place."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from typing import ClassVar

from textual import events, on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.widgets import Input, OptionList, Static

from app.keymap import key_of
from app.keymap_groups import KeyGroup, key_groups
from app.screens.careful import CarefulScreen
from app.screens.help_list import HelpList
from app.screens.press_key import TAKE_AWAY, PressKeyScreen
from app.settings_changed import SettingsChanged
from storage.config_edit import ConfigEdit
from storage.key_names import KEY_NAMES
from storage.keymap_edits import keymap_edits
from storage.paths import Paths
from widgets.hint_line import HintLine
from widgets.key_hints import Hint
from widgets.quiet_input import QuietInput
from widgets.shown_keys import shown_key


class HelpScreen(CarefulScreen):
    """Lists every key and command, finds one by typing, and changes it.

    Args:
        words: returns what each binding does, by its name; slow at first.
    """

    AUTO_FOCUS = "#help-filter"
    DEFAULT_CSS = """
    HelpScreen {
        layout: vertical;
        padding: 0 1;
        #help-title { height: 1; text-style: bold; }
        #help-filter, #help-filter:focus {
            border: none; height: 1; padding: 0 1; margin: 0 0 1 0; background: $foreground 6%;
        }
        #help-list { height: 1fr; max-height: 100%; }
        #help-status {
            height: 1; color: $text-success; text-wrap: nowrap; text-overflow: ellipsis;
        }
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,f1", "back", "back", id="help.back"),
        Binding("up", "move('up')", "line above", show=False, id="help.up"),
        Binding("down", "move('down')", "line below", show=False, id="help.down"),
        Binding("pageup", "move('page_up')", "page up", show=False, id="help.page-up"),
        Binding("pagedown", "move('page_down')", "page down", show=False, id="help.page-down"),
        Binding("ctrl+r", "reset", "back to the usual key", id="help.reset"),
    ]

    def __init__(self, words: Callable[[], Mapping[str, str]]) -> None:
        super().__init__()
        self._words = words
        self._groups: Sequence[KeyGroup] = ()

    def compose(self) -> ComposeResult:
        """Lay out filter, list, and the lines around them."""
        yield Static("Keys and commands", id="help-title", markup=False)
        yield QuietInput(
            placeholder="find one: type what it does, such as history", id="help-filter"
        )
        yield HelpList(id="help-list")
        yield Static(id="help-status", markup=False)
        yield HintLine(id="help-keys")

    def on_mount(self) -> None:
        """Look what there is."""
        self._show_hints()
        self._list()

    @on(SettingsChanged)
    def _other_keys(self) -> None:
        self._show_hints()
        self._list()

    @work(group="help-list", exclusive=True)
    async def _list(self) -> None:
        # Every screen is imported for its bindings: that is too slow between two keys.
        self._groups = await asyncio.to_thread(self._read_groups)
        if self.is_attached:
            self._fill()

    def _read_groups(self) -> Sequence[KeyGroup]:
        return key_groups(self.telex, self._words())

    def _show_hints(self) -> None:
        app = self.telex
        self.query_one(HintLine).show(
            (
                Hint("type", "to find"),
                Hint("↑ ↓", "move"),
                Hint("enter", "choose another key"),
                Hint(key_of(app, "help.reset"), "the usual one"),
                Hint(key_of(app, "help.back"), "back"),
            )
        )

    def _fill(self) -> None:
        listed = self.query_one(HelpList)
        listed.show(
            self._groups, self.query_one(Input).value, listed.scrollable_content_region.width
        )

    def on_resize(self, event: events.Resize) -> None:
        """Use the new width, once the list has it."""
        del event
        self.call_after_refresh(self._fill)

    @on(Input.Changed, "#help-filter")
    def _filtered(self) -> None:
        self._fill()

    def action_back(self) -> None:
        """Leave."""
        self.dismiss(None)

    def action_move(self, where: str) -> None:
        """Move in the list, though the keys go to the filter."""
        listed = self.query_one(HelpList)
        move: Mapping[str, Callable[[], None]] = {
            "up": listed.action_cursor_up,
            "down": listed.action_cursor_down,
            "page_up": listed.action_page_up,
            "page_down": listed.action_page_down,
        }
        move[where]()

    @on(Input.Submitted, "#help-filter")
    @on(OptionList.OptionSelected)
    def _change(self) -> None:
        self._choose_key()

    @work(group="help-change", exclusive=True, exit_on_error=False)
    async def _choose_key(self) -> None:
        row = self.query_one(HelpList).chosen
        if row is None:
            return
        if not row.name:
            self._say(f"{row.keys} always does that: only keys can be others")
            return
        key = await self.app.push_screen_wait(PressKeyScreen(row, self.telex))
        if key is None:
            self._say("It keeps its key")
        else:
            await self._set(row.name, "" if key == TAKE_AWAY else key)

    @work(group="help-change", exclusive=True, exit_on_error=False)
    async def action_reset(self) -> None:
        """Give what is highlighted its usual key back."""
        row = self.query_one(HelpList).chosen
        if row is None or not row.chosen:
            self._say("It has its usual key")
            return
        await self._set(row.name, None)

    async def _set(self, name: str, keys: str | None) -> None:
        if keys is not None and keys == ",".join(KEY_NAMES[name].keys):
            keys = None
        path = Paths.from_environment(self.telex.environment).config_file
        edits: Sequence[ConfigEdit] = await asyncio.to_thread(keymap_edits, path, name, keys)
        if not await self.telex.change(edits):
            return
        usual = " and ".join(shown_key(key) for key in KEY_NAMES[name].keys)
        match keys:
            case None:
                self._say(f"✓ {name} has its usual key again: {usual}")
            case "":
                self._say(f"✓ {name} has no key now; the palette still has it")
            case _:
                self._say(f"✓ {name} is {shown_key(keys)} from now on · in config.toml, [keys]")

    def _say(self, words: str) -> None:
        self.query_one("#help-status", Static).update(words)

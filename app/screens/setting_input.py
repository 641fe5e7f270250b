"""Typing the value of a setting; what is wrong with it is said while it is typed."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from typing import ClassVar

from textual import on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Input, Static

from app.setting_rows import SettingRow
from app.setting_words import how_to_type, read_typed, typed_words
from providers.errors import TelexError
from storage.errors import ConfigFileError
from storage.toml_item import TomlValue
from widgets.one_line import one_line
from widgets.quiet_input import QuietInput


@dataclass(frozen=True, slots=True)
class Typed:
    """What was typed; None puts the setting back to its default."""

    value: TomlValue | None


class SettingInputScreen(ModalScreen[Typed | None]):
    """Returns what was typed, which the file would take; None when the person went back.

    Args:
        row: the setting.
        check: refuses a value that the file would not take, with a ``TelexError``. Blocks.
    """

    DEFAULT_CSS = """
    SettingInputScreen {
        align: center middle;
        #setting-input {
            width: 74; max-width: 96%; height: auto;
            border: round $primary; background: $surface; padding: 0 1;
        }
        #setting-input Static { height: auto; }
        #setting-input-means { color: $foreground 70%; }
        #setting-input-line, #setting-input-line:focus {
            border: none; background: $foreground 6%; padding: 0 1; height: 1; margin: 1 0;
        }
        #setting-input-verdict { min-height: 1; max-height: 6; margin-bottom: 1; }
        #setting-input-keys { color: $foreground 60%; }
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "dismiss(None)", "Back, nothing changes", id="setting-input.back"),
    ]

    def __init__(self, row: SettingRow, check: Callable[[TomlValue], object]) -> None:
        super().__init__()
        self._row = row
        self._check = check

    def compose(self) -> ComposeResult:
        """Lay the card out."""
        row = self._row
        shown = row.value if row.in_file else None
        with Vertical(id="setting-input"):
            yield Static(Content.styled(one_line(row.name), "bold"), markup=False)
            yield Static(row.spec.means, id="setting-input-means", markup=False)
            yield QuietInput(
                typed_words(row.spec, shown),
                placeholder=one_line(f"{row.words}: {how_to_type(row.spec)}"),
                id="setting-input-line",
            )
            yield Static(id="setting-input-verdict", markup=False)
            yield Static(
                "enter keeps it · empty puts it back to its default · esc goes back",
                id="setting-input-keys",
                markup=False,
            )

    @on(Input.Changed)
    @work(group="setting-check", exclusive=True)
    async def _look(self, event: Input.Changed) -> None:
        await self._judge(event.value)

    @on(Input.Submitted)
    @work(group="setting-check", exclusive=True)
    async def _entered(self, event: Input.Submitted) -> None:
        typed = await self._judge(event.value)
        if typed is not None:
            self.dismiss(typed)

    async def _judge(self, text: str) -> Typed | None:
        """Say what would come of ``text``; return it where the file would take it."""
        if not text.strip():
            self._say(f"default: {self._row.default}", "$foreground 60%")
            return Typed(None)
        try:
            value = read_typed(self._row.spec, text)
            await asyncio.to_thread(self._check, value)
        except ConfigFileError as error:
            self._say(f"✗ {error.reason}", "$text-error")
        except TelexError as error:
            self._say(f"✗ {error}", "$text-error")
        else:
            self._say("✓ can be used", "$text-success")
            return Typed(value)
        return None

    def _say(self, words: str, style: str) -> None:
        verdict = Content.styled(one_line(words), style)
        self.query_one("#setting-input-verdict", Static).update(verdict)

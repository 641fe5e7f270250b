"""All of the configuration: what it means, its value in force, where that comes from."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar, cast

from textual import events, on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Container, VerticalScroll
from textual.content import Content
from textual.screen import Screen
from textual.widgets import Input, OptionList, Static

from app.config_view import ConfigView, read_view
from app.keymap import key_of, with_keys
from app.screens.setting_changes import SettingChanges
from app.screens.setting_list import SettingList
from app.setting_detail import setting_detail
from app.setting_rows import InUse, SettingRow, matching, setting_rows
from app.settings_changed import SettingsChanged
from providers.errors import TelexError
from widgets.one_line import one_line
from widgets.quiet_input import QuietInput

if TYPE_CHECKING:
    from app.host import Host
    from app.runtime import Runtime
    from storage.errors import ConfigFileError

_KEYS = (
    "type to find · ↑ ↓ · enter change · {settings.reset} default · {settings.undo} undo"
    " · {settings.edit} the file · {settings.back} back"
)


class SettingsScreen(Screen[None]):
    """Lists every setting and changes them in the file.

    Args:
        runtime: whose settings these are.
    """

    AUTO_FOCUS = "#settings-filter"  # so that no key that is typed fast goes astray
    HORIZONTAL_BREAKPOINTS = [(0, "-below"), (118, "-beside")]  # noqa: RUF012  # Textual's own form
    DEFAULT_CSS = """
    SettingsScreen {
        layout: vertical;
        padding: 0 1;
        #settings-title { height: 1; color: $foreground 70%; }
        #settings-problem {
            display: none; height: auto; max-height: 4; color: $text-error; text-style: bold;
        }
        #settings-problem.-there { display: block; }
        #settings-filter, #settings-filter:focus {
            border: none; height: 1; padding: 0 1; margin: 0 0 1 0; background: $foreground 6%;
        }
        #settings-body { height: 1fr; }
        #settings-list { height: 1fr; max-height: 100%; }
        #settings-detail { height: 9; padding: 0 1; border-top: solid $foreground 20%; }
        #settings-status { height: 1; color: $text-success; }
        #settings-keys { height: 1; color: $foreground 60%; }
        &.-beside {
            #settings-body { layout: horizontal; }
            #settings-list { width: 1fr; height: 100%; }
            #settings-detail {
                width: 36%; max-width: 62; height: 100%;
                border-top: none; border-left: solid $foreground 20%;
            }
        }
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "back", "Back", id="settings.back"),
        Binding("up", "move('up')", "Up", show=False, id="settings.up"),
        Binding("down", "move('down')", "Down", show=False, id="settings.down"),
        Binding("pageup", "move('page_up')", "Page up", show=False, id="settings.page-up"),
        Binding("pagedown", "move('page_down')", "Page down", show=False, id="settings.page-down"),
        Binding("ctrl+r", "reset", "Back to the default", id="settings.reset"),
        Binding("ctrl+u", "undo", "Undo the last change", id="settings.undo", priority=True),
        Binding("ctrl+o", "edit", "Edit the file", id="settings.edit"),
    ]

    def __init__(self, runtime: Runtime) -> None:
        super().__init__()
        self._runtime = runtime
        self._rows: tuple[SettingRow, ...] = ()
        self._view = ConfigView(runtime.paths.config_file)
        self._changes = SettingChanges(self, runtime, self._say)

    def compose(self) -> ComposeResult:
        """Lay out filter, list, detail, and the lines around them."""
        yield Static(id="settings-title", markup=False)
        yield Static(id="settings-problem", markup=False)
        yield QuietInput(
            placeholder="find a setting: type a word of it, such as daily", id="settings-filter"
        )
        with Container(id="settings-body"):
            yield SettingList(id="settings-list")
            with VerticalScroll(id="settings-detail", can_focus=False):
                yield Static(id="settings-detail-words", markup=False)
        yield Static(id="settings-status", markup=False)
        yield Static(with_keys(self, _KEYS), id="settings-keys", markup=False)

    def on_mount(self) -> None:
        """Read the file."""
        self.refresh_values()

    @on(SettingsChanged)
    @work(group="settings-values", exclusive=True)
    async def refresh_values(self) -> None:
        """Show what is in force now, and where it comes from."""
        await self._read()

    async def _read(self) -> None:
        view = await asyncio.to_thread(read_view, self._runtime.paths.config_file)
        if not self.is_attached:
            return  # the person has left meanwhile
        self._view = view
        host = self._host
        use = InUse(host.route, self.app.theme, host.environment)
        self._rows = setting_rows(self._runtime.settings, self._view, use)
        self._fill()

    def on_resize(self, event: events.Resize) -> None:
        """Use the new width, once the list has it."""
        del event
        self.call_after_refresh(self._fill)

    @on(Input.Changed, "#settings-filter")
    def _filtered(self) -> None:
        self._fill()

    def action_move(self, where: str) -> None:
        """Move in the list, though the keys go to the filter."""
        listed = self.query_one(SettingList)
        move: Mapping[str, Callable[[], None]] = {
            "up": listed.action_cursor_up,
            "down": listed.action_cursor_down,
            "page_up": listed.action_page_up,
            "page_down": listed.action_page_down,
        }
        move[where]()

    def action_back(self) -> None:
        """Leave."""
        self.dismiss(None)

    @on(OptionList.OptionHighlighted)
    def _tell_more(self) -> None:
        row = self.query_one(SettingList).chosen
        words = Content("") if row is None else setting_detail(row)
        self.query_one("#settings-detail-words", Static).update(words)
        self.query_one("#settings-detail").scroll_home(animate=False)

    @on(Input.Submitted, "#settings-filter")
    @on(OptionList.OptionSelected)
    def _change(self) -> None:
        row = self.query_one(SettingList).chosen
        if row is not None:
            self._try(self._changes.change(row))

    def action_reset(self) -> None:
        """Put the setting back to its default."""
        row = self.query_one(SettingList).chosen
        if row is not None:
            self._try(self._changes.reset(row))

    def action_undo(self) -> None:
        """Take the last change back."""
        self._try(self._changes.undo())

    def action_edit(self) -> None:
        """Open the file in the editor: where it is broken, or where the setting stands."""
        row, problem = self.query_one(SettingList).chosen, self._problem
        line = problem.line if problem is not None else row.line if row is not None else None
        self._try(self._changes.edit_file(line))

    @work(group="settings-change", exit_on_error=False)
    async def _try(self, doing: Awaitable[None]) -> None:
        try:
            await doing
        except TelexError as error:
            self._host.complain(error)
        await self._read()

    @property
    def _host(self) -> Host:
        return cast("Host", self.app)

    @property
    def _problem(self) -> ConfigFileError | None:
        return self._view.problem or self._host.config_problem

    def _fill(self) -> None:
        view, problem = self._view, self._problem
        made = "" if view.exists else " · not there yet, the first change makes it"
        self.query_one("#settings-title", Static).update(
            Content.assemble(("Settings ", "bold"), f"· {one_line(_from_home(view.path))}{made}")
        )
        banner = self.query_one("#settings-problem", Static)
        banner.set_class(problem is not None, "-there")
        banner.update(
            "" if problem is None else _problem_words(problem, key_of(self._host, "settings.edit"))
        )
        listed = self.query_one(SettingList)
        shown = matching(self._rows, self.query_one(Input).value)
        listed.show(shown, listed.scrollable_content_region.width)
        self._tell_more()

    def _say(self, words: str) -> None:
        self.query_one("#settings-status", Static).update(one_line(words))


def _problem_words(problem: ConfigFileError, edit: str) -> str:
    place = ":".join(
        str(part) for part in (problem.path.name, problem.line, problem.column) if part is not None
    )
    words = (
        f"✗ {place}: {problem.reason}. What it said before stays in force; {edit} opens it there."
    )
    return one_line(words)


def _from_home(path: Path) -> str:
    """Return a path as people write it."""
    try:
        return f"~/{path.relative_to(Path.home())}"
    except (ValueError, RuntimeError):  # it is elsewhere, or there is no home
        return str(path)

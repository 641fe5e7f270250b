"""Changing settings: each kind of value in the way that fits it, and back again."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

from app.config_view import read_view
from app.keymap import key_of
from app.lending import lend_terminal
from app.routing import Route, possible
from app.screens.choose import Choice, ChooseScreen
from app.screens.setting_input import SettingInputScreen
from app.screens.setting_pick import SettingPickScreen
from app.setting_editor import edit_config_file
from app.setting_rows import SettingRow
from app.setting_words import value_words
from providers.sanitise import sanitise_line
from storage.config_edit import ConfigEdit, check_edits
from storage.config_spec import ValueKind
from storage.toml_item import TomlValue
from widgets.one_line import cut

if TYPE_CHECKING:
    from textual.app import App
    from textual.screen import Screen

    from app.host import Host
    from app.runtime import Runtime

_LISTS = {ValueKind.CHOICES, ValueKind.PROVIDERS, ValueKind.TARGETS}
_CHOICES = {ValueKind.CHOICE, ValueKind.PROVIDER, ValueKind.THEME}


@dataclass(frozen=True, slots=True)
class _Done:
    """A change that can be undone.

    Args:
        name: of the setting.
        back: the edits that bring back what was.
        route, theme: what was in use before.
    """

    name: str
    back: Sequence[ConfigEdit]
    route: Route
    theme: str


class SettingChanges:
    """Changes settings of the file, one after the other, and remembers how to go back.

    Args:
        screen: where it is asked what a value is to be.
        runtime: whose settings they are.
        say: shows what came of it.
    """

    def __init__(self, screen: Screen[None], runtime: Runtime, say: Callable[[str], None]) -> None:
        self._screen = screen
        self._runtime = runtime
        self._say = say
        self._done: list[_Done] = []

    @property
    def _host(self) -> Host:
        return cast("Host", self._screen.app)

    async def change(self, row: SettingRow) -> None:
        """Ask what a setting is to be, where that is a question, and make it so.

        Raises:
            TelexError: the editor could not be used.
        """
        kind = row.spec.kind
        if kind is ValueKind.FLAG:
            await self._set(row, not row.value)
        elif kind is ValueKind.SWITCH:
            await self._set(row, None if row.value else {})
        elif kind in _CHOICES:
            await self._choose(row)
        elif kind in _LISTS:
            await self._pick(row)
        elif kind is ValueKind.TABLES or _does_not_fit(row):
            await self.edit_file(row.line)
        else:
            await self._type(row)

    async def reset(self, row: SettingRow) -> None:
        """Put a setting back to its default: take it out of the file."""
        if not row.in_file:
            self._say(f"{row.name} is not in the file: there is nothing to take out")
            return
        if row.spec.kind is ValueKind.TABLES:
            # They would come back without their comments.
            self._say(f"{row.name} holds entries of your own: enter opens the file there")
            return
        await self._write(row, ConfigEdit(row.reset_key, None))

    async def undo(self) -> None:
        """Take the last change back."""
        if not self._done:
            self._say("Nothing was changed here yet: there is nothing to undo")
            return
        last = self._done[-1]
        if not await self._host.change(last.back):
            return
        self._done.remove(last)
        self._host.choose(last.route)
        self._screen.app.theme = last.theme
        self._say(f"{last.name} is as it was before")

    async def edit_file(self, line: int | None) -> None:
        """Open the file in the person's own editor.

        Raises:
            TelexError: there is no editor, it failed, or there is no terminal to lend.
        """
        path, environment = self._runtime.paths.config_file, self._host.environment
        app = cast("App[None]", self._screen.app)
        await lend_terminal(app, lambda: edit_config_file(path, line, environment))
        self._say("Back from the editor: what was saved is in force in a moment, if it is sound")

    async def _choose(self, row: SettingRow) -> None:
        choices = [Choice(word, word, detail=_detail(row, word)) for word in self._words(row)]
        title = f"{row.name}: {row.spec.means}"
        chosen = await self._screen.app.push_screen_wait(ChooseScreen(title, choices))
        if chosen is not None:
            await self._set(row, chosen.value)

    async def _pick(self, row: SettingRow) -> None:
        value = row.value if isinstance(row.value, tuple | list) else ()
        picked = await self._screen.app.push_screen_wait(
            SettingPickScreen(
                f"{row.name}: {row.spec.means}",
                self._words(row),
                [str(word) for word in value],
                in_order=row.spec.kind is not ValueKind.CHOICES,
            )
        )
        if picked is None:
            return
        # To name nobody is to say nothing; of some words, none is a choice like another.
        nothing = not picked and row.spec.kind is not ValueKind.CHOICES
        await self._set(row, None if nothing else picked)

    async def _type(self, row: SettingRow) -> None:
        path = self._runtime.paths.config_file

        def check(value: TomlValue) -> object:
            return check_edits(path, [ConfigEdit(row.key, value)])

        typed = await self._screen.app.push_screen_wait(SettingInputScreen(row, check))
        if typed is None:
            return
        if typed.value is None and row.in_file:
            await self.reset(row)
        elif typed.value is not None:
            await self._set(row, typed.value)

    def _words(self, row: SettingRow) -> Sequence[str]:
        settings = self._runtime.settings
        match row.spec.kind:
            case ValueKind.THEME:
                return sorted(self._screen.app.available_themes)
            case ValueKind.PROVIDER | ValueKind.PROVIDERS:
                return list(settings.providers)
            case ValueKind.TARGETS:
                return [
                    words
                    for name, config in settings.providers.items()
                    for words in (name, *(f"{name}/{each.model}" for each in config.variants()))
                ]
        return row.spec.choices

    async def _set(self, row: SettingRow, value: TomlValue | None) -> None:
        await self._write(row, ConfigEdit(row.key, value))

    async def _write(self, row: SettingRow, edit: ConfigEdit) -> None:
        host, app = self._host, self._screen.app
        view = await asyncio.to_thread(read_view, self._runtime.paths.config_file)
        done = _Done(row.name, view.inverse([edit]), host.route, app.theme)
        if not await host.change([edit]):
            return
        self._done.append(done)
        self._put_in_use(row)
        now = value_words(row.spec, row.spec.read(self._runtime.settings, row.provider))
        default = ", its default" if edit.value is None else ""
        undo = key_of(self._host, "settings.undo")
        self._say(f"{row.name} is {cut(now, 40)}{default} · {undo} undoes it")

    def _put_in_use(self, row: SettingRow) -> None:
        """Let what the file says win over what was chosen before, which would hide the change."""
        settings, host, app = self._runtime.settings, self._host, self._screen.app
        match row.key:
            case ("routing_strategy",) | ("primary_provider",):
                route = Route(settings.routing_strategy, settings.primary_provider)
                if host.route != (wanted := possible(route, settings)):
                    host.choose(wanted)
            case ("theme",) if settings.theme in app.available_themes:
                app.theme = settings.theme


def _does_not_fit(row: SettingRow) -> bool:
    """Whether a text has line breaks, or characters that no input line should paint."""
    return isinstance(row.value, str) and sanitise_line(row.value) != row.value


def _detail(row: SettingRow, word: str) -> str:
    notes = [
        note for note, words in (("now", row.words), ("default", row.default)) if words == word
    ]
    return " and ".join(notes)

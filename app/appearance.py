"""The keys and the colours of the app, as the person chose them."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Mapping
from typing import TYPE_CHECKING

from textual.app import App
from textual.color import Color

from app.few_colours import FEW_COLOURS, has_few_colours
from app.keymap import textual_keymap
from app.readable import readable_foreground

if TYPE_CHECKING:
    from providers.errors import TelexError
    from storage.settings import Settings
    from storage.state_file import State

DEFAULT_THEME = "textual-dark"


class Appearance(App[None]):
    """Puts the chosen keys and the chosen theme in force."""

    settings: Settings
    state: State
    environment: Mapping[str, str]
    taking_a_key = False
    """Whether the next key is not to be obeyed but to be chosen."""
    trying_themes = False
    """Whether the theme in sight is only looked at."""

    @abstractmethod
    def complain(self, error: TelexError | str) -> None:
        """Show what went wrong and what to do about it."""

    @abstractmethod
    def remember(self, **changes: object) -> None:
        """Keep what was last in use, over restarts."""

    @property
    def keymap(self) -> Mapping[str, str]:
        """The chosen keys by the id of their binding."""
        return textual_keymap(self.settings)

    def dress(self) -> None:
        """Put keys and theme in force, before the first paint."""
        self.set_class(has_few_colours(self), FEW_COLOURS)
        self.set_keymap(self.keymap)
        self.wear(self.state.theme or self.settings.theme)

    def dress_anew(self, former: Settings) -> None:
        """Other settings are in force than ``former``."""
        if self.settings.keys != former.keys:
            self.set_keymap(self.keymap)
        if self.settings.theme != former.theme:
            self.wear(self.settings.theme)

    def wear(self, wanted: str | None) -> None:
        """Show the theme called ``wanted``, or say that there is none and show the usual one."""
        name = wanted or DEFAULT_THEME
        if name not in self.available_themes:
            from app.themes import add_own_themes, unknown_theme  # hardly anybody has any

            for problem in add_own_themes(self, self.environment):
                self.complain(problem)
            if name not in self.available_themes:
                self.complain(unknown_theme(name, self.available_themes))
                return
        self.theme = name

    def get_css_variables(self) -> dict[str, str]:
        """Return the theme's colours, with words that can be read where they are faded."""
        variables = super().get_css_variables()
        if not self.current_theme.ansi:
            foreground, background = variables["foreground"], variables["background"]
            readable = readable_foreground(Color.parse(foreground), Color.parse(background))
            variables["foreground"] = readable.hex
        return variables

    def watch_theme(self, theme: str) -> None:
        """Keep the theme the person picked."""
        usual = self.state.theme or self.settings.theme or DEFAULT_THEME
        if self.is_running and not self.trying_themes and theme != usual:
            self.remember(theme=theme)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Let nothing happen while a key is being chosen: it would be obeyed instead."""
        del action, parameters
        return not self.taking_a_key

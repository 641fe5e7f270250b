"""Themes, each seen as soon as the cursor is on it."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar, cast

from textual import on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.content import Content
from textual.widgets import OptionList, Static

from app.editor import edit_file
from app.keymap import key_of
from app.lending import lend_terminal
from app.screens.ask_line import AskLineScreen
from app.screens.careful import CarefulScreen
from app.settings_changed import SettingsChanged
from app.themes import (
    add_own_themes,
    further_colours,
    is_colour,
    own_folder,
    own_theme,
    textual_theme,
)
from storage.theme_files import read_theme, theme_file, write_theme
from widgets.hint_line import HintLine
from widgets.key_hints import Hint
from widgets.one_line import fit, one_line
from widgets.pointed_list import PointedList
from widgets.theme_sample import ThemeSample

if TYPE_CHECKING:
    from app.appearance import Appearance

_NAME = 22
_KIND = 6


class ThemesScreen(CarefulScreen):
    """Tries themes on; the one from before comes back unless another is kept."""

    AUTO_FOCUS = "#themes-list"
    DEFAULT_CSS = """
    ThemesScreen {
        layout: vertical;
        padding: 0 1;
        #themes-title { height: 1; }
        #themes-body { height: 1fr; margin-top: 1; }
        #themes-list { width: 38; height: 100%; text-wrap: nowrap; text-overflow: ellipsis; }
        ThemeSample { width: 1fr; height: 100%; border-left: solid $foreground 20%; }
        #themes-problem { height: auto; max-height: 4; color: $text-error; }
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q", "back", "back to the theme from before", id="themes.back"),
        Binding("n", "new", "a new theme of your own, from this one", id="themes.new"),
        Binding("e", "edit", "edit a theme of your own", id="themes.edit"),
    ]

    def __init__(self) -> None:
        super().__init__()
        self._own: frozenset[str] = frozenset()
        self._former = ""

    def compose(self) -> ComposeResult:
        """Lay out the list and what a theme looks like."""
        yield Static(
            Content.assemble(("Themes ", "bold"), "· each is shown while you are on it"),
            id="themes-title",
        )
        with Horizontal(id="themes-body"):
            yield PointedList(id="themes-list")
            yield ThemeSample()
        yield Static(id="themes-problem", markup=False)
        yield HintLine(id="themes-keys")

    async def on_mount(self) -> None:
        """List what there is."""
        self._former = self.app.theme
        self._wardrobe.trying_themes = True
        self._show_hints()
        await self._list(self._former)

    def on_unmount(self) -> None:
        """What is worn from now on is meant."""
        self._wardrobe.trying_themes = False

    @property
    def _wardrobe(self) -> Appearance:
        return cast("Appearance", self.app)

    @on(SettingsChanged)
    def _show_hints(self) -> None:
        app = self.telex
        hints = [
            Hint("↑ ↓", "look"),
            Hint("enter", "keep"),
            Hint(key_of(app, "themes.new"), "new one from this"),
            Hint(key_of(app, "themes.edit"), "edit your own"),
            Hint(key_of(app, "themes.back"), "back, nothing changes"),
        ]
        self.query_one(HintLine).show(hints)

    async def _list(self, wanted: str) -> None:
        # A folder of small files, read when somebody asks for them.
        problems = await asyncio.to_thread(add_own_themes, self.app, self.telex.environment)
        folder = own_folder(self.telex.environment)
        self._own = frozenset(path.stem for path in folder.glob("*.toml"))
        said = [one_line(f"✗ {problem}") for problem in problems]
        self.query_one("#themes-problem", Static).update("\n".join(said))
        listed = self.query_one(PointedList)
        names = sorted(self.app.available_themes, key=lambda name: (name not in self._own, name))
        listed.fill((self._line(name), name) for name in names)
        listed.highlighted = names.index(wanted) if wanted in names else 0

    def _line(self, name: str) -> Content:
        theme = self.app.available_themes[name]
        return Content.assemble(
            ("● " if name == self._former else "  ", "$primary"),
            (fit(name, _NAME), "bold" if name == self._former else ""),
            (fit("dark" if theme.dark else "light", _KIND), "$foreground 60%"),
            ("yours" if name in self._own else "", "$primary"),
        )

    @property
    def _chosen(self) -> str:
        listed = self.query_one(PointedList)
        assert listed.highlighted is not None  # there are always Textual's
        return listed.get_option_at_index(listed.highlighted).id or ""

    @on(OptionList.OptionHighlighted)
    def _try_on(self) -> None:
        self.app.theme = self._chosen

    @on(OptionList.OptionSelected)
    def _keep(self) -> None:
        self.telex.remember(theme=self._chosen)
        self.dismiss(None)

    def action_back(self) -> None:
        """Wear what was worn before."""
        self.app.theme = self._former
        self.dismiss(None)

    @work(group="theme", exclusive=True, exit_on_error=False)
    async def action_new(self) -> None:
        """Make a theme of the person's own, which begins as this one."""
        await self.tried(self._make())

    @work(group="theme", exclusive=True, exit_on_error=False)
    async def action_edit(self) -> None:
        """Edit the highlighted theme, if it is the person's own."""
        name = self._chosen
        if name not in self._own:
            key = key_of(self.telex, "themes.new")
            self.telex.complain(f"{name} comes with telex; {key} makes one of your own from it")
            return
        await self.tried(self._edit(theme_file(own_folder(self.telex.environment), name)))

    async def _make(self) -> None:
        model = self._chosen
        asks = AskLineScreen(
            "What is your theme called?",
            value=f"my-{model}",
            hint="letters, digits and - · enter writes the file and opens your editor · esc back",
        )
        name = await self.app.push_screen_wait(asks)
        if not name:
            return
        path = theme_file(own_folder(self.telex.environment), name.strip())
        theme = own_theme(path.stem, self.app.available_themes[model])
        await asyncio.to_thread(write_theme, path, theme)
        await self._edit(path)

    async def _edit(self, path: Path) -> None:
        try:
            await lend_terminal(self.app, lambda: edit_file(path, self.telex.environment))
            # Registered before it is listed, so that its own mistake is said by name.
            self.app.register_theme(textual_theme(read_theme(path, is_colour, further_colours())))
        finally:
            await self._list(path.stem)
            if self.app.theme == path.stem:
                self.app.theme = self._former  # so that new colours of the same name are seen
            self._try_on()

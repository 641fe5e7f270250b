"""The models one provider lists now: which is asked, and which may answer too."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import TYPE_CHECKING, ClassVar

from textual import events, on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.widgets import Input, OptionList, Static

from app.keymap import with_keys
from app.live_models import (
    LiveModel,
    Order,
    Place,
    also_edits,
    ask_models,
    describe_models,
    main_edits,
    sort_models,
)
from app.screens.lasting import LastingScreen
from app.screens.model_rows import model_detail, model_heads, model_row
from app.settings_changed import SettingsChanged
from providers.errors import ProviderError
from providers.sanitise import sanitise_line
from widgets.one_line import one_line
from widgets.pointed_list import POINTER_WIDTH, PointedList
from widgets.quiet_input import QuietInput

if TYPE_CHECKING:
    from app.runtime import Runtime
    from providers.config import ProviderConfig
    from storage.config_edit import ConfigEdit

_HINT = (
    "enter ask it · {offer.also} may answer too · {offer.filter} find · {offer.sort} sort"
    " · {offer.ask} again · {offer.back} back"
)
_FILTER_HINT = "type words · enter or {offer.list} goes to the list · {offer.back} shows all again"
_ASKING_HINT = "asking … · {offer.back} stops asking"
_NO_MODEL = "No model is called that: {offer.back} shows all again"


class ModelsScreen(LastingScreen):
    """Lists a provider's models and puts them to use.

    Args:
        runtime: its settings, prices and measurements.
        provider: whose models.
    """

    AUTO_FOCUS = "#offer-list"
    STATUS = "#offer-status"
    DEFAULT_CSS = """
    ModelsScreen {
        layout: vertical;
        padding: 1 2 0 2;
        #offer-title { height: 1; color: $foreground 70%; }
        #offer-filter, #offer-filter:focus {
            border: none; height: 1; padding: 0 1; margin: 0 0 1 0; background: $foreground 6%;
        }
        #offer-heads { height: 1; padding-left: 2; color: $foreground 60%; text-wrap: nowrap; }
        #offer-list { height: 1fr; text-wrap: nowrap; }
        #offer-detail {
            height: 6; padding: 0 2; border-top: solid $foreground 20%;
        }
        #offer-status { height: auto; max-height: 3; }
        #offer-hint { height: 1; color: $foreground 60%; }
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "back", "Back", id="offer.back"),
        Binding("space", "also", "May answer too, or no longer", id="offer.also"),
        Binding("s", "sort", "Sort by price or name", id="offer.sort"),
        Binding("slash", "filter", "Find a model", id="offer.filter"),
        Binding("down", "list", "To the list", show=False, id="offer.list"),
        Binding("r", "ask", "Ask the provider again", id="offer.ask"),
    ]

    def __init__(self, runtime: Runtime, provider: str) -> None:
        super().__init__()
        self._runtime = runtime
        self._provider = provider
        self._offered: Sequence[str] | None = None
        self._models: Sequence[LiveModel] = ()
        self._shown: Sequence[LiveModel] = ()
        self._order = Order.NAME
        self._asking = False

    def compose(self) -> ComposeResult:
        """Lay out the filter, the table, what is said about the picked row, and the keys."""
        yield Static(id="offer-title", markup=False)
        words = with_keys(self, "{offer.filter} find a model: type a part of its name")
        yield QuietInput(placeholder=words, id="offer-filter")
        yield Static(id="offer-heads", markup=False)
        yield PointedList(id="offer-list")
        yield Static(id="offer-detail", markup=False)
        yield Static(id="offer-status", markup=False)
        yield Static(with_keys(self, _HINT), id="offer-hint", markup=False)

    def on_mount(self) -> None:
        """Show what is configured, and ask the provider for the rest."""
        self.action_ask()

    def on_resize(self) -> None:
        """Use the new width, once the list has it."""
        self.call_after_refresh(self._fill)

    @on(SettingsChanged)
    @work(group="offer-read", exclusive=True, exit_on_error=False)
    async def _settings_changed(self) -> None:
        await self._describe()

    def action_ask(self) -> None:
        """Ask the provider for its list."""
        self._ask()

    @work(group="offer-ask", exclusive=True, exit_on_error=False)
    async def _ask(self) -> None:
        self._asking = True
        self.say(f"Asking {self._provider} for its models …")
        try:
            await self._describe()
            if self._config is None:
                return
            self._offered = await ask_models(self._runtime, self._provider)
        except ProviderError as error:
            self.say(
                f"✗ Only what is configured is shown: {sanitise_line(error.message)}."
                f"{with_keys(self, ' {app.keys} tests the key; {offer.ask} asks again.')}",
                trouble=True,
            )
        else:
            self.say("")
        finally:
            self._asking = False
            if self.is_attached:
                self._hint()
        await self._describe()

    async def _describe(self) -> None:
        if self._config is None:
            self._leave()
            return
        self._models = await asyncio.to_thread(
            describe_models, self._runtime, self._provider, self._offered
        )
        if self.is_there:
            self._fill()

    @property
    def _config(self) -> ProviderConfig | None:
        """What config.toml says of the provider, None where it was taken out meanwhile."""
        return self._runtime.settings.providers.get(self._provider)

    @on(events.ScreenResume)
    def _back_on_top(self) -> None:
        if self._config is None:
            self._leave()

    def _leave(self) -> None:
        """Go, as there is nothing left to show; below another screen, once that has gone."""
        if self.is_active:
            self.dismiss(None)
            gone = f"config.toml names no provider {one_line(self._provider)} any more."
            self.app.notify(gone, severity="warning", markup=False)

    # Painting

    def _fill(self) -> None:
        listed = self.query_one(PointedList)
        width = listed.scrollable_content_region.width - POINTER_WIDTH
        chosen = self._chosen
        self._shown = sort_models(self._models, self._order, self.query_one(Input).value)
        self.query_one("#offer-title", Static).update(self._title())
        self.query_one("#offer-heads", Static).update(model_heads(width))
        lines: list[tuple[Content, str | None]] = [
            (model_row(each, width), str(place)) for place, each in enumerate(self._shown)
        ]
        if not lines:
            lines = [(Content(with_keys(self, _NO_MODEL)), None)]
        listed.fill(lines)
        names = [each.name for each in self._shown]
        if names:
            listed.highlighted = names.index(chosen.name) if chosen and chosen.name in names else 0
        self._say_detail()
        self._hint()

    def _title(self) -> Content:
        count = f"{len(self._offered)} listed" if self._offered is not None else "not listed yet"
        return Content.assemble(
            (f"Models of {one_line(self._provider)}", "bold"),
            f" · {count} · sorted by {self._order.value} · ● asked  ◆ may answer too",
        )

    @property
    def shown(self) -> int:
        """How many models are in the list."""
        return len(self._shown)

    @property
    def _chosen(self) -> LiveModel | None:
        place = self.query_one(PointedList).highlighted
        return self._shown[place] if place is not None and place < len(self._shown) else None

    @on(OptionList.OptionHighlighted)
    def _say_detail(self) -> None:
        model = self._chosen
        self.query_one("#offer-detail", Static).update(model_detail(model) if model else "")

    def on_descendant_focus(self) -> None:
        """Say which keys work where one is."""
        self._hint()

    def _hint(self) -> None:
        in_filter = self.query_one(Input).has_focus
        words = _FILTER_HINT if in_filter else _ASKING_HINT if self._asking else _HINT
        self.query_one("#offer-hint", Static).update(with_keys(self, words))

    # Finding and sorting

    @on(Input.Changed)
    def _filtered(self) -> None:
        self._fill()

    @on(Input.Submitted)
    def action_list(self) -> None:
        """Go from the filter to the list."""
        self.query_one(PointedList).focus()

    def action_filter(self) -> None:
        """Go to the filter."""
        self.query_one(Input).focus()

    def action_sort(self) -> None:
        """Sort by price, or by name."""
        self._order = self._order.other
        self._fill()

    def action_back(self) -> None:
        """Show all again, stop asking, or leave."""
        entry = self.query_one(Input)
        if entry.value or entry.has_focus:
            entry.value = ""
            self.action_list()
        elif self._asking:
            self.workers.cancel_group(self, "offer-ask")
            again = with_keys(self, "{offer.ask} asks again.")
            self.say(f"Stopped asking: only what is configured is shown. {again}")
        else:
            self.dismiss(None)

    # Putting to use

    @on(OptionList.OptionSelected)
    def _use(self) -> None:
        model = self._chosen
        if model is None:
            return
        if model.place is Place.MAIN:
            self.say(f"{self._provider} is asked for {model.name} already.")
            return
        config = self._config
        if config is None:
            self._leave()
            return
        edits, gone = main_edits(config, model.name)
        words = f"✓ {self._provider} is asked for {model.name} from now on."
        if gone:
            words += f" What config.toml said of {config.model} is taken out: {', '.join(gone)}."
        self.complete(self._put_to_use(edits, words))

    def action_also(self) -> None:
        """Let the picked model answer too, or no longer."""
        model = self._chosen
        if model is None:
            return
        if model.place is Place.MAIN:
            self.say(
                f"{model.name} is the one that is asked: enter on another changes that",
                trouble=True,
            )
            return
        now = "may answer too" if model.place is Place.FREE else "does not take part any more"
        config = self._config
        if config is None:
            self._leave()
            return
        words = f"✓ {model.name} {now}."
        self.complete(self._put_to_use(also_edits(config, model.name), words))

    async def _put_to_use(self, edits: Sequence[ConfigEdit], words: str) -> None:
        if await self.telex.change(edits):
            self.say(words)
            await self._describe()

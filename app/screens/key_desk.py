"""The keys screen as a place: its list, its line to type into, and what is said there."""

from __future__ import annotations

import asyncio
from abc import abstractmethod
from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import TYPE_CHECKING

from textual import on, work
from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.widgets import Input, OptionList, Static

from app.key_check import KeyReport
from app.key_places import KeyPlace, KeyPlaces, read_places
from app.keymap import key_of, with_keys
from app.screens.key_rows import key_detail, key_row
from app.screens.key_work import KeyWork
from app.screens.lasting import LastingScreen
from app.settings_changed import SettingsChanged
from providers.keyring_access import KeyringState
from widgets.pointed_list import POINTER_WIDTH, PointedList
from widgets.quiet_input import SecretInput

if TYPE_CHECKING:
    from app.runtime import Runtime

_HINT = (
    "enter add or replace · {keys.test} test · {keys.test-all} test all · {keys.delete} delete"
    " · {keys.import} import from the environment · {keys.models} models"
    " · {keys.new} new provider · {keys.switch} on/off · {keys.look} look again · {keys.back} back"
)
_ENTRY_HINT = "paste the key · enter keeps it · {keys.back} goes back, nothing is kept"
TESTS = "key-tests"
"""The group of the workers that ask providers."""
_TESTING_HINT = "asking … · {keys.back} stops asking"


class KeyDesk(LastingScreen):
    """Shows where keys come from, and takes one; what is done with it is for others.

    Args:
        runtime: whose key store and providers these are.
        now: the time of day.
    """

    AUTO_FOCUS = "#keys-list"
    STATUS = "#keys-status"
    DEFAULT_CSS = """
    KeyDesk {
        layout: vertical;
        padding: 1 2 0 2;
        #keys-title { height: auto; margin-bottom: 1; color: $foreground 70%; }
        #keys-list {
            height: auto; max-height: 50%; text-wrap: nowrap; text-overflow: ellipsis;
        }
        #keys-input, #keys-input:focus {
            display: none;
            margin-top: 1;
            border: round $primary;
            background: $background;
            background-tint: $foreground 0%;
        }
        #keys-input.-asking { display: block; }
        #keys-detail {
            height: 1fr; margin-top: 1; padding: 0 1; border-top: solid $foreground 20%;
        }
        #keys-status { height: auto; max-height: 4; }
        #keys-hint { height: auto; max-height: 2; color: $foreground 60%; }
    }
    """

    def __init__(self, runtime: Runtime, *, now: Callable[[], datetime] = datetime.now) -> None:
        super().__init__()
        self.runtime = runtime
        self.work = KeyWork(runtime, now=now)
        self.places: KeyPlaces | None = None
        self.reports: dict[str, KeyReport] = {}
        """What the last tests said, by provider."""
        self.asked: set[str] = set()
        self.entering: str | None = None

    def compose(self) -> ComposeResult:
        """Lay out the list, the hidden input, what is said of one provider, and the keys."""
        yield Static(
            "Keys are kept in the system's keyring, never in a file of telex. telex looks"
            " there first, then in the environment.",
            id="keys-title",
            markup=False,
        )
        yield PointedList(id="keys-list")
        yield SecretInput(id="keys-input")
        with VerticalScroll(id="keys-detail", can_focus=False):
            yield Static(id="keys-detail-words", markup=False)
        yield Static(id="keys-status", markup=False)
        yield Static(with_keys(self, _HINT), id="keys-hint", markup=False)

    def on_mount(self) -> None:
        """List the providers."""
        self._look()

    def on_resize(self) -> None:
        """Cut the lines to the new width, once the list has it."""
        self.call_after_refresh(self.fill)

    @on(SettingsChanged)
    def _settings_changed(self) -> None:
        self._look()
        self.show_keys()

    @work(group="keys-list", exclusive=True, exit_on_error=False)
    async def _look(self) -> None:
        await self.read()

    async def read(self) -> None:
        """Look where the keys are, and show it."""
        environment = self.telex.environment
        self.places = await asyncio.to_thread(
            read_places, self.runtime.keys, self.runtime.settings, environment
        )
        if self.is_there:
            self.fill()

    # Painting

    def fill(self) -> None:
        """Paint the list anew."""
        if self.places is None:
            return
        options = self.query_one("#keys-list", PointedList)
        highlighted = options.highlighted or 0
        shown = self.places.places
        width = options.scrollable_content_region.width - POINTER_WIDTH
        options.fill(
            (
                key_row(
                    each,
                    self.reports.get(each.provider),
                    asking=each.provider in self.asked,
                    width=width,
                ),
                each.provider,
            )
            for each in shown
        )
        options.highlighted = min(highlighted, len(shown) - 1)
        self._say_detail()

    @on(OptionList.OptionHighlighted)
    def _say_detail(self) -> None:
        place = self.chosen
        if place is None:
            return
        report = self.reports.get(place.provider)
        width = self.query_one("#keys-detail").scrollable_content_region.width
        words = key_detail(place, report, self.keyring_words, width)
        self.query_one("#keys-detail-words", Static).update(words)

    @property
    def keyring_words(self) -> str:
        """What is wrong with the keyring and what to do, empty while it works."""
        state = self.places.keyring if self.places else KeyringState.AVAILABLE
        if state is KeyringState.AVAILABLE:
            return ""
        return f"{state.describe()} {key_of(self.telex, 'keys.look')} looks again."

    @property
    def chosen(self) -> KeyPlace | None:
        """The provider that is highlighted."""
        place = self.query_one("#keys-list", OptionList).highlighted
        if place is None or self.places is None or place >= len(self.places.places):
            return None
        return self.places.places[place]

    def show_keys(self) -> None:
        """Say which keys work now."""
        words = _ENTRY_HINT if self.entering else _TESTING_HINT if self.asked else _HINT
        self.query_one("#keys-hint", Static).update(with_keys(self, words))

    # Adding

    @on(OptionList.OptionSelected)
    def _ask(self, event: OptionList.OptionSelected) -> None:
        self.entering = event.option.id
        entry = self.query_one("#keys-input", Input)
        entry.value = ""
        entry.placeholder = f"API key of {self.entering} (not shown) · enter keeps it"
        entry.add_class("-asking")
        entry.focus()
        self.show_keys()

    @on(Input.Submitted)
    def _entered(self, event: Input.Submitted) -> None:
        event.stop()
        name, key = self.entering, event.value
        self.close_input()
        if name is not None:
            self.entered(name, key)

    def close_input(self) -> None:
        """Forget what was typed and go back to the list."""
        self.entering = None
        entry = self.query_one("#keys-input", Input)
        entry.value = ""
        entry.remove_class("-asking")
        self.query_one("#keys-list", OptionList).focus()
        self.show_keys()

    @abstractmethod
    def entered(self, name: str, pasted: str) -> None:
        """A key was typed or pasted for a provider."""

    @work(group=TESTS, exit_on_error=False)
    async def ask(self, asking: Awaitable[None]) -> None:
        """Ask providers in the background, until that is stopped; where it fails, say why."""
        await self.work.saying(asking, self.say)

    def begin(self, doing: Awaitable[None]) -> None:
        """Do something in the background, to its end; where that fails, say why."""
        self.complete(self.work.saying(doing, self.say))

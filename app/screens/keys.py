"""API keys: who has one, adding, testing, removing. A key is never shown."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import TYPE_CHECKING, ClassVar, cast

from textual import on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.screen import Screen
from textual.widgets import Input, OptionList, Static
from textual.widgets.option_list import Option

from app.key_check import check_key
from app.views import needs_key
from providers.errors import AuthFailed, ProviderError
from providers.sanitise import sanitise_line
from storage.errors import InvalidKey, KeyringUnavailable
from storage.keys import KeyListing, KeySource
from widgets.plain_list import PlainList

if TYPE_CHECKING:
    from app.host import Host
    from app.runtime import Runtime

_HINT = "enter type a key · t test · d delete · esc back"


class KeysScreen(Screen[None]):
    """Lists the providers and takes keys.

    Args:
        runtime: whose key store and providers these are.
    """

    DEFAULT_CSS = """
    KeysScreen {
        layout: vertical;
        #keys-body { height: 1fr; padding: 1 2; }
        #keys-title { height: auto; margin-bottom: 1; color: $foreground 70%; }
        #keys-list { max-height: 60%; }
        #keys-input, #keys-input:focus {
            display: none;
            margin-top: 1;
            border: round $primary;
            background: $background;
            background-tint: $foreground 0%;
        }
        #keys-input.-asking { display: block; }
        #keys-status { height: auto; margin-top: 1; }
        #keys-hint { height: 1; padding: 0 2; color: $foreground 50%; }
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "back", "Back"),
        Binding("t", "test", "Test"),
        Binding("d", "delete", "Delete"),
    ]

    def __init__(self, runtime: Runtime) -> None:
        super().__init__()
        self._runtime = runtime
        self._asking: str | None = None

    def compose(self) -> ComposeResult:
        """Lay out the list, the hidden input and the status line."""
        with Vertical(id="keys-body"):
            yield Static(
                "Keys are kept in the system's keyring, never in a file of telex. telex looks"
                " there first, then in the environment.",
                id="keys-title",
                markup=False,
            )
            yield PlainList(id="keys-list")
            yield Input(password=True, id="keys-input")
            yield Static(id="keys-status", markup=False)
        yield Static(_HINT, id="keys-hint", markup=False)

    def on_mount(self) -> None:
        """List the providers, and say once what is wrong with the keyring, if anything."""
        self._refresh()
        self._announce()
        self.query_one(OptionList).focus()

    @work(group="keys")
    async def _announce(self) -> None:
        notices = await asyncio.to_thread(self._runtime.keys.announcements)
        if notices:
            self._say("\n".join(notices), trouble=True)

    @work(group="keys-list", exclusive=True)
    async def _refresh(self) -> None:
        listings = await asyncio.to_thread(self._runtime.keys.list)
        options = self.query_one("#keys-list", OptionList)
        highlighted = options.highlighted or 0
        options.clear_options()
        providers = self._runtime.settings.providers
        shown = [item for item in listings if needs_key(providers[item.provider])]
        options.add_options(_option(item) for item in shown)
        options.highlighted = min(highlighted, len(shown) - 1)

    @property
    def _chosen(self) -> str | None:
        options = self.query_one("#keys-list", OptionList)
        if options.highlighted is None:
            return None
        return options.get_option_at_index(options.highlighted).id

    @on(OptionList.OptionSelected)
    def _ask(self, event: OptionList.OptionSelected) -> None:
        self._asking = event.option.id
        entry = self.query_one("#keys-input", Input)
        entry.value = ""
        entry.placeholder = f"API key of {self._asking} (not shown) · enter keeps it"
        entry.add_class("-asking")
        entry.focus()

    @on(Input.Submitted)
    def _entered(self, event: Input.Submitted) -> None:
        name, key = self._asking, event.value
        self._close_input()
        if name is not None:
            self._keep(name, key)

    @work(group="keys", exclusive=True)
    async def _keep(self, name: str, key: str) -> None:
        store = self._runtime.keys
        try:
            await asyncio.to_thread(store.set, name, key)
            kept = "kept in the keyring"
        except KeyringUnavailable as problem:
            store.keep_for_this_run(name, key)
            kept = f"kept for this run only. {problem}"
        except InvalidKey as problem:
            self._say(f"Nothing was kept: {problem}", trouble=True)
            return
        await self._key_changed(name)
        self._say(f"The key of {name} is {kept}. Asking {name} about it …")
        await self._test(name)

    def action_test(self) -> None:
        """Ask the chosen provider whether it accepts its key."""
        name = self._chosen
        if name is not None:
            self._say(f"Asking {name} …")
            self._test_in_background(name)

    @work(group="keys", exclusive=True)
    async def _test_in_background(self, name: str) -> None:
        await self._test(name)

    async def _test(self, name: str) -> None:
        found = await asyncio.to_thread(self._runtime.keys.get, name)
        config = replace(
            self._runtime.settings.providers[name], api_key=found.key if found else None
        )
        if found is None and config.needs_key:
            self._say(f"{name} has no key yet: enter adds one", trouble=True)
            return
        timeouts = self._runtime.factory.config.effective_timeouts
        try:
            models = await check_key(config, timeouts)
        except AuthFailed as error:
            self._say(f"✗ {name} rejects the key: {sanitise_line(error.message)}", trouble=True)
        except ProviderError as error:
            self._say(f"✗ {name} did not answer: {sanitise_line(error.message)}", trouble=True)
        else:
            self._say(f"✓ {name} accepts the key and lists {models} models")

    @work(group="keys", exclusive=True)
    async def action_delete(self) -> None:
        """Remove the chosen provider's key from the keyring."""
        name = self._chosen
        if name is None:
            return
        try:
            had_one = await asyncio.to_thread(self._runtime.keys.delete, name)
        except KeyringUnavailable as problem:
            self._say(str(problem), trouble=True)
            return
        await self._key_changed(name)
        left = await asyncio.to_thread(self._runtime.keys.get, name)
        words = (
            f"The key of {name} is deleted" if had_one else f"The keyring holds no key of {name}"
        )
        if left is not None and left.variable:
            words += f"; the one in {left.variable} is still in use"
        self._say(words)

    def action_back(self) -> None:
        """Leave the input, or the screen."""
        if self._asking is not None:
            self._close_input()
        else:
            self.dismiss(None)

    def _close_input(self) -> None:
        self._asking = None
        entry = self.query_one("#keys-input", Input)
        entry.value = ""
        entry.remove_class("-asking")
        self.query_one("#keys-list", OptionList).focus()

    async def _key_changed(self, name: str) -> None:
        self._runtime.parts.monitor.reset(name)
        await asyncio.to_thread(self._runtime.rebuild)
        # The checks that run use the old keys.
        cast("Host", self.app).watch_health()
        self._refresh()

    def _say(self, words: str, *, trouble: bool = False) -> None:
        style = "$text-error" if trouble else "$foreground"
        self.query_one("#keys-status", Static).update(Content.styled(words, style))


def _option(item: KeyListing) -> Option:
    where = {
        KeySource.KEYRING: "in the keyring",
        KeySource.ENVIRONMENT: f"from the environment ({item.variable})",
        KeySource.THIS_RUN: "for this run only",
        None: "no key",
    }[item.source]
    words = Content.assemble(
        ("● ", "$text-success") if item.source else ("○ ", "$foreground 45%"),
        (f"{sanitise_line(item.provider):<14}", "bold"),
        (where, "$foreground 60%"),
    )
    return Option(words, id=item.provider)

"""API keys: who has one and from where, adding, testing, removing. A key is never shown."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.widgets import OptionList

from app.key_check import Verdict
from app.key_places import KeyPlace
from app.screens.choose import Choice, ChooseScreen
from app.screens.key_desk import TESTS, KeyDesk
from app.screens.key_rows import import_words, status_words
from storage.config_edit import ConfigEdit
from storage.keys import KeySource


class KeysScreen(KeyDesk):
    """Lists the providers and takes keys."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "back", "Back", id="keys.back"),
        Binding("t", "test", "Test the key", id="keys.test"),
        Binding("T", "test_all", "Test all keys", id="keys.test-all"),
        Binding("d,delete", "delete", "Delete the key", id="keys.delete"),
        Binding("i", "import", "Import keys from the environment", id="keys.import"),
        Binding("m", "models", "Models of the provider", id="keys.models"),
        Binding("n", "new", "New OpenAI-compatible provider", id="keys.new"),
        Binding("e", "switch", "Turn the provider on or off", id="keys.switch"),
        Binding("r", "look", "Look for keys again", id="keys.look"),
    ]

    # Adding

    def entered(self, name: str, pasted: str) -> None:
        """Keep a key, and ask the provider about it."""
        self.begin(self._keep(name, pasted))

    async def _keep(self, name: str, pasted: str) -> None:
        self.reports.pop(name, None)
        words = await self.work.keep(name, pasted)
        await self._key_changed(name)
        if not self.is_there:
            self.say(words)
            return
        self.say(f"{words} Asking {name} about it …")
        self.ask(self._test(name))

    # Testing

    def action_test(self) -> None:
        """Ask the chosen provider whether it accepts its key."""
        if self.chosen is not None:
            self.say(f"Asking {self.chosen.provider} …")
            self.ask(self._test(self.chosen.provider))

    def action_test_all(self) -> None:
        """Ask all that have a key, or need none, at the same time."""
        shown = self.places.places if self.places else ()
        names = [each.provider for each in shown if each.source or not each.config.needs_key]
        if names:
            self.ask(self._test_all(names))
        else:
            self.say("Nobody has a key yet: enter adds one", trouble=True)

    async def _test_all(self, names: Sequence[str]) -> None:
        self.say(f"Asking {', '.join(names)} …")
        await asyncio.gather(*(self._test(name) for name in names))
        if len(names) > 1:
            accepted = sum(
                name in self.reports and self.reports[name].verdict is Verdict.ACCEPTED
                for name in names
            )
            self.say(f"{accepted} of {len(names)} accept their key", trouble=accepted < len(names))

    async def _test(self, name: str) -> None:
        place = self._place_of(name)
        if place is None:
            return  # it was taken out of config.toml meanwhile
        if place.source is None and place.config.needs_key:
            self.say(f"{name} has no key yet: enter adds one", trouble=True)
            return
        if name in self.asked:
            return
        self.asked.add(name)
        self.fill()
        self.show_keys()
        try:
            report = await self.work.test(name)
        finally:
            self.asked.discard(name)
            if self.is_there:
                self.fill()
                self.show_keys()
        self.reports[name] = report
        self.fill()
        words, trouble = status_words(place, report)
        self.say(words, trouble=trouble)

    def _place_of(self, name: str) -> KeyPlace | None:
        shown = self.places.places if self.places else ()
        return next((each for each in shown if each.provider == name), None)

    # Removing and importing

    def action_delete(self) -> None:
        """Remove the chosen provider's key, after asking: there is no undo."""
        place = self.chosen
        if place is None:
            return
        if place.source is None:
            self.say(f"{place.provider} has no key to delete")
        elif place.source is KeySource.ENVIRONMENT:
            self.say(
                f"The key of {place.provider} is in {place.held}, which telex did not set: take it"
                " out where it is set (your shell's profile). e turns the provider off.",
                trouble=True,
            )
        else:
            name = place.provider
            title = f"Delete the key of {name}? It cannot be brought back."
            choices = [Choice(False, "Keep it", key="k"), Choice(True, "Delete it", key="d")]
            self._ask_first(title, choices, lambda: self._delete(name))

    async def _delete(self, name: str) -> None:
        words = await self.work.delete(name)
        self.reports.pop(name, None)
        await self._key_changed(name)
        self.say(words)

    def action_import(self) -> None:
        """Keep in the keyring what is only in the environment, after asking."""
        places = self.places.importable if self.places else ()
        if not places:
            self.say("The environment holds no key that is not in the keyring already")
            return
        choices = [Choice(False, "Leave them", key="l"), Choice(True, "Keep them", key="k")]
        self._ask_first(import_words(places), choices, lambda: self._import(places))

    async def _import(self, places: Sequence[KeyPlace]) -> None:
        words = await self.work.take_in(places)
        await self.read()
        self.say(words)

    def _ask_first(
        self, title: str, choices: Sequence[Choice[bool]], do: Callable[[], Awaitable[None]]
    ) -> None:
        async def answered(choice: Choice[bool] | None) -> None:
            if choice is not None and choice.value:
                self.begin(do())

        self.app.push_screen(ChooseScreen(title, choices), answered)

    # Providers

    def action_models(self) -> None:
        """Show the models of the chosen provider."""
        from app.screens.models import ModelsScreen

        if self.chosen is not None:
            self.app.push_screen(ModelsScreen(self.runtime, self.chosen.provider))

    def action_new(self) -> None:
        """Add a provider of one's own."""
        self.begin(self._new())

    async def _new(self) -> None:
        from app.screens.key_forms import ask_provider

        name, edits = await ask_provider(self.app, self.runtime.settings)
        if name and await self.telex.change(edits):
            await self.read()
            if self.is_there:
                self._highlight(name)
            self.say(f"{name} is there. enter gives it a key, t asks whether it answers.")

    def action_switch(self) -> None:
        """Let the chosen provider answer, or no longer."""
        if self.chosen is not None:
            self.begin(self._switch(self.chosen))

    async def _switch(self, place: KeyPlace) -> None:
        edit = ConfigEdit(("providers", place.provider, "enabled"), _enabled_value(place))
        if await self.telex.change([edit]):
            await self.read()
            on = "may answer again" if not place.enabled else "is off: nobody asks it"
            self.say(f"{place.provider} {on}.")

    def action_look(self) -> None:
        """Ask the keyring again, for when it was unlocked meanwhile."""
        self.runtime.keys.refresh()
        self.begin(self._look_anew())

    async def _look_anew(self) -> None:
        await asyncio.to_thread(self.runtime.rebuild)
        await self.read()
        self.say(self.keyring_words or "Looked again: the keyring works.")

    def _highlight(self, name: str) -> None:
        options = self.query_one("#keys-list", OptionList)
        options.highlighted = options.get_option_index(name)

    def action_back(self) -> None:
        """Leave the input, stop asking, or leave the screen."""
        if self.entering is not None:
            self.close_input()
        elif self.asked:
            self.workers.cancel_group(self, TESTS)
            self.say("Stopped asking. The key was not judged.")
        else:
            self.dismiss(None)

    async def _key_changed(self, name: str) -> None:
        await self.work.put_in_force(name)
        # The checks that run use the old keys.
        self.telex.watch_health()
        await self.read()


def _enabled_value(place: KeyPlace) -> bool | None:
    """Return what ``enabled`` has to be for the opposite; None takes the line out."""
    return False if place.enabled else None

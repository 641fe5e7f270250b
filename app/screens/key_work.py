"""What the keys screen has done, in threads and over the network; says in words what came of it."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING, Protocol

from app.key_check import KeyReport, report_key
from app.key_hints import is_example, unwrap
from providers.errors import TelexError
from providers.sanitise import sanitise
from storage.errors import InvalidKey, KeyringUnavailable
from storage.keys import env_vars_of

if TYPE_CHECKING:
    from app.key_places import KeyPlace
    from app.runtime import Runtime


class Say(Protocol):
    """Shows a sentence."""

    def __call__(self, words: str, *, trouble: bool = False) -> None:
        """Show it; ``trouble`` says that something has to be done."""


class KeyWork:
    """Keeps, tests and deletes keys.

    Args:
        runtime: the key store and the providers.
        now: the time of day.
    """

    def __init__(self, runtime: Runtime, *, now: Callable[[], datetime] = datetime.now) -> None:
        self._runtime = runtime
        self._now = now

    async def saying(self, doing: Awaitable[None], say: Say) -> None:
        """Do something; where that fails, say why."""
        try:
            await doing
        except InvalidKey as problem:
            say(f"Nothing was kept: {sanitise(str(problem))}", trouble=True)
        except TelexError as problem:
            say(sanitise(str(problem)), trouble=True)

    async def keep(self, name: str, pasted: str) -> str:
        """Keep what was pasted: in the keyring, or else for this run; return what to say.

        Raises:
            InvalidKey: it cannot be a key.
        """
        found = unwrap(pasted)
        if is_example(found.key):
            raise InvalidKey("that is the example out of a manual, not a key of yours")
        store = self._runtime.keys
        try:
            await asyncio.to_thread(store.set, name, found.key)
            words = f"The key of {name} is kept in the keyring."
        except KeyringUnavailable as problem:
            store.keep_for_this_run(name, found.key)
            words = f"The key of {name} is kept for this run only: {problem}"
        if found.removed:
            words += f" Taken off: {', '.join(found.removed)}."
        return words + self._other_owner(name, found.variable)

    async def test(self, name: str) -> KeyReport:
        """Ask the provider about the key it is called with."""
        found = await asyncio.to_thread(self._runtime.keys.get, name)
        config = replace(
            self._runtime.settings.providers[name], api_key=found.key if found else None
        )
        return await report_key(
            config,
            self._runtime.factory.config.effective_timeouts,
            clock=self._runtime.parts.clock,
            now=self._now,
        )

    async def delete(self, name: str) -> str:
        """Delete a key from the keyring and for this run; return what to say.

        Raises:
            KeyringUnavailable: the keyring did not answer.
        """
        store = self._runtime.keys
        had_one = await asyncio.to_thread(store.delete, name)
        left = await asyncio.to_thread(store.get, name)
        words = (
            f"The key of {name} is deleted" if had_one else f"The keyring holds no key of {name}"
        )
        if left is not None and left.variable:
            words += f"; the one in {left.variable} is still in use"
        return words

    async def take_in(self, places: Sequence[KeyPlace]) -> str:
        """Keep keys out of the environment in the keyring; return what to say.

        Raises:
            KeyringUnavailable: the keyring did not take one; the message says which were kept.
        """
        store, kept = self._runtime.keys, list[str]()
        for place in places:
            found = await asyncio.to_thread(store.get, place.provider)
            if found is None or found.variable is None:
                continue  # it changed meanwhile
            try:
                await asyncio.to_thread(store.set, place.provider, found.key)
            except KeyringUnavailable as problem:
                before = f"Kept so far: {', '.join(kept)}. " if kept else ""
                raise KeyringUnavailable(f"{before}{problem}") from problem
            kept.append(place.provider)
        return (
            f"Kept in the keyring: {', '.join(kept)}. They work without the environment now, and"
            " the keyring's come first."
        )

    async def put_in_force(self, name: str) -> None:
        """Build the providers anew, with the keys there are now."""
        self._runtime.parts.monitor.reset(name)
        await asyncio.to_thread(self._runtime.rebuild)

    def _other_owner(self, name: str, variable: str) -> str:
        """Return a warning where the key was written behind another provider's variable."""
        providers = self._runtime.settings.providers
        if not variable or variable in env_vars_of(providers[name]):
            return ""
        owners = [each for each, config in providers.items() if variable in env_vars_of(config)]
        return f" But {variable} is where {owners[0]} looks." if owners else ""

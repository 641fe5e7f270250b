"""Leaving the keys screen while it works: changes go on to their end, only asking stops."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from textual import events
from textual.pilot import Pilot
from textual.widgets import Input
from textual.widgets.input import Selection

from app.screens.choose import ChooseScreen
from app.screens.keys import KeysScreen
from app.telex import TelexApp
from tests.app.gated_keyring import GatedKeyring
from tests.app.house import ask, chat, ready, toasts, transcript_text, until
from tests.app.keyed_house import USUAL, keyed_house, keys_screen, pick, row, said
from tests.fakeserver import FakeServer, ok
from tests.fakeserver.replies import Fault, Reply


@dataclass
class Desk:
    """The keys screen of a running app, with a keyring that can be made to wait."""

    pilot: Pilot[Any]
    app: TelexApp
    screen: KeysScreen
    keyring: GatedKeyring

    async def enter(self, name: str) -> None:
        """Give a provider its usual key."""
        await pick(self.pilot, self.screen, name)
        await self.pilot.press("enter")
        self.screen.query_one(Input).value = USUAL[name]
        await self.pilot.press("enter")

    async def sure(self, *presses: str) -> None:
        """Press the keys, where the first one leads to a question."""
        await self.pilot.press(presses[0])
        await until(self.pilot, lambda: isinstance(self.app.screen, ChooseScreen))
        await self.pilot.press(*presses[1:])

    async def leave_in_the_middle(self) -> None:
        """Press esc while the keyring is at work, and let that go on then."""
        await until(self.pilot, lambda: self.keyring.waiting == 1)
        await self.pilot.press("escape")
        await until(self.pilot, lambda: self.app.screen is chat(self.app))
        self.keyring.writes.set()


@asynccontextmanager
async def desk(
    folder: Path, server: FakeServer, held: Sequence[str] = (), kept: Sequence[str] = ()
) -> AsyncIterator[Desk]:
    house = keyed_house(folder, server, environment={name: USUAL[name] for name in held})
    house.keyring = keyring = GatedKeyring()
    for name in kept:
        keyring.set_password("telex", name, USUAL[name])
    app = house.app()
    async with app.run_test(size=(120, 40)) as pilot:
        await ready(pilot, app)
        yield Desk(pilot, app, await keys_screen(pilot, app), keyring)
        keyring.writes.set()


async def test_a_key_is_kept_and_in_force_though_one_left(
    tmp_path: Path, server: FakeServer
) -> None:
    async with desk(tmp_path, server) as here:
        here.keyring.writes.clear()
        await here.enter("groq")
        await here.leave_in_the_middle()
        await until(here.pilot, lambda: "groq is kept in the keyring" in toasts(here.app))
        assert here.keyring.kept == {("telex", "groq"): USUAL["groq"]}
        server.groq.reply(ok("By groq."))
        await ask(here.pilot, here.app, "hi")
        assert "By groq." in transcript_text(here.app)


async def test_a_key_is_deleted_though_one_left(tmp_path: Path, server: FakeServer) -> None:
    async with desk(tmp_path, server, kept=["groq"]) as here:
        await pick(here.pilot, here.screen, "groq")
        here.keyring.writes.clear()
        await here.sure("d", "d")
        await here.leave_in_the_middle()
        await until(here.pilot, lambda: "The key of groq is deleted" in toasts(here.app))
        assert here.keyring.kept == {}
        runtime = await here.app.runtime()
        await until(here.pilot, lambda: runtime.factory.provider("groq") is None)


async def test_all_keys_are_imported_though_one_left(tmp_path: Path, server: FakeServer) -> None:
    async with desk(tmp_path, server, held=["openai", "groq"]) as here:
        here.keyring.writes.clear()
        await here.sure("i", "k")
        await here.leave_in_the_middle()
        await until(here.pilot, lambda: "in the keyring: openai, groq" in toasts(here.app))
        assert {name for _, name in here.keyring.kept} == {"openai", "groq"}


async def test_esc_stops_asking_and_not_what_is_being_kept(
    tmp_path: Path, server: FakeServer
) -> None:
    server.openai.listing = Reply(fault=Fault.HANG)
    async with desk(tmp_path, server, kept=["openai"]) as here:
        await pick(here.pilot, here.screen, "openai")
        await here.pilot.press("t")
        await until(here.pilot, lambda: "asking" in row(here.screen, "openai"))
        here.keyring.writes.clear()
        await here.enter("groq")
        await until(here.pilot, lambda: here.keyring.waiting == 1)
        await here.pilot.press("escape")
        await until(here.pilot, lambda: "Stopped asking" in said(here.screen))
        here.keyring.writes.set()
        await until(here.pilot, lambda: "groq accepts the key" in said(here.screen))
        assert ("telex", "groq") in here.keyring.kept


async def test_a_key_cannot_be_copied_out_of_its_line(tmp_path: Path, server: FakeServer) -> None:
    async with desk(tmp_path, server) as here:
        await here.pilot.press("enter")
        entry = here.screen.query_one(Input)
        # Copied with the line break before it.
        entry.post_message(events.Paste(f"\r\n{USUAL['openai']}\n"))
        await until(here.pilot, lambda: entry.value == USUAL["openai"])
        for keys in ("ctrl+c", "ctrl+x"):
            entry.selection = Selection(0, len(entry.value))
            await here.pilot.press(keys)
            assert here.app.clipboard == ""
            assert entry.value == USUAL["openai"]
        here.app.copy_to_clipboard("\nsk-copied\n")
        await here.pilot.press("ctrl+v")
        assert entry.value == "sk-copied"


async def test_what_is_said_cannot_steer_the_terminal(tmp_path: Path, server: FakeServer) -> None:
    async with desk(tmp_path, server) as here:
        here.screen.say("gone\x1b]0;title\x07 [/]\nwrong", trouble=True)
        assert "\x1b" not in said(here.screen)
        assert "\n" not in said(here.screen)
        assert "[/]" in said(here.screen)

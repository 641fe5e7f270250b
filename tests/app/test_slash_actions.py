"""Every slash command, typed into the composer of the real app."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from app.screens.choose import ChooseScreen
from app.screens.exchange import ExchangeScreen
from app.screens.help import HelpScreen
from app.screens.history import HistoryScreen
from app.screens.keys import KeysScreen
from app.screens.pick_provider import PickProviderScreen
from app.screens.stats import StatsScreen
from storage.reader import Reader
from storage.rows import ConversationRow
from tests.app.house import House, ask, command, ready, toasts, transcript_text, until
from tests.fakeserver import ok
from widgets.conversation_line import ConversationLine
from widgets.find_bar import FindBar
from widgets.history_list import HistoryList


def row(house: House, number: int = 1) -> ConversationRow | None:
    reader = Reader(house.paths.database)
    try:
        return reader.conversation(number)
    finally:
        reader.close()


async def test_a_conversation_is_named_pinned_tagged_and_archived(house: House) -> None:
    app = house.app()
    async with app.run_test(size=(120, 40)) as pilot:
        screen = await ready(pilot, app)
        await command(pilot, app, "/pin")
        await until(pilot, lambda: "has not begun" in toasts(app))
        assert screen.composer.text == "/pin"
        await ask(pilot, app, "hi")
        await command(pilot, app, "/title A good name")
        await command(pilot, app, "/tag physics, [/]")
        await command(pilot, app, "/pin")
        await command(pilot, app, "/archive")
        line = screen.query_one(ConversationLine)
        await until(pilot, lambda: "archived" in line.render().plain)
        assert "A good name" in line.render().plain
        assert "#physics · #[/] · pinned" in line.render().plain
        kept = row(house)
        assert kept is not None
        assert (kept.title, kept.tags, kept.pinned, kept.archived) == (
            "A good name",
            ("physics", "[/]"),
            True,
            True,
        )
        await command(pilot, app, "/tag physics")
        await command(pilot, app, "/pin")
        await command(pilot, app, "/archive")
        await until(pilot, lambda: "archived" not in line.render().plain)
        kept = row(house)
        assert kept is not None
        assert (kept.tags, kept.pinned, kept.archived) == (("[/]",), False, False)


async def test_a_conversation_is_deleted_and_brought_back(house: House) -> None:
    house.server.groq.reply(ok("To be kept."))
    app = house.app()
    async with app.run_test(size=(120, 40)) as pilot:
        screen = await ready(pilot, app)
        await ask(pilot, app, "hi")
        await command(pilot, app, "/delete")
        await until(pilot, lambda: screen.conversation_id is None)
        assert row(house) is None
        await command(pilot, app, "/undo")
        await until(pilot, lambda: "To be kept." in transcript_text(app))
        await command(pilot, app, "/delete message")
        await until(pilot, lambda: "To be kept." not in transcript_text(app))
        await command(pilot, app, "/delete everything")
        await until(pilot, lambda: "/delete takes" in toasts(app))


async def test_routing_commands(house: House) -> None:
    app = house.app()
    async with app.run_test(size=(120, 40)) as pilot:
        screen = await ready(pilot, app)
        await command(pilot, app, "/strategy latency")
        await until(pilot, lambda: app.route.label == "latency")
        await command(pilot, app, "/provider anthropic claude-sonnet-5-5")
        await until(pilot, lambda: app.route.label == "manual: anthropic")
        assert app.route.model == "claude-sonnet-5-5"
        for text, words in (
            ("/strategy best", "There are: cost, latency"),
            ("/strategy rules", "There are no rules yet"),
            ("/provider claude", "There are: openai"),
            ("/provider openai gpt-0", "is not set up with 'gpt-0'"),
            ("/budget lots", "Say dollars"),
            ("/budget -1", "more than nothing"),
            ("/rate well", "/rate good or /rate bad"),
            ("/code two", "Say which block"),
            ("/persona nobody", "nobody"),
            ("/template nothing", "nothing"),
            ("/tpyo", "//"),
        ):
            await command(pilot, app, text)
            await until(pilot, lambda words=words: words in toasts(app))  # type: ignore[misc]
            assert screen.composer.text == text, "nothing that was typed is lost"
        await command(pilot, app, "/strategy manual")
        await until(pilot, lambda: isinstance(app.screen, PickProviderScreen))


async def test_commands_on_the_newest_answer(house: House) -> None:
    house.server.groq.reply(ok("```\nthe code\n```"), ok("Another."))
    house.server.google.reply(ok("From google."))
    app = house.app()
    async with app.run_test(size=(120, 40)) as pilot:
        screen = await ready(pilot, app)
        await command(pilot, app, "/copy")
        await until(pilot, lambda: "nothing to copy" in toasts(app))
        await ask(pilot, app, "hi")
        await command(pilot, app, "/code")
        await until(pilot, lambda: app.clipboard == "the code")
        await command(pilot, app, "/copy")
        await until(pilot, lambda: app.clipboard == "```\nthe code\n```")
        await command(pilot, app, "/copy all")
        await until(pilot, lambda: app.clipboard.startswith("**You:**"))
        await command(pilot, app, "/rate good to the point")
        await until(pilot, lambda: "▲ good: to the point" in transcript_text(app))
        await command(pilot, app, "/explain")
        await until(pilot, lambda: isinstance(app.screen, ExchangeScreen))
        await pilot.press("escape")
        await command(pilot, app, "/again google")
        await until(pilot, lambda: "From google." in transcript_text(app))
        await until(pilot, lambda: not screen.busy)
        await command(pilot, app, "/edit")
        await until(pilot, lambda: screen.composer.text == "hi")
        await pilot.press("escape")


async def test_personas_and_templates_are_files_and_offered(house: House) -> None:
    folder = house.paths.config_file.parent
    (folder / "personas").mkdir()
    (folder / "personas" / "pirate.md").write_text("Answer like a pirate.\n")
    (folder / "templates").mkdir()
    (folder / "templates" / "haiku.md").write_text("A haiku about {{input}}, please.")
    app = house.app()
    async with app.run_test(size=(120, 40)) as pilot:
        screen = await ready(pilot, app)
        await command(pilot, app, "/persona")
        await until(pilot, lambda: isinstance(app.screen, ChooseScreen))
        await pilot.press("escape")
        await command(pilot, app, "/persona pirate")
        await until(pilot, lambda: screen.places.wishes.persona == "pirate")
        await command(pilot, app, "/template haiku rain")
        await until(pilot, lambda: screen.composer.text == "A haiku about rain, please.")
        await pilot.press("enter")
        await until(pilot, lambda: bool(house.server.groq.chats))
        await until(pilot, lambda: not screen.busy)
        messages = house.server.groq.chats[0].body["messages"]
        assert messages[0] == {"role": "system", "content": "Answer like a pirate."}
        assert messages[1]["content"] == "A haiku about rain, please."
        (folder / "personas" / "pirate.md").unlink()
        await ask(pilot, app, "And again")
        await until(pilot, lambda: "pirate" in toasts(app))
        assert screen.composer.text == "And again", "a persona that is gone costs no words"
        await command(pilot, app, "/persona off")
        await until(pilot, lambda: screen.places.wishes.persona is None)


async def test_a_conversation_is_exported_and_no_file_overwritten(
    house: House, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    house.server.groq.reply(ok("An answer."))
    app = house.app()
    async with app.run_test(size=(120, 40)) as pilot:
        await ready(pilot, app)
        await ask(pilot, app, "Why is ../the sky blue?")
        await command(pilot, app, "/export")
        path = tmp_path / "Why-is-the-sky-blue.md"
        await until(pilot, path.exists)
        assert "An answer." in path.read_text()
        await command(pilot, app, "/export")
        await until(pilot, lambda: "is there already" in toasts(app))
        await command(pilot, app, "/export chat.json")
        await until(pilot, (tmp_path / "chat.json").exists)
        assert json.loads((tmp_path / "chat.json").read_text())["messages"][1]["content"]
        await command(pilot, app, "/export chat.pdf")
        await until(pilot, lambda: "neither .md nor .json" in toasts(app))


async def test_screens_are_opened_by_name(house: House) -> None:
    app = house.app()
    async with app.run_test(size=(120, 40)) as pilot:
        screen = await ready(pilot, app)
        for text, kind in (
            ("/history", HistoryScreen),
            ("/stats", StatsScreen),
            ("/keys", KeysScreen),
            ("/help", HelpScreen),
        ):
            await command(pilot, app, text)
            await until(pilot, lambda kind=kind: isinstance(app.screen, kind))  # type: ignore[misc]
            assert screen.composer.text == ""
            await pilot.press("escape")
            await until(pilot, lambda: app.screen is screen)
        await command(pilot, app, "/find words")
        assert screen.query_one(FindBar).display
        await pilot.press("escape")
        assert not screen.query_one(FindBar).display
        shown = screen.has_class("-panels")
        await command(pilot, app, "/panels")
        assert screen.has_class("-panels") is not shown
        await command(pilot, app, "/quit")
    assert not app.is_running


async def test_what_was_deleted_in_the_history_is_undone_in_the_chat(house: House) -> None:
    house.server.groq.reply(ok("To be kept."))
    app = house.app()
    async with app.run_test(size=(120, 40)) as pilot:
        screen = await ready(pilot, app)
        await ask(pilot, app, "hi")
        await pilot.press("ctrl+o")
        await until(pilot, lambda: isinstance(app.screen, HistoryScreen))
        await until(pilot, lambda: "hi" in str(app.screen.query_one(HistoryList).current))
        await pilot.press("down", "d")
        await until(pilot, lambda: row(house) is None)
        await pilot.press("escape")
        await until(pilot, lambda: screen.conversation_id is None)
        await command(pilot, app, "/undo")
        await until(pilot, lambda: "To be kept." in transcript_text(app))

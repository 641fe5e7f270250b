"""Nothing that a person wrote is lost or goes astray, whatever they do in between."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest

from app import attachments
from app.screens.chat_commands import give
from app.screens.choose import ChooseScreen
from app.screens.compare import CompareScreen
from app.screens.history import HistoryScreen
from app.slash import Slash
from storage.reader import Reader
from tests.app.house import (
    House,
    ask,
    command,
    ready,
    send,
    toasts,
    transcript_text,
    until,
)
from tests.fakeserver import ok
from widgets.history_list import HistoryList

LONG = " ".join(f"word{number}" for number in range(80))


async def test_words_found_on_another_branch_are_opened_there(house: House) -> None:
    house.server.groq.reply(ok("Of zebras."), ok("Of rain."))
    app = house.app()
    async with app.run_test(size=(120, 40)) as pilot:
        screen = await ready(pilot, app)
        await ask(pilot, app, "Tell me")
        await pilot.press("f7", "r")
        await until(pilot, lambda: "Of rain." in transcript_text(app))
        await until(pilot, lambda: not screen.busy)
        await pilot.press("ctrl+o")
        await until(pilot, lambda: isinstance(app.screen, HistoryScreen))
        await pilot.press(*"zebras")
        listed = app.screen.query_one(HistoryList)
        await until(pilot, lambda: listed.current is not None and listed.current.message_id)
        await pilot.press("enter")
        await until(pilot, lambda: "Of zebras." in transcript_text(app))


async def test_an_edit_whose_question_is_deleted_stays_as_a_draft(house: House) -> None:
    app = house.app()
    async with app.run_test(size=(120, 40)) as pilot:
        screen = await ready(pilot, app)
        await ask(pilot, app, "First")
        await ask(pilot, app, "Second")
        await pilot.press("f7", "e")
        await until(pilot, lambda: screen.writing.editing is not None)
        screen.composer.set_text("Second, but better")
        await pilot.press("f7", "k", "d")
        await until(pilot, lambda: screen.writing.editing is None)
        assert screen.composer.text == "Second, but better"
        assert app.is_running


async def test_what_is_written_outlives_an_answer_that_is_continued(house: House) -> None:
    house.settings = house.with_settings(enable_fallback=False)
    house.server.groq.reply(ok(LONG, delay=0.05), ok("and the rest."))
    app = house.app()
    async with app.run_test(size=(120, 40)) as pilot:
        screen = await ready(pilot, app)
        await send(pilot, app, "A story")
        await until(pilot, lambda: "word2" in transcript_text(app))
        await pilot.press("escape")
        await until(pilot, lambda: not screen.busy)
        screen.composer.set_text("a long draft")
        await pilot.press("f7", "G", "o")
        await until(pilot, lambda: "and the rest." in transcript_text(app))
        await until(pilot, lambda: not screen.busy)
        assert screen.composer.text == "a long draft"


async def test_what_is_typed_before_a_question_is_kept_stays(house: House) -> None:
    app = house.app()
    async with app.run_test(size=(120, 40)) as pilot:
        screen = await ready(pilot, app)
        screen.composer.set_text("one")
        screen.composer.action_submit()
        screen.composer.insert_at_cursor(" and the next thought")
        await until(pilot, lambda: bool(house.server.groq.chats))
        await until(pilot, lambda: not screen.busy)
        assert screen.composer.text == " and the next thought"
        assert house.server.groq.chats[0].body["messages"][-1]["content"] == "one"


async def test_an_edit_waits_for_its_conversation_to_come_back(house: House) -> None:
    app = house.app()
    async with app.run_test(size=(120, 40)) as pilot:
        screen = await ready(pilot, app)
        await ask(pilot, app, "First")
        screen.composer.set_text("before")
        await pilot.press("f7", "e")
        await until(pilot, lambda: screen.writing.editing is not None)
        screen.composer.set_text("First, but better")
        await pilot.press("ctrl+n")
        await until(pilot, lambda: screen.conversation_id is None)
        assert screen.composer.text == ""
        assert "editing" not in str(screen.composer.border_title)
        await screen.places.open(1)
        assert screen.composer.text == "First, but better"
        assert "editing" in str(screen.composer.border_title)
        await pilot.press("escape")
        assert screen.composer.text == "before"


async def test_another_answer_meanwhile_leaves_the_edit_alone(house: House) -> None:
    house.server.groq.reply(ok("One."), ok("Two."), ok("To the edit."))
    app = house.app()
    async with app.run_test(size=(120, 40)) as pilot:
        screen = await ready(pilot, app)
        await ask(pilot, app, "First")
        await pilot.press("f7", "e")
        await until(pilot, lambda: screen.writing.editing is not None)
        screen.composer.set_text("First, but better")
        await pilot.press("f7", "r")
        await until(pilot, lambda: "Two." in transcript_text(app))
        await until(pilot, lambda: not screen.busy)
        assert screen.composer.text == "First, but better"
        screen.composer.focus()
        await pilot.press("enter")
        await until(pilot, lambda: "To the edit." in transcript_text(app))
        assert "2/2" in transcript_text(app), "it is a version of the question"


async def test_typing_and_asking_during_the_start_loses_no_draft_and_asks_once(
    house: House,
) -> None:
    app = house.app()
    async with app.run_test(size=(120, 40)) as pilot:
        screen = await ready(pilot, app)
        await ask(pilot, app, "First")
        screen.composer.set_text("a long draft kept")
        await screen.writing.keep()
    gate = threading.Event()
    again = house.app(opening=gate.wait)
    async with again.run_test(size=(120, 40)) as pilot:
        await pilot.press(*"hi", "enter")
        await pilot.press("enter")
        await pilot.pause(0.5)
        gate.set()
        screen = await ready(pilot, again)
        await until(pilot, lambda: len(house.server.groq.chats) == 2)
        await until(pilot, lambda: not screen.busy)
        assert screen.composer.text == "a long draft kept"
        assert screen.conversation_id == 1
        await pilot.pause(0.3)
    assert len(house.server.groq.chats) == 2
    assert house.server.groq.chats[1].body["messages"][-1]["content"] == "hi"


async def test_leaving_right_after_a_key_keeps_the_draft(house: House) -> None:
    for conversation in (False, True):
        app = house.app()
        async with app.run_test(size=(120, 40)) as pilot:
            screen = await ready(pilot, app)
            if conversation:
                screen.composer.clear()
                await ask(pilot, app, "First")
            screen.composer.set_text(f"not yet sent {conversation}")
            await pilot.press("ctrl+q")
        again = house.app()
        async with again.run_test(size=(120, 40)) as pilot:
            screen = await ready(pilot, again)
            assert screen.composer.text == f"not yet sent {conversation}"


async def test_a_draft_that_was_sent_does_not_come_back(house: House) -> None:
    app = house.app()
    async with app.run_test(size=(120, 40)) as pilot:
        screen = await ready(pilot, app)
        await ask(pilot, app, "First")
        screen.composer.set_text("a draft")
        await screen.writing.keep()
    for _ in range(2):
        again = house.app()
        async with again.run_test(size=(120, 40)) as pilot:
            screen = await ready(pilot, again)
            if screen.composer.text:
                await pilot.press("enter")
                composer = screen.composer
                await until(pilot, lambda composer=composer: not composer.text)  # type: ignore[misc]
                await until(pilot, lambda screen=screen: not screen.busy)  # type: ignore[misc]
    assert [request.body["messages"][-1]["content"] for request in house.server.groq.chats] == [
        "First",
        "a draft",
    ]


async def test_a_comparison_is_not_put_before_another_conversation(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    gate = threading.Event()

    def slow_disk(text: str, *, folder: Path) -> attachments.Attached:
        gate.wait()
        return read(text, folder=folder)

    read = attachments.read_attachments
    house.server.groq.reply(ok(LONG, delay=0.02))
    house.server.anthropic.reply(ok("Dear."))
    app = house.app()
    async with app.run_test(size=(120, 40)) as pilot:
        screen = await ready(pilot, app)
        await command(pilot, app, "/compare groq, anthropic")
        await until(pilot, lambda: bool(screen.comparing.sides))
        monkeypatch.setattr(attachments, "read_attachments", slow_disk)
        await send(pilot, app, "Which?")
        await until(pilot, lambda: screen.busy)
        await screen.places.new()
        assert not screen.busy
        gate.set()
        await until(pilot, lambda: len(house.server.anthropic.chats) == 1)
        assert not isinstance(app.screen, CompareScreen)
        await until(pilot, lambda: not screen.asking.answers.all())
        await pilot.press(*"in 1995")
        assert screen.composer.text.endswith("in 1995")
    reader = Reader(house.paths.database)
    assert not reader.preferences()
    assert len(reader.load_messages(1)[1].versions) == 2
    reader.close()


async def test_editing_in_compare_mode_says_both(house: House) -> None:
    app = house.app()
    async with app.run_test(size=(120, 40)) as pilot:
        screen = await ready(pilot, app)
        await ask(pilot, app, "First")
        await command(pilot, app, "/compare groq, anthropic")
        await until(pilot, lambda: bool(screen.comparing.sides))
        await pilot.press("f7", "e")
        await until(pilot, lambda: screen.writing.editing is not None)
        title = str(screen.composer.border_title)
        assert "comparing" in title
        assert "editing" in title
        await pilot.press("escape")
        assert "comparing" in str(screen.composer.border_title)
        assert "editing" not in str(screen.composer.border_title)


async def test_a_template_from_the_palette_takes_what_is_written(house: House) -> None:
    app = house.app()
    async with app.run_test(size=(120, 40)) as pilot:
        screen = await ready(pilot, app)
        screen.composer.set_text("my precious words")
        give(screen, Slash.TEMPLATE)
        await until(pilot, lambda: isinstance(app.screen, ChooseScreen))
        await pilot.press("enter")
        await until(pilot, lambda: app.screen is screen)
        await until(pilot, lambda: screen.composer.text != "my precious words")
        assert "my precious words" in screen.composer.text


async def test_a_working_folder_that_is_gone_ends_nothing(
    house: House, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    gone = tmp_path / "gone"
    gone.mkdir()
    monkeypatch.chdir(gone)
    gone.rmdir()
    app = house.app()
    async with app.run_test(size=(120, 40)) as pilot:
        await ready(pilot, app)
        await ask(pilot, app, "Still there?")
        assert "Hello!" in transcript_text(app)


async def test_odd_amounts_and_places_are_refused(house: House) -> None:
    app = house.app()
    async with app.run_test(size=(120, 40)) as pilot:
        screen = await ready(pilot, app)
        await ask(pilot, app, "hi")
        for text in ("/budget 9999999999", "/budget 1e-16", "/budget nan"):
            await command(pilot, app, text)
            await until(pilot, lambda: "more than nothing" in toasts(app))
            assert screen.places.wishes.budget is None
            app.clear_notifications()
        await command(pilot, app, "/export ~no-such-user-at-all/x.md")
        await until(pilot, lambda: "cannot be written" in toasts(app))

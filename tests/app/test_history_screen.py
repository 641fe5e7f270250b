"""The history by its keys, on a real ledger."""

from __future__ import annotations

from decimal import Decimal
from functools import partial

from textual.widgets import Input, OptionList

from app.screens.ask_line import AskLineScreen
from app.screens.choose import ChooseScreen
from storage.ledger import SqliteLedger
from storage.rows import ConversationWishes
from tests.app.conversations import cursor, facts, fill, history, listed, lists, stored
from tests.app.house import House, chat, ready, send, toasts, transcript_text, until
from tests.fakeserver import drip
from tests.widgets.hosts import screen_text
from widgets.history_hint import HistoryHint

SIZE = (120, 40)


async def test_each_conversation_says_how_it_is_filed(house: House) -> None:
    wishes = ConversationWishes(persona="teacher", budget=Decimal("0.5"))
    old, _ = await fill(house, "Old", "New", wishes=wishes)
    ledger = SqliteLedger(house.paths.database)
    await ledger.set_pinned(old, True)
    await ledger.set_tags(old, ["work", "at home"])
    await ledger.aclose()
    app = house.app()
    async with app.run_test(size=SIZE) as pilot:
        screen = await history(pilot, app)
        assert listed(screen) == ["Old", "New"]
        line = facts(screen, "Old")
        assert line.startswith("★ pinned · ")
        assert line.endswith("2 messages · $0 of $0.50 · #work #at home · persona teacher")
        assert "pinned" not in facts(screen, "New")


async def test_pinning_takes_the_cursor_along(house: House) -> None:
    first, *_ = await fill(house, "A", "B", "C")
    app = house.app()
    async with app.run_test(size=SIZE) as pilot:
        screen = await history(pilot, app)
        await pilot.press("down", "down", "p")
        await until(pilot, lambda: listed(screen) == ["A", "C", "B"])
        assert cursor(screen) == "A"
        await pilot.press("p")
        await until(pilot, lambda: listed(screen) == ["C", "B", "A"])
        assert cursor(screen) == "A"
        row = stored(house, first)
        assert row is not None
        assert not row.pinned


async def test_the_archive_takes_and_gives_back(house: House) -> None:
    await fill(house, "A", "B", "C")
    app = house.app()
    async with app.run_test(size=SIZE) as pilot:
        screen = await history(pilot, app)
        await pilot.press("down", "a")
        await until(pilot, lambda: listed(screen) == ["C", "A"])
        assert cursor(screen) == "A"
        assert "Archived: B · A shows the archive" in toasts(app)
        await pilot.press("A")
        await until(pilot, lambda: listed(screen) == ["B"])
        assert "Archive · " in screen_text(app)
        await pilot.press("escape")
        await until(pilot, lambda: listed(screen) == ["C", "A"])
        assert app.screen is screen
        await pilot.press("A")
        await until(pilot, lambda: listed(screen) == ["B"])
        await pilot.press("a")
        await until(pilot, lambda: listed(screen)[0].startswith("No conversations in the archive"))
        await pilot.press("A")
        await until(pilot, lambda: listed(screen) == ["C", "B", "A"])
        await pilot.press("escape")
        await until(pilot, lambda: app.screen is chat(app))


async def test_tags_are_edited_and_filter_the_list(house: House) -> None:
    a, *_ = await fill(house, "A", "B", "C")
    app = house.app()
    async with app.run_test(size=SIZE) as pilot:
        screen = await history(pilot, app)
        await pilot.press("number_sign")
        await until(pilot, lambda: "No conversation has a tag yet" in toasts(app))
        await pilot.press("end", "t")
        await until(pilot, lambda: isinstance(app.screen, AskLineScreen))
        await pilot.press(*"#sky, at home,, SKY", "enter")
        await until(pilot, lambda: "#sky #at home" in facts(screen, "A"))
        assert cursor(screen) == "A"
        await pilot.press("t")
        await until(pilot, lambda: isinstance(app.screen, AskLineScreen))
        assert app.screen.query_one(Input).value == "sky, at home"
        await pilot.press("escape", "number_sign")
        await until(pilot, lambda: isinstance(app.screen, ChooseScreen))
        choices = [str(option.prompt) for option in app.screen.query_one(OptionList).options]
        assert choices == ["all  whatever their tags", "#at home  1", "#sky  1"]
        await pilot.press("end", "enter")
        await until(pilot, lambda: listed(screen) == ["A"])
        assert "#sky · " in screen_text(app).splitlines()[-1]
        await pilot.press("number_sign")
        await until(pilot, lambda: isinstance(app.screen, ChooseScreen))
        await pilot.press("home", "enter")
        await until(pilot, lambda: len(listed(screen)) == 3)
        row = stored(house, a)
        assert row is not None
        assert row.tags == ("sky", "at home")


async def test_escape_leaves_the_tag_then_the_archive_then_the_screen(house: House) -> None:
    a, b, c = await fill(house, "A", "B", "C")
    ledger = SqliteLedger(house.paths.database)
    for each in (a, b):
        await ledger.set_archived(each, True)
        await ledger.set_tags(c if each == b else each, ["work"])
    await ledger.aclose()
    app = house.app()
    async with app.run_test(size=SIZE) as pilot:
        screen = await history(pilot, app)
        await pilot.press("A")
        await until(pilot, lambda: listed(screen) == ["B", "A"])
        await pilot.press("number_sign")
        await until(pilot, lambda: isinstance(app.screen, ChooseScreen))
        await pilot.press("down", "enter")
        await until(pilot, lambda: listed(screen) == ["A"])
        assert "Archive #work · " in screen_text(app)
        await pilot.press("t")
        await until(pilot, lambda: isinstance(app.screen, AskLineScreen))
        await pilot.press("backspace", "enter")
        await until(pilot, lambda: "No conversations in the archive with #work" in listed(screen))
        await pilot.press("escape")
        await until(pilot, lambda: listed(screen) == ["B", "A"])
        await pilot.press("escape")
        await until(pilot, lambda: listed(screen) == ["C"])
        await pilot.press("escape")
        await until(pilot, lambda: app.screen is chat(app))


async def test_renaming_starts_with_the_title_and_needs_a_word(house: House) -> None:
    await fill(house, "A", "B")
    app = house.app()
    async with app.run_test(size=SIZE) as pilot:
        screen = await history(pilot, app)
        await pilot.press("down", "r")
        await until(pilot, lambda: isinstance(app.screen, AskLineScreen))
        assert app.screen.query_one(Input).value == "A"
        await pilot.press("delete", "space", "enter")
        await until(pilot, lambda: "A title needs a word. It is still: A" in toasts(app))
        assert listed(screen) == ["B", "A"]
        await pilot.press("r")
        await until(pilot, lambda: isinstance(app.screen, AskLineScreen))
        await pilot.press("end", *" new name", "enter")
        await until(pilot, lambda: "A new name" in listed(screen))
        assert cursor(screen) == "A new name"


async def test_deletions_are_undone_in_reverse_order(house: House) -> None:
    await fill(house, "A", "B", "C", "D")
    app = house.app()
    async with app.run_test(size=SIZE) as pilot:
        screen = await history(pilot, app)
        await pilot.press("u")
        await until(pilot, lambda: "No conversation was deleted" in toasts(app))
        await pilot.press("down", "d", "d")
        await until(pilot, lambda: listed(screen) == ["D", "A"])
        assert cursor(screen) == "A"
        assert "Deleted: C · u brings it back" in toasts(app)
        assert "Deleted: B · u brings it back" in toasts(app)
        await pilot.press("d")
        await until(pilot, lambda: listed(screen) == ["D"])
        assert cursor(screen) == "D"
        await pilot.press("d")
        await until(pilot, lambda: listed(screen)[0].startswith("No conversations yet"))
        for now in ("D", "DA", "DBA", "DCBA"):
            await pilot.press("u")
            await until(pilot, partial(lists, screen, *now))
        assert cursor(screen) == "C"
        assert "Brought back: C" in toasts(app)


async def test_what_was_done_is_there_after_a_restart(house: House) -> None:
    await fill(house, "A", "B", "C", "D")
    app = house.app()
    async with app.run_test(size=SIZE) as pilot:
        screen = await history(pilot, app)
        await pilot.press("d", "a", "p", "t")
        await until(pilot, lambda: isinstance(app.screen, AskLineScreen))
        await pilot.press(*"work", "enter", "down", "r")
        await until(pilot, lambda: isinstance(app.screen, AskLineScreen))
        await pilot.press("end", *"lpha", "enter")
        await until(pilot, lambda: listed(screen) == ["B", "Alpha"])
    again = house.app()
    async with again.run_test(size=SIZE) as pilot:
        screen = await history(pilot, again)
        assert listed(screen) == ["B", "Alpha"]
        assert facts(screen, "B").startswith("★ pinned")
        assert "#work" in facts(screen, "B")
        await pilot.press("A")
        await until(pilot, lambda: listed(screen) == ["C"])


async def test_the_search_line_takes_letters_and_slash_leads_back_to_it(house: House) -> None:
    await fill(house, "A", "B")
    app = house.app()
    async with app.run_test(size=SIZE) as pilot:
        screen = await history(pilot, app)
        hint = screen.query_one(HistoryHint)
        assert "p pin · a archive" in str(hint.render())
        await pilot.press("slash", *"padtru#/A")
        assert screen.query_one(Input).value == "padtru#/A"
        assert "type to search" in str(hint.render())
        await until(pilot, lambda: listed(screen) == ["Nothing found"])
        await pilot.press(*["backspace"] * 9, "tab")
        await until(pilot, lambda: listed(screen) == ["B", "A"])
        assert screen.conversations.has_focus
        assert toasts(app) == ""


async def test_an_answer_under_way_is_marked_and_not_deleted(house: House) -> None:
    await fill(house, "Old")
    house.server.groq.reply(drip())
    app = house.app()
    async with app.run_test(size=SIZE) as pilot:
        await ready(pilot, app)
        await send(pilot, app, "Never ending")
        await until(pilot, lambda: "drip" in transcript_text(app))
        screen = await history(pilot, app)
        await until(pilot, lambda: facts(screen, "Never ending").startswith("● answering"))
        assert "answering" not in facts(screen, "Old")
        await pilot.press("d")
        await until(pilot, lambda: "An answer is under way in: Never ending" in toasts(app))
        assert listed(screen) == ["Never ending", "Old"]
        chat(app).asking.stop()
        await until(pilot, lambda: "answering" not in facts(screen, "Never ending"))
        await pilot.press("d")
        await until(pilot, lambda: listed(screen) == ["Old"])
        await pilot.press("escape")
        await until(pilot, lambda: app.screen is chat(app))
        await until(pilot, lambda: chat(app).conversation_id is None)

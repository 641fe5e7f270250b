"""What the history finds, what it survives, and how it bears many conversations."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from functools import partial

from textual.widgets import Input

from app.conversation_lookup import ConversationLookup, Part
from app.deleted import Deleted
from app.screens.ask_line import AskLineScreen
from app.screens.choose import ChooseScreen
from app.screens.history import HistoryScreen, Opened
from storage.ledger import SqliteLedger
from storage.reader import Reader
from storage.rows import ExchangeState
from tests.app.conversations import cursor, facts, fill, fill_many, history, listed, stored
from tests.app.house import House, chat, ready, toasts, until
from tests.widgets.hosts import HOSTILE, assert_inert, screen_text

SIZE = (120, 40)


def lists_so_many(screen: HistoryScreen, count: int) -> bool:
    return screen.conversations.option_count == count


async def test_a_hit_opens_its_message_and_a_title_its_end(house: House) -> None:
    first, second = await fill(house, "Whales", "Plums")
    app = house.app()
    async with app.run_test(size=SIZE) as pilot:
        await ready(pilot, app)
        runtime = await app.runtime()
        left: list[Opened | None] = []
        keys: tuple[tuple[str, ...], ...] = (
            (*"plums, well", "enter"),
            ("down", "down", "enter"),
            ("escape",),
        )
        for pressed in keys:
            screen = HistoryScreen(runtime, under_way=frozenset, deleted=Deleted())
            await app.push_screen(screen, left.append)
            await until(pilot, partial(lists_so_many, screen, 2))
            await pilot.press(*pressed)
            await until(pilot, lambda: app.screen is chat(app))
        [answer] = [
            row.id for row in runtime.reader.load_messages(second) if row.content == "Plums, well"
        ]
        assert left == [Opened(second, answer), Opened(first), None]


async def test_of_several_hits_the_best_is_shown_and_opened(house: House) -> None:
    ledger = SqliteLedger(house.paths.database)
    begun = await ledger.begin_exchange(None, "A plum?", "cost")
    await ledger.interrupt_exchange(
        begun.exchange_id, ExchangeState.STOPPED, "Plum, " + "as said at length, " * 50
    )
    await ledger.aclose()
    reader = Reader(house.paths.database)
    [found] = ConversationLookup(reader).find("plum", Part()).conversations
    reader.close()
    assert (found.snippet, found.message_id) == ("A plum?", begun.user_message_id)


async def test_what_goes_on_meanwhile_is_listed_anew(house: House) -> None:
    a, _ = await fill(house, "A", "B")
    app = house.app()
    async with app.run_test(size=SIZE) as pilot:
        await ready(pilot, app)
        runtime = await app.runtime()
        answering = {a}
        screen = HistoryScreen(runtime, under_way=lambda: frozenset(answering), deleted=Deleted())
        await app.push_screen(screen)
        await until(pilot, lambda: listed(screen) == ["B", "A"])
        assert facts(screen, "A").startswith("● answering · ")
        await pilot.press("down", "down")
        await runtime.ledger.rename_conversation(a, "Titled meanwhile")
        answering.clear()
        await until(pilot, lambda: listed(screen) == ["Titled meanwhile", "B"])
        assert "answering" not in facts(screen, "Titled meanwhile")
        assert cursor(screen) == "Titled meanwhile"


async def test_a_name_given_by_the_person_and_a_tag_are_found(house: House) -> None:
    a, b, _ = await fill(house, "A", "B", "C")
    ledger = SqliteLedger(house.paths.database)
    await ledger.rename_conversation(a, "Unheard of")
    await ledger.set_tags(b, ["work"])
    await ledger.set_archived(b, True)
    await ledger.aclose()
    app = house.app()
    async with app.run_test(size=SIZE) as pilot:
        screen = await history(pilot, app)
        await pilot.press("slash", *"of unh")
        await until(pilot, lambda: listed(screen) == ["Unheard of"])
        screen.query_one(Input).value = "#work"
        await until(pilot, lambda: listed(screen) == ["B"])
        assert facts(screen, "B").startswith("archived · ")
        screen.query_one(Input).value = "about"
        await until(pilot, lambda: len(listed(screen)) == 3)
        await pilot.press("down", "A")
        await until(pilot, lambda: listed(screen) == ["B"])
        screen.query_one(Input).value = "unheard"
        await until(pilot, lambda: listed(screen) == ["Nothing found in the archive"])


async def test_commands_work_on_what_was_found(house: House) -> None:
    await fill(house, "Apple pie", "Bread", "Apple tart")
    app = house.app()
    async with app.run_test(size=SIZE) as pilot:
        screen = await history(pilot, app)
        await pilot.press("slash", *"apple")
        await until(pilot, lambda: listed(screen) == ["Apple tart", "Apple pie"])
        await pilot.press("down", "down", "d")
        await until(pilot, lambda: listed(screen) == ["Apple tart"])
        await pilot.press("u")
        await until(pilot, lambda: listed(screen) == ["Apple tart", "Apple pie"])
        assert cursor(screen) == "Apple pie"


async def test_hostile_names_are_inert_everywhere(house: House) -> None:
    # Each of them on each widget is in tests/widgets; here a few go through every screen.
    texts = [text for text in HOSTILE if text.startswith(("\x1b]0", "abc\u202e", "[/]", "\u2028"))]
    texts.append("x" * 1_000_000)
    assert len(texts) == 5
    ids = await fill(house, *map(str, range(len(texts))))
    with closing(sqlite3.connect(house.paths.database)) as db, db:
        for each, text in zip(ids, texts, strict=True):
            names = "UPDATE conversations SET title = ?, persona = ? WHERE id = ?"
            db.execute(names, [text, text, each])
            db.execute("INSERT INTO tags VALUES (?, ?, ?, 0)", [each, text.casefold(), text])
            message = "UPDATE messages SET content = ? WHERE conversation_id = ?"
            db.execute(message, [f"needle {text}", each])
    app = house.app()
    async with app.run_test(size=(200, 70), notifications=True) as pilot:
        screen = await history(pilot, app)
        assert_inert(app)
        await pilot.press("slash", *"needle")
        await until(pilot, lambda: "needle" in str(screen.conversations.options[0].prompt))
        assert_inert(app)
        await pilot.press("down")
        for left in range(len(texts), 0, -1):
            for key in ("r", "t"):
                await pilot.press(key)
                await until(pilot, lambda: isinstance(app.screen, AskLineScreen))
                assert_inert(app)
                await pilot.press("escape")
            await pilot.press("d")
            if left > 1:
                await until(pilot, partial(lists_so_many, screen, left - 1))
            assert_inert(app)
        await until(pilot, lambda: listed(screen) == ["Nothing found"])
        for _ in texts:
            await pilot.press("u")
        await until(pilot, lambda: screen.conversations.option_count == len(texts))
        await pilot.press("number_sign")
        await until(pilot, lambda: isinstance(app.screen, ChooseScreen))
        assert_inert(app)
        await pilot.press("escape")
        for place in range(1, len(texts) + 1):
            await pilot.press("number_sign")
            await until(pilot, lambda: isinstance(app.screen, ChooseScreen))
            await pilot.press("home", *["down"] * place, "enter")
            await until(pilot, lambda: app.screen is screen)
            assert_inert(app)


async def test_what_another_telex_deleted_is_said_and_vanishes(house: House) -> None:
    a, b = await fill(house, "A", "B")
    app = house.app()
    async with app.run_test(size=SIZE) as pilot:
        screen = await history(pilot, app)
        other = SqliteLedger(house.paths.database)
        await other.trash_conversation(b)
        await pilot.press("p")
        await until(pilot, lambda: f"conversation {b} is in the trash" in toasts(app))
        await until(pilot, lambda: listed(screen) == ["A"])
        await other.restore_conversation(b)
        await pilot.press("d")
        await until(pilot, lambda: listed(screen) == ["B"])
        await pilot.press("d")
        await until(pilot, lambda: listed(screen)[0].startswith("No conversations yet"))
        await other.delete_conversation(b)
        await pilot.press("u", "u")
        await until(pilot, lambda: "deleted for good" in toasts(app))
        await until(pilot, lambda: listed(screen) == ["A"])
        await other.aclose()
        assert stored(house, a) is not None


async def test_a_ledger_that_cannot_be_read_leaves_the_list(house: House) -> None:
    await fill(house, "A", "B")
    app = house.app()
    async with app.run_test(size=SIZE) as pilot:
        screen = await history(pilot, app)
        (await app.runtime()).reader.close()
        await pilot.press("slash", "x")
        await until(pilot, lambda: "is already closed" in toasts(app))
        assert listed(screen) == ["B", "A"]
        await pilot.press("escape")
        await until(pilot, lambda: app.screen is chat(app))


async def test_ten_thousand_conversations(house: House) -> None:
    fill_many(house.paths.database, 10_000)
    app = house.app()
    async with app.run_test(size=SIZE) as pilot:
        screen = await history(pilot, app)
        await until(pilot, lambda: listed(screen)[-1] == "… 9,500 more: search finds them")
        assert listed(screen)[:2] == ["Talk 10000", "Talk 9999"]
        assert len(listed(screen)) == 501
        await pilot.press("end")
        assert cursor(screen) == "Talk 9501"
        await pilot.press("a")
        await until(pilot, lambda: listed(screen)[-1] == "… 9,499 more: search finds them")
        assert cursor(screen) == "Talk 9500"
        assert "Talk 9500" in screen_text(app)
        await pilot.press("slash", *"common")
        few = "… maybe more: these are from the best 500 places; more words find fewer"
        await until(pilot, lambda: listed(screen)[-1] == few)
        screen.query_one(Input).value = "thing17 common"
        await pilot.press("enter")  # before it is found
        await until(pilot, lambda: app.screen is chat(app))
        await until(pilot, lambda: chat(app).conversation_id == 17)


async def test_a_search_in_a_part_finds_what_is_rare_there(house: House) -> None:
    fill_many(house.paths.database, 6_000)
    ledger = SqliteLedger(house.paths.database)
    await ledger.set_tags(1, ["Work"])
    await ledger.aclose()
    lookup = ConversationLookup(Reader(house.paths.database))
    part = Part(tag="work")
    assert [view.id for view in lookup.find("", part).conversations] == [1]
    assert [view.id for view in lookup.find("thing1 in", part).conversations] == [1]
    common = lookup.find("common", part)
    assert [view.id for view in common.conversations] == [1]
    assert common.count == "1 of 1"
    assert lookup.find("talk", Part()).more == "… 5,500 more; more words find fewer"
    assert lookup.find("talk", Part()).count == "6,000 of 6,000"
    assert lookup.find("common", Part()).count == "500+ of 6,000"

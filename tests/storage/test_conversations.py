"""What a conversation asks for, how it is called, and where it is listed."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from contextlib import closing
from decimal import Decimal

import pytest

from providers.messages import Attachment, AttachmentKind
from storage import history
from storage.errors import NotFound
from storage.ledger import SqliteLedger
from storage.reader import Reader
from storage.rows import ConversationRow, ConversationWishes, TitledBy
from tests.storage.conftest import FakeClock
from tests.storage.helpers import answered

WISHES = ConversationWishes("cost", "groq", "oss-120b", "A pirate.\nArr.", Decimal("0.50"))


def _row(reader: Reader, conversation_id: int) -> ConversationRow:
    row = reader.conversation(conversation_id)
    assert row is not None
    return row


async def test_wishes_are_kept_with_the_conversation(ledger: SqliteLedger, reader: Reader) -> None:
    asked = await ledger.begin_exchange(None, "hi", "cost", wishes=WISHES)
    made = await ledger.create_conversation("named", WISHES)
    plain = await ledger.create_conversation()
    assert _row(reader, asked.conversation_id).wishes == WISHES
    assert _row(reader, made).wishes == WISHES
    assert _row(reader, plain).wishes == ConversationWishes()
    other = ConversationWishes(provider="openai")
    await ledger.begin_exchange(made, "hi", "cost", wishes=other)
    assert _row(reader, made).wishes == WISHES, "a conversation that exists keeps its own"
    await ledger.set_wishes(made, other)
    with closing(SqliteLedger(ledger.path)), closing(Reader(ledger.path)) as again:
        assert _row(again, made).wishes == other


@pytest.mark.parametrize("budget", ["-0.01", "NaN", "Infinity"])
async def test_a_budget_is_an_amount_of_money(
    ledger: SqliteLedger, reader: Reader, budget: str
) -> None:
    wishes = ConversationWishes(budget=Decimal(budget))
    with pytest.raises(ValueError, match=r"\$0 or more|no amount of money"):
        await ledger.begin_exchange(None, "hi", "cost", wishes=wishes)
    assert reader.list_conversations() == ()


async def test_a_models_title_gives_way_to_the_persons(
    ledger: SqliteLedger, reader: Reader
) -> None:
    chat = (await answered(ledger, "how do I do this thing?")).conversation_id
    assert _row(reader, chat).titled_by is TitledBy.QUESTION
    assert not await ledger.suggest_title(chat, " \n")
    assert await ledger.suggest_title(chat, "Doing \x1b[31mthings\nmore")
    assert (_row(reader, chat).title, _row(reader, chat).titled_by) == (
        "Doing \u241b[31mthings",
        TitledBy.MODEL,
    )
    assert not await ledger.suggest_title(chat, "Another one")
    await ledger.rename_conversation(chat, "Mine")
    assert not await ledger.suggest_title(chat, "Theirs")
    assert (_row(reader, chat).title, _row(reader, chat).titled_by) == ("Mine", TitledBy.PERSON)
    named = await ledger.create_conversation("Named at once")
    assert not await ledger.suggest_title(named, "Theirs")
    later = await ledger.create_conversation()
    assert await ledger.suggest_title(later, "Before a word was said")
    assert not await ledger.suggest_title(999, "Nobody's")


async def test_a_question_without_words_is_called_after_its_attachment(
    ledger: SqliteLedger, reader: Reader
) -> None:
    picture = Attachment(AttachmentKind.IMAGE, "image/png", b"\x89PNG", "cat.png")
    ids = await ledger.begin_exchange(None, " ", "cost", attachments=[picture])
    assert _row(reader, ids.conversation_id).title == "cat.png"


async def test_tags_are_clean_and_told_apart_by_more_than_case(
    ledger: SqliteLedger, reader: Reader
) -> None:
    chat = (await answered(ledger, "q")).conversation_id
    other = (await answered(ledger, "q")).conversation_id
    await ledger.set_tags(
        chat, [" Über ", "work\n\x1b[2J", "", "  ", "ÜBER", "x" * 50, "x" * 45, "\ud800"]
    )
    assert _row(reader, chat).tags == ("Über", "work \u241b[2J", "x" * 40, "\ufffd")
    await ledger.set_tags(chat, ["zebra", "Work"])
    assert _row(reader, chat).tags == ("zebra", "Work")
    await ledger.set_tags(other, ["work"])
    assert reader.tags() == (("work", 2), ("zebra", 1))
    await ledger.set_tags(other, [])
    assert reader.tags() == (("Work", 1), ("zebra", 1))
    await ledger.trash_conversation(chat)
    assert reader.tags() == ()
    await ledger.restore_conversation(chat)
    await ledger.delete_conversation(chat)
    assert reader.tags() == ()


async def test_the_list_shows_pinned_ones_first_and_archived_ones_apart(
    ledger: SqliteLedger, reader: Reader, clock: FakeClock
) -> None:
    chats = []
    for number in range(5):
        clock.advance(minutes=1)
        chats.append((await answered(ledger, f"q{number}")).conversation_id)
    a, b, c, d, e = chats
    clock.advance(minutes=1)
    await ledger.set_pinned(b, True)
    await ledger.set_pinned(a, True)
    await ledger.set_archived(d, True)
    await ledger.set_tags(c, ["Work"])
    await ledger.set_tags(d, ["work"])
    await ledger.set_wishes(c, WISHES)
    await ledger.suggest_title(c, "Titled")

    def listed(**which: object) -> list[int]:
        return [row.id for row in reader.list_conversations(**which)]  # type: ignore[arg-type]

    assert listed() == [b, a, e, c], "none of this makes a conversation newer"
    assert listed(limit=2, offset=1) == [a, e]
    assert listed(archived=True) == [d]
    assert listed(tag="WORK") == [c]
    assert listed(tag="work", archived=True) == [d]
    assert listed(tag="none") == []
    assert [row.pinned for row in reader.list_conversations()] == [True, True, False, False]
    assert _row(reader, d).archived
    await ledger.set_pinned(b, False)
    await ledger.set_archived(d, False)
    assert listed() == [a, e, d, c, b]
    await ledger.trash_conversation(a)
    assert listed() == [e, d, c, b]


@pytest.mark.parametrize(
    "change",
    [
        lambda ledger, chat: ledger.rename_conversation(chat, "x"),
        lambda ledger, chat: ledger.set_wishes(chat, WISHES),
        lambda ledger, chat: ledger.set_pinned(chat, True),
        lambda ledger, chat: ledger.set_archived(chat, True),
        lambda ledger, chat: ledger.set_tags(chat, ["x"]),
        lambda ledger, chat: ledger.trash_conversation(chat),
        lambda ledger, chat: ledger.begin_exchange(chat, "x", "cost"),
    ],
)
async def test_a_conversation_that_is_gone_is_a_clear_error(
    ledger: SqliteLedger, change: Callable[[SqliteLedger, int], Awaitable[object]]
) -> None:
    chat = await ledger.create_conversation("here")
    await ledger.trash_conversation(chat)
    with pytest.raises(NotFound, match="in the trash; restore it first"):
        await change(ledger, chat)
    with pytest.raises(NotFound, match="no conversation 999; it may have been deleted"):
        await change(ledger, 999)


async def test_the_list_is_read_in_the_order_of_an_index(
    ledger: SqliteLedger, reader: Reader
) -> None:
    """Sorted, the messages of all conversations would be counted before the first is shown."""
    sql = f"EXPLAIN QUERY PLAN {history._LIST} AND c.archived = 0 {history._ORDER}"
    plan = reader._db().execute(sql, {"limit": 1, "offset": 0}).fetchall()
    of_the_list = [detail for _, parent, _, detail in plan if parent == 0]
    assert "conversations_listed" in of_the_list[0]
    assert not any("ORDER BY" in step for step in of_the_list)

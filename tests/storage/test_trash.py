"""The trash: out of sight everywhere, and restored as it was."""

from __future__ import annotations

from decimal import Decimal

import pytest

from storage.errors import AnswerUnderWay, NotFound
from storage.ledger import SqliteLedger
from storage.reader import Reader
from storage.rows import Deletion, ExchangeState
from tests.storage.conftest import ask_python
from tests.storage.helpers import answered, completed


def _path(reader: Reader, chat: int) -> list[str]:
    return [row.content for row in reader.load_messages(chat)]


async def test_a_deleted_question_takes_what_follows(ledger: SqliteLedger, reader: Reader) -> None:
    first = await answered(ledger, "q1", "a1")
    chat = first.conversation_id
    second = await answered(ledger, "unwanted", "a2", conversation_id=chat)
    await answered(ledger, "q3", "a3", conversation_id=chat)
    deletion = await ledger.trash_message(second.user_message_id)
    assert (deletion.conversation_id, deletion.messages) == (chat, 4)
    assert _path(reader, chat) == ["q1", "a1"]
    assert reader.load_messages(chat, through=second.answer_message_id) == ()
    assert reader.search("unwanted") == ()
    assert reader.search("nwante") == (), "found as it stands neither"
    assert reader.recent_prompts() == ("q1",)
    conversation = reader.conversation(chat)
    assert conversation is not None
    assert (conversation.message_count, conversation.cost) == (2, Decimal("0.03"))
    await answered(ledger, "instead", "b2", conversation_id=chat)
    assert _path(reader, chat) == ["q1", "a1", "instead", "b2"]
    assert reader.load_messages(chat)[2].versions == (second.user_message_id + 4,)
    await ledger.restore(deletion)
    assert _path(reader, chat) == ["q1", "a1", "unwanted", "a2", "q3", "a3"]
    assert len(reader.load_messages(chat)[2].versions) == 2
    assert len(reader.search("unwanted")) == 1


async def test_the_path_goes_on_with_another_version(ledger: SqliteLedger, reader: Reader) -> None:
    first = await answered(ledger, "q", "old answer")
    chat = first.conversation_id
    again = await ledger.begin_again(first.user_message_id, "cost")
    await ledger.complete_exchange(again.exchange_id, completed("new answer"))
    await answered(ledger, "elsewhere", "x", conversation_id=chat, edit_of=first.user_message_id)
    await ledger.go_to(chat, again.answer_message_id)
    deletion = await ledger.trash_message(again.answer_message_id)
    assert _path(reader, chat) == ["q", "old answer"], "and not what is newest of all"
    await ledger.restore(deletion)
    assert _path(reader, chat) == ["q", "new answer"]


async def test_what_is_off_the_path_does_not_change_it(
    ledger: SqliteLedger, reader: Reader
) -> None:
    first = await answered(ledger, "q", "a")
    chat = first.conversation_id
    second = await answered(ledger, "q", "b", conversation_id=chat, edit_of=first.user_message_id)
    deletion = await ledger.trash_message(first.user_message_id)
    third = await answered(ledger, "more", "c", conversation_id=chat)
    await ledger.restore(deletion)
    assert [row.id for row in reader.load_messages(chat)] == [
        second.user_message_id,
        second.answer_message_id,
        third.user_message_id,
        third.answer_message_id,
    ]


async def test_nested_deletions_are_restored_one_by_one(
    ledger: SqliteLedger, reader: Reader
) -> None:
    first = await answered(ledger, "q1", "a1")
    chat = first.conversation_id
    second = await answered(ledger, "q2", "a2", conversation_id=chat)
    inner = await ledger.trash_message(second.user_message_id)
    outer = await ledger.trash_message(first.answer_message_id)
    assert (inner.messages, outer.messages) == (2, 1)
    assert _path(reader, chat) == ["q1"]
    await ledger.restore(outer)
    assert _path(reader, chat) == ["q1", "a1"], "what was deleted before is not resurrected"
    await ledger.restore(inner)
    assert _path(reader, chat) == ["q1", "a1", "q2", "a2"]


async def test_what_is_restored_inside_the_trash_comes_back_with_the_rest(
    ledger: SqliteLedger, reader: Reader
) -> None:
    first = await answered(ledger, "q1", "a1")
    chat = first.conversation_id
    second = await answered(ledger, "q2", "a2", conversation_id=chat)
    inner = await ledger.trash_message(second.user_message_id)
    outer = await ledger.trash_message(first.user_message_id)
    await ledger.restore(inner)
    assert reader.load_messages(chat) == ()
    assert reader.search("q2") == ()
    await ledger.restore(outer)
    assert _path(reader, chat) == ["q1", "a1", "q2", "a2"]


async def test_what_cannot_be_deleted_or_restored_says_so(
    ledger: SqliteLedger, reader: Reader
) -> None:
    ids = await answered(ledger, "q", "a")
    deletion = await ledger.trash_message(ids.user_message_id)
    for gone in (ids.user_message_id, ids.answer_message_id):
        with pytest.raises(NotFound, match="in the trash"):
            await ledger.trash_message(gone)
        with pytest.raises(NotFound, match="in the trash"):
            await ledger.go_to(ids.conversation_id, gone)
    with pytest.raises(NotFound, match="in the trash"):
        await ledger.begin_again(ids.user_message_id, "cost")
    with pytest.raises(NotFound, match="in the trash"):
        await ledger.begin_exchange(
            ids.conversation_id, "x", "cost", parent_id=ids.answer_message_id
        )
    await ledger.restore(deletion)
    with pytest.raises(NotFound, match="nothing to restore"):
        await ledger.restore(deletion)
    with pytest.raises(NotFound, match="nothing to restore"):
        await ledger.restore(Deletion(ids.conversation_id, 1, 999))
    with pytest.raises(NotFound, match="no message 999"):
        await ledger.trash_message(999)
    with pytest.raises(NotFound, match="nothing to restore"):
        await ledger.restore_conversation(999)
    assert _path(reader, ids.conversation_id) == ["q", "a"]


async def test_a_deletion_made_later_is_never_taken_for_an_earlier_one(
    ledger: SqliteLedger, reader: Reader
) -> None:
    ids = await answered(ledger, "q", "a")
    earlier = await ledger.trash_message(ids.answer_message_id)
    await ledger.restore(earlier)
    later = await ledger.trash_message(ids.answer_message_id)
    assert later.id != earlier.id
    with pytest.raises(NotFound):
        await ledger.restore(earlier)
    assert _path(reader, ids.conversation_id) == ["q"]


async def test_an_answer_under_way_is_not_deleted(ledger: SqliteLedger, reader: Reader) -> None:
    first = await answered(ledger, "q", "a")
    chat = first.conversation_id
    running = await ledger.begin_exchange(chat, "q2", "cost")
    for message_id in (first.user_message_id, running.user_message_id, running.answer_message_id):
        with pytest.raises(AnswerUnderWay, match="stop the answer first"):
            await ledger.trash_message(message_id)
    assert len(reader.load_messages(chat)) == 4
    await ledger.interrupt_exchange(running.exchange_id, ExchangeState.STOPPED, "")
    assert (await ledger.trash_message(first.user_message_id)).messages == 4


async def test_an_answer_of_a_dead_process_is_not_under_way(
    ledger: SqliteLedger, reader: Reader
) -> None:
    code = (
        "import asyncio, os, sys; from pathlib import Path\n"
        "from storage.ledger import SqliteLedger\n"
        "ledger = SqliteLedger(Path(sys.argv[1]))\n"
        "ids = asyncio.run(ledger.begin_exchange(None, 'q', 'cost'))\n"
        "print(ids.user_message_id, flush=True); os._exit(0)"
    )
    message_id = int(ask_python(code, str(ledger.path)))
    assert (await ledger.trash_message(message_id)).messages == 2


async def test_a_conversation_in_the_trash_is_nowhere(ledger: SqliteLedger, reader: Reader) -> None:
    ids = await answered(ledger, "unwanted", "a")
    chat = ids.conversation_id
    before = (reader.conversation(chat), reader.load_messages(chat))
    await ledger.trash_conversation(chat)
    assert reader.list_conversations() == ()
    assert reader.conversation(chat) is None
    assert reader.load_messages(chat) == ()
    assert reader.search("unwanted") == ()
    assert reader.recent_prompts() == ()
    await ledger.restore_conversation(chat)
    await ledger.restore_conversation(chat)
    assert (reader.conversation(chat), reader.load_messages(chat)) == before

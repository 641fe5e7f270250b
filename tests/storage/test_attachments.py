"""Attachments are kept with their question, and read only when they are wanted."""

from __future__ import annotations

import json
from contextlib import closing
from datetime import timedelta

import pytest

from providers.messages import Attachment, AttachmentKind
from storage import export
from storage.database import open_for_reading
from storage.errors import DatabaseError, NotFound
from storage.ledger import SqliteLedger
from storage.reader import Reader
from tests.storage.conftest import FakeClock
from tests.storage.helpers import answered

PICTURE = Attachment(AttachmentKind.IMAGE, "image/png", bytes(range(256)) * 100, "a cat.png")
SOUND = Attachment(AttachmentKind.AUDIO, "audio/wav", b"", "")
HOSTILE = Attachment(AttachmentKind.FILE, "text/\x1bplain", b"x", "\x1b]0;owned\x07\ud800\n[/].txt")


def _count(ledger: SqliteLedger) -> int:
    with closing(open_for_reading(ledger.path)) as db:
        [count] = db.execute("SELECT count(*) FROM attachments").fetchone()
    return int(count)


async def test_they_come_back_to_the_byte_in_order(ledger: SqliteLedger, reader: Reader) -> None:
    ids = await ledger.begin_exchange(None, "What is it?", "cost", attachments=[PICTURE, SOUND])
    question, answer = reader.load_messages(ids.conversation_id)
    assert [(a.kind, a.media_type, a.name, a.size) for a in question.attachments] == [
        (AttachmentKind.IMAGE, "image/png", "a cat.png", 25_600),
        (AttachmentKind.AUDIO, "audio/wav", "", 0),
    ]
    assert answer.attachments == ()
    with closing(SqliteLedger(ledger.path)), closing(Reader(ledger.path)) as again:
        found = again.load_attachments([ids.answer_message_id, ids.user_message_id, 999])
    assert found == {ids.user_message_id: (PICTURE, SOUND)}


async def test_any_number_of_messages_can_be_asked_for(
    ledger: SqliteLedger, reader: Reader
) -> None:
    ids = await ledger.begin_exchange(None, "What is it?", "cost", attachments=[PICTURE])
    assert reader.load_attachments([]) == {}
    found = reader.load_attachments(range(100_000))
    assert found == {ids.user_message_id: (PICTURE,)}


async def test_an_edited_question_has_only_what_it_is_given(
    ledger: SqliteLedger, reader: Reader
) -> None:
    old = await ledger.begin_exchange(None, "What is it?", "cost", attachments=[PICTURE])
    new = await ledger.begin_exchange(
        old.conversation_id, "And this?", "cost", edit_of=old.user_message_id, attachments=[SOUND]
    )
    found = reader.load_attachments([old.user_message_id, new.user_message_id])
    assert found == {old.user_message_id: (PICTURE,), new.user_message_id: (SOUND,)}


async def test_a_file_name_is_a_strangers_text(ledger: SqliteLedger, reader: Reader) -> None:
    ids = await ledger.begin_exchange(None, "?", "cost", attachments=[HOSTILE])
    [shown] = reader.load_messages(ids.conversation_id)[0].attachments
    assert shown.name == "\u241b]0;owned\ufffd [/].txt"
    assert shown.media_type == "text/\u241bplain"


async def test_without_its_question_nothing_is_kept(ledger: SqliteLedger) -> None:
    with pytest.raises(NotFound):
        await ledger.begin_exchange(999, "?", "cost", attachments=[PICTURE])
    too_much = Attachment(AttachmentKind.FILE, "x/y", "no bytes", "x")  # type: ignore[arg-type]
    with pytest.raises(DatabaseError):
        await ledger.begin_exchange(None, "?", "cost", attachments=[PICTURE, too_much])
    with closing(open_for_reading(ledger.path)) as db:
        assert db.execute("SELECT count(*) FROM messages").fetchone() == (0,)
    assert _count(ledger) == 0


async def test_they_go_with_their_message(
    ledger: SqliteLedger, reader: Reader, clock: FakeClock
) -> None:
    first = await ledger.begin_exchange(None, "?", "cost", attachments=[PICTURE])
    await ledger.delete_conversation(first.conversation_id)
    assert _count(ledger) == 0
    second = await answered(ledger, "q")
    third = await ledger.begin_exchange(
        second.conversation_id, "?", "cost", attachments=[PICTURE, SOUND]
    )
    await _stop(ledger, third.exchange_id)
    deletion = await ledger.trash_message(third.user_message_id)
    assert reader.load_attachments([third.user_message_id]) == {}
    await ledger.restore(deletion)
    assert reader.load_attachments([third.user_message_id]) == {
        third.user_message_id: (PICTURE, SOUND)
    }
    await ledger.trash_message(third.user_message_id)
    clock.advance(seconds=timedelta(days=1, seconds=1).total_seconds())
    SqliteLedger(ledger.path, clock=clock).close()
    assert _count(ledger) == 0


async def _stop(ledger: SqliteLedger, exchange_id: int) -> None:
    from storage.rows import ExchangeState

    await ledger.interrupt_exchange(exchange_id, ExchangeState.STOPPED, "")


async def test_an_export_names_them(ledger: SqliteLedger, reader: Reader) -> None:
    ids = await ledger.begin_exchange(None, "Look", "cost", attachments=[PICTURE, HOSTILE])
    conversation = reader.conversation(ids.conversation_id)
    assert conversation is not None
    rows = reader.load_messages(ids.conversation_id)
    text = export.to_markdown(conversation, rows)
    assert "*Attached: a cat.png (image/png, 25,600 bytes)*" in text
    assert "\x1b" not in text
    values = json.loads(json.dumps(export.to_json(conversation, rows)))
    assert values["messages"][0]["attachments"][0] == {
        "kind": "image",
        "media_type": "image/png",
        "name": "a cat.png",
        "size": 25_600,
    }
    assert values["messages"][1]["attachments"] == []

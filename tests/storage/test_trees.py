"""Paths through a conversation: which is the current one, and any tree under any changes."""

from __future__ import annotations

import asyncio
import tempfile
from contextlib import closing
from pathlib import Path

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from providers.messages import Role
from storage.errors import NotFound
from storage.ledger import SqliteLedger
from storage.reader import Reader
from storage.rows import Deletion, ExchangeIds
from tests.storage.conftest import FakeClock
from tests.storage.helpers import answered, completed


def _path(reader: Reader, chat: int) -> list[str]:
    return [row.content for row in reader.load_messages(chat)]


async def _two_branches(ledger: SqliteLedger) -> tuple[ExchangeIds, ExchangeIds]:
    old = await answered(ledger, "old", "a1")
    chat = old.conversation_id
    await answered(ledger, "old goes on", "a2", conversation_id=chat)
    new = await answered(ledger, "new", "b1", conversation_id=chat, edit_of=old.user_message_id)
    return old, new


async def test_where_one_went_is_where_one_is_after_a_restart(
    ledger: SqliteLedger, reader: Reader
) -> None:
    old, new = await _two_branches(ledger)
    chat = old.conversation_id
    assert _path(reader, chat) == ["new", "b1"]
    await ledger.go_to(chat, old.user_message_id)
    assert _path(reader, chat) == ["old", "a1", "old goes on", "a2"]
    await ledger.aclose()
    with closing(SqliteLedger(ledger.path)) as again, closing(Reader(ledger.path)) as later:
        assert _path(later, chat) == ["old", "a1", "old goes on", "a2"]
        await answered(again, "and on", "a3", conversation_id=chat)
        assert _path(later, chat) == ["old", "a1", "old goes on", "a2", "and on", "a3"]
        assert [row.id for row in later.load_messages(chat, through=new.user_message_id)] == [
            new.user_message_id,
            new.answer_message_id,
        ]


async def test_a_new_answer_is_where_one_is(ledger: SqliteLedger, reader: Reader) -> None:
    old, _new = await _two_branches(ledger)
    chat = old.conversation_id
    again = await ledger.begin_again(old.user_message_id, "cost")
    assert [row.id for row in reader.load_messages(chat)][-1] == again.answer_message_id
    below = await ledger.begin_exchange(chat, "below", "cost", parent_id=old.answer_message_id)
    assert [row.id for row in reader.load_messages(chat)] == [
        old.user_message_id,
        old.answer_message_id,
        below.user_message_id,
        below.answer_message_id,
    ]


async def test_going_makes_nothing_newer(
    ledger: SqliteLedger, reader: Reader, clock: FakeClock
) -> None:
    old, _new = await _two_branches(ledger)
    before = reader.conversation(old.conversation_id)
    clock.advance(minutes=1)
    await ledger.go_to(old.conversation_id, old.user_message_id)
    assert reader.conversation(old.conversation_id) == before


async def test_one_does_not_get_lost(ledger: SqliteLedger, reader: Reader) -> None:
    old, _new = await _two_branches(ledger)
    other = await answered(ledger, "other", "x")
    for nowhere in (999, other.user_message_id):
        with pytest.raises(NotFound, match=rf"no message {nowhere} in conversation"):
            await ledger.go_to(old.conversation_id, nowhere)
        with pytest.raises(NotFound, match=rf"no message {nowhere} in conversation"):
            await ledger.begin_exchange(old.conversation_id, "?", "cost", parent_id=nowhere)
        with pytest.raises(NotFound, match=rf"no message {nowhere} in conversation"):
            await ledger.begin_exchange(old.conversation_id, "?", "cost", edit_of=nowhere)
    assert _path(reader, old.conversation_id) == ["new", "b1"]


async def test_recent_prompts_are_exact_newest_first_and_once_each(
    ledger: SqliteLedger, reader: Reader
) -> None:
    first = await answered(ledger, "again", "not this")
    await answered(ledger, "  lone \ud800 \x1b[2J\n", conversation_id=first.conversation_id)
    await answered(ledger, " \n")
    await answered(ledger, "again")
    await answered(ledger, "Again")
    assert reader.recent_prompts() == ("Again", "again", "  lone \ud800 \x1b[2J\n")
    assert reader.recent_prompts(limit=1) == ("Again",)
    assert reader.recent_prompts(limit=0) == ()


class Trees(RuleBasedStateMachine):
    """A ledger next to the plainest model of what it must show.

    In the model a message is seen when no open deletion took it and its parent is seen.
    """

    def __init__(self) -> None:
        super().__init__()
        self.folder = tempfile.TemporaryDirectory()
        path = Path(self.folder.name) / "telex.db"
        self.ledger, self.reader = SqliteLedger(path), Reader(path)
        self.runner = asyncio.Runner()
        self.chat = self.runner.run(self.ledger.create_conversation("tree"))
        self.parents: dict[int, int | None] = {}
        self.questions: dict[int, str] = {}
        self.open: list[tuple[Deletion, frozenset[int]]] = []

    def teardown(self) -> None:
        try:
            self.restore_all()
        finally:
            self.runner.close()
            self.reader.close()
            self.ledger.close()
            self.folder.cleanup()

    def restore_all(self) -> None:
        while self.open:
            deletion, _ = self.open.pop()
            self.runner.run(self.ledger.restore(deletion))
        self.everything_seen_is_what_should_be()
        assert self.seen() == sorted(self.parents)

    def seen(self) -> list[int]:
        taken = frozenset[int]().union(*(ids for _, ids in self.open))
        seen: set[int] = set()
        for message_id in sorted(self.parents):
            parent = self.parents[message_id]
            if message_id not in taken and (parent is None or parent in seen):
                seen.add(message_id)
        return sorted(seen)

    def below(self, message_id: int) -> frozenset[int]:
        below = {message_id}
        for other in self.seen():
            if self.parents[other] in below:
                below.add(other)
        return frozenset(below)

    def leaf(self) -> int | None:
        rows = self.reader.load_messages(self.chat)
        return rows[-1].id if rows else None

    def keep(self, ids: ExchangeIds, parent: int | None, text: str = "") -> None:
        answer = completed(f"word a{ids.exchange_id}", cost=None)
        self.runner.run(self.ledger.complete_exchange(ids.exchange_id, answer))
        if text:
            self.parents[ids.user_message_id] = parent
            self.questions[ids.user_message_id] = text
        self.parents[ids.answer_message_id] = ids.user_message_id
        assert self.leaf() == ids.answer_message_id, "a new answer is in view"

    def pick(self, data: st.DataObject, *, questions: bool = False) -> int:
        seen = self.seen()
        return data.draw(st.sampled_from([i for i in seen if not questions or i in self.questions]))

    @rule()
    def ask(self) -> None:
        parent, text = self.leaf(), f"word q{len(self.parents)}"
        self.keep(
            self.runner.run(self.ledger.begin_exchange(self.chat, text, "cost")), parent, text
        )

    @precondition(lambda self: self.seen())
    @rule(data=st.data())
    def edit(self, data: st.DataObject) -> None:
        old, text = self.pick(data, questions=True), f"word e{len(self.parents)}"
        ids = self.runner.run(self.ledger.begin_exchange(self.chat, text, "cost", edit_of=old))
        self.keep(ids, self.parents[old], text)

    @precondition(lambda self: self.seen())
    @rule(data=st.data())
    def answer_again(self, data: st.DataObject) -> None:
        question = self.pick(data, questions=True)
        self.keep(self.runner.run(self.ledger.begin_again(question, "cost")), question)

    @precondition(lambda self: self.seen())
    @rule(data=st.data())
    def go(self, data: st.DataObject) -> None:
        there = self.pick(data)
        self.runner.run(self.ledger.go_to(self.chat, there))
        assert self.leaf() == max(self.below(there))

    @precondition(lambda self: self.seen())
    @rule(data=st.data())
    def delete(self, data: st.DataObject) -> None:
        top = self.pick(data)
        taken, before = self.below(top), self.leaf()
        deletion = self.runner.run(self.ledger.trash_message(top))
        assert deletion.messages == len(taken)
        self.open.append((deletion, taken))
        parent = self.parents[top]
        if before not in taken:
            assert self.leaf() == before, "what is not in view changes nothing there"
        elif parent is not None:
            assert self.leaf() == max(self.below(parent))

    @precondition(lambda self: self.seen())
    @rule(data=st.data())
    def delete_and_undo(self, data: st.DataObject) -> None:
        before = self.reader.load_messages(self.chat)
        deletion = self.runner.run(self.ledger.trash_message(self.pick(data)))
        self.runner.run(self.ledger.restore(deletion))
        assert self.reader.load_messages(self.chat) == before

    @precondition(lambda self: self.open)
    @rule(data=st.data())
    def restore_any(self, data: st.DataObject) -> None:
        at = data.draw(st.integers(0, len(self.open) - 1))
        deletion, _ = self.open.pop(at)
        self.runner.run(self.ledger.restore(deletion))

    @rule()
    def put_away_and_back(self) -> None:
        before = self.reader.load_messages(self.chat)
        self.runner.run(self.ledger.trash_conversation(self.chat))
        assert self.reader.search("word", limit=1000) == ()
        assert self.reader.load_messages(self.chat) == ()
        self.runner.run(self.ledger.restore_conversation(self.chat))
        assert self.reader.load_messages(self.chat) == before

    @invariant()
    def everything_seen_is_what_should_be(self) -> None:
        seen = self.seen()
        hits = self.reader.search("word", limit=1000)
        assert sorted(hit.message_id for hit in hits) == seen
        asked = [self.questions[i] for i in reversed(seen) if i in self.questions]
        assert list(self.reader.recent_prompts()) == asked
        row = self.reader.conversation(self.chat)
        assert row is not None
        assert row.message_count == len(seen)
        for message_id in self.parents:
            rows = self.reader.load_messages(self.chat, through=message_id)
            if message_id not in seen:
                assert rows == ()
                continue
            assert rows[-1].id == max(self.below(message_id))
            for message in rows:
                siblings = [i for i in seen if self.parents[i] == self.parents[message.id]]
                assert list(message.versions) == siblings
                assert (message.role is Role.USER) == (message.id in self.questions)
        current = self.reader.load_messages(self.chat)
        assert bool(current) == bool(seen)
        assert {message.id for message in current} <= set(seen)


TestTrees = Trees.TestCase
TestTrees.settings = settings(max_examples=40, stateful_step_count=25, deadline=None)

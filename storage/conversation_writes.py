"""The part of the ledger's write side that concerns conversations: their list, path and trash.

Every method is one transaction in the writer's thread and returns once it is committed.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from sqlite_utils import Database

from storage import conversations, forget, trash, tree
from storage.clock import Clock, to_text
from storage.rows import ConversationWishes, Deletion, TitledBy
from storage.writer import Writer


class ConversationWrites:
    """What the person does with conversations as a whole, and with the paths through them.

    Args:
        writer: where the writes are queued.
        clock: tells the current instant.
    """

    def __init__(self, writer: Writer, clock: Clock) -> None:
        self._writer = writer
        self._clock = clock

    async def create_conversation(
        self, title: str = "", wishes: ConversationWishes | None = None
    ) -> int:
        """Add an empty conversation and return its id.

        Args:
            title: the person's; an empty one is made from the first question.
            wishes: what the conversation asks for.

        Raises:
            ValueError: the budget is no amount of money, or below zero.
        """
        return await self._writer.run(
            lambda db: conversations.create(
                db, title=title, titled_by=TitledBy.PERSON, wishes=wishes, now=self._now()
            )
        )

    async def rename_conversation(self, conversation_id: int, title: str) -> None:
        """Give a conversation the person's title; only its first line counts.

        Raises:
            NotFound: there is no such conversation, or it is in the trash.
        """
        await self._change(
            conversation_id,
            lambda db: conversations.rename(db, conversation_id, title=title, now=self._now()),
        )

    async def suggest_title(self, conversation_id: int, title: str) -> bool:
        """Put a model's title in place of one made from the question; return whether it took.

        What the person called it stays, and so does an earlier suggestion.
        """
        return await self._writer.run(
            lambda db: conversations.suggest_title(db, conversation_id, title=title)
        )

    async def set_wishes(self, conversation_id: int, wishes: ConversationWishes) -> None:
        """Replace everything a conversation asks for.

        Raises:
            NotFound: there is no such conversation, or it is in the trash.
            ValueError: the budget is no amount of money, or below zero.
        """
        await self._change(
            conversation_id, lambda db: conversations.set_wishes(db, conversation_id, wishes)
        )

    async def set_pinned(self, conversation_id: int, pinned: bool) -> None:
        """Keep a conversation at the top of the list, or no longer.

        Raises:
            NotFound: there is no such conversation, or it is in the trash.
        """
        await self._change(
            conversation_id,
            lambda db: conversations.set_pinned(db, conversation_id, pinned=pinned),
        )

    async def set_archived(self, conversation_id: int, archived: bool) -> None:
        """Take a conversation out of the everyday list, or put it back.

        Raises:
            NotFound: there is no such conversation, or it is in the trash.
        """
        await self._change(
            conversation_id,
            lambda db: conversations.set_archived(db, conversation_id, archived=archived),
        )

    async def set_tags(self, conversation_id: int, tags: Sequence[str]) -> None:
        """Replace a conversation's tags.

        Args:
            conversation_id: the conversation.
            tags: each at most 40 characters of one line, longer ones are cut; empty ones, and
                those that differ from an earlier one in case alone, are dropped.

        Raises:
            NotFound: there is no such conversation, or it is in the trash.
        """
        await self._change(
            conversation_id, lambda db: conversations.set_tags(db, conversation_id, tags)
        )

    async def save_draft(self, conversation_id: int, text: str) -> None:
        """Keep what is typed but not sent."""
        await self._writer.run(lambda db: conversations.save_draft(db, conversation_id, text=text))

    async def go_to(self, conversation_id: int, message_id: int) -> None:
        """Make the path through a message, on to its newest descendant, the current one.

        Raises:
            NotFound: there is no such message in that conversation, or it is in the trash.
        """
        await self._writer.run(lambda db: tree.go_to(db, conversation_id, message_id))

    async def trash_message(self, message_id: int) -> Deletion:
        """Take a message and everything below it out of sight; return what restores it.

        After ``forget.TRASH_KEPT`` it is deleted for good when a ledger is opened next. What it
        cost, and how it was rated, is kept.

        Raises:
            NotFound: there is no such message, or it is in the trash.
            AnswerUnderWay: an answer is being written there.
        """
        return await self._writer.run(
            lambda db: trash.trash_message(db, message_id, now=self._clock())
        )

    async def restore(self, deletion: Deletion) -> None:
        """Bring back what one deletion took, and the current path if that led there.

        Raises:
            NotFound: it was restored before, or is deleted for good by now.
        """
        await self._writer.run(lambda db: trash.restore(db, deletion))

    async def trash_conversation(self, conversation_id: int) -> None:
        """Take a conversation out of sight, to be deleted for good like a message.

        Raises:
            NotFound: there is no such conversation, or it is in the trash.
        """
        await self._writer.run(
            lambda db: trash.trash_conversation(db, conversation_id, now=self._clock())
        )

    async def restore_conversation(self, conversation_id: int) -> None:
        """Bring a conversation back as it was; does nothing when it is not in the trash.

        Raises:
            NotFound: it is deleted for good by now.
        """
        await self._writer.run(lambda db: trash.restore_conversation(db, conversation_id))

    async def delete_conversation(self, conversation_id: int) -> None:
        """Forget every word of a conversation. What it cost, and how it was rated, is kept."""
        now = self._clock()
        await self._writer.run(lambda db: forget.delete_conversation(db, conversation_id, now=now))

    async def _change(self, conversation_id: int, write: Callable[[Database], None]) -> None:
        def change(db: Database) -> None:
            tree.require_conversation(db, conversation_id)
            write(db)

        await self._writer.run(change)

    def _now(self) -> str:
        return to_text(self._clock())

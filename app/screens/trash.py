"""Deleting on the chat screen, and bringing back what was deleted last."""

from __future__ import annotations

from typing import TYPE_CHECKING

from app.deleted import Deleted, DeletedConversation
from app.refusals import CannotDo
from storage.errors import NotFound

if TYPE_CHECKING:
    from app.screens.asking import Asking
    from app.screens.desk import Desk
    from app.screens.places import Places
    from storage.rows import Deletion


class Trash:
    """Remembers what was deleted since telex started, in order.

    Args:
        chat: the screen it was deleted on.
        places: which conversation is in view.
        asking: whether an answer is under way there.
    """

    def __init__(self, chat: Desk, places: Places, asking: Asking) -> None:
        self._chat = chat
        self._places = places
        self._asking = asking
        self.deleted = Deleted()

    async def message(self, message_id: int) -> None:
        """Delete a message and what follows it.

        Raises:
            TelexError: it cannot be deleted now.
        """
        chat = self._chat
        runtime = await chat.telex.runtime()
        deletion = await runtime.ledger.trash_message(message_id)
        self.deleted.add(deletion)
        await self._places.show_path()
        follows = f" and {deletion.messages - 1} that follow" if deletion.messages > 1 else ""
        chat.notify(f"Deleted the message{follows} · /undo brings it back", markup=False)

    async def conversation(self) -> None:
        """Delete the conversation in view and begin a new one.

        Raises:
            TelexError: it has not begun, or an answer is under way in it.
        """
        chat = self._chat
        row = await self._places.row()
        if row is None:
            raise CannotDo("This conversation has not begun yet: there is nothing to delete.")
        if self._asking.busy:
            raise CannotDo("An answer is under way here. Esc stops it; then delete.")
        runtime = await chat.telex.runtime()
        await runtime.ledger.trash_conversation(row.id)
        self.deleted.add(DeletedConversation(row.id, row.title))
        await self._places.new()
        chat.notify(f"Deleted: {row.title} · /undo brings it back", markup=False)

    async def undo(self) -> None:
        """Bring back what was deleted last.

        Raises:
            TelexError: nothing was deleted since telex started, or it is gone for good.
        """
        last = self.deleted.last
        if last is None:
            raise CannotDo("Nothing was deleted here since telex started.")
        try:
            await self._bring_back(last)
        except NotFound:
            self.deleted.remove(last)  # what was deleted before it may still be there
            raise
        self.deleted.remove(last)

    async def _bring_back(self, last: Deletion | DeletedConversation) -> None:
        chat = self._chat
        runtime = await chat.telex.runtime()
        if isinstance(last, DeletedConversation):
            await runtime.ledger.restore_conversation(last.id)
            await self._places.open(last.id)
            chat.notify(f"Brought back: {last.title}", markup=False)
            return
        await runtime.ledger.restore(last)
        if last.conversation_id == chat.conversation_id:
            await self._places.show_path()
        count = last.messages
        chat.notify(f"Brought back {count} message{'s' * (count != 1)}", markup=False)

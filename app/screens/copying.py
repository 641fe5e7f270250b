"""Copying from the conversation in view, and saying how far the copy got."""

from __future__ import annotations

from typing import TYPE_CHECKING

from app.clipboard import Reach, copy
from app.refusals import CannotDo
from providers.messages import Role

if TYPE_CHECKING:
    from app.screens.desk import Desk
    from app.screens.places import Places
    from storage.rows import MessageRow

_NAMES = {Role.USER: "You", Role.ASSISTANT: "Answer"}


class Copying:
    """Each method copies something, or raises ``CannotDo`` where there is nothing.

    Args:
        chat: the screen with the conversation.
        places: its messages.
    """

    def __init__(self, chat: Desk, places: Places) -> None:
        self._chat = chat
        self._places = places

    async def message(self, message: MessageRow) -> None:
        """Copy a message, as it was written."""
        await self._copy(message.content, "the message")

    async def code(self, message: MessageRow, number: int) -> None:
        """Copy one of a message's code blocks, the first being 1."""
        blocks = self._chat.transcript.code_blocks(str(message.id))
        if not blocks:
            raise CannotDo("There is no code in this message.")
        if not 1 <= number <= len(blocks):
            count = f"{len(blocks)} code block{'s' * (len(blocks) != 1)}"
            raise CannotDo(f"This message has {count}; there is no {number}.")
        await self._copy(blocks[number - 1].text, f"code block {number} of {len(blocks)}")

    async def conversation(self) -> None:
        """Copy the whole conversation, as Markdown."""
        path = await self._places.path()
        parts = [f"**{_NAMES.get(row.role, row.role)}:**\n\n{row.content}" for row in path]
        await self._copy("\n\n".join(parts), f"the conversation, {len(path)} messages,")

    async def newest(self) -> None:
        """Copy the newest answer."""
        path = await self._places.path()
        answers = [row for row in path if row.role is Role.ASSISTANT]
        await self._copy(answers[-1].content if answers else "", "the answer")

    async def selection(self) -> None:
        """Copy what is selected, and end the selection."""
        transcript = self._chat.transcript
        await self._copy(transcript.selected_text(), "the selection")
        transcript.end_selection()

    async def _copy(self, text: str, what: str) -> None:
        chat = self._chat
        if not text:
            raise CannotDo("There is nothing to copy here.")
        copied = await copy(text, chat.telex.environment, chat.app.copy_to_clipboard)
        chat.notify(
            f"Copied {what} {copied.words}",
            severity="warning" if copied.reach is Reach.HERE else "information",
            markup=False,
        )

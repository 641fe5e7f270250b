"""What would be sent from the chat screen, for looking ahead."""

from __future__ import annotations

import asyncio
import re
from contextlib import suppress
from typing import TYPE_CHECKING

from app.chat import Question
from app.context import read_context
from app.screens.places import system_prompt
from providers.errors import TelexError
from providers.messages import ChatRequest
from widgets.attachment_line import AttachmentLine
from widgets.slash_prefix import as_sent, is_command

if TYPE_CHECKING:
    from app.attachments import Attached
    from app.screens.desk import Desk
    from app.screens.places import Places
    from app.screens.writing import Writing
    from providers.messages import Attachment
    from storage.rows import MessageRow

_NAMED_ONE_BY_ONE = 3  # files; more do not fit on the line
_NAMED = re.compile(r'@(?:"[^"\n]+"|[^\s"]+)')


class Draft:
    """Builds requests that nobody gets.

    Args:
        chat: the screen whose composer holds the draft.
        places: what the conversation in view asks for.
        writing: whether the draft replaces a question.
    """

    def __init__(self, chat: Desk, places: Places, writing: Writing) -> None:
        self._chat = chat
        self._places = places
        self._writing = writing
        self._names: tuple[str, ...] = ()
        self._attached: Attached | None = None

    async def request(self) -> tuple[ChatRequest, bool]:
        """Return what would be sent now, and whether anything is written.

        Raises:
            TelexError: the conversation or its persona cannot be read.
        """
        chat = self._chat
        runtime = await chat.telex.runtime()
        typed = chat.composer.text
        text = as_sent(typed)
        question = Question(
            text,
            conversation_id=chat.conversation_id,
            system=await system_prompt(runtime, self._places.wishes.persona),
            attachments=await self._attachments(text),
            edit_of=self._writing.editing,
        )
        written = bool(text.strip()) and not is_command(typed)
        return await runtime.drafts.request(question), written

    async def request_of(self, question: MessageRow) -> ChatRequest:
        """Return what would be sent to have a question answered once more.

        Raises:
            TelexError: the conversation or its persona cannot be read.
        """
        runtime = await self._chat.telex.runtime()
        messages = await asyncio.to_thread(
            read_context, runtime.reader, question.conversation_id, until=question.id
        )
        return ChatRequest(
            messages, system=await system_prompt(runtime, self._places.wishes.persona)
        )

    async def _attachments(self, text: str) -> tuple[Attachment, ...]:
        """Return what the draft attaches, as far as it can be read; sending it complains.

        Files are read again only when others are named: this runs while the person types.
        """
        names = tuple(_NAMED.findall(text))
        if not names and self._attached is None:
            return ()
        from app.attachments import Attached, describe_left_out, read_attachments

        if names != self._names:
            attached = Attached()
            if names:
                folder = self._chat.telex.folder
                with suppress(TelexError):
                    attached = await asyncio.to_thread(read_attachments, text, folder=folder)
            # Only now: the next key may have ended this before.
            self._names, self._attached = names, attached
            self._chat.query_one(AttachmentLine).show(
                _described(attached), describe_left_out(attached.left_out)
            )
        return self._attached.attachments if self._attached else ()


def _described(attached: Attached) -> list[str]:
    """Return a description of each file, or of all of them where they are many."""
    from app.attachment_files import size_text
    from app.attachments import describe

    files = attached.attachments
    if len(files) <= _NAMED_ONE_BY_ONE:
        return [describe(each) for each in files]
    size = size_text(sum(len(each.data) for each in files))
    return [f"{len(files)} files · {size} · ~{attached.estimated_tokens:,} tok"]

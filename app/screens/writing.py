"""What is in the composer: a draft of each conversation, or a question that is being edited."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from app.screens.desk import NewPlace
from providers.errors import TelexError

if TYPE_CHECKING:
    from app.screens.desk import Desk, Place

_EDITING = "editing · enter asks it on a branch of its own · esc goes back"


@dataclass(slots=True)
class _Edit:
    """A question that is being edited.

    Args:
        message_id: the question.
        before: what was in the composer.
        text: how far it has come, while another conversation is in view.
    """

    message_id: int
    before: str
    text: str = ""


class Writing:
    """Keeps drafts apart, and loses none of them.

    Args:
        chat: the screen with the composer.
    """

    def __init__(self, chat: Desk) -> None:
        self._chat = chat
        self._edit: _Edit | None = None
        self._edits: dict[Place, _Edit] = {}
        self._arrived = False

    @property
    def editing(self) -> int | None:
        """The question that what is in the composer will replace, None when it is a new one."""
        return None if self._edit is None else self._edit.message_id

    @property
    def mode(self) -> str:
        """What sending does now, where it is not the usual."""
        return "" if self._edit is None else _EDITING

    # Between conversations

    def arrive(self, place: Place, draft: str) -> None:
        """A conversation came into view, with what was last written there.

        What was typed while telex started stays, behind the draft.
        """
        composer = self._chat.composer
        typed = "" if self._arrived else composer.text
        self._arrived = True
        self._edit = self._edits.pop(place, None)
        text = draft if self._edit is None else self._edit.text
        composer.set_text("\n".join(filter(None, (text, typed))))
        self._chat.show_mode()

    async def leave(self) -> None:
        """Another conversation is about to come into view."""
        await self.keep()
        if self._edit is not None:
            self._edit.text = self._chat.composer.text
            self._edits[self._chat.here] = self._edit
            self._edit = None

    async def keep(self) -> None:
        """Keep the draft with its conversation. Where that fails it says so."""
        chat = self._chat
        if not self._arrived:
            return  # what the conversation has is not known yet
        text = chat.composer.text if self._edit is None else self._edit.before
        await self._save(text)

    async def keep_all(self) -> None:
        """Keep what is in the composer before telex ends, a question being edited included."""
        if not self._arrived:
            # Telex ends before it has begun: what was typed waits for the next conversation.
            if typed := self._chat.composer.text:
                draft = self._chat.telex.state.draft
                self._chat.telex.remember(draft="\n".join(filter(None, (draft, typed))))
            return
        parts = [self._chat.composer.text]
        if self._edit is not None:
            parts.insert(0, self._edit.before)
        await self._save("\n\n".join(filter(None, parts)))

    async def _save(self, text: str) -> None:
        chat = self._chat
        conversation_id = chat.conversation_id
        if conversation_id is None:
            chat.telex.remember(draft=text or None)
            return
        runtime = await chat.telex.runtime()
        try:
            await runtime.ledger.save_draft(conversation_id, text)
        except TelexError as error:
            chat.telex.complain(error)

    # Sending

    async def sent(self, typed: str, edit_of: int | None) -> None:
        """What was typed is in the ledger and may leave the composer.

        Args:
            typed: what the composer held when it was sent; what was written since stays.
            edit_of: the question it replaces.
        """
        composer = self._chat.composer
        rest = _without(typed, composer.text)
        if self._edit is not None and self._edit.message_id == edit_of:
            rest = "\n".join(filter(None, (self._edit.before, rest)))
            self._edit = None
            self._chat.show_mode()
        if rest != composer.text:
            composer.set_text(rest)
        await self.keep()

    # Editing

    def edit(self, message_id: int, text: str) -> None:
        """Put a question into the composer, to be asked anew on a branch of its own."""
        composer = self._chat.composer
        before = composer.text if self._edit is None else self._edit.before
        self._edit = _Edit(message_id, before)
        composer.set_prompt(text)
        composer.focus()
        self._chat.show_mode()

    def stop_editing(self) -> bool:
        """Go back to what was typed before; return whether a question was being edited."""
        if self._edit is None:
            return False
        before, self._edit = self._edit.before, None
        self._chat.composer.set_text(before)
        self._chat.show_mode()
        return True

    def keep_editing_only(self, path: frozenset[int]) -> None:
        """The path changed: a question that is no longer on it cannot be replaced.

        What was written stays, as an ordinary draft behind what was there before.
        """
        edit = self._edit
        if edit is None or edit.message_id in path or isinstance(self._chat.here, NewPlace):
            return
        self._edit = None
        parts = (edit.before, self._chat.composer.text)
        self._chat.composer.set_text("\n\n".join(filter(None, parts)))
        self._chat.show_mode()


def _without(sent: str, text: str) -> str:
    """Return ``text`` without what was sent, which stands at its beginning or at its end."""
    if text.startswith(sent):
        return text[len(sent) :].lstrip("\n")
    if text.endswith(sent):
        return text[: -len(sent)].rstrip("\n")
    return text

"""What a typed command is carried out with."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from app.screens.chat_actions import ChatActions
    from app.screens.crew import Crew
    from app.screens.message_actions import MessageActions


@dataclass(frozen=True, slots=True)
class Hands:
    """What commands are carried out with.

    Args:
        crew: those who do the chat's work.
        actions: what concerns the conversation as a whole.
        messages: what concerns one message.
    """

    crew: Crew
    actions: ChatActions
    messages: MessageActions

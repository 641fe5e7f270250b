"""What the chat tells the app of an answer that is over."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from textual.message import Message

if TYPE_CHECKING:
    from app.live_answer import LiveAnswer


@dataclass
class AnswerSettled(Message):
    """An answer is over, in the ledger, and shown where its conversation is in view.

    Args:
        live: the answer.
        failed: nobody gave one.
        stopped: the person stopped it.
    """

    live: LiveAnswer
    failed: bool
    stopped: bool

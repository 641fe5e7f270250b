"""The worker between the chat service and the screen: it posts, and touches no widget."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import aclosing
from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

from textual.message import Message

from app.chat import ChatEvent, ChatService, Question
from app.settling import cancelled_once
from providers.errors import TelexError

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator


@dataclass
class AnswerEvent(Message):
    """Something happened on the way to an answer."""

    event: ChatEvent


@dataclass
class AnswerEnded(Message):
    """The exchange is over and settled.

    Args:
        error: why there is no answer, None otherwise.
        stopped: the person stopped it.
    """

    error: TelexError | None = None
    stopped: bool = False


async def relay(chat: ChatService, question: Question, post: Callable[[Message], bool]) -> None:
    """Ask ``question`` and post everything that happens, ``AnswerEnded`` last.

    Cancelling it stops the answer; it then ends once all is in the ledger.
    """
    await cancelled_once(_relay(chat, question, post))


async def _relay(chat: ChatService, question: Question, post: Callable[[Message], bool]) -> None:
    ended = AnswerEnded()
    try:
        events = cast("AsyncGenerator[ChatEvent]", chat.send(question))
        async with aclosing(events):
            async for event in events:
                post(AnswerEvent(event))
    except TelexError as error:
        ended = AnswerEnded(error=error)
    except asyncio.CancelledError:
        ended = AnswerEnded(stopped=True)
        raise
    finally:
        post(ended)

"""The worker between the chat service and the screen: it posts, and touches no widget."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import aclosing
from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

from textual.message import Message

from app.chat import ChatEvent, ChatService
from app.live_answer import LiveAnswer
from app.settling import cancelled_once
from providers.errors import TelexError

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator


@dataclass
class AnswerEvent(Message):
    """Something happened on the way to an answer."""

    live: LiveAnswer
    event: ChatEvent


@dataclass
class AnswerEnded(Message):
    """The exchange is over and settled.

    Args:
        live: the answer.
        error: why there is no answer, None otherwise.
        stopped: the person stopped it.
    """

    live: LiveAnswer
    error: TelexError | None = None
    stopped: bool = False


async def relay(chat: ChatService, live: LiveAnswer, post: Callable[[Message], bool]) -> None:
    """Ask ``live``'s question and post everything that happens, ``AnswerEnded`` last.

    Cancelling it stops the answer; it then ends once all is in the ledger.
    """
    await cancelled_once(_relay(chat, live, post))


async def _relay(chat: ChatService, live: LiveAnswer, post: Callable[[Message], bool]) -> None:
    ended = AnswerEnded(live)
    try:
        events = cast("AsyncGenerator[ChatEvent]", chat.send(live.question))
        async with aclosing(events):
            async for event in events:
                post(AnswerEvent(live, event))
    except TelexError as error:
        ended = AnswerEnded(live, error=error)
    except asyncio.CancelledError:
        ended = AnswerEnded(live, stopped=True)
        raise
    finally:
        post(ended)

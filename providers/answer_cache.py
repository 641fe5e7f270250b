"""Answers that were given before, found by everything that was asked."""

from __future__ import annotations

import json
import threading
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from decimal import Decimal
from hashlib import sha256
from time import time
from typing import Protocol

from providers.caching import Caching
from providers.config import ProviderConfig
from providers.events import StreamFinished
from providers.messages import Attachment, ChatRequest, Message
from providers.usage import Usage

_VERSION = 1
"""Part of every key: what was kept by another way of making keys is never found again."""


@dataclass(frozen=True, slots=True)
class CachedAnswer:
    """A whole answer, and what it took to get it.

    Args:
        provider, model: who gave it.
        text, reasoning: what was said.
        finish: how it ended.
        usage: what was counted then.
        cost: US dollars it cost then, None where the price is unknown.
        latency: seconds it took then.
        exchange_id: the ledger's id of the exchange it belongs to, None outside the ledger.
        age: seconds since.
    """

    provider: str
    model: str
    text: str
    reasoning: str
    finish: StreamFinished
    usage: Usage
    cost: Decimal | None
    latency: float
    exchange_id: int | None = None
    age: float = 0.0


class AnswerCache(Protocol):
    """Keeps answers. Where they are kept decides how long: in memory, or in the ledger."""

    def get(self, key: str, caching: Caching) -> Awaitable[CachedAnswer | None]:
        """Return the answer kept under ``key``, None when there is none or it is too old."""

    def put(self, key: str, answer: CachedAnswer, caching: Caching) -> Awaitable[None]:
        """Keep an answer, in place of an earlier one.

        Args:
            key: from ``cache_key``.
            answer: what to keep.
            caching: how much may be kept.
        """


class MemoryCache:
    """Keeps answers as long as the program runs. The oldest use goes first. Safe across threads.

    Args:
        clock: seconds since any fixed moment.
    """

    def __init__(self, clock: Callable[[], float] = time) -> None:
        self._clock = clock
        self._answers: OrderedDict[str, tuple[float, CachedAnswer]] = OrderedDict()
        self._lock = threading.Lock()

    async def get(self, key: str, caching: Caching) -> CachedAnswer | None:
        """Return the answer kept under ``key``; see ``AnswerCache.get``."""
        with self._lock:
            kept = self._answers.get(key)
            if kept is None:
                return None
            since, answer = kept
            age = self._clock() - since
            if not 0 <= age < caching.ttl:
                del self._answers[key]
                return None
            self._answers.move_to_end(key)
            return replace(answer, age=age)

    async def put(self, key: str, answer: CachedAnswer, caching: Caching) -> None:
        """Keep an answer; see ``AnswerCache.put``."""
        with self._lock:
            self._answers[key] = (self._clock(), answer)
            self._answers.move_to_end(key)
            while len(self._answers) > caching.max_entries:
                self._answers.popitem(last=False)


def cache_key(request: ChatRequest, config: ProviderConfig) -> str:
    """Return a name for everything that decides about the answer of one model.

    Only white space around a message and the kind of line ends make no difference. Who is asked
    counts as configured: the same model name at another address is another model.

    Args:
        request: what is asked.
        config: who would answer, with the candidate's model.
    """
    asked = config.max_tokens if request.max_tokens is None else request.max_tokens
    whom = {
        "version": _VERSION,
        "provider": config.name,
        "kind": config.kind.value,
        "base_url": config.base_url,
        "model": config.model,
    }
    sent = replace(request, temperature=temperature_of(request, config), max_tokens=asked)
    return sha256(json.dumps(whom, sort_keys=True).encode() + fingerprint(sent)).hexdigest()


def fingerprint(request: ChatRequest) -> bytes:
    """Return what is asked, in a form that is the same for the same question."""
    said = {
        "system": _normal(request.system or ""),
        "messages": [_message(message) for message in request.messages],
        "temperature": request.temperature,
        "max_tokens": request.max_tokens,
        "tools": [[tool.name, tool.description, str(tool.parameters)] for tool in request.tools],
        "tool_choice": request.tool_choice,
    }
    # Lone surrogates, which a person can type, have no UTF-8: JSON's escapes have them.
    return json.dumps(said, sort_keys=True).encode()


def temperature_of(request: ChatRequest, config: ProviderConfig) -> float | None:
    """Return the temperature that would be sent, None where none is."""
    return config.temperature if request.temperature is None else request.temperature


def _message(message: Message) -> list[object]:
    attached = [_attachment(attachment) for attachment in message.attachments]
    called = [[call.id, call.name, call.arguments] for call in message.tool_calls]
    return [message.role.value, _normal(message.content), attached, called, message.tool_call_id]


def _attachment(attachment: Attachment) -> list[str]:
    digest = sha256(attachment.data).hexdigest()
    return [attachment.kind.value, attachment.media_type, attachment.name, digest]


def _normal(text: str) -> str:
    return text.replace("\r\n", "\n").strip()

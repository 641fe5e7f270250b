"""One provider of the server: what it will say, and what it was asked."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from providers.usage import Usage
from tests.fakeserver import asked
from tests.fakeserver.replies import Reply, ok

_MODELS = {
    "openai": ["gpt-6.1-terra", "gpt-6.1-mini"],
    "anthropic": ["claude-sonnet-5-5"],
    "google": ["gemini-3.8-flash"],
    "groq": ["openai/gpt-oss-120b"],
}


@dataclass
class RecordedRequest:
    """One request as it arrived. Header names are in lower case.

    ``billed`` is the usage that its answer tells, None for one that never gets to telling it.
    """

    endpoint: str
    method: str
    path: str
    query: str
    headers: dict[str, str]
    body: dict[str, Any]
    raw_body: bytes
    billed: Usage | None = None
    _disconnected: threading.Event = field(default_factory=threading.Event, repr=False)

    @property
    def is_chat(self) -> bool:
        """Whether this asks for an answer, and not for the list of models."""
        return self.method == "POST"

    @property
    def streamed(self) -> bool:
        """Whether the answer is wanted piece by piece."""
        return bool(self.body.get("stream")) or ":streamGenerateContent" in self.path

    @property
    def model(self) -> str:
        """The model that was asked."""
        if ":streamGenerateContent" in self.path or ":generateContent" in self.path:
            return self.path.rsplit("/models/", 1)[-1].rsplit(":", 1)[0]
        return str(self.body.get("model", ""))

    @property
    def tools(self) -> dict[str, dict[str, Any]]:
        """The tools on offer: name and JSON schema."""
        return asked.tools(self.body)

    @property
    def tool_choice(self) -> str | None:
        """Which tool must be called, as the API has it: a word of its own or a name."""
        return asked.tool_choice(self.body)

    @property
    def calls(self) -> list[tuple[str, str, Any]]:
        """The calls in the conversation: id, name, arguments as an object or as sent."""
        return asked.calls(self.body)

    @property
    def results(self) -> list[tuple[str, str]]:
        """The tool results in the conversation: id of the call, text."""
        return asked.results(self.body)

    @property
    def media(self) -> list[tuple[str, bytes]]:
        """The images and sounds in the conversation: type as sent, bytes."""
        return asked.media(self.body)

    @property
    def disconnected(self) -> bool:
        """Whether the client hung up before the reply was whole."""
        return self._disconnected.is_set()

    def wait_disconnected(self, timeout: float = 2.0) -> bool:
        """Block until the client hangs up; False when it does not within ``timeout`` seconds."""
        return self._disconnected.wait(timeout)


Behaviour = Reply | Callable[[RecordedRequest], Reply]
"""What to do with a request."""


class Endpoint:
    """One provider of the server: its queue of replies and its log of requests."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.models = list(_MODELS.get(name, ["custom-model"]))
        self.listing: Behaviour | None = None
        self.requests: list[RecordedRequest] = []
        self._queues: dict[str | None, deque[Behaviour]] = {}
        self._defaults: dict[str | None, Behaviour] = {None: ok("Hello!")}
        self._changed = threading.Condition()

    def reply(self, *behaviours: Behaviour, model: str | None = None) -> None:
        """Queue behaviours, for requests of ``model`` only or of any model."""
        with self._changed:
            self._queues.setdefault(model, deque()).extend(behaviours)

    def default(self, behaviour: Behaviour, *, model: str | None = None) -> None:
        """Set what happens when nothing is queued."""
        with self._changed:
            self._defaults[model] = behaviour

    @property
    def chats(self) -> list[RecordedRequest]:
        """The chat requests so far."""
        return [request for request in self.requests if request.is_chat]

    def wait_for(self, count: int = 1, timeout: float = 5.0) -> list[RecordedRequest]:
        """Block until ``count`` chat requests have come, and return them.

        Raises:
            TimeoutError: fewer came within ``timeout`` seconds.
        """
        with self._changed:
            if not self._changed.wait_for(lambda: len(self.chats) >= count, timeout):
                raise TimeoutError(f"{self.name}: {len(self.chats)} of {count} requests came")
        return self.chats

    def take(self, request: RecordedRequest) -> Reply:
        """Log ``request`` and return the reply for it."""
        with self._changed:
            self.requests.append(request)
            self._changed.notify_all()
            behaviour = self._next(request)
        return behaviour if isinstance(behaviour, Reply) else behaviour(request)

    def _next(self, request: RecordedRequest) -> Behaviour:
        if not request.is_chat:
            return self.listing or Reply()
        for model in (request.model, None):
            if self._queues.get(model):
                return self._queues[model].popleft()
        return self._defaults.get(request.model, self._defaults[None])

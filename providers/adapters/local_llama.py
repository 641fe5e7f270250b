"""The built-in model: llama.cpp in this process, through xllamacpp."""

from __future__ import annotations

import asyncio
import json
import threading
from collections.abc import AsyncGenerator, Callable, Iterator, Sequence
from contextlib import aclosing, contextmanager
from pathlib import Path
from typing import Any

from providers.adapters.adapter import MALFORMED
from providers.adapters.chat_chunks import ChatChunks
from providers.adapters.conversation import check_request, with_system_first
from providers.adapters.llama_server import load_server
from providers.adapters.steps import Steps, gathered
from providers.adapters.translate import from_response
from providers.adapters.watch import Watch, dress
from providers.base import ModelInfo
from providers.config import LocalConfig, Timeouts
from providers.errors import ProviderError, Unavailable
from providers.events import ProviderEvent
from providers.local_model import locate_model
from providers.messages import AttachmentKind, ChatRequest

DEFAULT_MAX_TOKENS = 512
"""A model this small can ramble to the end of its context; that would take half a minute."""
AGAINST_REPETITION = {
    "repeat_penalty": 1.05,
    "dry_multiplier": 0.8,
    "dry_allowed_length": 4,
    "dry_penalty_last_n": 4096,
}
"""Without it a model this small says a sentence for ever. DRY ("don't repeat yourself") punishes
only sequences; 0.8 is the usual recommendation (examples/main/README.md of llama.cpp, October
2024). The other numbers were chosen by trying a few prompts."""
DEFAULT_TEMPERATURE = 0.2
"""The model card's recommendation."""

_CANCEL_POLL_SECONDS = 0.05


class LocalAdapter:
    """The local model; satisfies ``Provider``. One generation at a time, others wait their turn.

    Args:
        config: which file and how large a context.
        timeouts: patience, phase by phase; loading and waiting count as first token.
        models_dir: where fetched models lie; see ``providers.local_model.find_model``.
    """

    def __init__(
        self, config: LocalConfig, timeouts: Timeouts, *, models_dir: Path | None = None
    ) -> None:
        self._config = config
        self._timeouts = timeouts
        self._models_dir = models_dir
        self._server: Any = None
        self._turn = threading.Lock()

    @property
    def name(self) -> str:
        """The configured name."""
        return self._config.name

    @property
    def model(self) -> str:
        """The configured model."""
        return self._config.model

    @property
    def accepts(self) -> frozenset[AttachmentKind]:
        """The kinds of attachments that can be sent along: none."""
        return frozenset()

    @property
    def key(self) -> str | None:
        """None: nothing to redact."""
        return None

    def foreign(self) -> tuple[type[Exception], ...]:
        """Return what xllamacpp, an unreadable file and a broken chunk raise."""
        return (OSError, RuntimeError, *MALFORMED)

    def translate(self, error: Exception) -> ProviderError:
        """Return the typed error for one of ``foreign``."""
        return Unavailable(f"the local model failed: {error}")

    async def respond(self, request: ChatRequest) -> AsyncGenerator[ProviderEvent, None]:
        """Yield the answer's events; see ``Provider.respond``."""
        try:
            check_request(request, self._config, {self.model: self._config})
        except ProviderError as error:
            dress(error, self, request.model)
            raise
        steps = self._steps(request) if request.streamed else gathered(self._steps(request))
        watch = Watch(self, self._timeouts, request)
        async with aclosing(watch.over(steps)) as events:
            async for event in events:
                yield event

    async def list_models(self) -> Sequence[ModelInfo]:
        """Return the one model, if its file is here."""
        try:
            await asyncio.to_thread(locate_model, self._config.model_path, self._models_dir)
        except ProviderError as error:
            dress(error, self)
            raise
        return [ModelInfo(self.model)]

    def warm_up(self) -> None:
        """Load the model: about a second.

        Raises:
            LocalModelUnavailable: it cannot be loaded.
        """
        with self._turn:
            self._load()

    async def aclose(self) -> None:
        """Do nothing: there are no connections, and the model stays loaded for the next call."""

    def unload(self) -> None:
        """Give the memory of the model back; the next call loads it again."""
        with self._turn:
            self._server = None

    def _load(self) -> Any:
        if self._server is None:
            self._server = load_server(self._config, self._models_dir)
        return self._server

    async def _steps(self, request: ChatRequest) -> Steps:
        loop = asyncio.get_running_loop()
        queue: asyncio.Queue[str | None] = asyncio.Queue()
        cancelled = threading.Event()

        def hand_over(chunk: str | None) -> bool:
            """Pass a chunk on to the loop; True tells llama.cpp to stop."""
            if not cancelled.is_set():
                loop.call_soon_threadsafe(queue.put_nowait, chunk)
            return cancelled.is_set()

        body = json.dumps(self._body(request))
        thread = asyncio.create_task(
            asyncio.to_thread(self._generate, body, hand_over, cancelled), name="local model"
        )
        chunks = ChatChunks()
        try:
            while (chunk := await queue.get()) is not None:
                parsed = json.loads(chunk)
                if "error" in parsed:
                    raise from_response(None, parsed, {})
                for step in chunks.read(parsed):
                    yield step
            await thread
            if end := chunks.end():
                yield end
        finally:
            cancelled.set()
            thread.cancel()

    def _generate(
        self, body: str, hand_over: Callable[[str | None], bool], cancelled: threading.Event
    ) -> None:
        try:
            with self._my_turn(cancelled) as mine:
                if mine:
                    self._load().handle_chat_completions(body, hand_over)
        finally:
            hand_over(None)

    @contextmanager
    def _my_turn(self, cancelled: threading.Event) -> Iterator[bool]:
        """Wait for the generation before this one; False when cancelled meanwhile."""
        mine = False
        while not mine and not cancelled.is_set():
            mine = self._turn.acquire(timeout=_CANCEL_POLL_SECONDS)
        try:
            yield mine
        finally:
            if mine:
                self._turn.release()

    def _body(self, request: ChatRequest) -> dict[str, Any]:
        temperature = request.temperature
        if temperature is None:
            temperature = self._config.temperature
        return {
            "messages": [
                {"role": message.role.value, "content": message.content}
                for message in with_system_first(request)
            ],
            "temperature": DEFAULT_TEMPERATURE if temperature is None else temperature,
            "max_tokens": request.max_tokens or self._config.max_tokens or DEFAULT_MAX_TOKENS,
            **AGAINST_REPETITION,
            "stream": True,
            "stream_options": {"include_usage": True},
        }

"""What the adapters over HTTP share: a client per loop, the watch, the listing."""

from __future__ import annotations

import asyncio
from abc import ABC, abstractmethod
from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing
from typing import Generic, TypeVar
from urllib.parse import urlsplit

from providers.adapters.conversation import check_request
from providers.adapters.loops import PerLoop
from providers.adapters.steps import Steps
from providers.adapters.watch import Watch, dress
from providers.base import ModelInfo
from providers.capabilities import capabilities_of
from providers.config import ProviderConfig, Timeouts
from providers.errors import AuthFailed, BadRequest, ProviderError, TimedOut
from providers.events import ProviderEvent
from providers.messages import AttachmentKind, ChatRequest

Client = TypeVar("Client")

MALFORMED = (ValueError, TypeError, AttributeError, LookupError, RecursionError)
"""What reading a response raises that is not what its API promises: nobody validates it first, so
a wrong shape only shows when it is read."""


class HttpAdapter(ABC, Generic[Client]):
    """One model behind one API, through its official SDK. Satisfies ``Provider``.

    Args:
        config: with ``api_key`` already resolved.
        timeouts: patience, phase by phase.
    """

    def __init__(self, config: ProviderConfig, timeouts: Timeouts) -> None:
        self._config = config
        self._models = {variant.model: variant for variant in config.variants()}
        self._timeouts = timeouts
        self._clients: PerLoop[Client] = PerLoop(self._open)
        self._warm = False

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
        """The kinds of attachments that the configured model can be sent."""
        taken = capabilities_of(self._models[self.model])
        return frozenset(kind for kind in AttachmentKind if kind.value in taken)

    @property
    def key(self) -> str | None:
        """The API key, for redaction."""
        return self._config.api_key

    async def respond(self, request: ChatRequest) -> AsyncGenerator[ProviderEvent, None]:
        """Yield the answer's events; see ``Provider.respond``."""
        try:
            check_request(request, self._config, self._models)
            client = await self._ready()
        except ProviderError as error:
            dress(error, self, request.model)
            raise
        watch = Watch(self, self._timeouts, request)
        async with aclosing(watch.over(self._steps(client, request))) as events:
            async for event in events:
                yield event

    async def list_models(self) -> Sequence[ModelInfo]:
        """Return the models on offer; see ``Provider.list_models``."""
        try:
            client = await self._ready()
            async with asyncio.timeout(self._timeouts.first_token):
                return [ModelInfo(name) for name in await self._list(client)]
        except TimeoutError:
            error: ProviderError = TimedOut(
                f"no list of models within {self._timeouts.first_token:g} s", phase="first_token"
            )
        except ProviderError as told:
            error = told
        except self.foreign() as raised:
            error = self.translate(raised)
        dress(error, self)
        raise error

    def warm_up(self) -> None:
        """Import the SDK: up to two seconds."""
        self._import()
        self._warm = True

    async def aclose(self) -> None:
        """Close the connections of the running event loop."""
        client = self._clients.take()
        if client is not None:
            await self._close(client)

    async def _ready(self) -> Client:
        self._check_key()
        self._check_address()
        if not self._warm:
            await asyncio.to_thread(self.warm_up)
        return self._clients.get()

    def _check_key(self) -> None:
        key = self._config.api_key
        if not key and self._config.needs_key:
            problem = f"no API key; set one with: telex keys set {self.name}"
        elif key and not (key.isascii() and key.isprintable() and " " not in key):
            # Such a key cannot travel in a header; the HTTP library's own error would quote it.
            problem = f"no key has such characters; set it again with: telex keys set {self.name}"
        else:
            return
        raise AuthFailed(problem)

    def _check_address(self) -> None:
        try:
            url = urlsplit(self._config.base_url or "https://default")
            broken = url.hostname is None or url.port == 0
        except ValueError:  # a port out of range, or brackets left open
            broken = True
        if broken:
            raise BadRequest(f"the base_url {self._config.base_url!r} is no usable address")

    def _model(self, request: ChatRequest) -> str:
        return request.model or self.model

    def _temperature(self, request: ChatRequest) -> float | None:
        if request.temperature is not None:
            return request.temperature
        return self._config.temperature

    def _max_tokens(self, request: ChatRequest) -> int | None:
        return self._config.max_tokens if request.max_tokens is None else request.max_tokens

    @abstractmethod
    def foreign(self) -> tuple[type[Exception], ...]:
        """Return the exception types of the SDK and its HTTP library."""

    @abstractmethod
    def translate(self, error: Exception) -> ProviderError:
        """Return the typed error for one of ``foreign``."""

    @abstractmethod
    def _import(self) -> None: ...

    @abstractmethod
    def _open(self) -> Client: ...

    @abstractmethod
    async def _close(self, client: Client) -> None: ...

    @abstractmethod
    def _steps(self, client: Client, request: ChatRequest) -> Steps: ...

    @abstractmethod
    async def _list(self, client: Client) -> Sequence[str]: ...

"""A server, and adapters that are closed when the test is over."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from typing import Any

import pytest

from providers.adapters import build_adapter
from providers.base import Provider
from providers.config import Timeouts
from providers.errors import ProviderError
from tests.fakeserver import FakeServer, Reply
from tests.wire.apis import APIS, Api, question, read

Connect = Callable[..., Provider]
Fail = Callable[..., Awaitable[ProviderError]]


@pytest.fixture
def server() -> Iterator[FakeServer]:
    with FakeServer() as running:
        yield running


@pytest.fixture(params=APIS, ids=lambda api: api.id)
def api(request: pytest.FixtureRequest) -> Api:
    chosen: Api = request.param
    return chosen


@pytest.fixture(params=[True, False], ids=["streamed", "plain"])
def streamed(request: pytest.FixtureRequest) -> bool:
    """Whether the answer is asked for piece by piece or at once."""
    return bool(request.param)


@pytest.fixture
async def connect(server: FakeServer) -> AsyncIterator[Connect]:
    """Build an adapter that talks to the server, or to ``base_url``."""
    made: list[Provider] = []

    def build(api: Api, *, timeouts: Timeouts | None = None, **options: Any) -> Provider:
        base_url = options.pop("base_url", None) or server.base_url(api.endpoint)
        adapter = build_adapter(api.config(base_url, **options), timeouts or Timeouts())
        made.append(adapter)
        return adapter

    yield build
    for adapter in made:
        await adapter.aclose()


@pytest.fixture
def fail(server: FakeServer, connect: Connect) -> Fail:
    """Ask for an answer that fails."""

    async def ask(
        api: Api, reply: Reply, *, timeouts: Timeouts | None = None, streamed: bool = True
    ) -> ProviderError:
        server.endpoint(api.endpoint).reply(reply)
        adapter = connect(api, timeouts=timeouts)
        with pytest.raises(ProviderError) as caught:
            await read(adapter.respond(question(streamed=streamed)))
        assert (caught.value.provider, caught.value.model) == (adapter.name, "some-model")
        assert caught.value.message
        return caught.value

    return ask

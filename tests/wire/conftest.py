"""A server, and adapters that are closed when the test is over."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterator
from typing import Any

import pytest

from providers.adapters import build_adapter
from providers.base import Provider
from providers.config import Timeouts
from tests.fakeserver import FakeServer
from tests.wire.apis import APIS, Api

Connect = Callable[..., Provider]


@pytest.fixture
def server() -> Iterator[FakeServer]:
    with FakeServer() as running:
        yield running


@pytest.fixture(params=APIS, ids=lambda api: api.id)
def api(request: pytest.FixtureRequest) -> Api:
    chosen: Api = request.param
    return chosen


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

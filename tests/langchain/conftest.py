"""Chat models over factories whose providers live on the project's own loopback server."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterator
from typing import Any

import pytest

from providers import ProviderFactory
from providers.langchain import ChatTelex
from tests.fakeserver import FakeServer
from tests.wire.test_tools_routed import build

Connect = Callable[..., ChatTelex]


@pytest.fixture
def server() -> Iterator[FakeServer]:
    with FakeServer() as running:
        yield running


@pytest.fixture
async def connect(server: FakeServer) -> AsyncIterator[Connect]:
    """Build a model whose providers are asked in the order they are named."""
    made: list[ProviderFactory] = []

    def model(*names: str, fields: dict[str, Any] | None = None, **settings: Any) -> ChatTelex:
        factory = build(server, *names, **settings)
        made.append(factory)
        return ChatTelex(factory=factory, **(fields or {}))

    yield model
    for factory in made:
        await factory.aclose()
        factory.close()

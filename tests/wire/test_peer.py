"""The adapters against a server that was not written for them: llama.cpp's own."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Iterator
from contextlib import aclosing
from typing import Any, cast

import pytest

from providers.adapters import build_adapter
from providers.config import Timeouts
from providers.errors import AuthFailed, ContextTooLong
from providers.events import FinishKind, ProviderEvent
from providers.local_model import find_model
from tests.wire.apis import ANTHROPIC, CHAT, CUSTOM, GROQ, KEY, RESPONSES, Api, question, read

_PATHS = {"responses": "/v1", "chat": "/v1", "custom": "/v1", "anthropic": "", "groq": ""}


def serve(**options: Any) -> Any:
    import xllamacpp

    parameters = xllamacpp.CommonParams()
    parameters.model.path = str(find_model())
    parameters.n_ctx = 512
    parameters.n_parallel = 1
    parameters.cpuparams.n_threads = 1
    parameters.verbosity = -1
    parameters.ui = False
    parameters.cache_ram_mib = 16
    parameters.port = 0
    parameters.api_keys = [KEY]
    for name, value in options.items():
        setattr(parameters, name, value)
    return xllamacpp.Server(parameters)


@pytest.fixture(scope="module")
def llama() -> Iterator[str]:
    server = serve()
    yield server.listening_address
    del server  # not sooner: it stops with its last reference


@pytest.fixture(scope="module")
def llama_as_groq() -> Iterator[str]:
    server = serve(api_prefix="/openai")
    yield server.listening_address
    del server


@pytest.fixture(params=[RESPONSES, CHAT, CUSTOM, ANTHROPIC, GROQ], ids=lambda api: api.id)
def api(request: pytest.FixtureRequest) -> Api:
    chosen: Api = request.param
    return chosen


@pytest.fixture
def base_url(api: Api, request: pytest.FixtureRequest) -> str:
    address = request.getfixturevalue("llama_as_groq" if api is GROQ else "llama")
    return f"{address}{_PATHS[api.id]}"


async def test_a_real_answer(api: Api, base_url: str, streamed: bool) -> None:
    adapter = build_adapter(api.config(base_url, max_tokens=12, temperature=0.0), Timeouts())
    asked = question("Count to one hundred.", system="Be brief.", streamed=streamed)
    answer = await read(adapter.respond(asked))
    await adapter.aclose()
    assert answer.text.strip()
    assert answer.end.kind in {FinishKind.LENGTH, FinishKind.STOP}
    # llama.cpp tells a stream's usage only when asked, which Groq does not allow.
    if api is not GROQ or not streamed:
        assert answer.end.usage is not None
        assert 0 < answer.end.usage.output_tokens <= 12
        assert answer.end.usage.input_tokens > 10


async def test_a_wrong_key(api: Api, base_url: str, streamed: bool) -> None:
    adapter = build_adapter(api.config(base_url, api_key="sk-wrong"), Timeouts())
    with pytest.raises(AuthFailed):
        await read(adapter.respond(question(streamed=streamed)))
    await adapter.aclose()


async def test_too_long_a_conversation(api: Api, base_url: str, streamed: bool) -> None:
    adapter = build_adapter(api.config(base_url), Timeouts())
    with pytest.raises(ContextTooLong):
        await read(adapter.respond(question("hello " * 2_000, streamed=streamed)))
    await adapter.aclose()


async def test_hanging_up_frees_the_server(api: Api, base_url: str) -> None:
    adapter = build_adapter(api.config(base_url, max_tokens=400), Timeouts())
    stream = cast(
        "AsyncGenerator[ProviderEvent, None]", adapter.respond(question("Tell a very long story."))
    )
    async with aclosing(stream) as events:
        await anext(events)
    async with asyncio.timeout(2.5):
        await read(adapter.respond(question("Hi", max_tokens=1)))
    await adapter.aclose()


async def test_its_models(api: Api, base_url: str) -> None:
    adapter = build_adapter(api.config(base_url), Timeouts())
    assert len(await adapter.list_models()) == 1
    await adapter.aclose()

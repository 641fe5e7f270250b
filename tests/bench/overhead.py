"""What the router adds to a request, beside the bare OpenAI SDK on a loopback server.

The server runs in another process, so that its share of the interpreter counts for nobody.
"""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from openai import AsyncOpenAI

from providers import LLM, MultiLLMConfig, OpenAIConfig, ProviderFactory
from providers.config import OpenAIApi
from tests.bench.table import Row

_MODEL = "gpt-5-mini"
_ANSWER = "word " * 40
_REQUESTS = 64  # in one round
_ROUNDS = 3
_MOST = 1.15

_PLAIN = {
    "id": "chatcmpl-1",
    "object": "chat.completion",
    "created": 1,
    "model": _MODEL,
    "choices": [
        {
            "index": 0,
            "message": {"role": "assistant", "content": _ANSWER},
            "finish_reason": "stop",
        }
    ],
    "usage": {"prompt_tokens": 5, "completion_tokens": 40, "total_tokens": 45},
}
_SCRIPT = {
    "openai": {"default": {"text": _ANSWER}},
    # The server streams whatever it says in its own words, so the plain answer is given to it.
    "plain": {
        "default": {"body": json.dumps(_PLAIN), "headers": {"content-type": "application/json"}}
    },
}

Call = Callable[[], Awaitable[int]]
"""One request; returns the number of characters answered."""


@dataclass(frozen=True, slots=True)
class _Cost:
    """Milliseconds per request."""

    wall: float
    cpu: float


def rows() -> list[Row]:
    """Measure telex and the SDK in turns, in this process."""
    with _server() as server:
        return asyncio.run(_measure(server))


async def _measure(server: str) -> list[Row]:
    base_url = f"{server}/openai/v1"
    config = OpenAIConfig(api_key="k", base_url=base_url, model=_MODEL, api=OpenAIApi.CHAT)
    factory = ProviderFactory(MultiLLMConfig(openai=config))
    llm = factory.get_provider("openai")
    sdk = AsyncOpenAI(api_key="k", base_url=base_url, max_retries=0)
    plain = AsyncOpenAI(api_key="k", base_url=f"{server}/plain/v1", max_retries=0)
    pairs: list[tuple[str, Call, Call, str]] = [
        ("invoke", lambda: _invoke(llm), lambda: _sdk_invoke(plain), "the SDK, not streaming"),
        ("invoke", lambda: _invoke(llm), lambda: _sdk_stream(sdk), "the SDK, streaming"),
        ("stream", lambda: _stream(llm), lambda: _sdk_stream(sdk), "the SDK, streaming"),
    ]
    found: list[Row] = []
    for name, ours, theirs, against in pairs:
        for at_once in (1, 32):
            mine, other = await _in_turns(ours, theirs, at_once)
            what = f"{name}, {at_once} at once"
            found += [
                Row(f"{what}: ms a request", mine.wall, other.wall, against, most=_MOST),
                Row(f"{what}: CPU ms a request", mine.cpu, other.cpu, against, most=_MOST),
            ]
    await factory.aclose()
    await sdk.close()
    await plain.close()
    return found


async def _in_turns(ours: Call, theirs: Call, at_once: int) -> tuple[_Cost, _Cost]:
    mine: list[_Cost] = []
    other: list[_Cost] = []
    for number in range(_ROUNDS + 1):
        a, b = await _round(ours, at_once), await _round(theirs, at_once)
        if number:  # the first one opens connections
            mine.append(a)
            other.append(b)
    return _middle(mine), _middle(other)


async def _round(call: Call, at_once: int) -> _Cost:
    async def some() -> None:
        for _ in range(_REQUESTS // at_once):
            assert await call() == len(_ANSWER)  # none would be fast

    wall, cpu = time.perf_counter(), time.process_time()
    await asyncio.gather(*(some() for _ in range(at_once)))
    wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
    return _Cost(1000 * wall / _REQUESTS, 1000 * cpu / _REQUESTS)


def _middle(costs: list[_Cost]) -> _Cost:
    return _Cost(median(cost.wall for cost in costs), median(cost.cpu for cost in costs))


async def _invoke(llm: LLM) -> int:
    return len((await llm.ainvoke("Hello?")).content)


async def _stream(llm: LLM) -> int:
    return sum([len(text) async for text in llm.astream("Hello?")])


async def _sdk_invoke(sdk: AsyncOpenAI) -> int:
    answer = await sdk.chat.completions.create(
        model=_MODEL, messages=[{"role": "user", "content": "Hello?"}]
    )
    return len(answer.choices[0].message.content or "")


async def _sdk_stream(sdk: AsyncOpenAI) -> int:
    stream = await sdk.chat.completions.create(
        model=_MODEL,
        messages=[{"role": "user", "content": "Hello?"}],
        stream=True,
        stream_options={"include_usage": True},
    )
    async with stream:
        return sum([len(c.choices[0].delta.content or "") async for c in stream if c.choices])


@contextmanager
def _server() -> Iterator[str]:
    """Yield the address of a server that answers at once."""
    with tempfile.TemporaryDirectory() as folder:
        script = Path(folder) / "script.json"
        script.write_text(json.dumps(_SCRIPT))
        command = [sys.executable, "-m", "tests.fakeserver", "--script", str(script)]
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server:
            assert server.stdout is not None  # it is a pipe
            try:
                yield f"http://127.0.0.1:{int(server.stdout.readline())}"
            finally:
                server.kill()

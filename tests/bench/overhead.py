"""What telex adds to a request, beside the bare OpenAI SDK on a loopback server."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from openai import AsyncOpenAI

from providers import LLM, MultiLLMConfig, OpenAIConfig, ProviderFactory
from providers.config import OpenAIApi
from tests.bench.loopback import ANSWER, MODEL, loopback
from tests.bench.table import Row

_REQUESTS = 64  # in one round
_ROUNDS = 15  # an odd number, so that one of them is the middle one
_MOST = 1.15
_CPU = ": CPU ms a request"

Call = Callable[[], Awaitable[int]]
"""One request; returns the number of characters answered."""


@dataclass(frozen=True, slots=True)
class _Cost:
    """Milliseconds per request."""

    wall: float
    cpu: float


def rows() -> list[Row]:
    """Measure telex and the SDK in turns, in this process."""
    with loopback() as base_url:
        return asyncio.run(_measure(base_url))


def ratios(base_url: str) -> dict[str, float]:
    """Return the CPU time of a request in times of the bare SDK's, by kind of call.

    Args:
        base_url: of a running ``loopback`` server.
    """
    found = asyncio.run(_measure(base_url))
    return {
        row.what.removesuffix(_CPU): row.ratio
        for row in found
        if row.what.endswith(_CPU) and row.ratio is not None
    }


async def _measure(base_url: str) -> list[Row]:
    config = OpenAIConfig(api_key="k", base_url=base_url, model=MODEL, api=OpenAIApi.CHAT)
    factory = ProviderFactory(MultiLLMConfig(openai=config))
    llm = factory.get_provider("openai")
    sdk = AsyncOpenAI(api_key="k", base_url=base_url, max_retries=0)
    pairs: list[tuple[str, Call, Call]] = [
        ("plain", lambda: _invoke(llm), lambda: _sdk_invoke(sdk)),
        ("stream", lambda: _stream(llm), lambda: _sdk_stream(sdk)),
    ]
    found: list[Row] = []
    for name, ours, theirs in pairs:
        for at_once in (1, 32):
            rounds = await _in_turns(ours, theirs, at_once)
            what = f"{name}, {at_once} at once"
            wall = _middle([(mine.wall, other.wall) for mine, other in rounds])
            cpu = _middle([(mine.cpu, other.cpu) for mine, other in rounds])
            against = f"the SDK, {name}; middle ratio of {_ROUNDS} rounds"
            found += [
                Row(f"{what}: ms a request", *wall, against, most=_MOST),
                Row(f"{what}{_CPU}", *cpu, against, most=_MOST),
            ]
    await factory.aclose()
    await sdk.close()
    return found


async def _in_turns(ours: Call, theirs: Call, at_once: int) -> list[tuple[_Cost, _Cost]]:
    """Return what each round cost, telex and the SDK right after each other."""
    found: list[tuple[_Cost, _Cost]] = []
    for number in range(_ROUNDS + 1):
        if number % 2:  # who goes first takes turns too
            mine = await _round(ours, at_once)
            other = await _round(theirs, at_once)
        else:
            other = await _round(theirs, at_once)
            mine = await _round(ours, at_once)
        found.append((mine, other))
    return found[1:]  # the first one opens connections


async def _round(call: Call, at_once: int) -> _Cost:
    async def some() -> None:
        for _ in range(_REQUESTS // at_once):
            assert await call() == len(ANSWER)  # none would be fast

    wall, cpu = time.perf_counter(), time.process_time()
    await asyncio.gather(*(some() for _ in range(at_once)))
    wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
    return _Cost(1000 * wall / _REQUESTS, 1000 * cpu / _REQUESTS)


def _middle(pairs: list[tuple[float, float]]) -> tuple[float, float]:
    """Return the pair with the middle ratio: noise that hits one pair moves nothing."""
    return sorted(pairs, key=lambda pair: pair[0] / pair[1])[len(pairs) // 2]


async def _invoke(llm: LLM) -> int:
    return len((await llm.ainvoke("Hello?")).content)


async def _stream(llm: LLM) -> int:
    return sum([len(text) async for text in llm.astream("Hello?")])


async def _sdk_invoke(sdk: AsyncOpenAI) -> int:
    answer = await sdk.chat.completions.create(
        model=MODEL, messages=[{"role": "user", "content": "Hello?"}]
    )
    return len(answer.choices[0].message.content or "")


async def _sdk_stream(sdk: AsyncOpenAI) -> int:
    stream = await sdk.chat.completions.create(
        model=MODEL,
        messages=[{"role": "user", "content": "Hello?"}],
        stream=True,
        stream_options={"include_usage": True},
    )
    async with stream:
        return sum([len(c.choices[0].delta.content or "") async for c in stream if c.choices])

"""How long it takes to get an answer from the second provider when the first one fails.

Beside it the same written by hand: two SDK clients, a ``try`` and an ``except``.
"""

from __future__ import annotations

import asyncio
import json
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median

from openai import APIError, AsyncOpenAI

from providers import (
    LLM,
    CustomConfig,
    MultiLLMConfig,
    ProviderFactory,
    Timeouts,
)
from tests.bench.table import Row

_ROUNDS = 31
_HANGS = 7  # each takes the whole timeout
_TIMEOUT = 0.3
_MOST_BEYOND = 5.0
_MOST_AFTER_TIMEOUT = 10.0
_ANSWER = "word " * 10
_SCRIPT = {
    "good": {"default": {"text": _ANSWER}},
    "status500": {"default": {"status": 500, "message": "broken"}},
    "status429": {"default": {"status": 429, "message": "slow down"}},
    "hang": {"default": {"fault": "hang"}},
}


def rows() -> list[Row]:
    """Measure every kind of failure."""
    with _server() as server:
        return asyncio.run(_measure(server))


async def _measure(server: str) -> list[Row]:
    found = []
    for what in ("status500", "status429", "refused"):
        bad = _nobody() if what == "refused" else f"{server}/{what}/v1"
        ours, theirs = await _compare(bad, f"{server}/good/v1", _ROUNDS)
        beyond = median(a - b for a, b in zip(ours, theirs, strict=True))
        found += [
            Row(f"failover, {what}: ms", median(ours), median(theirs), "two SDK clients by hand"),
            Row(f"failover, {what}: ms more", beyond, None, "by hand", most=_MOST_BEYOND),
        ]
    ours, _ = await _compare(f"{server}/hang/v1", f"{server}/good/v1", _HANGS)
    late = median(ours) - 1000 * _TIMEOUT
    found.append(
        Row(f"failover, hang: ms after {_TIMEOUT} s", late, None, "", most=_MOST_AFTER_TIMEOUT)
    )
    return found


async def _compare(bad: str, good: str, rounds: int) -> tuple[list[float], list[float]]:
    """Return milliseconds of each round, telex's and the hand-written one's."""
    config = MultiLLMConfig(
        custom=[
            CustomConfig(name="bad", base_url=bad, model="m"),
            CustomConfig(name="good", base_url=good, model="m"),
        ],
        fallback_providers=["good"],
        max_retries=0,
        timeouts=Timeouts(plain=_TIMEOUT),
    )
    factory = ProviderFactory(config, find_key=lambda _: None)
    llm = factory.get_provider("bad")
    first = AsyncOpenAI(api_key="k", base_url=bad, max_retries=0)
    second = AsyncOpenAI(api_key="k", base_url=good, max_retries=0)
    ours, theirs = [], []
    for _ in range(rounds + 1):
        # A breaker that opens would skip the failing provider, which is faster still.
        factory.parts.monitor.reset("bad")
        ours.append(await _timed(lambda: _ours(llm)))
        theirs.append(await _timed(lambda: _by_hand(first, second)))
    await factory.aclose()
    await first.close()
    await second.close()
    return ours[1:], theirs[1:]  # the first one opens connections


async def _timed(call: Callable[[], Awaitable[int]]) -> float:
    started = time.perf_counter()
    assert await call() == len(_ANSWER)
    return 1000 * (time.perf_counter() - started)


async def _ours(llm: LLM) -> int:
    reply = await llm.ainvoke("Hello?")
    assert reply.response_metadata["provider"] == "good"
    return len(reply.content)


async def _by_hand(first: AsyncOpenAI, second: AsyncOpenAI) -> int:
    try:
        async with asyncio.timeout(_TIMEOUT):
            return await _ask(first)
    except (APIError, TimeoutError):
        return await _ask(second)


async def _ask(sdk: AsyncOpenAI) -> int:
    answer = await sdk.chat.completions.create(
        model="m", messages=[{"role": "user", "content": "Hello?"}]
    )
    return len(answer.choices[0].message.content or "")


def _nobody() -> str:
    """Return an address where nobody listens."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return f"http://127.0.0.1:{taken.getsockname()[1]}/v1"


@contextmanager
def _server() -> Iterator[str]:
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

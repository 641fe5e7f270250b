"""The routing core as a library: what its import and one decision cost."""

from __future__ import annotations

import asyncio
import time
from statistics import median

from providers import (
    AnthropicConfig,
    ChatRequest,
    GoogleConfig,
    GroqConfig,
    Message,
    MultiLLMConfig,
    OpenAIConfig,
    ProviderFactory,
    Role,
)
from providers.learning.health import Outcome
from tests.bench.fresh import fresh
from tests.bench.table import Row

_CANDIDATES = 20
_DECISIONS = 300
_IMPORT = """
import os, time
def pages():
    with open("/proc/self/statm") as statm:
        return int(statm.read().split()[1])
before, started = pages(), time.process_time()
{statement}
taken = time.process_time() - started
print(1000 * taken, (pages() - before) * os.sysconf("SC_PAGESIZE") / 2**20)
"""


def rows() -> list[Row]:
    """Measure both."""
    found: list[Row] = []
    for statement, most in (
        ("import providers", 60),
        ("from providers import ProviderFactory", None),  # with asyncio, a quarter of it
    ):
        code = _IMPORT.format(statement=statement)
        runs = [fresh(code) for _ in range(6)][1:]
        milliseconds = median(float(run[0]) for run in runs)
        megabytes = median(float(run[1]) for run in runs)
        found += [
            Row(f"{statement}: CPU ms", milliseconds, None, "", most=most),
            Row(f"{statement}: MB", megabytes, None, "", most=20),
        ]
    decision = asyncio.run(_decision())
    what = f"one routing decision, {_CANDIDATES} candidates: ms"
    return [*found, Row(what, decision, None, "", most=0.2)]


async def _decision() -> float:
    """Return milliseconds, for models that have prices and a history."""
    config = MultiLLMConfig(
        openai=OpenAIConfig("k", models=["gpt-5", "gpt-5-mini", "gpt-5-nano", "gpt-4.1"]),
        anthropic=AnthropicConfig(
            "k",
            models=[
                "claude-opus-4-5",
                "claude-haiku-4-5",
                "claude-sonnet-4-5",
                "claude-3-5-haiku-latest",
            ],
        ),
        google=GoogleConfig(
            "k",
            models=[
                "gemini-2.5-pro",
                "gemini-2.5-flash",
                "gemini-2.5-flash-lite",
                "gemini-2.0-flash",
            ],
        ),
        groq=GroqConfig(
            "k",
            models=[
                "openai/gpt-oss-20b",
                "llama-3.3-70b-versatile",
                "llama-3.1-8b-instant",
                "qwen/qwen3-32b",
            ],
        ),
    )
    factory = ProviderFactory(config)
    measured = [Outcome(True, 1.0 + n / 50, 0.3, output_tokens=50) for n in range(50)]
    for provider in config:
        for variant in provider.variants():
            factory.parts.monitor.warm_up(variant.name, variant.model, measured)
    request = ChatRequest((Message(Role.USER, "How are you? " * 40),))
    await factory.router.rank(request)  # reads the price list
    taken: list[float] = []
    for _ in range(_DECISIONS):
        started = time.perf_counter()
        ranking = await factory.router.rank(request)
        taken.append(time.perf_counter() - started)
        assert len(ranking.order) == _CANDIDATES
        assert all(candidate.predicted_cost for candidate in ranking.order)
    return 1000 * median(taken)

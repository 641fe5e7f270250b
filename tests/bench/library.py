"""The routing core as a library: what its import and one decision cost."""

from __future__ import annotations

import asyncio
import time
from statistics import median

from providers import ChatRequest, CustomConfig, Message, MultiLLMConfig, ProviderFactory, Role
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
    for statement in ("import providers", "from providers import ProviderFactory"):
        code = _IMPORT.format(statement=statement)
        runs = [fresh(code) for _ in range(6)][1:]
        milliseconds = median(float(run[0]) for run in runs)
        megabytes = median(float(run[1]) for run in runs)
        found += [
            Row(f"{statement}: CPU ms", milliseconds, None, "", most=60),
            Row(f"{statement}: MB", megabytes, None, "", most=20),
        ]
    decision = asyncio.run(_decision())
    what = f"one routing decision, {_CANDIDATES} candidates: ms"
    return [*found, Row(what, decision, None, "", most=0.2)]


async def _decision() -> float:
    custom = [
        CustomConfig(name=f"c{number}", base_url="http://127.0.0.1:1/v1", model=f"m{number}")
        for number in range(_CANDIDATES)
    ]
    router = ProviderFactory(MultiLLMConfig(custom=custom)).router
    request = ChatRequest((Message(Role.USER, "How are you? " * 40),))
    await router.rank(request)  # reads the price list
    taken: list[float] = []
    for _ in range(_DECISIONS):
        started = time.perf_counter()
        ranking = await router.rank(request)
        taken.append(time.perf_counter() - started)
        assert len(ranking.order) == _CANDIDATES
    return 1000 * median(taken)

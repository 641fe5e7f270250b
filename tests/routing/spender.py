"""A process that spends through a router of its own: the limit trial runs several at once.

``PATH URL COUNT`` asks COUNT questions at once of the provider at URL, with the books in PATH, as
soon as a line comes in; prints what became of them as JSON.
"""

from __future__ import annotations

import asyncio
import json
import sys
from collections import Counter
from datetime import date
from decimal import Decimal
from pathlib import Path

from providers import AllProvidersFailed, MultiLLMConfig, OpenAIConfig, ProviderFactory
from providers.config import PriceOverride
from providers.errors import BudgetExceeded
from providers.llm import LLM
from providers.routing.router_parts import RouterParts
from storage.ledger import SqliteLedger

LIMIT = Decimal("0.50")
PRICE = PriceOverride(input=Decimal(1), output=Decimal(100))
CEILING = 490
WORST = Decimal("0.05")
"""US dollars that a call may cost at most: that many tokens out, and what little goes in."""
DAY = date(2026, 11, 23)


async def _ask(llm: LLM, told: Counter[str]) -> None:
    try:
        await llm.ainvoke("How are you?")
    except AllProvidersFailed as failed:
        kinds = {type(attempt.error) for attempt in failed.attempts}
        over_limit = all(issubclass(kind, BudgetExceeded) for kind in kinds)
        # Without an attempt it was the ranking that knew already.
        told["refused" if over_limit and "daily limit" in str(failed) else str(failed)] += 1
    else:
        told["answered"] += 1


async def _spend(path: Path, base_url: str, count: int) -> Counter[str]:
    config = MultiLLMConfig(
        openai=OpenAIConfig("k", base_url=base_url, price=PRICE, max_tokens=CEILING),
        daily_cost_limits={"openai": LIMIT},
    )
    ledger = SqliteLedger(path)
    parts = RouterParts(ledger=ledger, today=lambda: DAY)
    factory = ProviderFactory(config, find_key=lambda _: None, parts=parts)
    llm = factory.get_provider()
    await asyncio.to_thread(llm.warm_up)
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    await asyncio.to_thread(sys.stdin.readline)
    told: Counter[str] = Counter()
    await asyncio.gather(*(_ask(llm, told) for _ in range(count)))
    await factory.aclose()
    await ledger.aclose()
    return told


def main() -> None:
    """Do as the command line says."""
    path, base_url, count = sys.argv[1:]
    told = asyncio.run(_spend(Path(path), base_url, int(count)))
    sys.stdout.write(f"{json.dumps(told)}\n")

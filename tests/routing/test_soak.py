"""Ten thousand requests among random faults: nothing leaks, and every cent is accounted for."""

from __future__ import annotations

import asyncio
import gc
import os
from collections import Counter
from decimal import Decimal
from pathlib import Path

import pytest

from providers.billing.ledger import AttemptOutcome, SpendLimit
from tests.routing.conftest import Time
from tests.routing.soak import DAY, PRICES, Books, Server, Soak, build, serve
from tests.routing.soak_server import PROVIDERS

REQUESTS = 10_000
MOST_GROWTH = 8_000_000
"""Bytes that the second half of the requests may add to the process, our own books included."""


@pytest.mark.timeout(300)
async def test_ten_thousand_requests() -> None:
    with serve() as server:
        tasks, descriptors = asyncio.all_tasks(), _descriptors()
        books, time = Books(), Time()
        factory = build(server.port, books, time)
        soak = Soak(factory, time)
        await soak.ask(range(REQUESTS // 2))
        half = _resident()
        await soak.ask(range(REQUESTS // 2, REQUESTS))
        grown = _resident() - half
        await factory.aclose()

        assert grown < MOST_GROWTH
        assert asyncio.all_tasks() == tasks
        await _all_closed(server, descriptors)
        for name in PROVIDERS:
            assert factory.parts.monitor.health(name).active == 0
            assert factory.parts.turnstile.load(name).total == 0
        assert soak.ends["answered"] > 0.95 * REQUESTS, soak.ends
        assert soak.ends.total() == REQUESTS
        stopped = books.outcomes[AttemptOutcome.CANCELLED]
        assert 0 < stopped <= soak.ends["left"] + soak.ends["cancelled"]
        # Whoever is stopped at once may not have sent anything.
        assert 0 <= sum(map(len, books.booked.values())) - server.asked <= stopped
        await _check_standing(books)
        _check_bills(books, server)


async def _all_closed(server: Server, descriptors: int) -> None:
    """Wait, not for long, until both sides of every connection are closed."""
    for _ in range(100):
        if server.report() == 0 and _descriptors() <= descriptors:
            return
        await asyncio.sleep(0.02)
    raise AssertionError(f"{server.report()} connections are open, {_descriptors()} descriptors")


async def _check_standing(books: Books) -> None:
    """Nothing is reserved any more, and what is spent is the sum of all bills."""
    assert books.under_way == 0
    for name in PROVIDERS:
        [standing] = await books.standing([SpendLimit("daily", Decimal(1), DAY, name)])
        bills = (
            booked.cost
            for call, calls in books.booked.items()
            for booked in calls
            if call[1] == name
        )
        assert standing.reserved == 0
        assert standing.spent == sum(bills, Decimal(0))


def _check_bills(books: Books, server: Server) -> None:
    """Hold the books against what the server told, call by call and in sum.

    What it told and we did not read was told to a call that was stopped or lost: those are
    estimated, and marked as such.
    """
    known, told, unread = Decimal(0), Decimal(0), Decimal(0)
    for call in books.booked.keys() | server.told.keys():
        exact = [booked for booked in books.booked[call] if booked.tokens is not None]
        estimated = len(books.booked[call]) - len(exact)
        left = Counter(server.told[call])
        left.subtract(booked.tokens for booked in exact if booked.tokens)
        assert min(left.values(), default=0) >= 0, f"{call}: booked what was never told"
        assert left.total() <= estimated, f"{call}: told, and not booked"
        known += sum((booked.cost for booked in exact), Decimal(0))
        told += sum((_price(call[1], *tokens) for tokens in server.told[call]), Decimal(0))
        unread += sum((_price(call[1], *tokens) for tokens in left.elements()), Decimal(0))
    assert known == told - unread
    assert 0 < unread < told / 20


def _price(provider: str, read: int, said: int) -> Decimal:
    price = PRICES[provider]
    return (read * price.input + said * price.output) / 1_000_000


def _resident() -> int:
    """Return the bytes of memory this process holds."""
    gc.collect()
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGESIZE")


def _descriptors() -> int:
    return sum(1 for _ in Path("/proc/self/fd").iterdir())

"""Places at a provider: counted, limited, handed over in order, lost by nobody."""

from __future__ import annotations

import asyncio
import threading

import pytest

from providers.errors import Busy
from providers.routing.turnstile import Load, Turnstile


async def test_without_a_limit_calls_are_only_counted() -> None:
    gate = Turnstile()
    for _ in range(3):
        await gate.enter("p", patience=0)
    assert gate.load("p") == Load(active=3)
    gate.leave("p")
    assert gate.load("p").active == 2
    assert gate.load("stranger") == Load()


async def test_first_come_first_served() -> None:
    gate = Turnstile({"p": 1})
    await gate.enter("p", patience=1)
    order: list[int] = []

    async def call(number: int) -> None:
        await gate.enter("p", patience=5)
        order.append(number)
        gate.leave("p")

    tasks = []
    for number in range(5):
        tasks.append(asyncio.create_task(call(number)))
        await asyncio.sleep(0)
    assert gate.load("p") == Load(active=1, queued=5, limit=1)
    gate.leave("p")
    await asyncio.gather(*tasks)
    assert order == [0, 1, 2, 3, 4]
    assert gate.load("p") == Load(limit=1)


async def test_patience_ends_with_a_clear_error() -> None:
    gate = Turnstile({"p": 2})
    await gate.enter("p", patience=1)
    await gate.enter("p", patience=1)
    with pytest.raises(Busy, match=r"2 calls under way for 0\.01 s"):
        await gate.enter("p", patience=0.01)
    assert gate.load("p") == Load(active=2, limit=2)


async def test_a_cancelled_waiter_takes_no_place_with_it() -> None:
    gate = Turnstile({"p": 1})
    await gate.enter("p", patience=1)
    waiting = asyncio.create_task(gate.enter("p", patience=5))
    await asyncio.sleep(0)
    gate.leave("p")  # the place is now the waiter's, which does not know yet
    waiting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiting
    await gate.enter("p", patience=0.1)
    assert gate.load("p") == Load(active=1, limit=1)


def test_threads_with_loops_of_their_own_never_exceed_the_limit() -> None:
    gate = Turnstile({"p": 3})
    inside = 0
    most = 0
    lock = threading.Lock()

    async def calls() -> None:
        async def call() -> None:
            nonlocal inside, most
            await gate.enter("p", patience=30)
            with lock:
                inside += 1
                most = max(most, inside)
            await asyncio.sleep(0)
            with lock:
                inside -= 1
            gate.leave("p")

        await asyncio.gather(*(call() for _ in range(50)))

    threads = [threading.Thread(target=lambda: asyncio.run(calls())) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert 1 <= most <= 3
    assert gate.load("p") == Load(limit=3)

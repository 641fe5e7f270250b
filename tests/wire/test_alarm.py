"""The timer of a stream: it interrupts waits that are too long, and nothing else."""

from __future__ import annotations

import asyncio

import pytest

from providers.adapters.alarm import Alarm
from providers.config import Timeouts
from providers.events import TextDelta
from tests.fakeserver import FakeServer, ok
from tests.wire.apis import CHAT, question
from tests.wire.conftest import Connect


async def _wait(alarm: Alarm, patience: float, seconds: float) -> bool:
    """Sleep; True when the alarm interrupted it."""
    alarm.set(alarm.now() + patience)
    try:
        await asyncio.sleep(seconds)
    except asyncio.CancelledError:
        if not alarm.off():
            raise
        return True
    finally:
        alarm.off()
    return False


async def test_it_rings_when_a_wait_is_too_long_and_only_then() -> None:
    with Alarm() as alarm:
        assert not await _wait(alarm, 0.05, 0.01)
        assert await _wait(alarm, 0.02, 5)
        assert not await _wait(alarm, 0.05, 0.01)
    task = asyncio.current_task()
    assert task is not None
    assert task.cancelling() == 0


async def test_a_later_wait_can_be_shorter_or_longer() -> None:
    with Alarm() as alarm:
        assert not await _wait(alarm, 5, 0.001)
        assert await _wait(alarm, 0.02, 5)
        assert not await _wait(alarm, 0.02, 0.001)
        assert not await _wait(alarm, 5, 0.05)  # the earlier timer rings meanwhile
        assert await _wait(alarm, 0.02, 5)


async def test_between_waits_it_disturbs_nobody() -> None:
    with Alarm() as alarm:
        assert not await _wait(alarm, 0.01, 0.001)
        await asyncio.sleep(0.05)
        assert await _wait(alarm, 0.02, 5)


async def test_somebody_elses_cancel_stays_one() -> None:
    async def wait() -> None:
        with Alarm() as alarm:
            await _wait(alarm, 5, 5)

    task = asyncio.create_task(wait())
    await asyncio.sleep(0.01)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task


async def test_of_two_cancels_at_once_the_other_counts() -> None:
    async def wait() -> None:
        with Alarm() as alarm:
            loop = asyncio.get_running_loop()
            task = asyncio.current_task()
            assert task is not None
            loop.call_at(loop.time(), task.cancel)
            await _wait(alarm, 0, 5)

    with pytest.raises(asyncio.CancelledError):
        await asyncio.create_task(wait())


async def test_it_leaves_no_timer_behind() -> None:
    with Alarm() as alarm:
        await _wait(alarm, 5, 0)
        timer = alarm._timer
    assert timer is not None
    assert timer.cancelled()


async def test_a_slow_reader_is_no_slow_provider(server: FakeServer, connect: Connect) -> None:
    server.openai.reply(ok("one two three"))
    adapter = connect(CHAT, timeouts=Timeouts(idle=0.05))
    text = ""
    async for event in adapter.respond(question()):
        await asyncio.sleep(0.1)
        text += event.text if isinstance(event, TextDelta) else ""
    assert text == "one two three"


async def test_another_task_can_read_on(server: FakeServer, connect: Connect) -> None:
    """As the synchronous calls do: each step is awaited by a task of its own."""
    server.openai.reply(ok("one two"))
    events = connect(CHAT).respond(question())
    said = ""
    while (event := await asyncio.create_task(anext(events, None))) is not None:
        said += event.text if isinstance(event, TextDelta) else ""
    assert said == "one two"

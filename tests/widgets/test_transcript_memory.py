"""What a conversation takes in memory beyond its text."""

from __future__ import annotations

from tests.widgets.bench_transcript import Bench, bytes_per_message


async def test_a_message_takes_less_than_a_kilobyte_beside_its_text() -> None:
    async with Bench().run_test(size=(120, 40)) as pilot:
        await pilot.pause()
        assert await bytes_per_message(pilot, 10_000) < 1_000


async def test_the_painted_lines_of_far_messages_are_given_up() -> None:
    async with Bench().run_test(size=(120, 40)) as pilot:
        await pilot.pause()
        unread = await bytes_per_message(pilot, 2_000)
        read = await bytes_per_message(pilot, 2_000, read=True)
    # What has been seen keeps what was parsed of it, but not what was painted.
    assert read - unread < 10_000

from __future__ import annotations

from tests.widgets.bench_transcript import Bench, conversation, opening, streaming


async def test_a_token_costs_the_same_in_a_long_conversation() -> None:
    costs = []
    for count in (10, 2_000):
        async with Bench().run_test(size=(120, 40)) as pilot:
            await opening(pilot, conversation(count))
            # The best of three: other processes make it slower, nothing makes it faster.
            costs.append(
                min(
                    [
                        await streaming(pilot, 200, per_second=0, key=f"stream{run}")
                        for run in range(3)
                    ]
                )
            )
    short, long = costs
    assert long <= 3 * short


async def test_opening_costs_far_less_than_painting() -> None:
    times = []
    for count in (100, 4_000):
        messages = conversation(count)
        async with Bench().run_test(size=(120, 40)) as pilot:
            await pilot.pause()
            times.append(min([await opening(pilot, messages) for _ in range(3)]))
    few, many = times
    assert many <= 20 * few

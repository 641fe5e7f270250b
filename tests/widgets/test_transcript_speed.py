from __future__ import annotations

import time

import pytest

from tests.widgets.bench_transcript import Bench, conversation, opening, streaming
from widgets.transcript import Transcript


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


async def test_moving_the_cursor_costs_the_same_in_a_long_conversation() -> None:
    costs = []
    for count in (100, 8_000):
        async with Bench().run_test(size=(120, 40)) as pilot:
            await opening(pilot, conversation(count))
            runs = []
            for direction in (-1, 1) * 3:
                started = time.process_time()
                for _ in range(30):
                    pilot.app.query_one(Transcript).action_cursor(direction)
                    await pilot.pause()
                runs.append(time.process_time() - started)
            costs.append(min(runs))
    short, long = costs
    assert long <= 3 * short


async def test_a_token_costs_little_more_while_searching() -> None:
    async with Bench().run_test(size=(120, 40)) as pilot:
        await opening(pilot, conversation(4_000))
        costs = []
        for needle in ("", "answer"):
            pilot.app.query_one(Transcript).find(needle)
            pilot.app.query_one(Transcript).action_scroll_end()
            runs = [
                await streaming(pilot, 200, per_second=0, key=f"{needle}{run}") for run in range(3)
            ]
            costs.append(min(runs))
    without, searching = costs
    assert searching <= 3 * without


async def test_all_of_a_long_conversation_is_copied_at_once() -> None:
    async with Bench().run_test(size=(120, 40)) as pilot:
        await opening(pilot, conversation(4_000))
        transcript = pilot.app.query_one(Transcript)
        transcript.action_scroll_home()
        transcript.action_select_lines()
        transcript.action_scroll_end()
        started = time.process_time()
        text = transcript.selected_text()
        assert time.process_time() - started < 0.5
        assert text.startswith("Question number 0?\n\n")
        assert [f"Question number {n}?" in text for n in range(0, 4_000, 2)] == [True] * 2_000
        assert text.count("return 42") == 2_000


@pytest.mark.parametrize(
    "source",
    [
        "short\n" * 20_000,
        "```python\n" + "x = 1  # comment\n" * 9_000,
        "- item of it\n" * 9_000,
        "- item\n  - nested\n" * 6_000,
        "| a | b |\n|---|---|\n" + "| some | `code` |\n" * 2_000,
        "|" + " c |" * 200 + "\n|" + "---|" * 200 + "\n" + ("|" + " v |" * 200 + "\n") * 50,
        "> para\n>\n> - item\n>\n" * 5_000,
        "word " * 200_000,
        "x" * 1_000_000,
        "> " * 500 + "deep\n",
        "".join("  " * depth + "- x\n" for depth in range(500)),
    ],
    ids=lambda source: repr(source[:8]),
)
async def test_a_piece_of_a_huge_answer_costs_no_more_than_its_end(source: str) -> None:
    async with Bench().run_test(size=(120, 40)) as pilot:
        transcript = pilot.app.query_one(Transcript)
        transcript.begin_answer("a")
        step = len(source) // 10
        for at in range(0, len(source), step):
            transcript.append_text("a", source[at : at + step])
            transcript.flush()
            await pilot.pause()
        costs = []
        for at in range(0, 500, 50):
            transcript.append_text("a", source[at + 1_000 :][:50] or "end ")
            started = time.process_time()
            transcript.flush()
            costs.append(time.process_time() - started)
            await pilot.pause()
        # The best of ten: other processes make it slower, nothing makes it faster.
        assert min(costs) < 0.05
        transcript.finish_answer("a", None)
        await pilot.pause()

"""Many prompts through the library: each one once, in order, within bounds."""

from __future__ import annotations

import asyncio
import json
import threading
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from providers import (
    AllProvidersFailed,
    BatchLine,
    BatchResult,
    BatchStopped,
    JournalError,
    ProviderFactory,
)
from providers.batch.journal import Journal
from providers.messages import ToolCall, ToolSpec
from providers.reply import Prompt
from providers.reply import Reply as Reply_
from tests.fakeserver import RecordedRequest, Reply, ok, status, tool_calls
from tests.routing.conftest import Bench

LONG = " ".join(f"word{n}" for n in range(400))
NAMES = ("openai", "anthropic", "google", "groq")
ALONE = {"openai": None, "anthropic": None, "google": None}


def everywhere(bench: Bench, behaviour: Reply | Callable[[RecordedRequest], Reply]) -> None:
    for name in NAMES:
        bench.server.endpoint(name).default(behaviour)


def asked(bench: Bench) -> int:
    return sum(len(bench.server.endpoint(name).chats) for name in NAMES)


def contents(results: list[BatchResult]) -> list[str]:
    return [result.reply.content if result.reply else "?" for result in results]


def test_results_are_in_order_and_spread_over_all_providers(bench: Bench) -> None:
    results = bench.factory.batch([f"question {n}" for n in range(40)], concurrency=8)
    assert [result.number for result in results] == list(range(40))
    used = Counter(r.reply.response_metadata["provider"] for r in results if r.reply)
    assert set(used) == set(NAMES)
    assert max(used.values()) <= 16, f"not balanced: {used}"


async def test_no_more_are_under_way_than_asked_for(bench: Bench) -> None:
    turnstile = bench.factory.parts.turnstile
    seen: list[int] = []

    def look(_: RecordedRequest) -> Reply:
        seen.append(sum(turnstile.load(name).active for name in NAMES))
        return ok("fine")

    everywhere(bench, look)
    async for _ in bench.factory.abatch([f"{n}" for n in range(30)], concurrency=3):
        pass
    assert max(seen) == 3


def test_a_line_has_its_own_settings(bench: Bench) -> None:
    bench.build(**ALONE)
    lines: list[Prompt | BatchLine] = [BatchLine("a", {"system": "Be brief."}), BatchLine("b"), "c"]
    bench.factory.batch(lines, system="Be long.", concurrency=1)
    told = [request.body["messages"][0]["content"] for request in bench.server.groq.chats]
    assert told == ["Be brief.", "Be long.", "Be long."]


def test_a_line_that_nobody_answers_fails_alone(bench: Bench) -> None:
    bench.build(**ALONE)
    bench.server.groq.reply(ok("one"), status(400), ok("three"))
    results = bench.factory.batch(["a", "b", "c"], concurrency=1)
    assert contents(results) == ["one", "?", "three"]
    assert isinstance(results[1].error, AllProvidersFailed)


def test_what_may_pass_is_asked_again(bench: Bench) -> None:
    """All breakers open in the middle of it; the batch waits for them and misses nothing."""
    for name in NAMES:
        bench.server.endpoint(name).reply(*[status(503)] * 3)
    results = bench.factory.batch([f"{n}" for n in range(12)], concurrency=2)
    assert contents(results) == ["Hello!"] * 12
    assert sum(bench.time.slept) > 0


def test_a_used_up_limit_stops_it_with_what_was_answered(bench: Bench) -> None:
    bench.build(**ALONE, daily_cost_limits={"groq": Decimal("0.01")})
    bench.server.groq.default(ok("word " * 400))
    got: list[BatchResult] = []

    async def run() -> None:
        async for result in bench.factory.abatch([f"{n}" for n in range(500)], concurrency=4):
            got.append(result)  # noqa: PERF401  # what comes before the end counts

    with pytest.raises(BatchStopped, match=r"daily limit"):
        asyncio.run(run())
    assert 0 < len(bench.server.groq.chats) < 500
    assert len([result for result in got if result.reply]) == len(bench.server.groq.chats)


def test_its_own_budget_stops_it(bench: Bench) -> None:
    bench.build(**ALONE)
    bench.server.groq.default(ok("word " * 400))
    got: list[BatchResult] = []

    async def run() -> None:
        prompts = [f"{n}" for n in range(500)]
        budget = Decimal("0.01")
        async for result in bench.factory.abatch(prompts, concurrency=4, budget=budget):
            got.append(result)  # noqa: PERF401  # what comes before the end counts

    with pytest.raises(BatchStopped, match=r"may cost \$0.01 and has spent"):
        asyncio.run(run())
    spent = sum(r.reply.response_metadata["cost"] for r in got if r.reply)
    assert Decimal("0.005") < spent <= Decimal("0.012")


def test_a_journal_pays_nothing_twice(bench: Bench, tmp_path: Path) -> None:
    journal = tmp_path / "journal"
    prompts = [f"question {n}" for n in range(10)]
    first = bench.factory.batch(prompts, journal=journal)
    again = bench.factory.batch(prompts, journal=journal)
    assert asked(bench) == 10
    assert all(result.resumed for result in again)
    assert [replace(result, resumed=False) for result in again] == first, "to the last digit"
    prompts[3] = "another question"
    changed = bench.factory.batch(prompts, journal=journal)
    assert asked(bench) == 11
    assert [result.number for result in changed if not result.resumed] == [3]


def test_failures_are_asked_again_by_the_next_run(bench: Bench, tmp_path: Path) -> None:
    bench.build(**ALONE)
    bench.server.groq.reply(ok("one"), status(400))
    terms = {"journal": tmp_path / "journal", "concurrency": 1}
    assert contents(bench.factory.batch(["a", "b"], **terms)) == ["one", "?"]
    assert contents(bench.factory.batch(["a", "b"], **terms)) == ["one", "Hello!"]


@pytest.mark.parametrize("torn", [1, 30])
def test_a_torn_line_is_dropped_and_the_next_is_whole(
    bench: Bench, tmp_path: Path, torn: int
) -> None:
    journal = tmp_path / "journal"
    bench.factory.batch(["a", "b"], journal=journal, concurrency=1)
    journal.write_bytes(journal.read_bytes()[:-torn])
    bench.factory.batch(["a", "b"], journal=journal, concurrency=1)
    assert asked(bench) == 3
    lines = journal.read_text().splitlines()
    assert [json.loads(line)["line"] for line in lines] == [0, 1]


@pytest.mark.parametrize("words", ["Dear aunt,\n", "Dear aunt,", '{"batch": 1, "line": 0}\n'])
def test_what_is_no_journal_is_left_alone(bench: Bench, tmp_path: Path, words: str) -> None:
    other = tmp_path / "letter.txt"
    other.write_text(words)
    with pytest.raises(JournalError, match="no journal of a batch"):
        bench.factory.batch(["a"], journal=other)
    assert other.read_text() == words
    with pytest.raises(JournalError, match="cannot be written"):
        bench.factory.batch(["a"], journal=tmp_path / "nowhere" / "journal")
    assert asked(bench) == 0


def test_two_batches_do_not_share_a_journal(bench: Bench, tmp_path: Path) -> None:
    held = Journal(tmp_path / "journal")
    with pytest.raises(JournalError, match="belongs to a batch that is running"):
        bench.factory.batch(["a"], journal=tmp_path / "journal")
    held.close()
    bench.factory.batch(["a"], journal=tmp_path / "journal")


def test_a_journal_keeps_tool_calls_and_asks_another_model_anew(
    bench: Bench, tmp_path: Path
) -> None:
    bench.build(**ALONE)
    call = ToolCall("call_1", "clock", '{"zone": "UTC"}')
    bench.server.groq.reply(tool_calls(call))
    tool = ToolSpec("clock", "tells the time")
    terms: dict[str, Any] = {"journal": tmp_path / "journal", "tools": [tool]}
    [first] = bench.factory.batch(["What time is it?"], **terms)
    [again] = bench.factory.batch(["What time is it?"], **terms)
    assert first.reply
    assert again.reply
    assert (again.resumed, again.reply) == (True, first.reply)
    assert again.reply.tool_calls[0].name == "clock"
    [named] = bench.factory.batch(["What time is it?"], provider="groq", **terms)
    assert not named.resumed


def test_what_was_paid_comes_with_the_error(bench: Bench) -> None:
    bench.build(**ALONE)
    bench.server.groq.default(ok(LONG))
    with pytest.raises(BatchStopped) as caught:
        bench.factory.batch([f"{n}" for n in range(500)], budget=Decimal("0.01"))
    assert len(caught.value.results) == len(bench.server.groq.chats) > 0
    with pytest.raises(ValueError, match="line 500: there is nothing to answer"):
        bench.factory.batch([*(f"{n}" for n in range(499)), []])
    assert len(caught.value.results) == len(bench.server.groq.chats), "nothing more was asked"


async def test_a_paid_answer_is_kept_whenever_it_is_stopped(
    bench: Bench, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    bench.build(**ALONE)
    slow, written = threading.Event(), Journal.add

    all_wait = threading.Barrier(5, timeout=10)

    def add(self: Journal, number: int, key: str, reply: Reply_) -> None:
        all_wait.wait()
        slow.wait(5)
        written(self, number, key, reply)

    monkeypatch.setattr(Journal, "add", add)
    journal = tmp_path / "journal"

    async def run() -> None:
        async for _ in bench.factory.abatch(["a", "b", "c", "d"], concurrency=4, journal=journal):
            pass

    running = asyncio.create_task(run())
    await asyncio.to_thread(all_wait.wait)  # the answers are here, and wait for the disk
    running.cancel()
    asyncio.get_running_loop().call_later(0.05, slow.set)
    with pytest.raises(asyncio.CancelledError):
        await running
    assert len(journal.read_text().splitlines()) == 4


async def test_enough_is_enough_and_what_is_under_way_is_kept(bench: Bench, tmp_path: Path) -> None:
    enough = asyncio.Event()
    got = []
    prompts = [f"{n}" for n in range(50)]
    async for result in bench.factory.abatch(
        prompts, concurrency=4, enough=enough, journal=tmp_path / "journal"
    ):
        got.append(result)
        if len(got) == 5:
            enough.set()
    assert 5 <= len(got) <= 9
    assert len((tmp_path / "journal").read_text().splitlines()) == len(got) == asked(bench)


async def test_closing_it_stops_what_is_under_way(bench: Bench) -> None:
    everywhere(bench, replace(ok("late"), first_delay=30.0))
    bench.server.groq.reply(ok("soon"))
    results = bench.factory.abatch(["a", "b"], concurrency=2, provider="groq")
    async for _ in results:
        break
    await results.aclose()  # type: ignore[attr-defined]  # it is a generator
    assert all(bench.factory.parts.turnstile.load(name).active == 0 for name in NAMES)


@pytest.mark.parametrize(
    ("terms", "words"), [({"concurrency": 0}, "concurrency"), ({"budget": Decimal(-1)}, "budget")]
)
def test_bad_terms_are_refused(bench: Bench, terms: dict[str, object], words: str) -> None:
    with pytest.raises(ValueError, match=words):
        bench.factory.batch(["a"], **terms)
    with pytest.raises(ValueError, match="line 2: there is nothing to answer"):
        bench.factory.batch(["a", []], concurrency=1)
    assert asked(bench) == 0


def test_an_empty_batch_is_fine(bench: Bench) -> None:
    assert isinstance(bench.factory, ProviderFactory)
    assert bench.factory.batch([]) == []

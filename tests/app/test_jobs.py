"""Long work: its progress, its end, and stopping it."""

from __future__ import annotations

import asyncio

from app.job_text import end_text, facts_of, left_text, line_view, percent, size_text
from app.jobs import Job, JobProgress, Jobs, JobState, Unit
from providers.errors import TelexError
from tests.core.clock import Clock


class Gate:
    """Work that waits until it is let through."""

    def __init__(self, *, fails: Exception | None = None) -> None:
        self.go_on = asyncio.Event()
        self.progress: JobProgress | None = None
        self.tidied = False
        self._fails = fails

    async def __call__(self, progress: JobProgress) -> None:
        self.progress = progress
        try:
            await self.go_on.wait()
        finally:
            self.tidied = True
        if self._fails is not None:
            raise self._fails
        progress.result("it is here")

    async def begun(self) -> JobProgress:
        await asyncio.sleep(0)
        assert self.progress is not None
        return self.progress


async def test_progress_rate_and_what_is_left() -> None:
    clock = Clock()
    jobs = Jobs(clock)
    gate = Gate()
    job = jobs.start("Model", gate)
    progress = await gate.begun()
    assert (job.share, job.rate, job.seconds_left) == (None, None, None)
    progress.at(0, 1_000_000)
    clock.now += 2
    progress.at(400_000, 1_000_000)
    assert (job.share, job.rate, job.seconds_left) == (0.4, 200_000, 3)
    assert facts_of(job) == ("40 %", "3 s left", "200 kB/s")
    gate.go_on.set()
    await job.ended()
    assert (job.state, job.words) == (JobState.DONE, "it is here")
    assert end_text(job) == "Model: it is here"


async def test_the_rate_is_that_of_the_last_seconds() -> None:
    clock = Clock()
    job = Job("Model", "", Unit.BYTES, clock)
    for done in range(0, 1_000, 100):  # 100 a second for 10 seconds
        job.reached(done, None)
        clock.now += 1
    for done in range(1_000, 7_000, 1_000):  # then 1,000 a second
        job.reached(done, None)
        clock.now += 1
    assert job.rate == 1_000


async def test_what_began_anew_has_no_rate_yet() -> None:
    clock = Clock()
    job = Job("Model", "", Unit.BYTES, clock)
    job.reached(500, 1_000)
    clock.now += 1
    job.reached(900, 1_000)
    clock.now += 1
    job.reached(0, 1_000)
    assert (job.done, job.rate) == (0, None)


async def test_a_failure_keeps_its_words_and_a_defect_ends_nothing_else() -> None:
    jobs = Jobs(Clock())
    known, defect, fine = (
        Gate(fails=TelexError("no network; try again")),
        Gate(fails=ZeroDivisionError("oh")),
        Gate(),
    )
    started = [jobs.start("work", gate) for gate in (known, defect, fine)]
    for gate in (known, defect):
        gate.go_on.set()
    await asyncio.gather(started[0].ended(), started[1].ended())
    assert [job.state for job in started] == [JobState.FAILED, JobState.FAILED, JobState.RUNNING]
    assert started[0].words == "no network; try again"
    assert "ZeroDivisionError" in started[1].words
    await jobs.aclose()


async def test_cancelling_lets_it_tidy_up() -> None:
    jobs = Jobs(Clock())
    ended: list[Job] = []
    jobs.on_end(ended.append)
    gate = Gate()
    job = jobs.start("Model", gate, key="fetch model")
    await gate.begun()
    assert jobs.find("fetch model") is job
    job.cancel()
    await job.ended()
    await asyncio.sleep(0)
    assert (job.state, gate.tidied, ended) == (JobState.CANCELLED, True, [job])
    assert jobs.find("fetch model") is None
    job.cancel()  # it has ended: nothing happens
    assert job.state is JobState.CANCELLED


async def test_closing_stops_everything_and_tells_nobody() -> None:
    jobs = Jobs(Clock())
    gates = [Gate(), Gate()]
    started = [jobs.start("Model", gate) for gate in gates]
    await gates[0].begun()
    told: list[object] = []
    jobs.on_end(told.append)
    jobs.observe(lambda: told.append(None))
    await jobs.aclose()
    assert [gate.tidied for gate in gates] == [True, True]
    assert [job.state for job in started] == [JobState.CANCELLED] * 2
    assert told == []


async def test_observers_are_told_at_most_four_times_a_second() -> None:
    clock = Clock()
    jobs = Jobs(clock)
    gate = Gate()
    seen: list[int] = []
    told = asyncio.Event()
    job = jobs.start("Model", gate)

    def look() -> None:
        seen.append(job.done)
        told.set()

    stop = jobs.observe(look)
    progress = await gate.begun()
    clock.now += 1
    for done in range(1, 1_001):
        progress.at(done, 1_000)
    assert seen == [1]
    told.clear()
    await asyncio.wait_for(told.wait(), 5)
    assert seen == [1, 1_000]  # the last stand is not lost
    stop()
    clock.now += 1
    progress.at(1_000, 1_000)
    assert len(seen) == 2
    await jobs.aclose()


async def test_only_the_latest_that_ended_are_kept() -> None:
    jobs = Jobs(Clock())
    running = Gate()
    first = jobs.start("long", running)
    for number in range(25):
        gate = Gate()
        gate.go_on.set()
        await jobs.start(str(number), gate).ended()
    await asyncio.sleep(0)
    assert [job.title for job in jobs.all] == ["long", *map(str, range(5, 25))]
    jobs.clear()
    assert jobs.all == (first,)
    await jobs.aclose()


async def test_the_line_shows_the_first_and_counts_the_others() -> None:
    clock = Clock()
    jobs = Jobs(clock)
    assert line_view(jobs) is None
    gates = [Gate(), Gate()]
    for title, gate in zip(("Qwen", "Smol"), gates, strict=True):
        jobs.start(title, gate)
    (await gates[0].begun()).at(500, 1_000)
    view = line_view(jobs)
    assert view is not None
    assert (view.title, view.share, view.facts, view.others) == ("Qwen", 0.5, ("50 %",), 1)
    await jobs.aclose()
    assert line_view(jobs) is None


def test_amounts_in_words() -> None:
    sizes = [0, 999, 12_345, 999_600, 491_400_032, 999_600_000, 1_117_320_736, 12_345_678_900]
    assert [size_text(size) for size in sizes] == [
        "0 B", "999 B", "12 kB", "1 MB", "491 MB", "1.00 GB", "1.12 GB", "12.3 GB"
    ]  # fmt: skip
    assert [left_text(seconds) for seconds in (0.2, 59, 90, 7_200)] == [
        "1 s left", "59 s left", "2 min left", "2.0 h left"
    ]  # fmt: skip
    assert [percent(share) for share in (0, 0.999, 1)] == ["0 %", "99 %", "100 %"]

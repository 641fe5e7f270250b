"""Long work behind the screens: how far it is, how fast, and a way to stop it."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable
from enum import StrEnum
from time import monotonic

from providers.errors import TelexError

Clock = Callable[[], float]
"""Returns monotonic seconds."""

_APART = 0.25  # seconds between two calls of an observer: nobody reads faster
_RATE_OVER = 5.0  # seconds the rate is averaged over: shorter ones jump about
_KEPT = 20  # ended jobs that stay listed


class JobState(StrEnum):
    """What has become of a job."""

    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"


class Unit(StrEnum):
    """What a job counts."""

    BYTES = "bytes"
    ITEMS = "items"


class JobProgress:
    """What work is handed, to say how far it is. Call it on the event loop.

    Args:
        job: whose progress.
        changed: called after every change.
    """

    def __init__(self, job: Job, changed: Callable[[], None]) -> None:
        self._job = job
        self._changed = changed

    def at(self, done: int, total: int | None) -> None:
        """Say that ``done`` of ``total`` is done; None is an unknown end."""
        self._job.reached(done, total)
        self._changed()

    def doing(self, words: str) -> None:
        """Say in a word or two what is done now, such as ``checking``."""
        self._job.doing = words
        self._changed()

    def result(self, words: str) -> None:
        """Say in a sentence what came of it, and what to do next."""
        self._job.words = words


Work = Callable[[JobProgress], Awaitable[None]]


class Job:
    """One piece of long work.

    Args:
        title: what it is about, on one line.
        key: what tells it from other work; may be empty.
        unit: what ``done`` and ``total`` count.
        clock: measures the rate.
    """

    def __init__(self, title: str, key: str, unit: Unit, clock: Clock) -> None:
        self.title = title
        self.key = key
        self.unit = unit
        self.done = 0
        self.total: int | None = None
        self.doing = ""
        self.words = ""
        """What came of it, or why it failed and what to do."""
        self.state = JobState.RUNNING
        self._clock = clock
        self._marks: deque[tuple[float, int]] = deque()
        self._task: asyncio.Task[None] | None = None

    @property
    def running(self) -> bool:
        """Whether it is still under way."""
        return self.state is JobState.RUNNING

    @property
    def share(self) -> float | None:
        """How much is done, from 0 to 1; None while the end is unknown."""
        return min(1.0, self.done / self.total) if self.total else None

    @property
    def rate(self) -> float | None:
        """Units a second over the last seconds; None while there is too little to tell."""
        if len(self._marks) < 2:
            return None
        (began, first), (ended, last) = self._marks[0], self._marks[-1]
        return (last - first) / (ended - began) if ended > began else None

    @property
    def seconds_left(self) -> float | None:
        """How long it takes at this rate; None when that cannot be told."""
        rate = self.rate
        return (self.total - self.done) / rate if self.total and rate else None

    def reached(self, done: int, total: int | None) -> None:
        """Take a new stand."""
        now = self._clock()
        if done < self.done or not self._marks:
            self._marks.clear()  # it began anew
        self.done, self.total = done, total
        self._marks.append((now, done))
        while now - self._marks[0][0] > _RATE_OVER and len(self._marks) > 2:
            self._marks.popleft()

    def cancel(self) -> None:
        """Ask it to stop; it has stopped when its state says so."""
        if self._task is not None and self.running:
            self._task.cancel()

    async def ended(self) -> None:
        """Wait for its end, whatever that is."""
        if self._task is not None:
            await asyncio.wait([self._task])


class Jobs:
    """All the long work of one telex; lives on one event loop.

    Args:
        clock: monotonic seconds.
    """

    def __init__(self, clock: Clock = monotonic) -> None:
        self._clock = clock
        self._jobs: list[Job] = []
        self._observers: list[Callable[[], None]] = []
        self._on_end: list[Callable[[Job], None]] = []
        self._told_at = float("-inf")
        self._due: asyncio.TimerHandle | None = None
        self._closed = False

    @property
    def all(self) -> tuple[Job, ...]:
        """Every job, the newest last; of those that ended only the last twenty."""
        return tuple(self._jobs)

    @property
    def running(self) -> tuple[Job, ...]:
        """Those under way."""
        return tuple(job for job in self._jobs if job.running)

    def find(self, key: str) -> Job | None:
        """Return the work under way that has this key, None while there is none."""
        return next((job for job in self.running if job.key == key), None)

    def start(self, title: str, work: Work, *, key: str = "", unit: Unit = Unit.BYTES) -> Job:
        """Begin ``work`` and return at once. Call it on the event loop.

        Args:
            title: what it is about.
            work: raises ``TelexError`` with words for the person where it fails; told to stop by
                cancelling, after which it may still tidy up.
            key: finds it again, see ``find``.
            unit: what it counts.
        """
        job = Job(title, key, unit, self._clock)
        progress = JobProgress(job, self._changed)
        job._task = asyncio.create_task(_run(work, progress), name=f"job: {title}")
        job._task.add_done_callback(lambda task: self._ended(job, task))
        self._jobs.append(job)
        self._tell()
        return job

    def observe(self, changed: Callable[[], None]) -> Callable[[], None]:
        """Call ``changed`` on the event loop when something changed, at most 4 times a second.

        Returns:
            What ends that.
        """
        self._observers.append(changed)
        return lambda: self._observers.remove(changed)

    def on_end(self, ended: Callable[[Job], None]) -> Callable[[], None]:
        """Call ``ended`` on the event loop with every job that has ended.

        Returns:
            What ends that.
        """
        self._on_end.append(ended)
        return lambda: self._on_end.remove(ended)

    def clear(self) -> None:
        """Forget those that have ended."""
        self._jobs = [job for job in self._jobs if job.running]
        self._tell()

    async def aclose(self) -> None:
        """Stop everything and wait until it has tidied up. Nobody is told any more."""
        self._closed = True
        if self._due is not None:
            self._due.cancel()
        for job in self.running:
            job.cancel()
        for job in tuple(self._jobs):
            await job.ended()

    def _ended(self, job: Job, task: asyncio.Task[None]) -> None:
        if task.cancelled():
            job.state = JobState.CANCELLED
        elif (error := task.exception()) is not None:
            job.state = JobState.FAILED
            # A defect of ours is no reason to take everything else down with it.
            known = isinstance(error, TelexError)
            job.words = str(error) if known else f"Something went wrong: {error!r}"
        else:
            job.state = JobState.DONE
        gone = [each for each in self._jobs if not each.running][:-_KEPT]
        self._jobs = [each for each in self._jobs if each not in gone]
        if not self._closed:
            self._tell()
            for tell in tuple(self._on_end):
                tell(job)

    def _changed(self) -> None:
        wait = self._told_at + _APART - self._clock()
        if wait <= 0:
            self._tell()
        elif self._due is None and not self._closed:
            self._due = asyncio.get_running_loop().call_later(wait, self._tell)

    def _tell(self) -> None:
        if self._due is not None:
            self._due.cancel()
            self._due = None
        if self._closed:
            return
        self._told_at = self._clock()
        for changed in tuple(self._observers):
            changed()


async def _run(work: Work, progress: JobProgress) -> None:
    await work(progress)

"""Long work in words: amounts, rates, what is left."""

from __future__ import annotations

from typing import TYPE_CHECKING

from app.jobs import Job, Jobs, Unit

if TYPE_CHECKING:
    from widgets.job_line import JobView

_MINUTE = 60
_HOUR = 3600


def size_text(count: float) -> str:
    """Return a number of bytes in words, in decimal units as disks and downloads are sold in."""
    for unit in ("B", "kB", "MB"):
        if count < 999.5:
            return f"{count:.0f} {unit}"
        count /= 1000
    return f"{count:.2f} GB" if count < 9.995 else f"{count:.1f} GB"


def left_text(seconds: float) -> str:
    """Return how long something still takes, in words."""
    if seconds < _MINUTE:
        return f"{max(1, round(seconds))} s left"
    if seconds < _HOUR:
        return f"{round(seconds / _MINUTE)} min left"
    return f"{seconds / _HOUR:.1f} h left"


def percent(share: float) -> str:
    """Return a share of 1 in words; what is not whole is never called so."""
    return f"{int(share * 100)} %"


def facts_of(job: Job) -> tuple[str, ...]:
    """Return how far a job is, how fast, and how long yet; the most important first."""
    share, rate, left = job.share, job.rate, job.seconds_left
    amount = size_text if job.unit is Unit.BYTES else _items
    facts = [
        percent(share) if share is not None else "",
        job.doing,
        f"{left_text(left)}" if left is not None and share != 1 else "",
        f"{amount(rate)}/s" if rate and share != 1 else "",
        amount(job.done) if share is None and job.done else "",
    ]
    return tuple(fact for fact in facts if fact)


def line_view(jobs: Jobs) -> JobView | None:
    """Return what the line above the composer shows: the job that began first, or nothing."""
    from widgets.job_line import JobView  # the command line has no use for Textual

    running = jobs.running
    if not running:
        return None
    first = running[0]
    return JobView(first.title, first.share, facts_of(first), len(running) - 1)


def end_text(job: Job) -> str:
    """Return what a notification says when ``job`` has ended."""
    return f"{job.title}: {job.words or job.state.value}"


def _items(count: float) -> str:
    return f"{count:,.0f}"

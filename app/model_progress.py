"""How far a fetch is, on the command line: a line that changes, or one now and then."""

from __future__ import annotations

from typing import Self, TextIO

from app.job_text import facts_of
from app.jobs import Job, Jobs
from providers.sanitise import sanitise_line

_STEPS = 10
_CLEAR = "\r\x1b[K"


class ProgressLine:
    """Follows the only job of ``jobs``. A context manager.

    Args:
        stream: where to; a terminal gets one line that changes.
        jobs: whose job.
    """

    def __init__(self, stream: TextIO, jobs: Jobs) -> None:
        self._stream = stream
        self._jobs = jobs
        self._watched = stream.isatty()
        self._said = 0

    def __enter__(self) -> Self:
        self._unwatch = self._jobs.observe(self._show)
        return self

    def __exit__(self, *_: object) -> None:
        self._unwatch()
        if self._watched:
            self._stream.write(_CLEAR)
            self._stream.flush()

    def _show(self) -> None:
        for job in self._jobs.running:
            if self._watched:
                self._stream.write(f"{_CLEAR}{_words(job)}")
                self._stream.flush()
            elif job.share and int(job.share * _STEPS) > self._said:
                self._said = int(job.share * _STEPS)
                self._stream.write(f"telex: {_words(job)}\n")


def _words(job: Job) -> str:
    return sanitise_line(f"{job.title}: {' · '.join(facts_of(job))}")

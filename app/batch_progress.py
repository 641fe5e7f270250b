"""How far a batch is: a bar where somebody watches, else a line now and then."""

from __future__ import annotations

import sys
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Self

from providers.batch.lines import BatchResult
from providers.billing.money import format_usd
from providers.learning.metrics import MetricsBook

if TYPE_CHECKING:
    from rich.progress import Progress, TaskID

_STEPS = 10


class BatchProgress:
    """Counts results and shows how many there are. A context manager.

    Args:
        total: how many lines there are.
        metrics: counts what is spent, on lines that failed too.
    """

    def __init__(self, total: int, metrics: MetricsBook) -> None:
        self._total = total
        self._metrics = metrics
        self._done = self._failed = self._resumed = 0
        self._providers: Counter[str] = Counter()
        self._bar: Progress | None = None
        self._task: TaskID | None = None

    def __enter__(self) -> Self:
        if sys.stderr.isatty():
            self._bar = _bar()
            self._task = self._bar.add_task("", total=self._total, told="")
            self._bar.start()
        return self

    def __exit__(self, *_: object) -> None:
        if self._bar is not None:
            self._bar.stop()

    def count(self, result: BatchResult) -> None:
        """Take one more result."""
        self._done += 1
        self._failed += result.error is not None
        self._resumed += result.resumed
        if result.reply is not None:
            said = result.reply.response_metadata
            self._providers[said["provider"]] += 1
        if self._bar is not None and self._task is not None:
            self._bar.update(self._task, completed=self._done, told=self._told())
        elif self._done * _STEPS // self._total > (self._done - 1) * _STEPS // self._total:
            sys.stderr.write(f"telex: {self._done:,} of {self._total:,}, {self._told()}\n")

    def say(self, words: str) -> None:
        """Print a line without spoiling the bar."""
        if self._bar is not None:
            self._bar.console.print(f"telex: {words}", markup=False, highlight=False)
        else:
            sys.stderr.write(f"telex: {words}\n")

    def summary(self, path: Path) -> str:
        """Return what was done, in a sentence.

        Args:
            path: where the answers are.
        """
        answered = self._done - self._failed
        earlier = f" ({self._resumed:,} by an earlier run)" if self._resumed else ""
        who = ", ".join(f"{name} {count:,}" for name, count in self._providers.most_common())
        by = f" by {who}" if who else ""
        return (
            f"{answered:,} of {self._total:,} lines answered{earlier}{by}; {self._told()}; {path}"
        )

    def _told(self) -> str:
        failed = f", {self._failed:,} failed" if self._failed else ""
        totals = self._metrics.snapshot()
        unknown = " + ?" if totals.unknown_costs and totals.total_cost is not None else ""
        return f"{format_usd(totals.total_cost)}{unknown}{failed}"


def _bar() -> Progress:
    from rich.console import Console
    from rich.progress import (
        BarColumn,
        MofNCompleteColumn,
        Progress,
        TextColumn,
        TimeRemainingColumn,
    )

    return Progress(
        BarColumn(bar_width=None),
        MofNCompleteColumn(),
        TextColumn("{task.fields[told]}", markup=False),
        TimeRemainingColumn(),
        console=Console(stderr=True),
        expand=True,
    )

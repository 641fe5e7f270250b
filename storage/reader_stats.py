"""The part of the ledger's read side that counts: spend, times, errors, and what is behind them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime

from storage import billing, call_stats, listed, rating_stats, replays, spending
from storage.billing import BilledUsage
from storage.call_filter import CallFilter
from storage.call_stats import DaySpend, ErrorCount, LatencyCount
from storage.listed import AnswerFilter, Listed
from storage.rating_stats import RatingStats
from storage.reader_base import ReaderBase
from storage.replays import Replayed
from storage.spending import GroupBy, Spend, UsageStats


class StatsReader(ReaderBase):
    """Queries over calls and answers, see ``storage.reader``."""

    def spend(self, since: datetime, until: datetime | None = None) -> Spend:
        """Return what attempts that started from ``since`` (and before ``until``) cost."""
        with self._translated():
            return spending.spend(self._db(), since, until)

    def stats(
        self, by: GroupBy, since: datetime, until: datetime | None = None
    ) -> Sequence[UsageStats]:
        """Return numbers per provider, model or local day; days come in order."""
        with self._translated():
            return spending.stats(self._db(), by, since, until)

    def days(self, since: datetime, until: datetime | None = None) -> Sequence[DaySpend]:
        """Return what each provider cost on each day it was asked, oldest first."""
        with self._translated():
            return call_stats.per_day(self._db(), since, until)

    def has_calls(self) -> bool:
        """Return whether a provider was ever called."""
        with self._translated():
            return call_stats.has_calls(self._db())

    def errors(self, since: datetime, until: datetime | None = None) -> Sequence[ErrorCount]:
        """Return how often each provider failed in which way."""
        with self._translated():
            return call_stats.errors(self._db(), since, until)

    def latencies(self, since: datetime, until: datetime | None = None) -> Sequence[LatencyCount]:
        """Return how the times of successful calls are distributed, for each provider."""
        with self._translated():
            return call_stats.latencies(self._db(), since, until)

    def rating_stats(self, since: datetime) -> Sequence[RatingStats]:
        """Return how each model was rated since an instant, deleted answers included."""
        with self._translated():
            return rating_stats.rating_stats(self._db(), since)

    def calls(self, wanted: CallFilter) -> Sequence[Listed]:
        """Return every call that ``wanted`` speaks of, newest first."""
        with self._translated():
            return listed.calls(self._db(), wanted)

    def answers(self, wanted: AnswerFilter, now: datetime) -> Sequence[Listed]:
        """Return every answer that ``wanted`` speaks of, newest first; see ``storage.listed``."""
        with self._translated():
            return listed.answers(self._db(), wanted, now)

    def billed_usage(self, since: datetime, until: datetime | None = None) -> Iterator[BilledUsage]:
        """Yield what each finished call of a period used, oldest first, one at a time.

        Consume it in the thread that asked, and soon: until it ends or is closed, the file's log
        of newer writes cannot be folded in.
        """
        with self._translated():
            yield from billing.billed_usage(self._db(), since, until)

    def replayed(self, since: datetime) -> Replayed:
        """Return what giving answers again was worth since an instant."""
        with self._translated():
            return replays.replayed(self._db(), since)

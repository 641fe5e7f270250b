"""Everything the stats screen shows, read at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from itertools import groupby
from typing import TYPE_CHECKING

from app.account import Account, read_account
from app.experiments import read_results
from app.periods import Periods, span_start
from providers.learning.outcomes import AnswerOutcome
from storage.listed import is_judged
from storage.spending import GroupBy

if TYPE_CHECKING:
    from app.runtime import Runtime
    from providers.experiments.results import ExperimentResults
    from storage.call_stats import DaySpend, ErrorCount, LatencyCount
    from storage.outcomes import OutcomeRow
    from storage.rating_stats import RatingStats
    from storage.spending import UsageStats


@dataclass(frozen=True, slots=True)
class Total:
    """What calls came to.

    Args:
        requests: calls that ended, in whatever way.
        successes: calls that brought an answer.
        cost: US dollars known to be spent.
        unknown: calls whose cost is unknown.
    """

    requests: int = 0
    successes: int = 0
    cost: Decimal = Decimal(0)
    unknown: int = 0

    @property
    def per_request(self) -> Decimal | None:
        """US dollars a call, None where that is not known of all."""
        return self.cost / self.requests if self.requests and not self.unknown else None

    @property
    def per_success(self) -> Decimal | None:
        """US dollars for each call that brought an answer, those that did not included."""
        return self.cost / self.successes if self.successes and not self.unknown else None


@dataclass(frozen=True, slots=True)
class KeptStats:
    """How many answers of a model were kept, among those of which that is known."""

    provider: str
    model: str
    kept: int
    judged: int


@dataclass(frozen=True, slots=True)
class Figures:
    """One span of time.

    Args:
        now: when it was read, in the person's time zone.
        since: when the span begins.
        anything: whether there was ever a call.
        experiment: None where there is, and was, none.
    """

    now: datetime
    since: datetime
    anything: bool
    today: Total
    month: Total
    total: Total
    days: Sequence[DaySpend]
    providers: Sequence[UsageStats]
    models: Sequence[UsageStats]
    errors: Sequence[ErrorCount]
    latencies: Sequence[LatencyCount]
    kept: Sequence[KeptStats]
    ratings: Sequence[RatingStats]
    account: Account
    experiment: ExperimentResults | None

    @property
    def names(self) -> Sequence[str]:
        """Every provider that was asked, by name."""
        return [row.key for row in self.providers]

    @property
    def first_day(self) -> date:
        """The first day that there is something to show of."""
        began = self.since.astimezone(self.now.tzinfo).date()
        first = min((row.day for row in self.days), default=self.now.date())
        return max(began, first) if began.year == 1970 else began


def read_figures(runtime: Runtime, now: datetime, days: int | None) -> Figures:
    """Read the ledger. Blocks for some tenths of a second with 10,000 calls: use a thread.

    Args:
        runtime: the ledger, the providers and their prices.
        now: with the person's time zone.
        days: how far back, today included; None is from the beginning.

    Raises:
        DatabaseError: the ledger cannot be read.
    """
    reader, periods, since = runtime.reader, Periods.at(now), span_start(now, days)
    rows = reader.days(since)
    return Figures(
        now=now,
        since=since,
        anything=bool(rows) or reader.has_calls(),
        today=total_of(reader.days(periods.today)),
        month=total_of(reader.days(periods.month)),
        total=total_of(rows),
        days=rows,
        providers=reader.stats(GroupBy.PROVIDER, since),
        models=reader.stats(GroupBy.MODEL, since),
        errors=reader.errors(since),
        latencies=reader.latencies(since),
        kept=kept_stats(reader.outcomes(since, now)),
        ratings=reader.rating_stats(since),
        account=read_account(runtime, since),
        experiment=read_results(runtime),
    )


def total_of(days: Sequence[DaySpend]) -> Total:
    """Return what some days came to together."""
    return Total(
        requests=sum(row.requests for row in days),
        successes=sum(row.successes for row in days),
        cost=sum((row.cost for row in days), Decimal(0)),
        unknown=sum(row.unknown for row in days),
    )


def kept_stats(rows: Sequence[OutcomeRow]) -> Sequence[KeptStats]:
    """Return how many answers of each model were kept, ordered by name."""
    judged = sorted(
        (row.provider, row.model, row.outcome is AnswerOutcome.KEPT)
        for row in rows
        if is_judged(row)
    )
    found = []
    for (provider, model), group in groupby(judged, key=lambda each: each[:2]):
        kept = [each[2] for each in group]
        found.append(KeptStats(provider, model, sum(kept), len(kept)))
    return tuple(found)

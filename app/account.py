"""What routing was worth over a period: money saved, and how good the predictions were."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING

from providers.billing.pricing import PriceBook
from providers.config import ProviderConfig
from providers.learning.calibration import CalibrationError
from providers.learning.savings import Savings, SavingsMeter
from providers.usage import Usage

if TYPE_CHECKING:
    from app.runtime import Runtime
    from storage.billing import BilledUsage
    from storage.replays import Replayed

_ANSWERED = "ok"


@dataclass(frozen=True, slots=True)
class Hedges:
    """Backup calls of a period and what they cost, in US dollars, as far as that is known."""

    calls: int = 0
    cost: Decimal = Decimal(0)


@dataclass(frozen=True, slots=True)
class Account:
    """One period.

    Args:
        savings: what was really spent against always asking the same.
        best, primary: whom that compares with; None where there is no such provider.
        hedges: backup calls.
        cost, latency: how good the latest predictions were, None without any.
        replayed: answers given again from the cache.
    """

    savings: Savings
    best: ProviderConfig | None
    primary: ProviderConfig | None
    hedges: Hedges
    cost: CalibrationError | None
    latency: CalibrationError | None
    replayed: Replayed

    @property
    def savings_words(self) -> str:
        """What was saved, in a sentence; empty where there is nothing to compare."""
        if self.best is None or not self.savings.requests:
            return ""
        primary = self.primary
        # Against itself the primary would only be told twice.
        named = primary is not None and _key(primary) != _key(self.best)
        return self.savings.words(
            best=f"{self.best.name}/{self.best.model}",
            primary=primary.name if primary is not None and named else None,
        )


def read_account(runtime: Runtime, since: datetime) -> Account:
    """Return the account since ``since``. Reads every call of the period: use a thread.

    Args:
        runtime: the ledger, the providers and their prices.
        since: when the period begins.

    Raises:
        DatabaseError: the ledger cannot be read.
    """
    best, primary = _best(runtime), _primary(runtime)
    hedges = _HedgeCounter()
    calls = hedges.counted(runtime.reader.billed_usage(since))
    savings = _savings(calls, runtime.parts.prices, best, primary)
    return Account(
        savings=savings,
        best=best,
        primary=primary,
        hedges=hedges.total,
        cost=runtime.parts.cost_calibration.error(),
        latency=runtime.parts.latency_calibration.error(),
        replayed=runtime.reader.replayed(since),
    )


class _HedgeCounter:
    """Counts the backups among calls that pass by."""

    def __init__(self) -> None:
        self.total = Hedges()

    def counted(self, calls: Iterable[BilledUsage]) -> Iterable[BilledUsage]:
        for call in calls:
            if call.hedge:
                cost = self.total.cost + (call.cost or Decimal(0))
                self.total = Hedges(self.total.calls + 1, cost)
            yield call


def _savings(
    calls: Iterable[BilledUsage],
    prices: PriceBook,
    best: ProviderConfig | None,
    primary: ProviderConfig | None,
) -> Savings:
    """Compare what each answer cost with what its usage would have cost elsewhere.

    Calls without an answer (failed, stopped, beaten by a backup) are the price of routing: they
    have no counterpart and are added to what was really spent.
    """
    meter = SavingsMeter()
    unanswered = Decimal(0)
    for call in calls:
        if call.outcome != _ANSWERED:
            unanswered += call.cost or Decimal(0)
            continue
        usage = Usage(
            call.input_tokens,
            call.output_tokens,
            cached_tokens=call.cached_tokens,
            cache_write_tokens=call.cache_write_tokens,
            reasoning_tokens=call.reasoning_tokens,
        )
        meter.add(
            call.cost,
            None if best is None else prices.cost(best, usage),
            None if primary is None else prices.cost(primary, usage),
        )
    told = meter.report()
    return replace(
        told,
        actual_best=told.actual_best + unanswered,
        actual_primary=told.actual_primary + unanswered,
    )


def _best(runtime: Runtime) -> ProviderConfig | None:
    """Return the model of the best quality among those that can be asked, as of now."""
    quality = runtime.parts.quality
    return max(
        _models(runtime), key=lambda model: quality.quality(model, model.model).value, default=None
    )


def _primary(runtime: Runtime) -> ProviderConfig | None:
    name = runtime.settings.primary_provider
    return next((model for model in _models(runtime) if model.name == name), None)


def _models(runtime: Runtime) -> Sequence[ProviderConfig]:
    factory = runtime.factory
    return [
        variant
        for config in factory.config
        if factory.provider(config.name) is not None
        for variant in config.variants()
    ]


def _key(config: ProviderConfig) -> tuple[str, str]:
    return config.name, config.model

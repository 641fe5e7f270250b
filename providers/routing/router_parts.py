"""The parts a router works with."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import date
from time import monotonic

from providers.adaptive.book import AdaptiveBook
from providers.alerts.call_log import CallLog
from providers.answer_cache import AnswerCache, MemoryCache
from providers.billing.ledger import Ledger
from providers.billing.memory_ledger import InMemoryLedger
from providers.billing.pricing import PriceBook
from providers.experiments.book import ExperimentBook
from providers.learning.allowance import AllowanceBook
from providers.learning.calibration import Calibration
from providers.learning.estimate import TokenEstimator
from providers.learning.health import HealthMonitor
from providers.learning.metrics import MetricsBook
from providers.learning.prompt_cache import PromptCache
from providers.learning.quality import QualityBook
from providers.learning.savings import SavingsMeter
from providers.routing.backoff import Backoff
from providers.routing.turnstile import Turnstile


def local_today() -> date:
    """Return the person's calendar day, on which daily limits are counted."""
    return date.today()


@dataclass(slots=True)
class RouterParts:
    """What a router works with and learns into; every part can be replaced, which tests do.

    Several routers may share one, so that what was measured survives a change of settings.

    Args:
        ledger: reserves and books money.
        monitor: recent outcomes and breakers.
        prices: what tokens cost.
        estimator: tokens before they are counted.
        backoff: waits between retries.
        cache: which prompts providers still hold.
        quality: priors and the person's ratings.
        turnstile: calls under way and in the queue.
        metrics: counts since the start.
        cost_calibration: predicted against real US dollars.
        latency_calibration: predicted against real seconds.
        savings: what routing saved.
        answers: answers to give again.
        allowances: what providers say is left of their rate limits.
        calls: the calls that ended, for alerts.
        adaptive: what became of answers.
        experiments: the answers of experiments.
        clock: monotonic seconds.
        sleep: waits between retries.
        today: the person's calendar day.
    """

    ledger: Ledger = field(default_factory=InMemoryLedger)
    monitor: HealthMonitor = field(default_factory=HealthMonitor)
    prices: PriceBook = field(default_factory=PriceBook)
    estimator: TokenEstimator = field(default_factory=TokenEstimator)
    backoff: Backoff = field(default_factory=Backoff)
    cache: PromptCache = field(default_factory=PromptCache)
    quality: QualityBook = field(default_factory=QualityBook)
    turnstile: Turnstile = field(default_factory=Turnstile)
    metrics: MetricsBook = field(default_factory=MetricsBook)
    cost_calibration: Calibration = field(default_factory=Calibration)
    latency_calibration: Calibration = field(default_factory=Calibration)
    savings: SavingsMeter = field(default_factory=SavingsMeter)
    answers: AnswerCache = field(default_factory=MemoryCache)
    allowances: AllowanceBook = field(default_factory=AllowanceBook)
    calls: CallLog = field(default_factory=CallLog)
    adaptive: AdaptiveBook = field(default_factory=AdaptiveBook)
    experiments: ExperimentBook = field(default_factory=ExperimentBook)
    clock: Callable[[], float] = monotonic
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep
    today: Callable[[], date] = local_today

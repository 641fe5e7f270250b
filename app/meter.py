"""What an answer costs while it is still growing."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal

from providers.billing.pricing import PriceBook
from providers.config import ProviderConfig
from providers.events import AttemptStarted
from providers.learning.estimate import estimate_text
from providers.usage import Usage


@dataclass(slots=True)
class _Running:
    """One call under way: its input is on the bill from the start."""

    config: ProviderConfig
    input_tokens: int
    output_tokens: float = 0.0


class LiveMeter:
    """Counts one exchange: its finished attempts exactly, those under way by estimate.

    There are two of them while a backup races with a provider that is slow to begin.

    Args:
        prices: what tokens cost.
        clock: monotonic seconds.
    """

    def __init__(self, prices: PriceBook, clock: Callable[[], float]) -> None:
        self._prices = prices
        self._clock = clock
        self._running: dict[int, _Running] = {}
        self._speaking: _Running | None = None
        self._first_at: float | None = None
        self._earlier: Decimal | None = Decimal(0)

    def start(self, event: AttemptStarted, config: ProviderConfig) -> None:
        """An attempt begins.

        Args:
            event: what is known of it.
            config: its provider, with the model that is asked.
        """
        self._speaking = _Running(config, event.input_tokens)
        self._running[event.position] = self._speaking
        self._first_at = None

    def add(self, text: str) -> None:
        """A piece of text or reasoning has come."""
        if self._speaking is None:
            return
        if self._first_at is None:
            self._first_at = self._clock()
        # Pieces are shorter than words, so a rounded estimate of each would add up to too much.
        self._speaking.output_tokens += len(text) / 4 if text.isascii() else estimate_text(text)

    def attempt_failed(self, position: int, cost: Decimal | None) -> None:
        """An attempt ended without an answer, at ``cost`` (None: unknown)."""
        self._end(position, cost)

    def attempt_cancelled(self, position: int) -> None:
        """An attempt was stopped because another one was first; what it read is paid for."""
        stopped = self._running.get(position)
        self._end(position, Decimal(0) if stopped is None else self._cost_of(stopped))

    @property
    def cost(self) -> Decimal | None:
        """US dollars so far, None when a price is unknown."""
        total = self._earlier
        for running in self._running.values():
            total = _sum(total, self._cost_of(running))
        return total

    @property
    def tokens_per_second(self) -> float | None:
        """Speed since the first token, None before it."""
        if self._first_at is None or self._speaking is None:
            return None
        elapsed = self._clock() - self._first_at
        return self._speaking.output_tokens / elapsed if elapsed > 0 else None

    def _end(self, position: int, cost: Decimal | None) -> None:
        self._running.pop(position, None)
        self._earlier = _sum(self._earlier, cost)
        # With two under way nobody has spoken yet: who is left will.
        self._speaking = next(iter(self._running.values()), None)

    def _cost_of(self, running: _Running) -> Decimal | None:
        usage = Usage(running.input_tokens, round(running.output_tokens))
        return self._prices.cost(running.config, usage)


def variant_of(config: ProviderConfig, model: str) -> ProviderConfig:
    """Return a provider's configuration with the model that is asked, and its price."""
    return next((each for each in config.variants() if each.model == model), config)


def _sum(one: Decimal | None, other: Decimal | None) -> Decimal | None:
    return None if one is None or other is None else one + other

"""What an answer costs while it is still growing."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

from providers.config import ProviderConfig
from providers.estimate import estimate_text
from providers.events import AttemptStarted
from providers.pricing import PriceBook
from providers.usage import Usage


class LiveMeter:
    """Counts one exchange: its finished attempts exactly, the running one by estimate.

    Args:
        prices: what tokens cost.
        clock: monotonic seconds.
    """

    def __init__(self, prices: PriceBook, clock: Callable[[], float]) -> None:
        self._prices = prices
        self._clock = clock
        self._config: ProviderConfig | None = None
        self._input_tokens = 0
        self._output_tokens = 0.0
        self._first_at: float | None = None
        self._earlier: Decimal | None = Decimal(0)

    def start(self, event: AttemptStarted, config: ProviderConfig) -> None:
        """An attempt begins: its input is on the bill."""
        self._config = config
        self._input_tokens = event.input_tokens
        self._output_tokens = 0.0
        self._first_at = None

    def add(self, text: str) -> None:
        """A piece of text or reasoning has come."""
        if self._first_at is None:
            self._first_at = self._clock()
        # Pieces are shorter than words, so a rounded estimate of each would add up to too much.
        self._output_tokens += len(text) / 4 if text.isascii() else estimate_text(text)

    def attempt_failed(self, cost: Decimal | None) -> None:
        """The running attempt ended without an answer, at ``cost`` (None: unknown)."""
        self._earlier = None if cost is None or self._earlier is None else self._earlier + cost
        self._config = None

    @property
    def cost(self) -> Decimal | None:
        """US dollars so far, None when a price is unknown."""
        if self._earlier is None or self._config is None:
            return self._earlier
        usage = Usage(self._input_tokens, round(self._output_tokens))
        running = self._prices.cost(self._config, usage)
        return None if running is None else self._earlier + running

    @property
    def tokens_per_second(self) -> float | None:
        """Speed since the first token, None before it."""
        if self._first_at is None:
            return None
        elapsed = self._clock() - self._first_at
        return self._output_tokens / elapsed if elapsed > 0 else None

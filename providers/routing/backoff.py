"""How long to wait before asking the same provider again."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from random import random

from providers.errors import ProviderError


@dataclass(frozen=True, slots=True)
class Backoff:
    """Exponential backoff with full jitter.

    Source: Marc Brooker, "Exponential Backoff And Jitter", AWS Architecture Blog, 2015: a wait
    drawn evenly between nothing and the exponential step spreads clients best.

    Args:
        base: the first step, in seconds.
        ceiling: the longest step, in seconds.
        patience: the longest Retry-After, in seconds, that is waited for; a later deadline
            is left to the breaker, and the next provider answers instead.
        random: draws from [0, 1).
    """

    base: float = 0.25
    ceiling: float = 4.0
    patience: float = 2.0
    random: Callable[[], float] = random

    def delay(self, retry: int, error: ProviderError) -> float | None:
        """Return the seconds to wait before retry number ``retry`` (from 1), None for never.

        Args:
            retry: which retry this would be.
            error: why the last call failed.
        """
        if not error.may_retry:
            return None
        if error.retry_after is not None:
            return error.retry_after if error.retry_after <= self.patience else None
        step: float = min(self.base * 2.0 ** (retry - 1), self.ceiling)
        return step * self.random()

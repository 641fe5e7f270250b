"""What one call would mean in tokens and dollars, and whether the limits leave room for it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_FLOOR, Decimal

from providers.billing.ledger import SpendLimit, Standing
from providers.billing.money import format_usd
from providers.billing.pricing import PriceBook
from providers.billing.rate_card import RateCard
from providers.config import ProviderConfig
from providers.errors import BudgetExceeded, ContextTooLong
from providers.learning.estimate import Key, RequestSize, TokenEstimator
from providers.learning.prompt_cache import PromptCache
from providers.messages import ChatRequest
from providers.routing.choice import Shortage

DEFAULT_CEILING = 4096
"""Output tokens a limited provider may generate when nobody set ``max_tokens``."""
_SURELY = 1.25
"""How far an estimate must exceed a context window for the call not to be worth a try: estimates
are off by a quarter easily, and the provider says at no cost when it is really too much."""
_LEAST_ANSWER = 128
"""Fewer output tokens than this are not worth a call."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What calling a candidate for this request would mean.

    Args:
        size: the request before calibration.
        input_tokens: expected input.
        prefix_tokens: the part of it that the candidate may have in its prompt cache.
        output_tokens: expected output.
        max_tokens: the ceiling to send, lowered so that the worst case fits the limits.
        predicted_cost, worst_case: US dollars, None when the price is unknown.
    """

    size: RequestSize
    input_tokens: int
    prefix_tokens: int
    output_tokens: int
    max_tokens: int | None
    predicted_cost: Decimal | None
    worst_case: Decimal | None

    @property
    def asked_ceiling(self) -> bool:
        """Whether a ceiling is sent, so that an answer that ends there is no surprise."""
        return self.max_tokens is not None


class NoRoom(BudgetExceeded):
    """The limits leave no room for a useful answer; ``shortage`` says which, and by how much."""

    def __init__(self, shortage: Shortage, *, provider: str, model: str) -> None:
        super().__init__(_words(shortage), provider=provider, model=model)
        self.shortage = shortage


def _words(shortage: Shortage) -> str:
    needed, allowed = shortage.needed, format_usd(shortage.dollars)
    need = "" if needed is None else f", this may cost {format_usd(needed)}"
    if shortage.spent is None:
        return f"{shortage.limit} {allowed} a request{need}"
    return f"{shortage.limit} {allowed}, {format_usd(shortage.spent)} spent{need}"


class _TooLittle(Exception):  # stays in this file
    """A limit leaves less than ``needed`` US dollars."""

    def __init__(self, needed: Decimal) -> None:
        super().__init__(needed)
        self.needed = needed


@dataclass(frozen=True, slots=True)
class Limits:
    """What a provider's calls must fit into.

    Args:
        per_request: US dollars for one call, None without a limit.
        by_period: the limits over time.
        standings: how much of each of those is used, in their order.
    """

    per_request: Decimal | None = None
    by_period: tuple[SpendLimit, ...] = ()
    standings: Sequence[Standing] = ()

    @property
    def left(self) -> Decimal | None:
        """What one call may cost at most, None without a limit.

        What calls under way have reserved is left out: it may come back, and the ledger has the
        last word when the call is made.
        """
        if not self.by_period:
            return self.per_request
        bounds = [
            max(Decimal(0), limit.dollars - standing.spent)
            for limit, standing in zip(self.by_period, self.standings, strict=True)
        ]
        if self.per_request is not None:
            bounds.append(self.per_request)
        return min(bounds)

    def shortage(self, needed: Decimal | None, provider: str) -> Shortage:
        """Return which limit stands in the way, with its numbers.

        Args:
            needed: US dollars that the call may cost, None when unknown.
            provider: whose limits these are.
        """
        left = self.left
        for limit, standing in zip(self.by_period, self.standings, strict=True):
            if max(Decimal(0), limit.dollars - standing.spent) == left:
                return Shortage(limit.name, limit.dollars, standing.spent, needed, limit.provider)
        return Shortage("limit", self.per_request or Decimal(0), None, needed, provider)


NO_LIMITS = Limits()


class Planner:
    """Predicts what a request means to a candidate.

    Args:
        lower_max_tokens: shorten answers that a limit leaves no room for, instead of refusing.
    """

    def __init__(
        self,
        prices: PriceBook,
        estimator: TokenEstimator,
        cache: PromptCache,
        *,
        lower_max_tokens: bool = False,
    ) -> None:
        self._prices = prices
        self._estimator = estimator
        self._cache = cache
        self._lower = lower_max_tokens

    def outlook(
        self,
        config: ProviderConfig,
        request: ChatRequest,
        limits: Limits,
        *,
        size: RequestSize,
        prefix_tokens: int = 0,
    ) -> tuple[Decimal | None, int]:
        """Return expected US dollars and output tokens: all that a ranking needs of a plan.

        Args and errors are those of ``plan``.
        """
        if limits is not NO_LIMITS:
            plan = self.plan(config, request, limits, size=size, prefix_tokens=prefix_tokens)
            return plan.predicted_cost, plan.output_tokens
        read = self._estimator.input_tokens((config.name, config.model), size.tokens)
        asked = config.max_tokens if request.max_tokens is None else request.max_tokens
        ceiling = self._fitting(config, read, asked)
        return self._expected(config, read, ceiling, prefix_tokens)

    def plan(
        self,
        config: ProviderConfig,
        request: ChatRequest,
        limits: Limits,
        *,
        size: RequestSize,
        prefix_tokens: int = 0,
    ) -> Plan:
        """Return what the call would mean.

        Args:
            config: the provider, with the candidate's model.
            request: what would be sent.
            limits: what it must fit into.
            size: the request's, from ``measure``.
            prefix_tokens: from ``PromptCache.expected``.

        Raises:
            BudgetExceeded: the limits leave no room for a useful answer.
            ContextTooLong: the model takes less than is to be sent.
        """
        key: Key = (config.name, config.model)
        card = self._prices.card(config)
        read = self._estimator.input_tokens(key, size.tokens)
        most_read = self._estimator.most_input_tokens(key, size)
        asked = config.max_tokens if request.max_tokens is None else request.max_tokens
        ceiling = self._fitting(config, read, asked)
        if (left := limits.left) is not None:
            ceiling = ceiling or DEFAULT_CEILING
            if card is not None:
                try:
                    ceiling = self._affordable(card, most_read, ceiling, left)
                except _TooLittle as error:
                    shortage = limits.shortage(error.needed, config.name)
                    raise NoRoom(shortage, provider=config.name, model=config.model) from None
            elif left <= 0:
                # Without a price only a limit that is used up can stop the call.
                shortage = limits.shortage(None, config.name)
                raise NoRoom(shortage, provider=config.name, model=config.model)
        predicted, said = self._expected(config, read, ceiling, prefix_tokens)
        worst = None if card is None else card.price(most_read, ceiling or DEFAULT_CEILING)
        return Plan(size, read, prefix_tokens, said, ceiling, predicted, worst)

    def _expected(
        self, config: ProviderConfig, read: int, ceiling: int | None, prefix_tokens: int
    ) -> tuple[Decimal | None, int]:
        key: Key = (config.name, config.model)
        said = self._estimator.output_tokens(key)
        if ceiling is not None and ceiling < said:
            said = ceiling
        card = self._prices.card(config)
        if card is None:
            return None, said
        cached = self._cache.cached_tokens(key, prefix_tokens) if prefix_tokens else 0
        return card.price(read, said, min(cached, read)), said

    def _fitting(self, config: ProviderConfig, read: int, ceiling: int | None) -> int | None:
        """Return ``ceiling`` as far as the model's context has room for it."""
        window = self._prices.context_window(config)
        if window is None:
            return ceiling
        if read > _SURELY * window:
            raise ContextTooLong(
                f"takes {window:,} tokens, the conversation has about {read:,}",
                provider=config.name,
                model=config.model,
            )
        return None if ceiling is None else min(ceiling, max(window - read, _LEAST_ANSWER))

    def _affordable(self, card: RateCard, read: int, ceiling: int, left: Decimal) -> int:
        if card.price(read, ceiling) <= left:
            return ceiling
        nothing_said = card.price(read, 0)
        per_token = card.price(read, 1) - nothing_said
        room = (left - nothing_said) / per_token if per_token else Decimal(-1)
        affordable = int(room.to_integral_value(ROUND_FLOOR))
        least = min(_LEAST_ANSWER, ceiling) if self._lower else ceiling
        if affordable < least:
            raise _TooLittle(nothing_said + per_token * least)
        return affordable

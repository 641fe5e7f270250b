"""Configuration of the routing core as a whole."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from providers.config import (
    BUILT_IN,
    AnthropicConfig,
    CustomConfig,
    GoogleConfig,
    GroqConfig,
    LocalConfig,
    OpenAIConfig,
    ProviderConfig,
    Strategy,
    Timeouts,
)
from providers.errors import ConfigError


@dataclass(frozen=True, kw_only=True)
class MultiLLMConfig:
    """Everything the factory needs to know.

    Args:
        primary_provider: the name ``manual`` uses and other strategies prefer on a tie.
        routing_strategy: see ``Strategy``; a string is accepted.
        enable_fallback: go on with another provider when one fails.
        fallback_providers: names in the order to fall back; empty means in ranked order.
        openai, anthropic, google, groq, local: the built-in providers that take part.
        custom: OpenAI-compatible endpoints, any number.
        cost_limit_per_provider: US dollars one request may cost at most, by provider name.
        daily_cost_limits: US dollars per local calendar day, by provider name.
        timeout_seconds: patience for the first event; twice that between two events.
        max_retries: how often one provider is asked again before the next one is.
        timeouts: overrides what ``timeout_seconds`` implies.

    Raises:
        ConfigError: names the offending key and the allowed values.
    """

    primary_provider: str | None = None
    routing_strategy: Strategy = Strategy.COST
    enable_fallback: bool = True
    fallback_providers: Sequence[str] = ()
    openai: OpenAIConfig | None = None
    anthropic: AnthropicConfig | None = None
    google: GoogleConfig | None = None
    groq: GroqConfig | None = None
    local: LocalConfig | None = None
    custom: Sequence[CustomConfig] = ()
    cost_limit_per_provider: Mapping[str, Decimal] = field(default_factory=dict)
    daily_cost_limits: Mapping[str, Decimal] = field(default_factory=dict)
    timeout_seconds: float = 30.0
    max_retries: int = 3
    timeouts: Timeouts | None = None

    def __post_init__(self) -> None:
        object.__setattr__(self, "routing_strategy", parse_strategy(self.routing_strategy))
        if self.timeout_seconds <= 0:
            raise ConfigError(
                f"timeout_seconds must be more than 0, not {self.timeout_seconds}",
                key="timeout_seconds",
            )
        if self.max_retries < 0:
            raise ConfigError(
                f"max_retries must be 0 or more, not {self.max_retries}", key="max_retries"
            )
        names = [provider.name for provider in self]
        for name in names:
            if names.count(name) > 1:
                raise ConfigError(f"two providers are called {name!r}", key=f"providers.{name}")
        self._check_names(names)
        for table in ("cost_limit_per_provider", "daily_cost_limits"):
            self._check_limits(table)

    def __iter__(self) -> Iterator[ProviderConfig]:
        built_in = (self.openai, self.anthropic, self.google, self.groq)
        yield from (provider for provider in built_in if provider is not None)
        yield from self.custom
        if self.local is not None:
            yield self.local

    def _check_names(self, names: Sequence[str]) -> None:
        # A limit or chain may name a built-in provider that has no key yet: that is no mistake.
        known = [*BUILT_IN, *(name for name in names if name not in BUILT_IN)]
        used: list[tuple[str, str]] = [
            *(("fallback_providers", name) for name in self.fallback_providers),
            *((f"cost_limit_per_provider.{n}", n) for n in self.cost_limit_per_provider),
            *((f"daily_cost_limits.{n}", n) for n in self.daily_cost_limits),
        ]
        if self.primary_provider is not None:
            used.append(("primary_provider", self.primary_provider))
        for key, name in used:
            if name not in known:
                raise ConfigError(
                    f"{key.split('.')[0]} names {name!r}, which is no provider;"
                    f" known are {', '.join(known)}",
                    key=key,
                )

    def _check_limits(self, table: str) -> None:
        limits: Mapping[str, Decimal | float | int] = getattr(self, table)
        for name, value in limits.items():
            if Decimal(str(value)) < 0:
                raise ConfigError(
                    f"{table}.{name} must be 0 or more dollars, not {value}", key=f"{table}.{name}"
                )
        exact = {name: Decimal(str(value)) for name, value in limits.items()}
        object.__setattr__(self, table, exact)

    @property
    def effective_timeouts(self) -> Timeouts:
        """``timeouts``, or what ``timeout_seconds`` implies."""
        if self.timeouts is not None:
            return self.timeouts
        patience = self.timeout_seconds
        return Timeouts(
            connect=min(10.0, patience),
            first_token=patience,
            # Reasoning models think in silence between their first event and their first word.
            idle=2 * patience,
            total=max(600.0, patience),
            plain=4 * patience,
        )


def parse_strategy(value: str) -> Strategy:
    """Return the strategy called ``value``.

    Raises:
        ConfigError: there is none of that name; the message lists those there are.
    """
    try:
        return Strategy(value)
    except ValueError:
        allowed = ", ".join(strategy.value for strategy in Strategy)
        raise ConfigError(
            f"{value!r} is no routing strategy; allowed are {allowed}", key="routing_strategy"
        ) from None

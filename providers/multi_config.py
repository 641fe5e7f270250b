"""Configuration of the routing core as a whole."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from typing import cast

from providers.adaptive.wishes import Adaptive
from providers.caching import Caching
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
from providers.experiments.experiment import Arm, Experiment
from providers.hedging import Hedging
from providers.quality.judging import Judging
from providers.rules import RoutingRule
from providers.tasks import Target, TaskTable, read_tasks


class AnswerFault(StrEnum):
    """What can be wrong with an answer that came whole."""

    REFUSED = "refused"
    EMPTY = "empty"
    TRUNCATED = "truncated"
    POOR = "poor"


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
        monthly_cost_limits: US dollars per local calendar month, by provider name.
        daily_budget: US dollars per local calendar day, all providers together.
        monthly_budget: US dollars per local calendar month, all providers together.
        lower_max_tokens: where a limit leaves less than the worst case of an answer, ask for a
            shorter one, instead of passing such a provider over.
        fallback_on: what is wrong with an answer so that the next provider is asked. An answer
            counts as truncated when it ended at a length that nobody asked for; it is kept, and
            given after all when nobody else answers. A poor one is one below
            ``quality_threshold``; it is kept likewise.
        rules: the table of the strategy ``rules``, first match first.
        otherwise: the strategy where no rule matches.
        hedging: ask a second provider when the first is slow to begin; None never does.
        tasks: whom to ask first for a kind of task (see ``TaskKind``), whatever the strategy but
            ``manual`` and ``experiment``: ``{"code": ["anthropic", "openai/gpt-6.1-terra"]}``.
        experiment: what the strategy ``experiment`` tries.
        caching: give an answer again to the same question; None never does.
        quality_threshold: the score, above 0 to 1, below which an answer is poor (see
            ``providers.quality.assess``); None asks nobody else on account of it.
        adaptive: what the strategy ``adaptive`` weighs, and how much it may try.
        judge: have a model judge a share of the answers, behind them; None has none.
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
    monthly_cost_limits: Mapping[str, Decimal] = field(default_factory=dict)
    daily_budget: Decimal | None = None
    monthly_budget: Decimal | None = None
    lower_max_tokens: bool = False
    fallback_on: Collection[AnswerFault] = frozenset(AnswerFault)
    rules: Sequence[RoutingRule] = ()
    otherwise: Strategy = Strategy.DYNAMIC
    hedging: Hedging | None = None
    tasks: Mapping[str, Sequence[str | Target]] = field(default_factory=dict)
    experiment: Experiment | None = None
    caching: Caching | None = None
    quality_threshold: float | None = None
    judge: Judging | None = None
    adaptive: Adaptive = field(default_factory=Adaptive)

    def __post_init__(self) -> None:
        object.__setattr__(self, "routing_strategy", parse_strategy(self.routing_strategy))
        object.__setattr__(self, "otherwise", _parse_otherwise(self.otherwise))
        object.__setattr__(self, "fallback_on", _parse_faults(self.fallback_on))
        if self.routing_strategy is Strategy.RULES and not self.rules:
            raise ConfigError(
                "the strategy 'rules' needs at least one rule, in rules", key="routing_strategy"
            )
        if self.timeout_seconds <= 0:
            raise ConfigError(
                f"timeout_seconds must be more than 0, not {self.timeout_seconds}",
                key="timeout_seconds",
            )
        if self.quality_threshold is not None and not 0 < self.quality_threshold <= 1:
            raise ConfigError(
                "quality_threshold must be above 0 and at most 1 (leave it out to ask nobody else"
                f" on account of quality), not {self.quality_threshold}",
                key="quality_threshold",
            )
        if self.max_retries < 0:
            raise ConfigError(
                f"max_retries must be 0 or more, not {self.max_retries}", key="max_retries"
            )
        names = [provider.name for provider in self]
        for name in names:
            if names.count(name) > 1:
                raise ConfigError(f"two providers are called {name!r}", key=f"providers.{name}")
        self._check_models()
        self._check_names(names)
        if self.routing_strategy is Strategy.EXPERIMENT and self.experiment is None:
            raise ConfigError(
                "the strategy 'experiment' needs one, in experiment", key="routing_strategy"
            )
        for table in _LIMIT_TABLES:
            self._check_limits(table)
        for budget in _BUDGETS:
            self._check_budget(budget)

    def _check_budget(self, name: str) -> None:
        dollars = getattr(self, name)
        if dollars is None:
            return
        exact = Decimal(str(dollars))
        if exact < 0:
            raise ConfigError(f"{name} must be 0 or more dollars, not {dollars}", key=name)
        object.__setattr__(self, name, exact)

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
            *((f"{table}.{n}", n) for table in _LIMIT_TABLES for n in getattr(self, table)),
            *(("rules", rule.provider) for rule in self.rules),
            *((f"tasks.{kind}", t.provider) for kind, ts in self.task_table.items() for t in ts),
            *(("experiment.arms", arm.provider) for arm in self._arms),
        ]
        if self.primary_provider is not None:
            used.append(("primary_provider", self.primary_provider))
        if self.judge is not None:
            used.append(("judge.provider", self.judge.provider))
        for key, name in used:
            if name not in known:
                raise ConfigError(
                    f"{key.split('.')[0]} names {name!r}, which is no provider;"
                    f" known are {', '.join(known)}",
                    key=key,
                )

    def _check_models(self) -> None:
        models = {c.name: [variant.model for variant in c.variants()] for c in self}
        object.__setattr__(self, "tasks", read_tasks(self.tasks, models))
        used = [
            *(("a rule", "rules", rule.provider, rule.model) for rule in self.rules),
            *(("an arm", "experiment.arms", arm.provider, arm.model) for arm in self._arms),
        ]
        if self.judge is not None:
            used.append(("the judge", "judge.model", self.judge.provider, self.judge.model))
        for what, key, provider, model in used:
            known = models.get(provider)
            if model is not None and known is not None and model not in known:
                raise ConfigError(
                    f"{what} names the model {model!r}, which {provider} does not list;"
                    f" it has {', '.join(known)} (add it to its models)",
                    key=key,
                )

    @property
    def task_table(self) -> TaskTable:
        """``tasks``, with its words understood."""
        return cast("TaskTable", self.tasks)

    @property
    def _arms(self) -> Sequence[Arm]:
        return self.experiment.arms if self.experiment else ()

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


_BUDGETS = ("daily_budget", "monthly_budget")
_LIMIT_TABLES = ("cost_limit_per_provider", "daily_cost_limits", "monthly_cost_limits")


def _parse_otherwise(value: str) -> Strategy:
    strategy = parse_strategy(value)
    if strategy in {Strategy.RULES, Strategy.MANUAL, Strategy.EXPERIMENT}:
        raise ConfigError(
            f"otherwise says what to do where no rule matches, {value!r} does not", key="otherwise"
        )
    return strategy


def _parse_faults(values: Collection[str]) -> frozenset[AnswerFault]:
    try:
        return frozenset(AnswerFault(value) for value in values)
    except ValueError:
        allowed = ", ".join(fault.value for fault in AnswerFault)
        raise ConfigError(
            f"fallback_on may hold {allowed}, not {', '.join(sorted(values))}", key="fallback_on"
        ) from None


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

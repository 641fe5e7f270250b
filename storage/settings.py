"""The person's settings: everything ``config.toml`` may say, as parsed values."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import TypeVar

from providers.adaptive.wishes import Adaptive
from providers.alerts.rules import AlertRule, Severity
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
from providers.experiments.experiment import Experiment
from providers.hedging import Hedging
from providers.multi_config import AnswerFault, MultiLLMConfig
from providers.quality.judging import Judging
from providers.rules import RoutingRule
from providers.tasks import Target
from storage.config_catalogue import CatalogueEntry
from storage.config_notice import LogLevel, Notify

__all__ = ["AlertRule", "Settings", "Severity"]

C = TypeVar("C", bound=ProviderConfig)


def _defaults() -> dict[str, ProviderConfig]:
    return {name: config() for name, config in BUILT_IN.items()}


@dataclass(frozen=True, kw_only=True)
class Settings:
    """What the file says, and the defaults where it is silent. Holds no keys.

    Args:
        routing_strategy, otherwise, primary_provider, enable_fallback, fallback_providers,
        cost_limit_per_provider, daily_cost_limits, monthly_cost_limits, daily_budget,
        monthly_budget,
        lower_max_tokens, timeout_seconds, max_retries, timeouts, hedging, rules: as in
            ``MultiLLMConfig``.
        fallback_on: likewise, but an answer that was cut off is kept and marked here.
        quality_threshold, judge: as in ``MultiLLMConfig``.
        providers: every provider by name, the built-in ones included.
        disabled: names with ``enabled = false``.
        alerts: the person's own rules; the defaults hold besides, see ``providers.alerts``.
        catalogue: local models of the person's own choice that can be fetched.
        system_prompt: sent with every conversation, None sends none.
        theme: a Textual theme's name, None leaves the default.
        keys: chosen keys by the binding's name; empty takes the key away.
        titles: have the cheapest model name new conversations.
        notify: how to call the person when an answer ends behind another window.
        log: how much is written into the log file.
        tasks, experiment, adaptive: as in ``MultiLLMConfig``.
        caching: likewise, but on.
    """

    routing_strategy: Strategy = Strategy.COST
    otherwise: Strategy = Strategy.DYNAMIC
    primary_provider: str | None = None
    enable_fallback: bool = True
    fallback_providers: tuple[str, ...] = ()
    fallback_on: frozenset[AnswerFault] = frozenset({AnswerFault.REFUSED, AnswerFault.EMPTY})
    cost_limit_per_provider: Mapping[str, Decimal] = field(default_factory=dict)
    daily_cost_limits: Mapping[str, Decimal] = field(default_factory=dict)
    monthly_cost_limits: Mapping[str, Decimal] = field(default_factory=dict)
    lower_max_tokens: bool = False
    timeout_seconds: float = 30.0
    max_retries: int = 3
    timeouts: Timeouts | None = None
    hedging: Hedging | None = None
    quality_threshold: float | None = None
    judge: Judging | None = None
    rules: tuple[RoutingRule, ...] = ()
    providers: Mapping[str, ProviderConfig] = field(default_factory=_defaults)
    disabled: frozenset[str] = frozenset()
    alerts: tuple[AlertRule, ...] = ()
    catalogue: tuple[CatalogueEntry, ...] = ()
    daily_budget: Decimal | None = None
    monthly_budget: Decimal | None = None
    system_prompt: str | None = None
    theme: str | None = None
    keys: Mapping[str, str] = field(default_factory=dict)
    titles: bool = True
    notify: Notify = Notify.BELL
    log: LogLevel = LogLevel.INFO
    tasks: Mapping[str, Sequence[str]] = field(default_factory=dict)
    caching: Caching | None = field(default_factory=Caching)
    experiment: Experiment | None = None
    adaptive: Adaptive = field(default_factory=Adaptive)

    @property
    def active_rules(self) -> tuple[RoutingRule, ...]:
        """The rules that name a provider which may answer."""
        return tuple(rule for rule in self.rules if rule.provider not in self.disabled)

    @property
    def active_experiment(self) -> Experiment | None:
        """The experiment, while every one of its arms may answer: others would get their share."""
        experiment = self.experiment
        if experiment is None or any(arm.provider in self.disabled for arm in experiment.arms):
            return None
        return experiment

    @property
    def active_judge(self) -> Judging | None:
        """The judge, while its provider may answer."""
        gone = self.judge is not None and self.judge.provider in self.disabled
        return None if gone else self.judge

    def to_core(self, keys: Mapping[str, str | None]) -> MultiLLMConfig:
        """Return the core's configuration with every enabled provider and its key.

        Args:
            keys: by provider name, as ``KeyStore.keys()`` returns them.

        Raises:
            ConfigError: a value is out of range. Settings that were loaded from a file have
                passed this already.
        """
        # Those without a key take part too: the router passes them over and can say so.
        taking_part = [
            provider.with_key(keys.get(name))
            for name, provider in self.providers.items()
            if name not in self.disabled
        ]
        # A disabled provider may still be named in limits, chains and rules.
        known = {*BUILT_IN, *(provider.name for provider in taking_part)}
        gone = self.disabled - known
        primary = self.primary_provider
        strategy = self.routing_strategy
        if strategy is Strategy.RULES and self.rules and not self.active_rules:
            strategy = self.otherwise
        if strategy is Strategy.EXPERIMENT and self.experiment and not self.active_experiment:
            strategy = self.otherwise
        return MultiLLMConfig(
            routing_strategy=strategy,
            otherwise=self.otherwise,
            primary_provider=None if primary in gone else primary,
            enable_fallback=self.enable_fallback,
            fallback_providers=[name for name in self.fallback_providers if name not in gone],
            openai=_first(taking_part, OpenAIConfig),
            anthropic=_first(taking_part, AnthropicConfig),
            google=_first(taking_part, GoogleConfig),
            groq=_first(taking_part, GroqConfig),
            local=_first(taking_part, LocalConfig),
            custom=[config for config in taking_part if isinstance(config, CustomConfig)],
            cost_limit_per_provider=_without(self.cost_limit_per_provider, gone),
            daily_cost_limits=_without(self.daily_cost_limits, gone),
            monthly_cost_limits=_without(self.monthly_cost_limits, gone),
            daily_budget=self.daily_budget,
            monthly_budget=self.monthly_budget,
            lower_max_tokens=self.lower_max_tokens,
            fallback_on=self.fallback_on,
            timeout_seconds=self.timeout_seconds,
            max_retries=self.max_retries,
            timeouts=self.timeouts,
            hedging=self.hedging,
            quality_threshold=self.quality_threshold,
            judge=self.active_judge,
            rules=self.active_rules,
            tasks=_tasks_without(self.tasks, self.disabled),
            experiment=self.active_experiment,
            caching=self.caching,
            adaptive=self.adaptive,
        )


def _first(providers: Iterable[ProviderConfig], kind: type[C]) -> C | None:
    return next((provider for provider in providers if isinstance(provider, kind)), None)


def _tasks_without(
    tasks: Mapping[str, Sequence[str]], gone: frozenset[str]
) -> dict[str, Sequence[str]]:
    left = {
        kind: [entry for entry in entries if Target.parse(entry).provider not in gone]
        for kind, entries in tasks.items()
    }
    return {kind: entries for kind, entries in left.items() if entries}


def _without(limits: Mapping[str, Decimal], gone: frozenset[str]) -> dict[str, Decimal]:
    return {name: limit for name, limit in limits.items() if name not in gone}

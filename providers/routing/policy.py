"""From the configured strategy and one request's wishes to what the ranking goes by."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property

from providers.classify import Classification, classify
from providers.config import Strategy
from providers.messages import ChatRequest
from providers.multi_config import MultiLLMConfig
from providers.routing.choice import Favourite, Policy
from providers.routing.options import RouteOptions
from providers.rules import first_match


def strategy_of(config: MultiLLMConfig, options: RouteOptions) -> Strategy:
    """Return the strategy in force, as the person would call it."""
    if options.provider is not None:
        # Naming a provider is the manual strategy, whatever is configured.
        return Strategy.MANUAL
    return options.strategy or config.routing_strategy


def resolve(
    config: MultiLLMConfig, options: RouteOptions, request: ChatRequest, tokens: int
) -> Policy:
    """Return the policy for ``request``, with every strategy but the yardsticks decided.

    Args:
        config: the configured wishes.
        options: what this request asks for in their place.
        request: what is to be answered.
        tokens: the estimate for the whole request.
    """
    asked = _Asked(config, options, request, tokens)
    wish = asked.wish(strategy_of(config, options))
    return Policy(
        strategy=wish.strategy,
        primary=config.primary_provider,
        fallback_order=tuple(config.fallback_providers),
        enable_fallback=config.enable_fallback and not options.alone,
        favourite_only=options.alone,
        favourite=wish.favourite,
        then=wish.then,
        because=wish.because,
        task=asked.known.task if asked.known else None,
        complexity=asked.known.complexity if asked.known else None,
        arm=wish.arm,
    )


@dataclass(frozen=True, slots=True)
class _Wish:
    strategy: Strategy
    favourite: Favourite | None = None
    because: str = ""
    then: tuple[Favourite, ...] = ()
    arm: str | None = None


@dataclass
class _Asked:
    """One request, looked into only as far as somebody wants to know."""

    config: MultiLLMConfig
    options: RouteOptions
    request: ChatRequest
    tokens: int
    known: Classification | None = field(default=None, init=False)

    @cached_property
    def kind(self) -> Classification:
        self.known = classify(self.request, self.tokens)
        return self.known

    def wish(self, strategy: Strategy) -> _Wish:
        match strategy:
            case Strategy.MANUAL:
                return self._named()
            case Strategy.EXPERIMENT:
                return self._arm()
            case Strategy.RULES:
                return self._ruled()
            case _:
                return self._with_tasks(strategy)

    def _named(self) -> _Wish:
        options = self.options
        named = options.provider or self.config.primary_provider
        if named is None:
            return _Wish(Strategy.MANUAL, because="manual, but nobody is named")
        model = options.model if options.provider else None
        favourite = Favourite(named, model, "named by you", outranks_last_resort=True)
        return _Wish(Strategy.MANUAL, favourite)

    def _arm(self) -> _Wish:
        experiment, unit = self.config.experiment, self.options.unit
        if experiment is None:
            return _Wish(Strategy.QUALITY, because="no experiment is configured")
        if unit is None:
            because = f"experiment {experiment.name!r} draws an arm when it is asked"
            return _Wish(Strategy.QUALITY, because=because)
        arm = experiment.assign(unit)
        because = f"arm {arm.name!r} of the experiment {experiment.name!r}"
        favourite = Favourite(arm.provider, arm.model, because, outranks_last_resort=True)
        return _Wish(Strategy.QUALITY, favourite, arm=arm.name)

    def _ruled(self) -> _Wish:
        rule = first_match(self.config.rules, self.request, self.kind, self.tokens)
        wish = self._with_tasks(self.config.otherwise)
        if rule is not None:
            favourite = Favourite(rule.provider, rule.model, rule.label)
            return _Wish(wish.strategy, favourite, wish.because, wish.then)
        because = "; ".join(part for part in ("no rule matches", wish.because) if part)
        return _Wish(wish.strategy, None, because, wish.then)

    def _with_tasks(self, strategy: Strategy) -> _Wish:
        """Return the yardstick's wish, behind whom the table lists for this kind of task."""
        because = ""
        if strategy is Strategy.DYNAMIC:
            strategy, because = self.kind.yardstick, f"the question {self.kind.words}"
        elif strategy is Strategy.ADAPTIVE:
            self.kind  # noqa: B018  # usefulness is learned by it
        targets = self.config.task_table.get(self.kind.task, ()) if self.config.tasks else ()
        listed = f"listed for {self.kind.task.words}" if targets else ""
        then = tuple(
            # Whoever lists a last resort for something means it.
            Favourite(target.provider, target.model, listed, outranks_last_resort=True)
            for target in targets
        )
        return _Wish(strategy, None, because, then)

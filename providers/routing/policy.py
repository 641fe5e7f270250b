"""From the configured strategy and one request's wishes to what the ranking goes by."""

from __future__ import annotations

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
    """Return the policy for ``request``, with ``dynamic`` and ``rules`` decided.

    Args:
        config: the configured wishes.
        options: what this request asks for in their place.
        request: what is to be answered.
        tokens: the estimate for the whole request.
    """
    strategy = strategy_of(config, options)
    favourite: Favourite | None = None
    because = ""
    match strategy:
        case Strategy.MANUAL:
            named = options.provider or config.primary_provider
            if named is None:
                because = "manual, but nobody is named"
            else:
                model = options.model if options.provider else None
                favourite = Favourite(named, model, "named by you", outranks_last_resort=True)
        case Strategy.DYNAMIC:
            strategy, because = _by_the_question(classify(request, tokens))
        case Strategy.RULES:
            kind = classify(request, tokens)
            rule = first_match(config.rules, request, kind, tokens)
            strategy = config.otherwise
            if strategy is Strategy.DYNAMIC:
                strategy, because = _by_the_question(kind)
            if rule is not None:
                favourite = Favourite(rule.provider, rule.model, rule.label)
            else:
                because = "; ".join(part for part in ("no rule matches", because) if part)
        case _:
            pass
    return Policy(
        strategy=strategy,
        primary=config.primary_provider,
        fallback_order=tuple(config.fallback_providers),
        enable_fallback=config.enable_fallback and not options.alone,
        favourite_only=options.alone,
        favourite=favourite,
        because=because,
    )


def _by_the_question(kind: Classification) -> tuple[Strategy, str]:
    return kind.yardstick, f"the question {kind.words}"

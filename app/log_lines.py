"""What the log says of a question on its way: who was asked and what came of it, in numbers."""

from __future__ import annotations

import logging
from decimal import Decimal

from providers.errors import AllProvidersFailed
from providers.events import (
    AttemptCancelled,
    AttemptFailed,
    AttemptStarted,
    Completed,
    ReasoningDelta,
    RetryScheduled,
    RouteChosen,
    RouterEvent,
    TextDelta,
)


def line(what: str, /, **facts: object) -> str:
    """Return a line such as ``attempt provider=groq seconds=0.412``; None is left out."""
    told = (f"{name}={_word(fact)}" for name, fact in facts.items() if fact is not None)
    return " ".join((what, *told))


def log_event(log: logging.Logger, exchange: int, event: RouterEvent) -> None:
    """Note what happened on the way to an answer.

    Args:
        log: where to.
        exchange: its number.
        event: of its words nothing is noted.
    """
    match event:
        case TextDelta() | ReasoningDelta():
            return
        case RouteChosen():
            log.info("%s", _route(exchange, event))
        case AttemptStarted():
            log.debug(
                "%s",
                line(
                    "attempt-started",
                    exchange=exchange,
                    provider=event.provider,
                    model=event.model,
                    position=event.position,
                    predicted=event.predicted_cost,
                    input_tokens=event.input_tokens,
                    hedge=event.hedge or None,
                ),
            )
        case AttemptFailed():
            log.warning("%s", _failed(exchange, event))
        case AttemptCancelled():
            log.info(
                "%s",
                line(
                    "attempt-cancelled",
                    exchange=exchange,
                    provider=event.provider,
                    model=event.model,
                    seconds=event.latency,
                    cost=event.cost,
                ),
            )
        case RetryScheduled():
            log.info(
                "%s",
                line(
                    "retry",
                    exchange=exchange,
                    provider=event.provider,
                    model=event.model,
                    after=event.delay,
                    retry=event.retry,
                ),
            )
        case Completed():
            log.info("%s", _completed(exchange, event))


def log_nobody(log: logging.Logger, exchange: int, error: AllProvidersFailed) -> None:
    """Note that nobody answered, and of what kinds the causes were."""
    kinds = ",".join(dict.fromkeys(each.error.kind for each in error.attempts))
    budget = error.over_budget or None
    log.warning("%s", line("nobody", exchange=exchange, kinds=kinds or None, over_budget=budget))


def _route(exchange: int, event: RouteChosen) -> str:
    usable = sum(each.usable for each in event.candidates)
    return line(
        "route",
        exchange=exchange,
        strategy=event.strategy,
        provider=event.provider,
        model=event.model,
        usable=f"{usable}/{len(event.candidates)}",
        task=event.task,
        explored=event.explored or None,
        experiment="yes" if event.experiment is not None else None,
    )


def _failed(exchange: int, event: AttemptFailed) -> str:
    error = event.error
    return line(
        "attempt-failed",
        exchange=exchange,
        provider=event.provider,
        model=event.model,
        kind=error.kind,
        status=error.status,
        seconds=event.latency,
        retry_after=error.retry_after,
        cost=event.cost,
        next=event.next_provider or "nobody",
    )


def _completed(exchange: int, event: Completed) -> str:
    return line(
        "answered",
        exchange=exchange,
        provider=event.provider,
        model=event.model,
        attempt=event.position,
        finish=event.finish.kind.value,
        seconds=event.latency,
        first_token=event.time_to_first_token,
        input_tokens=event.usage.input_tokens,
        output_tokens=event.usage.output_tokens,
        cost=event.total_cost,
        cached=event.cached or None,
    )


def _word(fact: object) -> str:
    """Return a fact as one word: names from a configuration may hold anything."""
    match fact:
        case bool():
            return "yes" if fact else "no"
        case float():
            return f"{fact:.3f}"
        case Decimal():
            return f"{fact:f}"
        case _:
            return "_".join(str(fact).split()) or "-"

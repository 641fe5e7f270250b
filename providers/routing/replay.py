"""Giving an answer again that was given before, as if it were streamed, and keeping new ones."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal

from providers.answer_cache import AnswerCache, CachedAnswer, cache_key, temperature_of
from providers.caching import CacheUse, Caching
from providers.config import ProviderConfig
from providers.events import (
    Completed,
    FinishKind,
    ReasoningDelta,
    RouteChosen,
    RouterEvent,
    TextDelta,
)
from providers.messages import ChatRequest
from providers.routing.options import RouteOptions
from providers.usage import Usage

_GOOD_ENOUGH = 0.5
"""An answer that was assessed below this may be better the next time."""
_PIECE = 400
"""Characters in one delta: a screen paints them one after the other, as it does a stream's."""


class Replays:
    """Looks answers up before anybody is asked, and keeps those that came whole.

    Args:
        caching: the person's wishes, None keeps and finds nothing.
        cache: where answers are.
    """

    def __init__(self, caching: Caching | None, cache: AnswerCache) -> None:
        self._caching = caching
        self._cache = cache

    async def find(
        self, request: ChatRequest, config: ProviderConfig, options: RouteOptions
    ) -> CachedAnswer | None:
        """Return what ``config`` answered to the same before, None when it has to be asked."""
        caching = self._caching
        if caching is None or options.cache is not CacheUse.ON:
            return None
        if not _repeatable(request, config, caching):
            return None
        return await self._cache.get(cache_key(request, config), caching)

    async def keep(
        self, request: ChatRequest, config: ProviderConfig, options: RouteOptions, done: Completed
    ) -> None:
        """Keep the answer ``done`` of ``config``, if it is one to give again.

        An answer that was cut off, refused or is empty may be better the next time.
        """
        caching = self._caching
        if caching is None or options.cache is CacheUse.OFF or done.cached:
            return
        whole = done.finish.kind is FinishKind.STOP and bool(done.text.strip())
        if done.assessment is not None and done.assessment.score < _GOOD_ENOUGH:
            return
        if not whole or not _repeatable(request, config, caching):
            return
        answer = CachedAnswer(
            done.provider,
            done.model,
            done.text,
            done.reasoning,
            done.finish,
            done.usage,
            done.total_cost,
            done.latency,
            request.exchange_id,
        )
        await self._cache.put(cache_key(request, config), answer, caching)


def replay(answer: CachedAnswer, chosen: RouteChosen, latency: float) -> Iterator[RouterEvent]:
    """Yield a kept answer as the router yields a new one. Nobody is asked, nothing is billed.

    Args:
        answer: what was kept.
        chosen: who would be asked.
        latency: seconds it took to find it.
    """
    words = f"answered {_age_words(answer.age)} ago (cache)"
    if not chosen.explored:
        words += f"; {chosen.reason}"
    yield replace(
        chosen, provider=answer.provider, model=answer.model, reason=words, explored=False
    )
    if answer.reasoning:
        yield ReasoningDelta(answer.reasoning)
    for start in range(0, len(answer.text), _PIECE):
        yield TextDelta(answer.text[start : start + _PIECE])
    yield Completed(
        provider=answer.provider,
        model=answer.model,
        text=answer.text,
        reasoning=answer.reasoning,
        finish=answer.finish,
        usage=Usage(0, 0),
        cost=Decimal(0),
        total_cost=Decimal(0),
        latency=latency,
        time_to_first_token=latency,
        position=0,
        cached=True,
        saved=answer.cost,
    )


def _age_words(seconds: float) -> str:
    """Return how long ago something was, such as ``3 minutes``."""
    for size, name in ((86_400, "day"), (3600, "hour"), (60, "minute")):
        count = int(seconds // size)
        if count:
            return f"{count} {name}" if count == 1 else f"{count} {name}s"
    return "a moment"


def _repeatable(request: ChatRequest, config: ProviderConfig, caching: Caching) -> bool:
    # What a tool found yesterday may be something else today.
    tools = bool(request.tools) or any(message.tool_calls for message in request.messages)
    return not tools and caching.allows(temperature_of(request, config))

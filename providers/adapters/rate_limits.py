"""Reading the headers in which providers say what is left of their rate limits.

OpenAI and Groq: ``x-ratelimit-limit-requests``, ``-remaining-requests``, ``-reset-requests`` and
the same with ``-tokens``; the reset is a duration such as ``6m0s`` or ``120ms``. Many compatible
endpoints send the same. Anthropic: ``anthropic-ratelimit-requests-limit``, ``-remaining``,
``-reset`` and the same with ``tokens`` (the most restrictive token limit in effect); the reset is
an RFC 3339 instant. Google sends none. Sources: the providers' pages on rate limits.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime

from providers.adapters.retry_after import duration
from providers.quota import Meter, Quota

_LONGEST = 86_400.0
"""Seconds: daily limits exist; whoever says more is mistaken."""


def quota_of(headers: Mapping[str, str], *, now: datetime | None = None) -> Quota | None:
    """Return what ``headers`` say of rate limits, None when they say nothing.

    Args:
        headers: of a response, looked up in lower case.
        now: the current time, for tests.
    """
    requests = _openai(headers, "requests") or _anthropic(headers, "requests", now)
    tokens = _openai(headers, "tokens") or _anthropic(headers, "tokens", now)
    return Quota(requests, tokens) if requests or tokens else None


def _openai(headers: Mapping[str, str], what: str) -> Meter | None:
    remaining = _count(headers.get(f"x-ratelimit-remaining-{what}"))
    reset = headers.get(f"x-ratelimit-reset-{what}")
    if remaining is None or reset is None:
        return None
    seconds = duration(reset)
    limit = _count(headers.get(f"x-ratelimit-limit-{what}"))
    return None if seconds is None else Meter(limit, remaining, min(seconds, _LONGEST))


def _anthropic(headers: Mapping[str, str], what: str, now: datetime | None) -> Meter | None:
    remaining = _count(headers.get(f"anthropic-ratelimit-{what}-remaining"))
    reset = headers.get(f"anthropic-ratelimit-{what}-reset")
    if remaining is None or reset is None:
        return None
    try:
        instant = datetime.fromisoformat(reset)
    except ValueError:
        return None
    if instant.tzinfo is None:
        instant = instant.replace(tzinfo=UTC)
    seconds = (instant - (now or datetime.now(UTC))).total_seconds()
    limit = _count(headers.get(f"anthropic-ratelimit-{what}-limit"))
    return Meter(limit, remaining, min(max(seconds, 0.0), _LONGEST))


def _count(text: str | None) -> int | None:
    return int(text) if text is not None and text.isascii() and text.isdigit() else None

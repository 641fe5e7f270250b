"""Whether a provider accepts a key, found out without spending a token."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import Enum

from app.masked_address import UNREADABLE, masked_address
from providers.adapters import build_adapter
from providers.adapters.redaction import redact
from providers.config import Kind, ProviderConfig, Timeouts
from providers.errors import (
    AuthFailed,
    ProviderError,
    StreamInterrupted,
    TimedOut,
    Unavailable,
)

# The SDKs' own defaults, and the variables each of them honours.
_ADDRESSES: Mapping[Kind, tuple[str, str]] = {
    Kind.OPENAI: ("OPENAI_BASE_URL", "https://api.openai.com/v1"),
    Kind.ANTHROPIC: ("ANTHROPIC_BASE_URL", "https://api.anthropic.com"),
    Kind.GOOGLE: ("GOOGLE_GEMINI_BASE_URL", "https://generativelanguage.googleapis.com"),
    Kind.GROQ: ("GROQ_BASE_URL", "https://api.groq.com"),
}


class Verdict(Enum):
    """What came of asking a provider."""

    ACCEPTED = "accepted"
    REJECTED = "rejected"
    SILENT = "silent"
    """It could not be reached, or did not answer in time: the key was not judged."""
    TROUBLE = "trouble"
    """It answered, but neither yes nor no."""


@dataclass(frozen=True, slots=True)
class KeyReport:
    """What a provider said to a key.

    Args:
        verdict: in a word.
        seconds: until it was known.
        at: when that was.
        models: how many it lists, where it accepts the key.
        words: the provider's own words otherwise, redacted.
        status: the HTTP status that came with them.
    """

    verdict: Verdict
    seconds: float
    at: datetime
    models: int = 0
    words: str = ""
    status: int | None = None


async def check_key(config: ProviderConfig, timeouts: Timeouts) -> int:
    """Ask for the list of models with the key in ``config``; return how many there are.

    Raises:
        ProviderError: the provider does not accept the key, or does not answer.
    """
    adapter = build_adapter(config, timeouts)
    try:
        return len(await adapter.list_models())
    finally:
        await adapter.aclose()


async def report_key(
    config: ProviderConfig,
    timeouts: Timeouts,
    *,
    clock: Callable[[], float],
    now: Callable[[], datetime],
) -> KeyReport:
    """Ask the provider about the key in ``config`` and say what came of it.

    Args:
        config: with its key.
        timeouts: patience.
        clock: monotonic seconds.
        now: the time of day.
    """
    began = clock()
    try:
        models = await check_key(config, timeouts)
    except ProviderError as error:
        words = redact(error.message, config.api_key)
        return KeyReport(_verdict(error), clock() - began, now(), words=words, status=error.status)
    return KeyReport(Verdict.ACCEPTED, clock() - began, now(), models)


def address_of(config: ProviderConfig, environment: Mapping[str, str]) -> str:
    """Return where a provider is asked: as configured, by its SDK's variable, or its own.

    To be shown: without user, password and query.
    """
    variable, usual = _ADDRESSES.get(config.kind, ("", ""))
    address = config.base_url or environment.get(variable)
    return (masked_address(address) or UNREADABLE) if address else usual


def _verdict(error: ProviderError) -> Verdict:
    if isinstance(error, AuthFailed):
        return Verdict.REJECTED
    if isinstance(error, Unavailable | TimedOut | StreamInterrupted):
        # A server that says 500 was reached, and said nothing about the key either.
        return Verdict.SILENT
    return Verdict.TROUBLE

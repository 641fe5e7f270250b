"""Instants as text: UTC, ISO 8601 with milliseconds, so that text order is time order."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

Clock = Callable[[], datetime]
"""Tells the time, with a time zone. Injected, so that tests decide what time it is."""


def utc_now() -> datetime:
    """Return the current instant."""
    return datetime.now(UTC)


def to_text(instant: datetime) -> str:
    """Return ``instant`` as ``2026-11-22T22:35:01.250Z``.

    Raises:
        ValueError: ``instant`` has no time zone.
    """
    if instant.tzinfo is None:
        raise ValueError("an instant needs a time zone")
    utc = instant.astimezone(UTC).replace(tzinfo=None)
    return f"{utc.isoformat(timespec='milliseconds')}Z"


def from_text(text: str) -> datetime:
    """Return the instant that ``to_text`` wrote."""
    return datetime.fromisoformat(text)


def to_milliseconds(seconds: float | None) -> int | None:
    """Return ``seconds`` as whole milliseconds."""
    return None if seconds is None else round(seconds * 1000)


def to_seconds(milliseconds: int | None) -> float | None:
    """Return whole milliseconds as seconds."""
    return None if milliseconds is None else milliseconds / 1000

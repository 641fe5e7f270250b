"""How long a provider asks to wait, in each of the ways they say it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

_DURATION = re.compile(r"(?:(\d+)h)?(?:(\d+)m(?!s))?(?:(\d+(?:\.\d+)?)s)?(?:(\d+(?:\.\d+)?)ms)?")
_IN_WORDS = re.compile(r"(?:try again|retry) in ((?:\d+(?:\.\d+)?(?:ms|h|m|s))+)", re.IGNORECASE)


def retry_after(
    headers: Mapping[str, str], body: object, message: str, *, now: datetime | None = None
) -> float | None:
    """Return the seconds to wait, or None when the provider does not say.

    Looks, in this order, at ``retry-after-ms`` and ``retry-after`` (seconds or HTTP date, RFC 9110
    section 10.2.3), at Google's ``RetryInfo`` in the body, and at the words of the message.

    Args:
        headers: response headers, looked up in lower case.
        body: the parsed error body, or None.
        message: the provider's own words.
        now: the current time, for tests.
    """
    milliseconds = _number(headers.get("retry-after-ms"))
    if milliseconds is not None:
        return milliseconds / 1000
    header = headers.get("retry-after")
    if header:
        seconds = _number(header)
        return seconds if seconds is not None else _until(header, now or datetime.now(UTC))
    delay = _retry_info(body)
    if delay is None and (words := _IN_WORDS.search(message)):
        delay = words[1]
    return duration(delay) if delay else None


def _number(text: str | None) -> float | None:
    if text is None or not re.fullmatch(r"\s*\d{1,9}(\.\d+)?\s*", text):
        return None
    return float(text)


def _until(date: str, now: datetime) -> float | None:
    try:
        then = parsedate_to_datetime(date)
    except ValueError:
        return None
    if then.tzinfo is None:
        then = then.replace(tzinfo=UTC)
    return max(0.0, (then - now).total_seconds())


def _retry_info(body: object) -> str | None:
    """Find ``{"error": {"details": [{"retryDelay": "48s"}]}}``."""
    error = body.get("error") if isinstance(body, Mapping) else None
    details = error.get("details") if isinstance(error, Mapping) else None
    if not isinstance(details, list):
        return None
    for detail in details:
        if isinstance(detail, Mapping) and isinstance(detail.get("retryDelay"), str):
            return str(detail["retryDelay"])
    return None


def duration(text: str) -> float | None:
    """Read a duration such as ``1m26.4s``, ``48s`` or ``250ms``."""
    match = _DURATION.fullmatch(text)
    if match is None or not any(match.groups()):
        return None
    hours, minutes, seconds, milliseconds = (float(part or 0) for part in match.groups())
    return hours * 3600 + minutes * 60 + seconds + milliseconds / 1000

"""What lies between here and the providers: the clock and the proxies."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from contextlib import suppress
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from urllib.parse import urlsplit

from app.doctor.finding import Finding, fine, problem, warning
from app.doctor.patient import Patient
from app.key_check import address_of
from app.masked_address import masked_address
from providers.config import Kind

_PROXIES = ("HTTPS_PROXY", "HTTP_PROXY", "ALL_PROXY", "NO_PROXY")
_ODD, _BROKEN = 60.0, 300.0  # seconds of skew; certificates and signed requests allow minutes


async def check_clock(patient: Patient) -> Sequence[Finding]:
    """Return how far the clock is from that of the first provider that says the time."""
    addresses = {
        address_of(config, patient.environment)
        for name, config in patient.settings.providers.items()
        if config.kind is not Kind.LOCAL and name not in patient.settings.disabled
    }
    roots = sorted({root for address in addresses if (root := _root(address))})
    tasks = [asyncio.create_task(_time_at(root)) for root in roots]
    try:
        for ended in asyncio.as_completed(tasks):
            if (told := await ended) is not None:
                return [_judge(abs((datetime.now(UTC) - told).total_seconds()))]
    finally:
        for task in tasks:
            task.cancel()
    return [fine("Clock", "nobody could be asked for the time")]


def check_proxies(patient: Patient) -> Sequence[Finding]:
    """Return which proxies are set, without what is secret in them."""
    found: list[Finding] = []
    set_ = []
    for name in (*_PROXIES, *(each.lower() for each in _PROXIES)):
        if not (value := patient.environment.get(name)):
            continue
        if name.upper() == "NO_PROXY":
            set_.append(name)
            continue
        shown = masked_address(value)
        if shown is None:
            advice = f"write {name} as http://host:port, or unset it"
            found.append(problem("Proxy", f"{name} is no usable address", advice))
        else:
            set_.append(f"{name}={shown}")
    if set_:
        found.append(fine("Proxy", ", ".join(set_)))
    return found or [fine("Proxy", "none set")]


def _judge(skew: float) -> Finding:
    advice = "set the clock: certificates and keys are refused when it is wrong"
    if skew > _BROKEN:
        return problem("Clock", f"off by {skew / 60:.0f} min", advice)
    if skew > _ODD:
        return warning("Clock", f"off by {skew:.0f} s", advice)
    return fine("Clock", f"right, within {max(1.0, skew):.0f} s")


async def _time_at(root: str) -> datetime | None:
    """Return the time a server says it is; sends no key."""
    import httpx2

    with suppress(httpx2.HTTPError, httpx2.InvalidURL, OSError, ValueError, TypeError):
        async with httpx2.AsyncClient(timeout=4.0, follow_redirects=False) as client:
            response = await client.head(root)
            told = parsedate_to_datetime(response.headers.get("date", ""))
            return told if told.tzinfo else told.replace(tzinfo=UTC)
    return None


def _root(address: str) -> str | None:
    with suppress(ValueError):
        parts = urlsplit(address)
        if parts.scheme in ("http", "https") and parts.hostname:
            host = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
            return (
                f"{parts.scheme}://{host}:{parts.port}"
                if parts.port
                else f"{parts.scheme}://{host}"
            )
    return None

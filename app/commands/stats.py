"""``telex stats``: what was spent, on whom, and how they did."""

from __future__ import annotations

import argparse
import json
import sys
from datetime import datetime, timedelta
from typing import Any

from app.exit_codes import EXIT_ANSWERED
from app.periods import Periods
from app.readers import open_reader
from providers.money import format_usd
from storage.reader import Reader
from storage.spending import GroupBy, Spend, UsageStats


def stats(arguments: argparse.Namespace) -> int:
    """Run ``telex stats``; returns the exit code.

    Raises:
        TelexError: the database cannot be used.
    """
    now = datetime.now().astimezone()
    with open_reader() as reader:
        found = collect(reader, now, days=arguments.days)
    if arguments.json:
        sys.stdout.write(json.dumps(found) + "\n")
    else:
        _print(found)
    return EXIT_ANSWERED


def collect(reader: Reader, now: datetime, *, days: int) -> dict[str, Any]:
    """Return the contract's object: money as numbers of US dollars, times in seconds.

    Args:
        reader: the ledger.
        now: with the person's time zone.
        days: how far back the groups go.
    """
    periods = Periods.at(now)
    since = periods.today - timedelta(days=days - 1)
    return {
        "today": _spend(reader.spend(periods.today)),
        "month": _spend(reader.spend(periods.month)),
        "days": days,
        "total": _spend(reader.spend(since)),
        "providers": [_group(row) for row in reader.stats(GroupBy.PROVIDER, since)],
        "models": [_group(row) for row in reader.stats(GroupBy.MODEL, since)],
        "per_day": [_group(row) for row in reader.stats(GroupBy.DAY, since)],
    }


def _spend(spend: Spend) -> dict[str, Any]:
    return {
        "cost_usd": float(spend.cost),
        "unknown_costs": spend.unknown,
        "attempts": spend.attempts,
        "text": format_usd(spend.cost) + (" + ?" if spend.unknown else ""),
    }


def _group(row: UsageStats) -> dict[str, Any]:
    return {
        "key": row.key,
        "requests": row.requests,
        "successes": row.successes,
        "failures": row.failures,
        "cancelled": row.cancelled,
        "success_rate": row.success_rate,
        "latency_p50": row.latency_p50,
        "latency_p95": row.latency_p95,
        "ttft_p50": row.ttft_p50,
        "input_tokens": row.input_tokens,
        "output_tokens": row.output_tokens,
        "cached_tokens": row.cached_tokens,
        "cost_usd": float(row.cost),
        "unknown_costs": row.unknown_costs,
        "cost_text": format_usd(row.cost) + (" + ?" if row.unknown_costs else ""),
    }


def _print(found: dict[str, Any]) -> None:
    write = sys.stdout.write
    write(f"today {found['today']['text']}, this month {found['month']['text']}\n\n")
    if not found["providers"]:
        write("nothing was asked yet\n")
        return
    write(f"{'provider':<14}{'requests':>9}{'success':>9}{'p50':>8}{'p95':>8}{'spend':>14}\n")
    for row in found["providers"]:
        write(
            f"{row['key']:<14}{row['requests']:>9}{_percent(row['success_rate']):>9}"
            f"{_seconds(row['latency_p50']):>8}{_seconds(row['latency_p95']):>8}"
            f"{row['cost_text']:>14}\n"
        )
    write("\n")
    for row in found["per_day"]:
        write(f"{row['key']:<14}{row['requests']:>9}{row['cost_text']:>39}\n")


def _percent(rate: float | None) -> str:
    return "–" if rate is None else f"{rate:.0%}"


def _seconds(seconds: float | None) -> str:
    return "–" if seconds is None else f"{seconds:.1f} s"

"""``telex stats``: what was spent, on whom, and how they did."""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

from app.account import Account, read_account
from app.account_text import account_lines, accuracy_words
from app.budgets import Budget, read_budgets
from app.exit_codes import EXIT_ANSWERED
from app.json_values import dollars
from app.periods import Periods, span_start
from app.runtime import open_runtime
from app.stats_book import percent
from app.stats_figures import kept_stats, total_of
from providers.billing.money import format_usd
from providers.learning.calibration import PROMISED_COVERAGE, CalibrationError
from providers.sanitise import sanitise_line
from storage.spending import GroupBy, Spend, UsageStats

if TYPE_CHECKING:
    from app.runtime import Runtime
    from providers.config import ProviderConfig
    from storage.reader import Reader


def stats(arguments: argparse.Namespace) -> int:
    """Run ``telex stats``; returns the exit code.

    Raises:
        TelexError: the configuration or the database cannot be used.
    """
    found, lines = asyncio.run(_read(open_runtime(), arguments.days))
    if arguments.json:
        sys.stdout.write(json.dumps(found) + "\n")
    else:
        _print(found, lines)
    return EXIT_ANSWERED


async def _read(runtime: Runtime, days: int) -> tuple[dict[str, Any], list[tuple[str, str]]]:
    now = datetime.now().astimezone()
    since = span_start(now, days)
    try:
        account = read_account(runtime, since)
        budgets = await read_budgets(runtime.factory.config, runtime.parts)
        found = {
            **collect(runtime.reader, now, days=days),
            **_routing(account),
            "budgets": _budgets(budgets),
        }
        return found, account_lines(account, budgets)
    finally:
        await runtime.aclose()


def collect(reader: Reader, now: datetime, *, days: int) -> dict[str, Any]:
    """Return the contract's object: money as numbers of US dollars, times in seconds.

    Errors, latency buckets, ratings and kept answers count the same as the stats screen does.

    Args:
        reader: the ledger.
        now: with the person's time zone.
        days: how far back the groups go.
    """
    periods, since = Periods.at(now), span_start(now, days)
    by_provider = reader.days(since)
    total = total_of(by_provider)
    return {
        "today": _spend(reader.spend(periods.today)),
        "month": _spend(reader.spend(periods.month)),
        "days": days,
        "total": _spend(reader.spend(since)),
        "providers": [_group(row) for row in reader.stats(GroupBy.PROVIDER, since)],
        "models": [_group(row) for row in reader.stats(GroupBy.MODEL, since)],
        "per_day": [_group(row) for row in reader.stats(GroupBy.DAY, since)],
        "requests": total.requests,
        "successes": total.successes,
        "cost_per_request_usd": dollars(total.per_request),
        "cost_per_success_usd": dollars(total.per_success),
        "per_day_per_provider": [
            {
                "day": row.day.isoformat(),
                "provider": row.provider,
                "requests": row.requests,
                "successes": row.successes,
                "cost_usd": float(row.cost),
                "unknown_costs": row.unknown,
            }
            for row in by_provider
        ],
        "errors": [
            {"provider": row.provider, "error_type": row.error_type, "count": row.count}
            for row in reader.errors(since)
        ],
        "latency_buckets": [
            {
                "provider": row.provider,
                "from_s": row.took.low / 1000,
                "to_s": None if row.took.high is None else row.took.high / 1000,
                "count": row.count,
            }
            for row in reader.latencies(since)
        ],
        "ratings": [
            {
                "provider": row.provider,
                "model": row.model,
                "count": row.count,
                "good": row.good,
                "bad": row.bad,
                "mean": row.mean,
            }
            for row in reader.rating_stats(since)
        ],
        "kept": [
            {
                "provider": row.provider,
                "model": row.model,
                "kept": row.kept,
                "judged": row.judged,
            }
            for row in kept_stats(reader.outcomes(since, now))
        ],
    }


def _routing(account: Account) -> dict[str, Any]:
    saved = account.savings
    return {
        "savings": {
            "requests": saved.requests,
            "against_best": {
                **_whom(account.best),
                "compared": saved.compared_best,
                "actual_usd": float(saved.actual_best),
                "always_usd": float(saved.always_best),
                "saved_usd": dollars(saved.saved_best),
                "share": saved.share_best,
            },
            "against_primary": {
                **_whom(account.primary),
                "compared": saved.compared_primary,
                "actual_usd": float(saved.actual_primary),
                "always_usd": float(saved.always_primary),
                "saved_usd": dollars(saved.saved_primary),
                "share": saved.share_primary,
            },
            "text": account.savings_words,
        },
        "calibration": {
            "cost": _calibration(account.cost),
            "latency": _calibration(account.latency),
        },
        "hedging": {"calls": account.hedges.calls, "cost_usd": float(account.hedges.cost)},
    }


def _whom(config: ProviderConfig | None) -> dict[str, str | None]:
    return {
        "provider": None if config is None else config.name,
        "model": None if config is None else config.model,
    }


def _calibration(error: CalibrationError | None) -> dict[str, Any] | None:
    if error is None:
        return None
    return {
        "pairs": error.pairs,
        "coverage": error.coverage,
        "promised_coverage": PROMISED_COVERAGE,
        "mean_abs_log_error": error.mean_abs_log_error,
        "bias": error.bias,
        "text": accuracy_words(error),
    }


def _budgets(budgets: Sequence[Budget]) -> list[dict[str, Any]]:
    return [
        {
            "name": budget.name,
            "provider": budget.provider,
            "limit_usd": float(budget.dollars),
            "used_usd": float(budget.used),
            "share": budget.share,
            "text": budget.words,
        }
        for budget in budgets
    ]


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


def _print(found: dict[str, Any], lines: Sequence[tuple[str, str]]) -> None:
    write = sys.stdout.write
    write(f"today {found['today']['text']}, this month {found['month']['text']}\n\n")
    for label, words in lines:
        write(f"{label:<14}{sanitise_line(words)}\n")
    if lines:
        write("\n")
    if not found["providers"]:
        write("nothing was asked yet\n")
        return
    write(f"{'provider':<14}{'requests':>9}{'success':>9}{'p50':>8}{'p95':>8}{'spend':>14}\n")
    for row in found["providers"]:
        write(
            f"{row['key']:<14}{row['requests']:>9}{percent(row['success_rate']):>9}"
            f"{_seconds(row['latency_p50']):>8}{_seconds(row['latency_p95']):>8}"
            f"{row['cost_text']:>14}\n"
        )
    write("\n")
    for row in found["errors"]:
        write(f"{row['provider']:<14}{row['count']:>9} failed: {row['error_type']}\n")
    if found["errors"]:
        write("\n")
    for row in found["per_day"]:
        write(f"{row['key']:<14}{row['requests']:>9}{row['cost_text']:>39}\n")


def _seconds(seconds: float | None) -> str:
    return "–" if seconds is None else f"{seconds:.1f} s"

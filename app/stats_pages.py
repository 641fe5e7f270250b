"""The sections on models, on speed and on errors."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from app.stats_book import Book, Page, money, percent, share_of
from storage.call_filter import CallFilter, CallState, Took
from storage.call_stats import BUCKETS
from widgets.figure_list import Figure, FigureGroup
from widgets.provider_marks import marks
from widgets.views import seconds_text

if TYPE_CHECKING:
    from app.stats_figures import Figures
    from storage.call_stats import ErrorCount, LatencyCount
    from storage.spending import UsageStats

_ANSWERED = frozenset({CallState.OK})
_FAILED = frozenset({CallState.FAILED})
_STOPPED = frozenset({CallState.CANCELLED, CallState.ABANDONED})
_NOTHING = "Nothing was asked in this time · p looks further back"


def models_page(figures: Figures) -> Page:
    """Return who answered, and how: a line for each model."""
    book, known = Book(), marks(figures.names)
    lines = []
    for row in figures.models:
        provider, model = row.key.split("/", 1)
        wanted = CallFilter(figures.since, provider=provider, model=model)
        facts = (
            f"{row.requests:,}",
            percent(row.success_rate),
            seconds_text(row.ttft_p50),
            seconds_text(row.latency_p50),
            seconds_text(row.latency_p95),
            money(row.cost, row.unknown_costs, provider=provider),
        )
        name = f"{provider} · {model}"
        lines.append(Figure(name, facts, mark=known[provider], opens=book.opens(wanted, name)))
    columns = ("requests", "success", "first token", "p50", "p95", "spend")
    group = FigureGroup("who answered", columns, tuple(lines), _NOTHING)
    return Page((group,), book.pages)


def speed_page(figures: Figures) -> Page:
    """Return how long answers took: percentiles, and how the times are distributed."""
    book, known = Book(), marks(figures.names)
    answered = [row for row in figures.providers if row.successes]
    by_provider: defaultdict[str, list[LatencyCount]] = defaultdict(list)
    for row in figures.latencies:
        by_provider[row.provider].append(row)
    summary = FigureGroup(
        "speed",
        ("answers", "first token p50", "p95", "answer p50", "p95"),
        tuple(
            Figure(
                row.key,
                _speed_facts(row),
                mark=known[row.key],
                opens=book.opens(_answers_of(figures, row.key), f"{row.key} · answered"),
            )
            for row in answered
        ),
        _NOTHING if not figures.providers else "Nobody has answered in this time",
    )
    most = max((row.count for row in figures.latencies), default=0)
    groups = [summary]
    for name, rows in by_provider.items():
        counts = {row.took: row.count for row in rows}
        places = [place for place, took in enumerate(BUCKETS) if took in counts]
        lines = []
        for took in BUCKETS[places[0] : places[-1] + 1]:
            count = counts.get(took, 0)
            wanted = _answers_of(figures, name, took)
            opens = book.opens(wanted, f"{name} · {took_words(took)}") if count else None
            share = share_of(count, most)
            lines.append(Figure(took_words(took), (f"{count:,}",), share, known[name], opens=opens))
        groups.append(FigureGroup(f"{name}, time to the whole answer", (), tuple(lines)))
    return Page(groups, book.pages)


def errors_page(figures: Figures) -> Page:
    """Return how often providers answered, and what went wrong."""
    book, known = Book(), marks(figures.names)
    summary = FigureGroup(
        "success",
        ("requests", "success", "failed", "stopped"),
        tuple(
            Figure(
                row.key,
                (
                    f"{row.requests:,}",
                    percent(row.success_rate),
                    f"{row.failures:,}",
                    f"{row.cancelled:,}",
                ),
                mark=known[row.key],
                opens=book.opens(CallFilter(figures.since, provider=row.key), row.key),
            )
            for row in figures.providers
        ),
        _NOTHING,
    )
    if not figures.providers:
        return Page((summary,), book.pages)
    most = max((row.count for row in figures.errors), default=0)
    errors = FigureGroup(
        "errors by type",
        (),
        tuple(_error(book, figures, row, most) for row in figures.errors),
        "No call has failed in this time",
    )
    stopped = tuple(
        Figure(
            row.key,
            (f"{row.cancelled:,}",),
            mark=known[row.key],
            opens=book.opens(
                CallFilter(figures.since, provider=row.key, outcomes=_STOPPED),
                f"{row.key} · stopped",
            ),
        )
        for row in figures.providers
        if row.cancelled
    )
    groups = [summary, errors]
    if stopped:
        title = "stopped by you, by a quicker backup, or by the end of telex"
        groups.append(FigureGroup(title, (), stopped))
    return Page(groups, book.pages)


def took_words(took: Took) -> str:
    """Return a part of the times in words, such as ``1 to 1.5 s``."""
    if took.high is None:
        return f"over {took.low / 1000:g} s"
    if not took.low:
        return f"under {took.high / 1000:g} s"
    return f"{took.low / 1000:g} to {took.high / 1000:g} s"


def _answers_of(figures: Figures, provider: str, took: Took | None = None) -> CallFilter:
    return CallFilter(figures.since, provider=provider, outcomes=_ANSWERED, took=took)


def _speed_facts(row: UsageStats) -> tuple[str, ...]:
    times = (row.ttft_p50, row.ttft_p95, row.latency_p50, row.latency_p95)
    return (f"{row.successes:,}", *map(seconds_text, times))


def _error(book: Book, figures: Figures, row: ErrorCount, most: int) -> Figure:
    wanted = CallFilter(
        figures.since, provider=row.provider, outcomes=_FAILED, error_type=row.error_type
    )
    label = f"{row.provider} · {row.error_type}"
    return Figure(
        label,
        (f"{row.count:,}",),
        share=share_of(row.count, most),
        mark=marks(figures.names)[row.provider],
        opens=book.opens(wanted, label),
    )

"""The section on money: over time, by provider, and of each limit."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING

from app.periods import BEGINNING, Grain, Periods, Stretch, span_words, stretch_of, stretches
from app.stats_book import Behind, Book, Page, each, money, share_of
from app.stats_figures import Total, total_of
from storage.call_filter import CallFilter
from widgets.figure_list import Figure, FigureGroup
from widgets.provider_marks import marks
from widgets.stacked_columns import Column, Part

if TYPE_CHECKING:
    from app.budgets import Budget
    from app.stats_figures import Figures
    from storage.call_stats import DaySpend

_COLUMNS = ("spend", "requests", "a request", "an answer")
_DAILY = "daily"
_HEDGING = "hedging"


def spend_page(figures: Figures, budgets: Sequence[Budget], days: int | None) -> Page:
    """Return what was spent.

    Args:
        figures: what was read.
        budgets: every limit over time.
        days: the span, None is from the beginning.
    """
    book = Book()
    return Page(
        (
            _totals(book, figures, days),
            _providers(book, figures),
            *_limits(book, figures, budgets),
        ),
        book.pages,
    )


def spend_columns(figures: Figures, grain: Grain) -> tuple[Sequence[Column], Sequence[Behind]]:
    """Return a column for each stretch of the span, also where nothing was asked."""
    by_stretch: defaultdict[Stretch, list[DaySpend]] = defaultdict(list)
    for row in figures.days:
        by_stretch[stretch_of(row.day, grain)].append(row)
    # A day of another time zone may lie outside of the span: it is shown all the same.
    known = [row.day for row in figures.days]
    first = min([figures.first_day, *known])
    last = max([figures.now.date(), *known])
    columns, behind = [], []
    for stretch in stretches(first, last, grain):
        rows = by_stretch[stretch]
        columns.append(_column(stretch, rows, grain, figures.now.date()))
        wanted = CallFilter(figures.since, days=(stretch.first, stretch.last))
        behind.append(Behind(wanted, columns[-1].title))
    return columns, behind


def _column(stretch: Stretch, rows: Sequence[DaySpend], grain: Grain, today: date) -> Column:
    by_provider: defaultdict[str, list[DaySpend]] = defaultdict(list)
    for row in rows:
        by_provider[row.provider].append(row)
    totals = {name: total_of(found) for name, found in sorted(by_provider.items())}
    everything = total_of(rows)
    return Column(
        label=_label(stretch, grain),
        title=_title(stretch, grain, today),
        parts=tuple(
            Part(name, float(total.cost), money(total.cost, total.unknown, provider=name))
            for name, total in totals.items()
        ),
        text=money(everything.cost, everything.unknown) if rows else "",
        unknown=bool(everything.unknown),
    )


def _label(stretch: Stretch, grain: Grain) -> str:
    match grain:
        case Grain.DAY:
            return f"{stretch.first:%d}"
        case Grain.WEEK:
            return f"{stretch.first:%d.%m}"
        case Grain.MONTH:
            return f"{stretch.first:%b}"


def _title(stretch: Stretch, grain: Grain, today: date) -> str:
    year = "" if stretch.first.year == today.year else f" {stretch.first:%Y}"
    match grain:
        case Grain.DAY:
            return "today" if stretch.first == today else f"{stretch.first:%a %d %B}{year}"
        case Grain.WEEK:
            return f"{stretch.first:%d %b} to {stretch.last:%d %b}{year}"
        case Grain.MONTH:
            return f"{stretch.first:%B %Y}"


def _totals(book: Book, figures: Figures, days: int | None) -> FigureGroup:
    periods = Periods.at(figures.now)
    spans = (
        ("today", figures.today, periods.today),
        ("this month", figures.month, periods.month),
        (span_words(days), figures.total, figures.since),
    )
    return FigureGroup(
        "spend",
        ("", *_COLUMNS[1:]),
        tuple(
            Figure(label, _facts(total), opens=book.opens(CallFilter(since), label))
            for label, total, since in spans
        ),
    )


def _providers(book: Book, figures: Figures) -> FigureGroup:
    rows: defaultdict[str, list[DaySpend]] = defaultdict(list)
    for row in figures.days:
        rows[row.provider].append(row)
    totals = {name: total_of(found) for name, found in sorted(rows.items())}
    most = max((float(total.cost) for total in totals.values()), default=0.0)
    known = marks(totals)
    return FigureGroup(
        "by provider",
        ("", *_COLUMNS[1:]),
        tuple(
            Figure(
                name,
                _facts(total, provider=name),
                share=share_of(float(total.cost), most),
                mark=known[name],
                opens=book.opens(CallFilter(figures.since, provider=name), name),
            )
            for name, total in totals.items()
        ),
        "Nothing was asked in this time · p looks further back",
    )


def _facts(total: Total, *, provider: str = "") -> tuple[str, ...]:
    return (
        money(total.cost, total.unknown, provider=provider),
        f"{total.requests:,}",
        each(total.per_request),
        each(total.per_success),
    )


def _limits(book: Book, figures: Figures, budgets: Sequence[Budget]) -> Sequence[FigureGroup]:
    if not budgets:
        return ()
    known = marks(budget.provider for budget in budgets if budget.provider is not None)
    return (
        FigureGroup(
            "limits",
            (),
            tuple(
                Figure(
                    budget.provider or ("backups" if _HEDGING in budget.name else "all providers"),
                    (budget.words,),
                    share=budget.fill,
                    mark=known.get(budget.provider or ""),
                    opens=book.opens(limit_filter(budget, figures.now.date()), _named(budget)),
                    warn=budget.fill >= 0.8,
                )
                for budget in budgets
            ),
        ),
    )


def limit_filter(budget: Budget, today: date) -> CallFilter:
    """Return the calls that count towards a limit; those under way have reserved a part of it."""
    first = today if budget.name.startswith(_DAILY) else today.replace(day=1)
    return CallFilter(
        BEGINNING,
        provider=budget.provider,
        days=(first, date.max),
        outcomes=None,
        hedge=_HEDGING in budget.name,
    )


def _named(budget: Budget) -> str:
    whose = f"{budget.provider} " if budget.provider is not None else ""
    return f"{whose}{budget.name}: {budget.words}"

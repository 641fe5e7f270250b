"""Numbers on a page, each with the list that is behind it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from app.views import cost_text
from providers.billing.money import format_usd

if TYPE_CHECKING:
    from decimal import Decimal

    from app.exchange_lists import ExchangeFilter
    from widgets.figure_list import FigureGroup

UNKNOWN = "\N{EN DASH}"


@dataclass(frozen=True, slots=True)
class Behind:
    """What is behind a number.

    Args:
        wanted: which calls or answers.
        title: what the number is about.
    """

    wanted: ExchangeFilter
    title: str


@dataclass(slots=True)
class Book:
    """Gives each list a number while a page is put together."""

    pages: list[Behind] = field(default_factory=list)

    def opens(self, wanted: ExchangeFilter, title: str) -> int:
        """Return the number of the list behind a figure."""
        self.pages.append(Behind(wanted, title))
        return len(self.pages) - 1


@dataclass(frozen=True, slots=True)
class Page:
    """One section: what is painted, and what is behind it."""

    groups: Sequence[FigureGroup]
    behind: Sequence[Behind]


def money(cost: Decimal, unknown: int, *, provider: str = "") -> str:
    """Return a sum of money; a trailing "+ ?" says that some prices were unknown."""
    known = cost_text(cost, provider=provider)
    return f"{known} + ?" if unknown else known


def each(cost: Decimal | None) -> str:
    """Return what one of many cost, a dash where that is not known."""
    return UNKNOWN if cost is None else format_usd(cost)


def share_of(value: float, most: float) -> float:
    """Return the length of a bar among others."""
    return value / most if most > 0 else 0.0


def percent(rate: float | None) -> str:
    """Return a share for the eye; what is not all never looks like all."""
    if rate is None:
        return UNKNOWN
    return f"{min(rate, 0.99) if rate < 1 else rate:.0%}"

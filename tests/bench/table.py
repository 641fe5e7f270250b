"""One line of the table, and how it is printed."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Row:
    """One comparison.

    Args:
        what: what was measured, with its unit.
        ours: telex's number; None when nothing could be measured.
        theirs: the number beside it, None when it stands alone.
        against: whose number that is, or why there is none.
        most: the highest ratio (or number, where it stands alone) we want to see; None for
            no wish.
    """

    what: str
    ours: float | None
    theirs: float | None
    against: str
    most: float | None = None

    @property
    def ratio(self) -> float | None:
        """Ours over theirs."""
        return self.ours / self.theirs if self.ours is not None and self.theirs else None

    @property
    def verdict(self) -> str:
        """Whether the wish is met; it is a wish for a quiet machine, so nothing fails by it."""
        number = self.ours if self.theirs is None else self.ratio
        if self.most is None or number is None:
            return ""
        return f"ok, wanted <= {self.most:g}" if number <= self.most else f"wanted <= {self.most:g}"


def heading() -> str:
    """Return the table's first line."""
    return f"{'':<56} {'telex':>9} {'other':>9} {'ratio':>7}  against"


def line(row: Row) -> str:
    """Return ``row`` as a line of the table."""
    ratio = "" if row.ratio is None else f"{row.ratio:.2f}x"
    said = "; ".join(filter(None, (row.against, row.verdict)))
    return f"{row.what:<56} {_number(row.ours):>9} {_number(row.theirs):>9} {ratio:>7}  {said}"


def section(title: str, rows: Iterable[Row]) -> None:
    """Print ``rows`` as they come, below ``title``."""
    print(f"\n{title}")  # noqa: T201
    for row in rows:
        print(line(row), flush=True)  # noqa: T201


def _number(value: float | None) -> str:
    if value is None:
        return "-"
    return f"{value:.3g}" if value < 1000 else f"{value:,.0f}"

"""What routing saved: real spending against always asking the same.

Two comparisons, each with the usage of the answered request: what the candidate of the best
quality would have cost for it, and what the primary provider would have. Both are estimates,
because another model counts tokens and writes answers a little differently, while what was really
paid holds every attempt and backup. So a saving can be negative, and is told as it is.
"""

from __future__ import annotations

import threading
from dataclasses import dataclass, replace
from decimal import Decimal

from providers.billing.money import format_usd


@dataclass(frozen=True, slots=True)
class Savings:
    """The account so far, in US dollars.

    A request enters a comparison only when its real and its other cost are both known.

    Args:
        requests: answered requests.
        compared_best: how many of them are in the comparison with the best.
        actual_best: what those really cost.
        always_best: what they would have cost there.
        compared_primary, actual_primary, always_primary: likewise with the primary provider.
    """

    requests: int = 0
    compared_best: int = 0
    actual_best: Decimal = Decimal(0)
    always_best: Decimal = Decimal(0)
    compared_primary: int = 0
    actual_primary: Decimal = Decimal(0)
    always_primary: Decimal = Decimal(0)

    @property
    def unknown_best(self) -> int:
        """Requests that could not be compared with the best."""
        return self.requests - self.compared_best

    @property
    def unknown_primary(self) -> int:
        """Requests that could not be compared with the primary provider."""
        return self.requests - self.compared_primary

    @property
    def saved_best(self) -> Decimal | None:
        """Saved against always asking the best; negative when routing cost more."""
        return self.always_best - self.actual_best if self.compared_best else None

    @property
    def saved_primary(self) -> Decimal | None:
        """Saved against always asking the primary; negative when routing cost more."""
        return self.always_primary - self.actual_primary if self.compared_primary else None

    @property
    def share_best(self) -> float | None:
        """``saved_best`` as a share of ``always_best``, None where that is nothing."""
        return _share(self.saved_best, self.always_best)

    @property
    def share_primary(self) -> float | None:
        """``saved_primary`` as a share of ``always_primary``, None where that is nothing."""
        return _share(self.saved_primary, self.always_primary)

    def words(self, *, best: str = "the best", primary: str | None = None) -> str:
        """Return the account in a sentence, such as ``saved $0.41 (63 %) against always best/m``.

        Args:
            best: what to call the best candidate.
            primary: what to call the primary provider; None leaves that comparison out.
        """
        parts = [_against(best, self.saved_best, self.share_best, self.unknown_best)]
        if primary is not None:
            parts.append(
                _against(primary, self.saved_primary, self.share_primary, self.unknown_primary)
            )
        return "; ".join(parts)


class SavingsMeter:
    """Adds up what requests cost and would have cost. Safe across threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._savings = Savings()

    def add(self, actual: Decimal | None, best: Decimal | None, primary: Decimal | None) -> None:
        """Add an answered request, in US dollars, None where unknown.

        Args:
            actual: what all its attempts really cost.
            best: what the same usage would have cost at the candidate of the best quality.
            primary: what it would have cost at the primary provider.
        """
        with self._lock:
            so_far = self._savings
            more = replace(so_far, requests=so_far.requests + 1)
            if actual is not None and best is not None:
                more = replace(
                    more,
                    compared_best=more.compared_best + 1,
                    actual_best=more.actual_best + actual,
                    always_best=more.always_best + best,
                )
            if actual is not None and primary is not None:
                more = replace(
                    more,
                    compared_primary=more.compared_primary + 1,
                    actual_primary=more.actual_primary + actual,
                    always_primary=more.always_primary + primary,
                )
            self._savings = more

    def report(self) -> Savings:
        """Return the account so far."""
        with self._lock:
            return self._savings


def _share(saved: Decimal | None, always: Decimal) -> float | None:
    return float(saved / always) if saved is not None and always > 0 else None


def _against(rival: str, saved: Decimal | None, share: float | None, unknown: int) -> str:
    if saved is None:
        return f"nothing to compare with always {rival}"
    if saved == 0:
        words = f"as dear as always {rival}"
    else:
        percent = f" ({abs(share):.0%})".replace("%", " %") if share is not None else ""
        verb = "saved" if saved > 0 else "paid"
        than = "against" if saved > 0 else "more than"
        words = f"{verb} {format_usd(abs(saved))}{percent} {than} always {rival}"
    if unknown:
        requests = "1 request" if unknown == 1 else f"{unknown} requests"
        words += f", {requests} not compared for want of a price"
    return words

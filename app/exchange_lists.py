"""The list behind a number, and the line that sums it up in the same words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING

from providers.billing.money import format_usd
from providers.learning.outcomes import AnswerOutcome
from storage.call_filter import CallFilter, CallState
from storage.listed import AnswerFilter, AnswerKind, Listed
from storage.rating_stats import GOOD
from storage.spending import percentile
from widgets.views import seconds_text

if TYPE_CHECKING:
    from storage.reader import Reader

ExchangeFilter = CallFilter | AnswerFilter
"""What is listed: calls, or answers."""


@dataclass(frozen=True, slots=True)
class Tally:
    """What a list comes to.

    Args:
        count: how many there are.
        cost: US dollars known to be spent.
        unknown: how many have no known cost; what is under way does not count.
        successes, failures: of calls, how many answered and how many failed.
    """

    count: int
    cost: Decimal
    unknown: int
    successes: int
    failures: int

    @property
    def success_rate(self) -> float | None:
        """Successes among those that succeeded or failed, None without one."""
        judged = self.successes + self.failures
        return self.successes / judged if judged else None


def read_list(reader: Reader, wanted: ExchangeFilter, now: datetime) -> Sequence[Listed]:
    """Return what is behind a number, newest first. Blocks: use a thread.

    Args:
        reader: the ledger.
        wanted: which number.
        now: the current instant, to tell what became of the newest answers.

    Raises:
        DatabaseError: the ledger cannot be read.
    """
    if isinstance(wanted, CallFilter):
        return reader.calls(wanted)
    return reader.answers(wanted, now)


def tally(listed: Sequence[Listed]) -> Tally:
    """Return what a list comes to."""
    return Tally(
        count=len(listed),
        cost=sum((each.cost for each in listed if each.cost is not None), Decimal(0)),
        unknown=sum(each.cost is None and each.outcome != CallState.STARTED for each in listed),
        successes=sum(each.outcome == CallState.OK for each in listed),
        failures=sum(each.outcome == CallState.FAILED for each in listed),
    )


def sum_words(listed: Sequence[Listed], wanted: ExchangeFilter) -> str:
    """Return the sum of a list in the terms of the number it is behind."""
    if isinstance(wanted, CallFilter):
        return " · ".join(_call_sums(listed))
    match wanted.kind:
        case AnswerKind.REPLAYED:
            saved = sum((each.saved for each in listed if each.saved is not None), Decimal(0))
            unknown = any(each.saved is None for each in listed)
            words = f"{plural(len(listed), 'answer')} given again · saved {format_usd(saved)}"
            return words + (" + ?" if unknown else "")
        case AnswerKind.RATED:
            scores = [each.rating for each in listed if each.rating is not None]
            good = sum(score >= GOOD for score in scores)
            mean = f" · mean {sum(scores) / len(scores):.2f}" if scores else ""
            words = f"{plural(len(scores), 'rating')} · {good:,} good · {len(scores) - good:,} bad"
            return words + mean
        case AnswerKind.JUDGED:
            kept = sum(each.outcome is AnswerOutcome.KEPT for each in listed)
            share = f" ({kept / len(listed):.0%})" if listed else ""
            return f"{kept:,} of {plural(len(listed), 'answer')} kept{share}"
        case AnswerKind.ARM:
            return plural(len(listed), "answer")


def _call_sums(listed: Sequence[Listed]) -> list[str]:
    told = tally(listed)
    words = [plural(told.count, "call"), format_usd(told.cost) + (" + ?" if told.unknown else "")]
    questions = len({each.exchange_id for each in listed if each.exchange_id is not None})
    if questions and questions != told.count:
        words.append(plural(questions, "answer"))
    if told.failures:
        words.append(f"{told.failures:,} failed")
    if told.success_rate is not None and told.successes:
        words.append(f"{told.success_rate:.0%} answered")
    answered = [each for each in listed if each.outcome == CallState.OK]
    times = [each.seconds for each in answered if each.seconds is not None]
    if times:
        words.append(
            f"p50 {seconds_text(percentile(times, 50))} p95 {seconds_text(percentile(times, 95))}"
        )
    firsts = [each.first_token for each in answered if each.first_token is not None]
    if firsts:
        words.append(f"first token {seconds_text(percentile(firsts, 50))}")
    return words


def plural(number: int, what: str) -> str:
    """Return ``1 call`` or ``2 calls``."""
    return f"{number:,} {what}" + "s" * (number != 1)

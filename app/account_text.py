"""The account of routing in a few labelled lines, for the stats screen and the command line."""

from __future__ import annotations

from collections.abc import Sequence

from app.account import Account
from app.budgets import Budget
from providers.billing.money import format_usd
from providers.learning.calibration import ENOUGH_PAIRS, PROMISED_COVERAGE, CalibrationError

_WHOSE_HEDGES = "hedging"


def account_lines(account: Account, budgets: Sequence[Budget]) -> list[tuple[str, str]]:
    """Return labels and words, only of what there is something to say about."""
    # Each comparison on a line of its own.
    against = account.savings_words.split("; ")
    lines = (
        *zip(("routing", *[""] * len(against)), against, strict=False),
        ("predictions", _predictions(account)),
        ("backups", _backups(account)),
        ("cache", _replayed(account)),
        ("limits", " · ".join(f"{_whose(budget)} {budget.words}" for budget in budgets)),
    )
    return [(label, words) for label, words in lines if words]


def accuracy_words(error: CalibrationError) -> str:
    """Return how many predictions came true, such as ``83 % of 41 in range``."""
    return f"{_percent(error.coverage)} of {error.pairs:,} in range"


def _predictions(account: Account) -> str:
    """Return the share of actual values in the range given before, once that says something."""
    kinds = (("cost", account.cost), ("time", account.latency))
    known = [(kind, error) for kind, error in kinds if error and error.pairs >= ENOUGH_PAIRS]
    if not known:
        return ""
    told = ", ".join(f"{kind} {_percent(error.coverage)}" for kind, error in known)
    calls = max(error.pairs for _, error in known)
    return f"{told} in range ({_percent(PROMISED_COVERAGE)} promised, {calls:,} calls)"


def _percent(share: float) -> str:
    return f"{round(100 * share)} %"


def _backups(account: Account) -> str:
    hedges = account.hedges
    if not hedges.calls:
        return ""
    return f"{hedges.calls:,} of slow calls, {format_usd(hedges.cost)}"


def _replayed(account: Account) -> str:
    replayed = account.replayed
    if not replayed.answers:
        return ""
    answers = "1 answer" if replayed.answers == 1 else f"{replayed.answers:,} answers"
    unknown = " + ?" if replayed.unknown else ""
    return f"{answers} given again, saved {format_usd(replayed.saved)}{unknown}"


def _whose(budget: Budget) -> str:
    if budget.provider is not None:
        return budget.provider
    return "backups" if _WHOSE_HEDGES in budget.name else "all"

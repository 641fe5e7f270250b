"""The strips above an answer that say what happened before it was found."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from decimal import Decimal

from providers.billing.ledger import AttemptOutcome
from providers.billing.money import format_usd
from providers.errors import AllProvidersFailed
from providers.events import AttemptFailed, CandidateView, RouteChosen
from storage.rows import AttemptRow, ExchangeRow
from widgets.views import NoticeView

_LONGEST_WORDS = 160
_AGAIN = "/again"
_KINDS = {
    "auth": "rejects the key",
    "budget": "has no budget left",
    "busy": "is busy",
    "empty": "said nothing",
    "poor": "gave a poor answer",
    "refused": "declined",
    "stream_interrupted": "broke off",
    "timeout": "timed out",
    "truncated": "ran out of room",
}


def failure_notice(event: AttemptFailed, route: RouteChosen | None = None) -> NoticeView:
    """Return the strip that says why an attempt failed, who is asked next, and for how much more.

    Args:
        event: what failed.
        route: what was expected of everybody, None where that is not known.
    """
    error = event.error
    what = f"{event.provider} {_what(error.status, error.kind, error.message)}"
    wait = f", cooling {error.retry_after:.0f} s" if error.retry_after else ""
    here, there = (event.provider, event.model), (event.next_provider, event.next_model)
    candidates = route.candidates if route else ()
    onward = _onward(here, there) + _surcharge(candidates, here, there)
    return NoticeView(f"{what}{wait}{onward}", partial=error.partial_text)


def hedge_notice(slow: str, backup: str) -> NoticeView:
    """Return the strip that says why a second provider is asked."""
    return NoticeView(f"{slow} is slow to begin → also asking {backup}")


def cancelled_notice(loser: str, first: str) -> NoticeView:
    """Return the strip that says why one of two calls was stopped."""
    return NoticeView(f"{loser} stopped: {first} was first")


def advice(error: AllProvidersFailed, key: Callable[[str], str]) -> str:
    """Return why nobody answered and what the person can do about it, in one line.

    Args:
        error: what came of asking everybody.
        key: returns the key in force for a binding, by its name.
    """
    raises = f"{key('app.settings')} raises it"
    if error.over_budget:
        return f"{error.advice} · {raises}"
    kinds = {attempt.error.kind for attempt in error.attempts}
    if "auth" in kinds:
        refused = next(a.provider for a in error.attempts if a.error.kind == "auth")
        return f"Nobody answered. Set the key of {refused} anew: {key('app.keys')}"
    if "quota" in kinds:
        name = key("chat.manual")
        return f"Nobody answered: an account's credit is used up. Name another provider: {name}"
    last = error.attempts[-1].error if error.attempts else None
    if last is not None and not last.may_retry and kinds == {"unavailable"}:
        return f"Nobody answered: {last.message} · {key('app.keys')} shows models and keys"
    if kinds & {"rate_limit", "unavailable", "timeout", "stream_interrupted"}:
        return f"Nobody answered. Check the network, or ask again in a moment: {_AGAIN}"
    if "context_length" in kinds:
        new = key("chat.new")
        return f"Nobody answered: the conversation is too long for every model. Start anew: {new}"
    if "budget" in kinds:
        words = next(a.error.message for a in error.attempts if a.error.kind == "budget")
        return f"Nobody answered: {words} · {raises}"
    if "busy" in kinds:
        return f"Nobody answered: all are busy. Ask again in a moment: {_AGAIN}"
    if "poor" in kinds:
        lower = f"lower quality_threshold ({key('app.settings')})"
        return f"Nobody answered well: {lower}, or ask in other words"
    if "truncated" in kinds:
        return f"Nobody answered in full: raise max_tokens ({key('app.settings')}), or ask for less"
    if error.advice:
        return f"{error.advice} · {key('app.keys')} shows keys and models"
    return f"Nobody answered. Your question is saved: {_AGAIN} asks it once more"


def stored_notices(exchange: ExchangeRow) -> tuple[NoticeView, ...]:
    """Return the strips that were shown when it happened, in the order of the calls."""
    notices: list[NoticeView] = []
    before: AttemptRow | None = None
    for index, attempt in enumerate(exchange.attempts):
        if attempt.hedge and before is not None:
            notices.append(hedge_notice(before.provider, attempt.provider))
            if lost := _lost(before, attempt):
                notices.append(cancelled_notice(*lost))
        if attempt.outcome == AttemptOutcome.FAILED:
            later = exchange.attempts[index + 1 :]
            notices.append(_attempt_notice(attempt, later, exchange.candidates))
        before = attempt
    return tuple(notices)


def _lost(first: AttemptRow, backup: AttemptRow) -> tuple[str, str] | None:
    """Return who was stopped in a race and who won it, None when nobody did."""
    for loser, winner in ((first, backup), (backup, first)):
        if loser.outcome == AttemptOutcome.CANCELLED and not _spoke(loser) and _spoke(winner):
            return loser.provider, winner.provider
    return None


def _spoke(attempt: AttemptRow) -> bool:
    return attempt.outcome == AttemptOutcome.OK or bool(
        attempt.partial_text or attempt.partial_reasoning
    )


def _attempt_notice(
    attempt: AttemptRow, later: Sequence[AttemptRow], candidates: Sequence[CandidateView]
) -> NoticeView:
    words = _what(attempt.http_status, attempt.error_type or "failed", attempt.error_message or "")
    onward = ""
    if later:
        here = (attempt.provider, attempt.request_model)
        there = (later[0].provider, later[0].request_model)
        onward = _onward(here, there) + _surcharge(candidates, here, there)
    # Without a successor what there is stays the answer, marked as cut.
    partial = attempt.partial_text if later else ""
    return NoticeView(f"{attempt.provider} {words}{onward}", partial=partial)


def _surcharge(
    candidates: Sequence[CandidateView],
    here: tuple[str, str],
    there: tuple[str | None, str | None],
) -> str:
    """Return how much more the next one is expected to cost, such as ``, +$0.0004``."""
    if there == here:
        return ""
    costs = {(each.provider, each.model): each.predicted_cost for each in candidates}
    first = costs.get(here)
    second = next((cost for who, cost in costs.items() if who == there), None)
    if first is None or second is None or first == second:
        return ""
    # An expectation has no more than two digits to tell.
    more = Decimal(f"{abs(second - first):.2g}")
    return f", {'+' if second > first else '-'}{format_usd(more)}"


def _onward(here: tuple[str, str], there: tuple[str | None, str | None]) -> str:
    """Return who is asked next: another provider, another model of this one, or it again."""
    provider, model = there
    if provider is None:
        return ""
    if provider != here[0]:
        return f" → {provider}"
    return " → once more" if model in (None, here[1]) else f" → {model}"


def _what(status: int | None, kind: str, message: str) -> str:
    head = str(status) if status is not None else _KINDS.get(kind, kind.replace("_", " "))
    short = " ".join(message.split())
    if len(short) > _LONGEST_WORDS:
        short = f"{short[:_LONGEST_WORDS]}…"
    return f"{head}: {short}" if short else head

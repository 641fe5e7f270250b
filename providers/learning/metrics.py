"""What was asked, answered and paid since the start: counts that only grow.

The health monitor forgets, for it looks at now; this does not. It keeps one account per provider
and model, one per provider and one of all, and no single call.
"""

from __future__ import annotations

import threading
from collections import Counter
from dataclasses import dataclass, field
from decimal import Decimal

from providers.usage import Usage

MOST_ACCOUNTS = 1000
"""So many models have an account of their own; calls of more count for their provider and all."""
_MOST_ERROR_KINDS = 50
_OTHER_ERRORS = "other"


@dataclass(frozen=True, slots=True)
class Totals:
    """The counts of a model, a provider, or all. None where nothing is known.

    Args:
        requests: calls that ended: answered, failed or cancelled.
        successes, failures, cancelled: how they did.
        errors: failures by the error's ``kind``.
        total_cost: US dollars, of the calls whose cost is known.
        unknown_costs: how many calls' cost is not, and is missing in ``total_cost``.
        cost_per_request: US dollars, mean over the calls whose cost is known.
        cost_per_success: US dollars spent on all calls, failed ones too, for each that answered.
        input_tokens, output_tokens: of all calls, as in ``Usage``.
        cached_tokens, reasoning_tokens: the parts of them, as in ``Usage``.
        hedges: calls made as a backup of another.
        hedge_cost: US dollars known to be spent on those.
        kept, regenerated: answers the person left as they are and asked for again.
        replayed: answers given again from the cache; they are no calls.
        replay_savings: US dollars known to be saved by that.
    """

    requests: int = 0
    successes: int = 0
    failures: int = 0
    cancelled: int = 0
    errors: dict[str, int] = field(default_factory=dict)
    total_cost: Decimal | None = Decimal(0)
    unknown_costs: int = 0
    cost_per_request: Decimal | None = None
    cost_per_success: Decimal | None = None
    input_tokens: int = 0
    output_tokens: int = 0
    cached_tokens: int = 0
    reasoning_tokens: int = 0
    hedges: int = 0
    hedge_cost: Decimal = Decimal(0)
    kept: int = 0
    regenerated: int = 0
    replayed: int = 0
    replay_savings: Decimal = Decimal(0)

    @property
    def success_rate(self) -> float | None:
        """Share of the calls nobody cancelled that answered, None without one."""
        ended = self.successes + self.failures
        return self.successes / ended if ended else None

    @property
    def error_rate(self) -> float | None:
        """Share of the calls nobody cancelled that failed, None without one."""
        ended = self.successes + self.failures
        return self.failures / ended if ended else None

    @property
    def task_completion(self) -> float | None:
        """Share of the answers that were kept, None while nobody judged one."""
        judged = self.kept + self.regenerated
        return self.kept / judged if judged else None


@dataclass(slots=True)
class _Account:
    successes: int = 0
    failures: int = 0
    cancelled: int = 0
    errors: Counter[str] = field(default_factory=Counter)
    cost: Decimal = Decimal(0)
    known_costs: int = 0
    unknown_costs: int = 0
    successes_of_known_cost: int = 0
    input_tokens: int = 0
    output_tokens: int = 0
    cached_tokens: int = 0
    reasoning_tokens: int = 0
    hedges: int = 0
    hedge_cost: Decimal = Decimal(0)
    kept: int = 0
    regenerated: int = 0
    replayed: int = 0
    replay_savings: Decimal = Decimal(0)

    def count_end(self, *, ok: bool, cancelled: bool, error_kind: str | None) -> None:
        if cancelled:
            self.cancelled += 1
        elif ok:
            self.successes += 1
        else:
            self.failures += 1
            kind = error_kind or _OTHER_ERRORS
            full = len(self.errors) >= _MOST_ERROR_KINDS and kind not in self.errors
            self.errors[_OTHER_ERRORS if full else kind] += 1

    def count_cost(self, cost: Decimal | None, *, answered: bool, hedge: bool) -> None:
        self.hedges += hedge
        if cost is None:
            self.unknown_costs += 1
            return
        self.cost += cost
        self.known_costs += 1
        self.successes_of_known_cost += answered
        if hedge:
            self.hedge_cost += cost

    def count_tokens(self, usage: Usage) -> None:
        self.input_tokens += usage.input_tokens
        self.output_tokens += usage.output_tokens
        self.cached_tokens += usage.cached_tokens
        self.reasoning_tokens += usage.reasoning_tokens

    def totals(self) -> Totals:
        nothing_known = self.unknown_costs > 0 and self.known_costs == 0
        return Totals(
            requests=self.successes + self.failures + self.cancelled,
            successes=self.successes,
            failures=self.failures,
            cancelled=self.cancelled,
            errors=dict(self.errors),
            total_cost=None if nothing_known else self.cost,
            unknown_costs=self.unknown_costs,
            cost_per_request=_per(self.cost, self.known_costs),
            cost_per_success=_per(self.cost, self.successes_of_known_cost),
            input_tokens=self.input_tokens,
            output_tokens=self.output_tokens,
            cached_tokens=self.cached_tokens,
            reasoning_tokens=self.reasoning_tokens,
            hedges=self.hedges,
            hedge_cost=self.hedge_cost,
            kept=self.kept,
            regenerated=self.regenerated,
            replayed=self.replayed,
            replay_savings=self.replay_savings,
        )


class MetricsBook:
    """Counts calls and verdicts. Safe across threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._accounts: dict[tuple[str | None, str | None], _Account] = {}

    def finish(
        self,
        name: str,
        model: str,
        *,
        ok: bool,
        cancelled: bool = False,
        error_kind: str | None = None,
        cost: Decimal | None,
        usage: Usage,
        hedge: bool = False,
    ) -> None:
        """Count a call that ended.

        Args:
            name: the provider's configured name.
            model: the model that was asked.
            ok: it answered.
            cancelled: somebody stopped it, which is neither a success nor a failure.
            error_kind: the ``kind`` of the error it failed with.
            cost: US dollars, None when unknown, 0 when surely nothing was billed.
            usage: its tokens.
            hedge: it was a backup of another call.
        """
        with self._lock:
            for account in self._touched(name, model):
                account.count_end(ok=ok, cancelled=cancelled, error_kind=error_kind)
                account.count_cost(cost, answered=ok and not cancelled, hedge=hedge)
                account.count_tokens(usage)

    def keep(self, name: str, model: str) -> None:
        """Count an answer that was left as it is."""
        with self._lock:
            for account in self._touched(name, model):
                account.kept += 1

    def regenerate(self, name: str, model: str) -> None:
        """Count an answer that was asked for again."""
        with self._lock:
            for account in self._touched(name, model):
                account.regenerated += 1

    def replay(self, name: str, model: str, *, saved: Decimal | None) -> None:
        """Count an answer given again from the cache.

        Args:
            name: the provider that gave it the first time.
            model: which of its models.
            saved: US dollars it cost then, None when unknown.
        """
        with self._lock:
            for account in self._touched(name, model):
                account.replayed += 1
                account.replay_savings += saved or 0

    def snapshot(self, name: str | None = None, model: str | None = None) -> Totals:
        """Return the counts so far.

        Args:
            name: a provider; None counts all.
            model: one of its models; None counts all of them. Needs ``name``.

        Raises:
            ValueError: a model without its provider.
        """
        if name is None and model is not None:
            raise ValueError(f"whose model is {model!r}? Name its provider")
        with self._lock:
            account = self._accounts.get((name, model))
            return account.totals() if account is not None else Totals()

    def _touched(self, name: str, model: str) -> list[_Account]:
        keys = [(None, None), (name, None), (name, model)]
        room = MOST_ACCOUNTS - len(self._accounts)
        known = [key for key in keys if key in self._accounts or key[1] is None or room > 0]
        return [self._accounts.setdefault(key, _Account()) for key in known]


def _per(amount: Decimal, count: int) -> Decimal | None:
    return amount / count if count else None

"""Where one request is on its way along the chain of those who are asked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from providers.errors import FailedAttempt, ProviderError
from providers.events import Completed
from providers.learning.estimate import RequestSize
from providers.messages import ChatRequest
from providers.routing.attempt import Attempt
from providers.routing.choice import Candidate


@dataclass(slots=True)
class Walk:
    """Where one request is on its way along the chain.

    Args:
        request: what is asked.
        size: the request, measured.
        prefixes: tokens that each candidate may have in its prompt cache.
        restarts: whether the receiver can begin anew when an answer is lost.
    """

    request: ChatRequest
    size: RequestSize
    prefixes: Mapping[tuple[str, str], int]
    restarts: bool = True
    failures: list[FailedAttempt] = field(default_factory=list)
    position: int = 0
    spent: Decimal | None = Decimal(0)
    estimated: bool = False
    kept: list[tuple[Candidate, Attempt]] = field(default_factory=list)
    too_small: int = 0
    billed: dict[int, Attempt] = field(default_factory=dict)

    def add_cost(self, attempt: Attempt) -> None:
        """Add what an attempt cost to the bill of this exchange."""
        cost = attempt.cost
        self.billed[attempt.call.position] = attempt
        self.spent = None if cost is None or self.spent is None else self.spent + cost
        self.estimated = self.estimated or attempt.usage.estimated

    def fail(self, candidate: Candidate, error: ProviderError) -> None:
        """Note why a candidate did not answer."""
        self.failures.append(FailedAttempt(candidate.provider, candidate.model, error))

    def completed(self, candidate: Candidate, attempt: Attempt) -> Completed:
        """Return the last event: ``attempt`` is the answer."""
        finish = attempt.finish
        assert finish is not None  # an attempt without one raised
        return Completed(
            provider=candidate.provider,
            model=candidate.model,
            text=attempt.text,
            reasoning=attempt.reasoning,
            finish=finish,
            usage=attempt.usage,
            cost=attempt.cost,
            total_cost=self.spent,
            latency=attempt.latency,
            time_to_first_token=attempt.time_to_first_token,
            position=attempt.call.position,
            cost_estimated=self.estimated,
            attempt_id=attempt.attempt_id,
            tool_calls=attempt.tool_calls,
            task=attempt.task,
            assessment=attempt.assessment,
        )

    def best_kept(self) -> Completed | None:
        """Return the best answer that was kept in case nobody does better; None without one."""
        return self.completed(*self._best()) if self.kept else None

    def follower(self, rest: Sequence[Candidate]) -> Candidate | None:
        """Return whose words come next: of who is asked next, or of whose answer was kept."""
        if rest or not self.kept:
            return next(iter(rest), None)
        return self._best()[0]

    def _best(self) -> tuple[Candidate, Attempt]:
        return max(self.kept, key=lambda kept: kept[1].score)

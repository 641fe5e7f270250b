"""What is to be called, and on which terms."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from providers.base import Provider
from providers.billing.ledger import SpendLimit
from providers.config import ProviderConfig
from providers.learning.health import Admission
from providers.messages import ChatRequest
from providers.multi_config import AnswerFault
from providers.routing.plan import Plan


@dataclass(frozen=True, slots=True)
class Call:
    """One call to one provider.

    Args:
        provider: the adapter.
        config: its configuration, with the model of this call.
        request: what is asked; the plan's ceiling and the model are put in.
        plan: the tokens and dollars to reckon with.
        admission: the health monitor's, to be given back.
        position: counts from 1 within the exchange.
        limits: what the ledger holds the call against.
        hedge: it is a backup of a call under way.
        predicted_latency: seconds expected, None when nobody predicted.
        faults: what is wrong with a whole answer so that it counts as a failure.
        poor_below: the score below which an answer is poor, None without one.
    """

    provider: Provider
    config: ProviderConfig
    request: ChatRequest
    plan: Plan
    admission: Admission
    position: int
    limits: tuple[SpendLimit, ...] = ()
    hedge: bool = False
    predicted_latency: float | None = None
    faults: Collection[AnswerFault] = frozenset()
    poor_below: float | None = None

    @property
    def key(self) -> tuple[str, str]:
        """The candidate: provider and model."""
        return (self.config.name, self.config.model)

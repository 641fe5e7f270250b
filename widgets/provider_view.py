"""What the provider panel is told of a provider."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class ProviderState(StrEnum):
    """What can be expected of a provider."""

    READY = "ready"
    ACTIVE = "active"
    COOLING = "cooling"
    FAILING = "failing"
    NO_KEY = "no key"
    UNCHECKED = "unchecked"


@dataclass(frozen=True, slots=True)
class RecentCall:
    """A call that ended lately.

    Args:
        ok: it was answered.
        seconds: how long it took.
    """

    ok: bool
    seconds: float


@dataclass(frozen=True, slots=True)
class ProviderView:
    """One provider.

    Args:
        p50_seconds: the median response time, None while it is unknown.
        success_rate: 0 to 1, None while it is unknown.
        requests: how many those numbers rest on.
        cooldown_until: when it may be asked again, on the clock the panel was given.
        detail: the trouble in a few words, shown in place of the model.
        waiting: how many calls stand in its queue.
        budget: how much of its limit is used, in a few words.
        first_seconds: the median time to the first token, None while it is unknown.
        recent: the last calls, oldest first.
        active: how many calls are in flight.
        budget_used: the used share of its limit, 0 to 1 or more, None without one.
    """

    name: str
    model: str
    state: ProviderState
    p50_seconds: float | None = None
    success_rate: float | None = None
    requests: int = 0
    cooldown_until: float | None = None
    detail: str = ""
    waiting: int = 0
    budget: str = ""
    first_seconds: float | None = None
    recent: tuple[RecentCall, ...] = ()
    active: int = 0
    budget_used: float | None = None

    def cooldown(self, now: float) -> float:
        """Return the seconds until it may be asked again, 0 when it may."""
        if self.state is not ProviderState.COOLING or self.cooldown_until is None:
            return 0.0
        return max(0.0, self.cooldown_until - now)

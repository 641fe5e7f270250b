"""What a provider says is left of the calls and tokens it allows for a while."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Meter:
    """One of a provider's rate limits, as of its last answer.

    Args:
        limit: how much there is when nothing was used, None when it does not say.
        remaining: how much is left.
        reset: seconds until all of it is there again.
    """

    limit: int | None
    remaining: int
    reset: float


@dataclass(frozen=True, slots=True)
class Quota:
    """The rate limits that an answer came with; None for what it does not say."""

    requests: Meter | None = None
    tokens: Meter | None = None

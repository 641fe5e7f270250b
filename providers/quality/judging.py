"""The person's wishes about a judge: a model that is asked how good some of the answers are."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from providers.errors import ConfigError

JUDGING = " (judge)"
"""Behind a provider's name in the ledger: its judging has a cap of its own."""


@dataclass(frozen=True, slots=True)
class Judging:
    """Who judges, how many answers, and what it may cost.

    Args:
        provider: the judge; a cheap one will do.
        model: which of its models, None for the main one. It never judges itself.
        daily_budget: US dollars that judging may cost a day; with 0 only a free model judges.
        share: 0 to 1, the share of the answers that are judged, picked at random.

    Raises:
        ConfigError: a value is out of range.
    """

    provider: str
    model: str | None = None
    daily_budget: Decimal = Decimal("0.05")
    share: float = 0.1

    def __post_init__(self) -> None:
        object.__setattr__(self, "daily_budget", Decimal(str(self.daily_budget)))
        if self.daily_budget < 0:
            raise ConfigError(
                f"judge.daily_budget must be 0 or more dollars, not {self.daily_budget}",
                key="judge.daily_budget",
            )
        if not 0 <= self.share <= 1:
            raise ConfigError(
                f"judge.share must be from 0 to 1, not {self.share}", key="judge.share"
            )

"""The person's wishes about ``adaptive``: what things are worth, and how much may be tried."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from providers.errors import ConfigError

MOST_TRIED = 0.5
"""The highest share of tries: above it those believed best would be asked less than the others."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Adaptive:
    """What ``adaptive`` weighs, and what it may spend on finding out.

    Args:
        explore_share: 0 to 0.5; at most this share of the requests goes to somebody who is not
            believed best, counted from the first request on.
        explore_budget: US dollars a day that tries may cost beyond what those believed best would
            have cost, by prediction. With a budget nobody is tried whose price is unknown. None
            sets no bound.
        answer_value: US dollars that a faultless answer is worth. Money is weighed against
            quality by it: at 0.20 a model that costs two cents more must be right one time in ten
            more often.
        hour_value: US dollars that an hour of waiting costs the person. It is below a wage because
            one reads along while an answer comes.
        memory: so many answers of all models make an earlier one count half.

    Raises:
        ConfigError: a value is out of range.
    """

    explore_share: float = 0.1
    explore_budget: Decimal | None = Decimal("0.10")
    answer_value: Decimal = Decimal("0.20")
    hour_value: Decimal = Decimal(10)
    memory: float = 300.0

    def __post_init__(self) -> None:
        if not 0 <= self.explore_share <= MOST_TRIED:
            raise _refusal(f"explore_share must be from 0 to {MOST_TRIED}", self, "explore_share")
        if self.explore_budget is not None:
            exact = Decimal(str(self.explore_budget))
            if not exact >= 0:
                raise _refusal("explore_budget must be 0 or more dollars", self, "explore_budget")
            object.__setattr__(self, "explore_budget", exact)
        for name, least in (("answer_value", "more than 0"), ("hour_value", "0 or more")):
            exact = Decimal(str(getattr(self, name)))
            if not exact.is_finite() or exact < 0 or (name == "answer_value" and not exact):
                raise _refusal(f"{name} must be {least} dollars", self, name)
            object.__setattr__(self, name, exact)
        if not 1 <= self.memory < float("inf"):
            raise _refusal("memory must be 1 answer or more", self, "memory")

    @property
    def per_dollar(self) -> float:
        """What a dollar takes off an answer's value of 0 to 1."""
        return float(1 / self.answer_value)

    @property
    def per_second(self) -> float:
        """What a second of waiting takes off it."""
        return float(self.hour_value / self.answer_value / 3600)


def _refusal(words: str, wishes: Adaptive, name: str) -> ConfigError:
    return ConfigError(f"adaptive.{words}, not {getattr(wishes, name)}", key=f"adaptive.{name}")

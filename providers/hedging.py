"""The person's wishes about hedging: asking a second provider when the first is slow to begin."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from providers.errors import ConfigError


@dataclass(frozen=True, slots=True)
class Hedging:
    """A backup call starts when no first token came within the live 95th percentile.

    Source: Dean and Barroso, "The Tail at Scale", Communications of the ACM 56(2), 2013: hedged
    requests deferred until the 95th percentile add about 5 % load and cut the tail.

    Args:
        daily_cap: US dollars that backup calls may cost a day; with 0 there are none.
        min_samples: recent answers a percentile must rest on; before that nothing is hedged.
        shortest_delay: seconds; a backup never starts sooner, however fast the provider is.

    Raises:
        ConfigError: a value is out of range.
    """

    daily_cap: Decimal = Decimal("0.10")
    min_samples: int = 10
    shortest_delay: float = 0.05

    def __post_init__(self) -> None:
        object.__setattr__(self, "daily_cap", Decimal(str(self.daily_cap)))
        if self.daily_cap < 0:
            raise ConfigError(
                f"hedging.daily_cap must be 0 or more dollars, not {self.daily_cap}",
                key="hedging.daily_cap",
            )
        if self.min_samples < 2:
            raise ConfigError(
                f"hedging.min_samples must be at least 2, not {self.min_samples}",
                key="hedging.min_samples",
            )
        if self.shortest_delay < 0:
            raise ConfigError(
                f"hedging.shortest_delay must be 0 or more seconds, not {self.shortest_delay}",
                key="hedging.shortest_delay",
            )

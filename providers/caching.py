"""What the person wishes about answers that were given before."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from providers.errors import ConfigError

DAY = 86_400.0


class CacheUse(StrEnum):
    """What one request may do with the cache."""

    ON = "on"
    REFRESH = "refresh"
    """Ask anew, and keep that answer from now on."""
    OFF = "off"


@dataclass(frozen=True, slots=True, kw_only=True)
class Caching:
    """Keep answers, and give them again to the same question instead of paying once more.

    The same question is the same model, system prompt, conversation, attachments, temperature and
    ceiling, to the character (see ``providers.answer_cache``).

    Args:
        ttl: seconds that an answer is given again.
        max_entries: how many answers are kept; the longest unused go first.
        any_temperature: also where the temperature is above 0, or left to the provider, and one
            asks for variety; otherwise only at 0.

    Raises:
        ConfigError: a value is out of range.
    """

    ttl: float = DAY
    max_entries: int = 1000
    any_temperature: bool = False

    def __post_init__(self) -> None:
        if not self.ttl > 0:
            raise ConfigError(f"cache.ttl must be above 0, not {self.ttl:g} s", key="cache.ttl")
        if self.max_entries < 1:
            raise ConfigError(
                f"cache.max_entries must be at least 1, not {self.max_entries}",
                key="cache.max_entries",
            )

    def allows(self, temperature: float | None) -> bool:
        """Whether an answer at this temperature may be given again. None is the provider's own."""
        return self.any_temperature or temperature == 0

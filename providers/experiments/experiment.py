"""What is tried against what, and who gets which."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import blake2b
from itertools import accumulate
from typing import Self

from providers.errors import ConfigError

_POINTS = 2**64


@dataclass(frozen=True, slots=True, kw_only=True)
class Arm:
    """One of the things compared.

    Args:
        name: how results call it.
        provider: who answers.
        model: which of its models; None leaves that to the ranking.
        persona: whom the model plays, by name; None plays nobody. Only the chat and ``telex ask``
            know personas: elsewhere an arm that plays one is refused when it is drawn.
        weight: its share of the conversations, in proportion to the other arms' weights.

    Raises:
        ConfigError: no name or no provider, or a weight that is not above 0.
    """

    name: str
    provider: str
    model: str | None = None
    persona: str | None = None
    weight: float = 1.0

    def __post_init__(self) -> None:
        for key in ("name", "provider"):
            if not getattr(self, key):
                raise ConfigError(f"an arm of the experiment has no {key}", key="experiment.arms")
        if not 0 < self.weight < float("inf"):
            raise ConfigError(
                f"the weight of the arm {self.name!r} must be above 0, not {self.weight}",
                key="experiment.arms",
            )


class AssignedUnit(str):
    """A unit of which somebody remembers the arm.

    Args:
        unit: such as a conversation's id.
        arm: the name of its arm; where the configuration has it no more, it is assigned anew.
    """

    arm: str

    def __new__(cls, unit: str, arm: str) -> Self:
        """Make it."""
        self = super().__new__(cls, unit)
        self.arm = arm
        return self


@dataclass(frozen=True, slots=True, kw_only=True)
class Experiment:
    """Arms that conversations are spread over, each staying with its own.

    Args:
        name: what the results are kept under; another name begins a new experiment.
        arms: two or more.
        error_share: how often an experiment without any difference may be called significant, at
            most, however often it is looked at: 0.05 is one in twenty.

    Raises:
        ConfigError: no name, fewer than two arms, two of one name, or a share that is none.
    """

    name: str
    arms: Sequence[Arm]
    error_share: float = 0.05

    def __post_init__(self) -> None:
        if not self.name:
            raise ConfigError("the experiment has no name", key="experiment.name")
        names = [arm.name for arm in self.arms]
        if len(names) < 2:
            raise ConfigError(
                f"the experiment {self.name!r} needs at least two arms", key="experiment.arms"
            )
        twice = next((name for name in names if names.count(name) > 1), None)
        if twice is not None:
            raise ConfigError(f"two arms are called {twice!r}", key="experiment.arms")
        if not 0 < self.error_share < 1:
            raise ConfigError(
                f"error_share must be between 0 and 1, not {self.error_share}",
                key="experiment.error_share",
            )

    def assign(self, unit: str) -> Arm:
        """Return the arm of a conversation or user, to be asked.

        Args:
            unit: what stays with its arm, such as a conversation's id; an ``AssignedUnit`` where
                somebody remembers the arm and sees to its persona.

        Raises:
            ConfigError: the arm plays a persona, and nobody has seen to that.
        """
        if isinstance(unit, AssignedUnit):
            kept = next((arm for arm in self.arms if arm.name == unit.arm), None)
            return self.draw(unit) if kept is None else kept
        arm = self.draw(unit)
        if arm.persona is not None:
            raise ConfigError(
                f"the arm {arm.name!r} of the experiment {self.name!r} plays the persona"
                f" {arm.persona!r}, which only telex's chat and `telex ask` know: give it none, and"
                " the request a system prompt",
                key="experiment.arms",
            )
        return arm

    def draw(self, unit: str) -> Arm:
        """Return the arm that chance has for a unit: the same today, tomorrow and elsewhere.

        A hash of the experiment's name and of ``unit`` is a point between 0 and 1 that nobody
        chose, and the arms share that line by their weights. Nothing has to be remembered, and two
        experiments draw independently. Where weights change, some units change arms: who does not
        want that remembers the arm, and says so by an ``AssignedUnit``.
        """
        digest = blake2b(unit.encode(), digest_size=8, key=_key(self.name)).digest()
        point = int.from_bytes(digest) / _POINTS * sum(arm.weight for arm in self.arms)
        ends = accumulate(arm.weight for arm in self.arms)
        # Rounding may leave the point at the very end of the line.
        return next(
            (arm for arm, end in zip(self.arms, ends, strict=True) if point < end), self.arms[-1]
        )


def _key(name: str) -> bytes:
    return blake2b(name.encode(), digest_size=16).digest()

"""What a row of the fault matrix says: what a provider does wrong, and what has to come of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import Enum

from providers.config import Timeouts
from tests.fakeserver import Reply

PATIENT = Timeouts(connect=5, first_token=5, idle=5, total=10, plain=5)


class Bill(Enum):
    """What the ledger says a failed call cost."""

    NOTHING = "nothing"
    """Turned away at the door: zero, and that is no estimate."""
    KNOWN = "known"
    """The provider said what it billed."""
    ESTIMATED = "estimated"
    """It may have read and written before it was lost: more than zero, and marked."""


class Gate(Enum):
    """Whose breaker is open afterwards."""

    NOBODY = "nobody"
    PROVIDER = "provider"
    MODEL = "model"


class Place(Enum):
    """Where the first provider's address leads."""

    SERVER = "server"
    REFUSED = "nobody listens there"
    SILENT = "no connection ever stands"
    ELSEWHERE = "the server redirects to another host"


@dataclass(frozen=True)
class Outcome:
    """What has to come of a fault.

    Args:
        kind: of the error; None when there must be none.
        status: HTTP status that the error carries.
        calls: how often the first provider is asked; 2 means that it is retried.
        wait: seconds before a retry.
        bill: what each of these calls costs.
        partial: what is shown and kept of the lost answer.
        counted: whether it counts against the provider's health.
        gate: whose breaker is open afterwards.
        cooldown: seconds that it stays open.
    """

    kind: str | None
    status: int | None = None
    calls: int = 1
    wait: float = 0.25
    bill: Bill = Bill.NOTHING
    partial: str = ""
    counted: bool = True
    gate: Gate = Gate.NOBODY
    cooldown: float = 0.0


@dataclass(frozen=True)
class Fault:
    """One row.

    Args:
        name: how the matrix calls it.
        reply: what the first provider does, whenever it is asked.
        streamed: what has to come of it in a stream, None where it cannot happen.
        plain: the same for an answer that comes at once.
        own: the row as it is at APIs that differ, by id; None where it cannot happen at all.
        patience: seconds to wait for things.
        place: where the first provider's address leads.
        hangs_up: whether it is the client that closes the connection.
    """

    name: str
    reply: Reply
    streamed: Outcome | None
    plain: Outcome | None
    own: Mapping[str, Fault | None] = field(default_factory=dict)
    patience: Timeouts = PATIENT
    place: Place = Place.SERVER
    hangs_up: bool = False

    def at(self, api: str) -> Fault | None:
        """Return the row as it is at one API, None where it cannot happen."""
        return self.own.get(api, self)

    def outcome(self, *, streamed: bool) -> Outcome | None:
        """Return what has to come of it in a stream, or of an answer at once."""
        return self.streamed if streamed else self.plain

    def says(self, reply: Reply, outcome: Outcome) -> Fault:
        """Return a row with another reply and outcome."""
        return replace(self, reply=reply, streamed=outcome, plain=outcome)

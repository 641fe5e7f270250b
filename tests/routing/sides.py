"""What came of a fault, looked at from every side: the caller's, the wire's, the books'."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator
from decimal import Decimal

from providers.billing.ledger import AttemptOutcome, AttemptResult
from providers.events import AttemptFailed, AttemptStarted, Completed, TextDelta, UsageReported
from providers.learning.breaker import BreakerState
from tests.fakeserver import FakeServer
from tests.routing.cell import ANSWER, COST, SYSTEM, TURNS, USAGE, Cell
from tests.routing.fault import Bill, Fault, Gate, Outcome, Place
from tests.wire.apis import Api

Fact = tuple[str, object, object]
"""What is looked at, what it is, and what it should be."""

_Counts = tuple[int, float | None, dict[str, int]]
"""Recent calls, their success rate, and errors by kind."""

_LONGEST_WORDS = 200


async def check(
    fault: Fault, api: Api, *, streamed: bool, server: FakeServer, elsewhere: FakeServer
) -> list[str] | None:
    """Play a cell and return what is wrong with it, None where the fault cannot happen.

    Both servers are new: their logs are read from the beginning.
    """
    row = fault.at(api.id)
    expected = None if row is None else row.outcome(streamed=streamed)
    if row is None or expected is None:
        return None
    cell = Cell(row, api, streamed, server, elsewhere)
    await cell.play()
    # In a thread: closing a connection takes another turn of the event loop.
    return await asyncio.to_thread(_problems, cell, expected)


def _problems(cell: Cell, expected: Outcome) -> list[str]:
    """Return everything that is not as it should be. Blocks while connections are closed."""
    sides = (_seen, _answered, _sent, _booked, _believed)
    facts = [fact for side in sides for fact in side(cell, expected)]
    return [
        f"{what}: {_short(got)}, not {_short(wanted)}"
        for what, got, wanted in facts
        if got != wanted
    ]


def _seen(cell: Cell, expected: Outcome) -> Iterator[Fact]:
    """What the caller saw before the answer."""
    lost = ["AttemptStarted", *(["TextDelta"] if expected.partial else []), "AttemptFailed"]
    again = [*lost, "RetryScheduled"] * (expected.calls - 1)
    before = [*again, *lost] if expected.kind else []
    yield (
        "events",
        _names(cell),
        ["RouteChosen", *before, "AttemptStarted", "TextDelta", "Completed"],
    )
    failures = [event for event in cell.events if isinstance(event, AttemptFailed)]
    for number, (failure, shown) in enumerate(zip(failures, _shown(cell), strict=False), 1):
        error = failure.error
        yield "error", (error.kind, error.status), (expected.kind, expected.status)
        yield "who failed", (error.provider, error.model), (cell.first.name, "some-model")
        yield "its words", bool(error.message), True
        yield "partial", error.partial_text, expected.partial
        # What exceeded a limit was not shown any more.
        yield "what was shown", error.partial_text.startswith(shown), True
        follower = cell.second if number == expected.calls else cell.first
        yield "who is next", failure.next_provider, follower.name


def _answered(cell: Cell, expected: Outcome) -> Iterator[Fact]:
    """Which answer the caller got, and what it was told of the bill."""
    done = cell.events[-1]
    if not isinstance(done, Completed):
        yield "the last event", type(done).__name__, "Completed"
        return
    whole = expected.kind is None
    said = cell.fault.reply.text if whole else ANSWER
    yield "who answered", done.provider, (cell.first if whole else cell.second).name
    yield "the answer", done.text, said
    yield "the answer as shown", _shown(cell)[-1], said
    yield "usage and cost", (done.usage, done.cost), (USAGE, COST)
    costs = [event.cost for event in cell.events if isinstance(event, AttemptFailed)]
    yield "total cost", done.total_cost, sum((cost or Decimal(0) for cost in costs), COST)
    yield "marked as estimated", done.cost_estimated, expected.bill is Bill.ESTIMATED


def _sent(cell: Cell, expected: Outcome) -> Iterator[Fact]:
    """What reached the wire."""
    unreachable = cell.fault.place in {Place.REFUSED, Place.SILENT}
    first, second = cell.first.chats, cell.second.chats
    yield "requests at the first", len(first), 0 if unreachable else expected.calls
    yield "requests at the second", len(second), 1 if expected.kind else 0
    yield "connections elsewhere", cell.elsewhere.connections, 0
    for request in (*first, *second):
        said = json.dumps(request.body)
        places = [said.find(turn) for turn in TURNS]
        yield "turns in order", -1 not in places and places == sorted(places), True
        yield "the system prompt", SYSTEM in said, True
        yield "a stream is asked for", request.streamed, cell.streamed
    if cell.fault.hangs_up:
        yield "hung up", [request.wait_disconnected() for request in first], [True] * len(first)


def _booked(cell: Cell, expected: Outcome) -> Iterator[Fact]:
    """What the ledger holds."""
    booked = cell.ledger.finished
    lost, (last, answer) = booked[:-1], booked[-1]
    yield "lost calls booked", len(lost), expected.calls if expected.kind else 0
    for start, result in lost:
        error = result.error
        yield "whose call", (start.provider, result.outcome), (cell.first.name, "failed")
        yield (
            "booked error",
            (error and error.kind, error and error.status),
            (expected.kind, expected.status),
        )
        yield "bill", _bill(result), expected.bill
        yield "kept", bool(result.partial_text), bool(expected.partial)
        yield "kept text", expected.partial.startswith(result.partial_text), True
    answered = cell.second if expected.kind else cell.first
    yield "whose answer", (last.provider, answer.outcome), (answered.name, AttemptOutcome.OK)
    yield "its bill", (answer.cost, _bill(answer)), (COST, Bill.KNOWN)
    spent = sum((result.cost or Decimal(0) for _, result in booked), Decimal(0))
    yield "spent", cell.standing.spent, spent
    yield "still reserved", cell.standing.reserved, 0


def _believed(cell: Cell, expected: Outcome) -> Iterator[Fact]:
    """What the health monitor, the turnstile and the clock say afterwards."""
    monitor = cell.parts.monitor
    first, second = monitor.health(cell.first.name), monitor.health(cell.second.name)
    none: _Counts = (0, None, {})
    well: _Counts = (1, 1.0, {})
    failed = none
    if expected.kind and expected.counted:
        failed = (expected.calls, 0.0, {expected.kind: expected.calls})
    for whose, health, counts in (
        ("first's", first, failed if expected.kind else well),
        ("second's", second, well if expected.kind else none),
    ):
        yield f"{whose} calls", (health.requests, health.success_rate, health.errors), counts
        yield f"{whose} calls under way", health.active, 0
    state = BreakerState.CLOSED if expected.gate is Gate.NOBODY else BreakerState.OPEN
    cooldown = (first.state, round(first.cooldown, 3))
    yield "breaker", cooldown, (state, expected.cooldown)
    spared = monitor.may_call(cell.first.name, "another model")
    yield "its other models", spared, expected.gate is not Gate.PROVIDER
    yield "second's breaker", second.state, BreakerState.CLOSED
    yield "waits", cell.time.slept, [expected.wait] * (expected.calls - 1)
    loads = [cell.parts.turnstile.load(end.name).total for end in (cell.first, cell.second)]
    yield "in the turnstile", loads, [0, 0]


def _names(cell: Cell) -> list[str]:
    """Return the events' names, many pieces of text as one."""
    names: list[str] = []
    for event in cell.events:
        name = type(event).__name__
        if not isinstance(event, UsageReported) and (name, *names[-1:]) != ("TextDelta",) * 2:
            names.append(name)
    return names


def _shown(cell: Cell) -> list[str]:
    """Return what was shown of each call's answer."""
    shown: list[str] = []
    for event in cell.events:
        if isinstance(event, AttemptStarted):
            shown.append("")
        elif isinstance(event, TextDelta):
            shown[-1] += event.text
    return shown


def _bill(result: AttemptResult) -> Bill | str:
    if result.cost == 0 and not result.cost_estimated:
        return Bill.NOTHING
    if result.cost == COST and not result.cost_estimated:
        return Bill.KNOWN
    if result.cost and result.cost_estimated:
        return Bill.ESTIMATED
    return f"{result.cost}, estimated: {result.cost_estimated}"


def _short(value: object) -> str:
    words = repr(value)
    return words if len(words) <= _LONGEST_WORDS else f"{words[:_LONGEST_WORDS]} ..."

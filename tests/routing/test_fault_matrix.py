"""Every fault at every API, in a stream and at once: see ``tests.routing.faults`` for the table."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.fakeserver import FakeServer, status
from tests.routing.cell import APIS, WAYS
from tests.routing.conftest import Bench
from tests.routing.fault import Bill, Fault, Gate, Outcome
from tests.routing.faults import FAULTS
from tests.routing.sides import check
from tests.wire.apis import GROQ, Api


@pytest.fixture
def elsewhere() -> Iterator[FakeServer]:
    with FakeServer() as running:
        yield running


_FAULTS = {fault.name: fault for fault in FAULTS}
CELLS = [
    pytest.param(fault, api, streamed, id=f"{api.id}-{fault.name}-{way}")
    for api in APIS
    for fault in FAULTS
    for way, streamed in WAYS.items()
    if (row := fault.at(api.id)) and row.outcome(streamed=streamed)
]


@pytest.mark.parametrize(("fault", "api", "streamed"), CELLS)
async def test_a_cell(
    server: FakeServer, elsewhere: FakeServer, fault: Fault, api: Api, streamed: bool
) -> None:
    found = await check(fault, api, streamed=streamed, server=server, elsewhere=elsewhere)
    assert found == []


async def test_the_matrix_notices_what_is_wrong(server: FakeServer, elsewhere: FakeServer) -> None:
    """Every side of a cell that expects something else complains."""
    lie = Outcome(
        "auth", calls=2, bill=Bill.KNOWN, partial="no", counted=False, gate=Gate.MODEL, cooldown=9
    )
    fault = _FAULTS["500"].says(status(500), lie)
    found = await check(fault, GROQ, streamed=True, server=server, elsewhere=elsewhere)
    assert found is not None
    assert {problem.partition(":")[0] for problem in found} == {
        "bill",
        "booked error",
        "breaker",
        "error",
        "events",
        "first's calls",
        "kept",
        "partial",
    }


@pytest.mark.parametrize("api", APIS, ids=lambda api: api.id)
async def test_an_endless_answer_takes_no_endless_memory(
    server: FakeServer, elsewhere: FakeServer, api: Api
) -> None:
    """Eight million characters are kept, in some copies, and nothing of what follows."""
    gc.collect()
    before = _reset_peak()
    fault = _FAULTS["endless answer"]
    found = await check(fault, api, streamed=True, server=server, elsewhere=elsewhere)
    assert found == []
    assert _peak() - before < 100_000_000


def _reset_peak() -> int:
    """Forget the largest amount of memory ever held, and return what is held now."""
    Path("/proc/self/clear_refs").write_text("5")
    return _peak()


def _peak() -> int:
    status_lines = Path("/proc/self/status").read_text().splitlines()
    [kilobytes] = [line.split()[1] for line in status_lines if line.startswith("VmHWM:")]
    return 1024 * int(kilobytes)


async def test_invoke_tells_what_happened_on_the_way(bench: Bench) -> None:
    bench.build(max_retries=1)
    bench.server.groq.default(status(503))
    reply = await bench.factory.get_provider("groq").ainvoke("hi")
    attempts = reply.response_metadata["attempts"]
    told = [(attempt["provider"], attempt["error"], attempt["status"]) for attempt in attempts]
    assert told[:2] == [("groq", "unavailable", 503)] * 2
    assert (attempts[-1]["outcome"], reply.content) == ("ok", "Hello!")
    assert not any(request.streamed for request in bench.server.groq.chats)

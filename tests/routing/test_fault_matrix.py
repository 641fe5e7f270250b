"""Every fault at every API, in a stream and at once: see ``tests.routing.faults`` for the table."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.fakeserver import FakeServer, ok
from tests.routing.cell import APIS, WAYS, Cell, check
from tests.routing.fault import Fault
from tests.routing.faults import FAULTS
from tests.wire.apis import Api


@pytest.fixture
def elsewhere() -> Iterator[FakeServer]:
    with FakeServer() as running:
        yield running


CELLS = [
    pytest.param(fault, api, streamed, id=f"{api.id}-{fault.name}-{way}")
    for api in APIS
    for fault in FAULTS
    for way, streamed in WAYS.items()
    if fault.at(api.id, streamed=streamed) is not None
]


@pytest.mark.parametrize(("fault", "api", "streamed"), CELLS)
async def test_a_cell(
    server: FakeServer, elsewhere: FakeServer, fault: Fault, api: Api, streamed: bool
) -> None:
    found = await check(fault, api, streamed=streamed, server=server, elsewhere=elsewhere)
    assert found == []

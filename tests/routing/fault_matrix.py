"""Print the fault matrix, played here and now: ``python -m tests.routing.fault_matrix``.

An argument plays only the faults that have it in their names. A cell says ``ok`` for a stream and
for an answer at once, ``-`` where the fault cannot happen, and what was wrong below the table.
"""

from __future__ import annotations

import asyncio
import sys

from tests.fakeserver import FakeServer
from tests.routing.cell import APIS, WAYS
from tests.routing.conftest import warm_up
from tests.routing.fault import Fault
from tests.routing.faults import FAULTS
from tests.routing.sides import check
from tests.wire.apis import Api


async def _cell(fault: Fault, api: Api, wrong: list[str]) -> str:
    words: list[str] = []
    for way, streamed in WAYS.items():
        with FakeServer() as server, FakeServer() as elsewhere:
            found = await check(fault, api, streamed=streamed, server=server, elsewhere=elsewhere)
        words.append("-" if found is None else "WRONG" if found else "ok")
        wrong.extend(f"{fault.name}, {api.id}, {way}: {problem}" for problem in found or ())
    return " / ".join(words)


async def _matrix(faults: list[Fault]) -> list[str]:
    """Print the rows as they are played, and return what is wrong."""
    wrong: list[str] = []
    await warm_up()
    _row(["fault (in a stream / at once)", *(api.id for api in APIS)])
    _row(["---"] * (len(APIS) + 1))
    for fault in faults:
        _row([fault.name, *[await _cell(fault, api, wrong) for api in APIS]])
    return wrong


def _row(cells: list[str]) -> None:
    print(f"| {' | '.join(cells)} |", flush=True)  # noqa: T201 (the program's output)


def main() -> int:
    """Play the faults whose names hold the first argument, or all."""
    wanted = sys.argv[1] if len(sys.argv) > 1 else ""
    wrong = asyncio.run(_matrix([fault for fault in FAULTS if wanted in fault.name]))
    for problem in wrong:
        print(problem)  # noqa: T201 (the program's output)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())

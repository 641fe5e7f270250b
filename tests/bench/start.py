"""From launch to the first stable frame, beside other chat clients for the terminal.

``TELEX_BENCH_PEERS`` names a folder of virtual environments that hold them.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from tests.bench.fresh import NO_KEYRING
from tests.bench.table import Row
from tests.bench.terminal import Launch, launch
from tests.home import TELEX, Home

_RUNS = 5
_VARIABLE = "TELEX_BENCH_PEERS"
_HOW = (
    f"set {_VARIABLE} to a folder X: for p in llm elia-chat;"
    " do python -m venv X/$p && X/$p/bin/pip install $p; done"
)


@dataclass(frozen=True, slots=True)
class _Program:
    """A chat client.

    Args:
        command: how to open its chat.
        shows: what is on its first useful frame.
    """

    command: Sequence[str]
    shows: str

    @property
    def name(self) -> str:
        return " ".join((Path(self.command[0]).name, *self.command[1:2]))


# The text in an empty composer: the first letter is under the cursor, in other colours.
_TELEX = _Program((str(TELEX),), "sk anything")
_TELEX_SETTLED = _Program((str(TELEX),), "will answer")
_PEERS = (
    _Program(("llm", "chat", "-m", "gpt-4o-mini"), "> "),
    _Program(("elia",), "Enter your message"),
)
# Not oterm and parllama: without an Ollama server their first frames never come to rest.


def rows() -> Iterator[Row]:
    """Launch each in turns, so that a busy moment of the machine hits all of them."""
    peers = _installed()
    programs = [_TELEX, _TELEX_SETTLED, *peers]
    with tempfile.TemporaryDirectory() as folder:
        environment = Home(Path(folder) / "home", dict(NO_KEYRING)).environment
        # No network is touched: the key only makes llm show its prompt.
        with_key = {**environment, "OPENAI_API_KEY": "dummy"}
        launches: list[list[Launch]] = [[] for _ in programs]
        for _ in range(_RUNS + 1):
            for program, found in zip(programs, launches, strict=True):
                known = with_key if program in peers else environment
                found.append(launch(program.command, program.shows, known))
    # The first run compiles the modules and makes the database.
    first, settled, *others = (_middle(found[1:]) for found in launches)
    for program, other in zip(peers, others, strict=True):
        against = program.name
        yield Row("first stable frame: CPU s", first.cpu, other.cpu, against, most=1)
        yield Row("first stable frame: s", first.wall, other.wall, against, most=1)
    alone = f"no peer; {_HOW}" if not peers else ""
    yield Row("first stable frame: CPU s", first.cpu, None, alone)
    yield Row("first stable frame of a second start: s", first.wall, None, "", most=1)
    yield Row("ledger and providers painted: CPU s", settled.cpu, None, "")
    yield Row("ledger and providers painted: s", settled.wall, None, "")


def _installed() -> list[_Program]:
    folder = os.environ.get(_VARIABLE)
    if folder is None:
        return []
    found: list[_Program] = []
    for peer in _PEERS:
        name, *arguments = peer.command
        paths = sorted(Path(folder).glob(f"**/bin/{name}"))
        found += [_Program((str(path), *arguments), peer.shows) for path in paths[:1]]
    return found


def _middle(launches: Sequence[Launch]) -> Launch:
    return Launch(median(run.cpu for run in launches), median(run.wall for run in launches))

"""A streamed token in a long conversation, beside Textual's ``Markdown`` widget."""

from __future__ import annotations

import asyncio
import gc
import statistics
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

from textual.app import App, ComposeResult
from textual.containers import VerticalScroll
from textual.widgets import Markdown, Static

from app.views import message_view
from providers.messages import Role
from storage.reader import Reader
from tests.bench.table import Row
from tests.storage.bench_transcript import EXCHANGES, fill
from tests.widgets.bench_transcript import (
    ANSWER,
    Bench,
    bytes_per_message,
    conversation,
    opening,
    resizing,
    streaming,
    worst_stall,
)
from widgets.transcript import Transcript

_SIZE = (120, 40)
_SIZES = (10, 200, 1_000, 10_000)  # messages
_SHORT, _LONG, _, _LONGEST = _SIZES
_TOKENS = 150
_PER_SECOND = 100
_TIMES = 3  # the median of so many counts


@dataclass(frozen=True, slots=True)
class _Cost:
    """CPU milliseconds."""

    opened: float
    token: float
    resized: float


class _Widgets(App[None]):
    """A conversation of one ``Markdown`` widget an answer and one ``Static`` a question."""

    def __init__(self, count: int) -> None:
        super().__init__()
        self._count = count

    def compose(self) -> ComposeResult:
        with VerticalScroll(id="all"):
            for message in conversation(self._count):
                user = message.role is Role.USER
                yield Static(message.text, markup=False) if user else Markdown(message.text)


def rows() -> list[Row]:
    """Measure both, one after the other."""
    # One round after the other, so that a machine that slows down slows all sizes alike.
    rounds = [{count: asyncio.run(_ours(count)) for count in _SIZES} for _ in range(_TIMES)]
    rounds.sort(key=lambda costs: costs[_LONGEST].token / costs[_SHORT].token)
    ours = rounds[len(rounds) // 2]
    theirs = {count: asyncio.run(_theirs(count)) for count in (_SHORT, _LONG)}
    against = "Textual: Markdown.get_stream, anchored, a widget a message"
    rows = [
        Row(
            f"token at {_PER_SECOND} a second, {count:,} messages: CPU ms",
            ours[count].token,
            theirs[count].token,
            against,
        )
        for count in theirs
    ]
    rows += [
        Row(f"token, {count:,} messages: CPU ms", ours[count].token, None, "", most=1.0)
        for count in _SIZES
    ]
    short, long = ours[_SHORT], ours[_LONGEST]
    rows.append(
        Row(
            f"token, {_LONGEST:,} messages: CPU ms",
            long.token,
            short.token,
            f"telex, {_SHORT} messages; middle ratio of {_TIMES} rounds",
            most=1.2,
        )
    )
    stall, memory = asyncio.run(_stall()), asyncio.run(_memory())
    named, messages = f"{_LONG} messages", f"{_LONGEST:,} messages"
    rows += [
        Row(f"longest stall while streaming, {messages}: CPU ms", stall, None, "", most=50),
        Row(f"opening {named}: CPU ms", ours[_LONG].opened, theirs[_LONG].opened, against),
        Row(f"opening {messages}: CPU ms", long.opened, None, "", most=300),
        Row("the same from the ledger: CPU ms", _from_ledger(), None, "", most=300),
        Row(f"resize, {named}: CPU ms", ours[_LONG].resized, theirs[_LONG].resized, against),
        Row(f"resize, {messages}: CPU ms", long.resized, None, "", most=150),
        Row(f"memory of {messages}: bytes each, without text", memory, None, "", most=1_000),
    ]
    return rows


async def _ours(count: int) -> _Cost:
    async with Bench().run_test(size=_SIZE) as pilot:
        await pilot.pause()
        opened = await opening(pilot, conversation(count))
        tokens = [
            await streaming(pilot, _TOKENS, per_second=_PER_SECOND, key=f"stream{run}")
            for run in range(_TIMES)
        ]
        with _frozen():
            resized = await resizing(pilot)
    return _Cost(1000 * opened, 1000 * statistics.median(tokens), 1000 * resized)


async def _stall() -> float:
    async with Bench().run_test(size=_SIZE) as pilot:
        await pilot.pause()
        await opening(pilot, conversation(_LONGEST))
        with _frozen():
            stalls = [
                await worst_stall(pilot, _TOKENS, per_second=_PER_SECOND, key=f"stall{run}")
                for run in range(_TIMES)
            ]
    return 1000 * statistics.median(stalls)


async def _memory() -> float:
    async with Bench().run_test(size=_SIZE) as pilot:
        await pilot.pause()
        return await bytes_per_message(pilot, _LONGEST)


@contextmanager
def _frozen() -> Iterator[None]:
    """Keep what is there out of garbage collections, as the program does once it is up."""
    gc.collect()
    gc.freeze()
    try:
        yield
    finally:
        gc.unfreeze()


def _from_ledger() -> float:
    """Return CPU milliseconds from the rows of a conversation in SQLite to its first frame."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "telex.db"
        fill(path, EXCHANGES)
        with closing(Reader(path)) as reader:
            return 1000 * statistics.median(asyncio.run(_read(reader)) for _ in range(_TIMES))


async def _read(reader: Reader) -> float:
    async with Bench().run_test(size=_SIZE) as pilot:
        await pilot.pause()
        with _frozen():
            started = time.process_time()
            views = [message_view(row) for row in reader.load_messages(1)]
            pilot.app.query_one(Transcript).show(views)
            await pilot.pause()
            return time.process_time() - started


async def _theirs(count: int) -> _Cost:
    started = time.process_time()
    async with _Widgets(count).run_test(size=_SIZE) as pilot:
        await _idle()
        opened = time.process_time() - started
        scroll = pilot.app.query_one("#all", VerticalScroll)
        answer = Markdown()
        await scroll.mount(answer)
        await _idle()
        scroll.anchor()
        words = (ANSWER * (_TOKENS // 20)).split(" ")[:_TOKENS]
        started = time.process_time()
        stream = Markdown.get_stream(answer)
        for word in words:
            await stream.write(word + " ")
            await asyncio.sleep(1 / _PER_SECOND)
        await stream.stop()
        token = (time.process_time() - started) / _TOKENS
        started = time.process_time()
        await pilot.resize_terminal(100, 40)
        await pilot.pause()
        resized = time.process_time() - started
    return _Cost(1000 * opened, 1000 * token, 1000 * resized)


async def _idle() -> None:
    """Wait until nothing is left to do: a ``Markdown`` mounts its blocks long after itself."""
    used = 1.0
    while used > 0.02:
        before = time.process_time()
        await asyncio.sleep(0.2)
        used = time.process_time() - before

"""A streamed token in a long conversation, beside Textual's ``Markdown`` widget."""

from __future__ import annotations

import asyncio
import time

from textual.app import App, ComposeResult
from textual.containers import VerticalScroll
from textual.widgets import Markdown

from tests.bench.table import Row
from tests.widgets.bench_transcript import ANSWER, Bench, conversation, opening, resizing, streaming

_SIZE = (120, 40)
_LONG = 200  # messages
_LONGER = 10_000
_TOKENS = 150
_PER_SECOND = 100


class _Widgets(App[None]):
    """A conversation of one ``Markdown`` widget a message."""

    def compose(self) -> ComposeResult:
        with VerticalScroll(id="all"):
            for message in conversation(_LONG):
                yield Markdown(message.text)


def rows() -> list[Row]:
    """Measure both, one after the other."""
    token, opened, resized = asyncio.run(_ours(_LONG))
    longer_token, longer_opened, longer_resized = asyncio.run(_ours(_LONGER))
    their_token, their_opened, their_resized = asyncio.run(_theirs())
    against = "Textual's Markdown"
    long, longer = f"{_LONG} messages", f"{_LONGER:,} messages"
    return [
        Row(f"token at {_PER_SECOND} a second, {long}: CPU ms", token, their_token, against),
        Row(f"opening {long}: CPU ms", opened, their_opened, against),
        Row(f"resize, {long}: CPU ms", resized, their_resized, against),
        Row(f"token, {longer}: CPU ms", longer_token, token, f"telex, {long}", most=1.2),
        Row(f"opening {longer}: CPU ms", longer_opened, None, "", most=300),
        Row(f"resize, {longer}: CPU ms", longer_resized, None, "", most=150),
    ]


async def _ours(count: int) -> tuple[float, float, float]:
    async with Bench().run_test(size=_SIZE) as pilot:
        await pilot.pause()
        opened = await opening(pilot, conversation(count))
        token = await streaming(pilot, _TOKENS, per_second=_PER_SECOND)
        resized = await resizing(pilot)
    return 1000 * token, 1000 * opened, 1000 * resized


async def _theirs() -> tuple[float, float, float]:
    started = time.process_time()
    async with _Widgets().run_test(size=_SIZE) as pilot:
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
    return 1000 * token, 1000 * opened, 1000 * resized


async def _idle() -> None:
    """Wait until nothing is left to do: a ``Markdown`` mounts its blocks long after itself."""
    used = 1.0
    while used > 0.02:
        before = time.process_time()
        await asyncio.sleep(0.2)
        used = time.process_time() - before

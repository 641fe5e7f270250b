"""Measure what the transcript costs: ``python -m tests.widgets.bench_transcript``."""

from __future__ import annotations

import asyncio
import gc
import time
import tracemalloc
from collections.abc import Sequence
from dataclasses import replace

from textual.app import App, ComposeResult
from textual.pilot import Pilot

from providers.messages import Role
from widgets.transcript import Transcript
from widgets.views import AnswerFooter, MessageView

SIZES = (10, 200, 1_000, 10_000)
TOKENS = 1_000

ANSWER = """\
## An answer

Some **prose** with `code`, a [link](https://example.org) and enough words to take more than one
line of an ordinary terminal, because answers do.

```python
def answer(question: str) -> int:
    return 42  # of course
```

- first
- second, with *emphasis*

| a | b |
|---|---|
| 1 | 2 |
"""
FOOTER = AnswerFooter(
    "groq", "openai/gpt-oss-120b", 1.2, 0.3, 812, 143, "$0.0004", reason="cheapest of 3"
)


class Bench(App[None]):
    """The transcript on its own."""

    def compose(self) -> ComposeResult:
        """Show it."""
        yield Transcript()


def conversation(count: int) -> Sequence[MessageView]:
    """Return ``count`` messages, questions and answers in turn."""
    return [
        MessageView(f"a{n}", Role.ASSISTANT, ANSWER, footer=replace(FOOTER, input_tokens=n))
        if n % 2
        else MessageView(f"q{n}", Role.USER, f"Question number {n}?")
        for n in range(count)
    ]


async def opening(pilot: Pilot[None], messages: Sequence[MessageView]) -> float:
    """Return CPU seconds until ``messages`` are on the screen."""
    started = time.process_time()
    pilot.app.query_one(Transcript).show(messages)
    await pilot.pause()
    return time.process_time() - started


async def bytes_per_message(pilot: Pilot[None], count: int, *, read: bool = False) -> float:
    """Return the bytes a message takes while it is shown, without those of its text.

    Args:
        read: whether all of them have been in view.
    """
    transcript = pilot.app.query_one(Transcript)
    transcript.clear()
    await pilot.pause()
    gc.collect()
    tracemalloc.start()
    try:
        # All answers share one text; the few letters of each question are counted as well.
        transcript.show(conversation(count))
        await pilot.pause()
        while read and transcript.scroll_offset.y > 0:
            transcript.scroll_to(y=transcript.scroll_offset.y - 36)
        gc.collect()
        return tracemalloc.get_traced_memory()[0] / count
    finally:
        tracemalloc.stop()


async def streaming(
    pilot: Pilot[None], tokens: int = TOKENS, *, per_second: float = 100.0, key: str = "stream"
) -> float:
    """Return CPU seconds per token of an answer of ``tokens`` tokens.

    Args:
        per_second: tokens per second; 0 paints after every tenth token without waiting.
    """
    transcript = pilot.app.query_one(Transcript)
    words = (ANSWER * (tokens // 60 + 1)).replace(" ", " \0").split("\0")
    while len(words) < tokens:
        words *= 2
    transcript.begin_answer(key, "groq")
    started = time.process_time()
    for number, word in enumerate(words[:tokens]):
        transcript.append_text(key, word)
        if per_second:
            await asyncio.sleep(1 / per_second)
        elif number % 10 == 9:
            transcript.flush()
            await pilot.pause()
    cost = (time.process_time() - started) / tokens
    transcript.finish_answer(key, FOOTER)
    return cost


async def worst_stall(
    pilot: Pilot[None], tokens: int = TOKENS, *, per_second: float = 100.0, key: str = "stall"
) -> float:
    """Return the most CPU seconds anything took while an answer was streaming.

    Args:
        per_second: tokens per second.
    """
    longest = 0.0
    over = asyncio.Event()

    async def watch() -> None:
        nonlocal longest
        while not over.is_set():
            # It is called once in each turn of the event loop.
            started = time.process_time()
            await asyncio.sleep(0)
            longest = max(longest, time.process_time() - started)

    watching = asyncio.create_task(watch())
    try:
        await streaming(pilot, tokens, per_second=per_second, key=key)
    finally:
        over.set()
        await watching
    return longest


async def resizing(pilot: Pilot[None]) -> float:
    """Return CPU seconds of one change of the width."""
    started = time.process_time()
    await pilot.resize_terminal(100, 40)
    await pilot.pause()
    return time.process_time() - started


async def measure(count: int) -> tuple[float, float, float]:
    """Return CPU seconds to open ``count`` messages, for a token and to resize."""
    messages = conversation(count)
    app = Bench()
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.pause()
        return (
            await opening(pilot, messages),
            await streaming(pilot),
            await resizing(pilot),
        )


def main() -> None:
    """Print a table."""
    print(f"{'messages':>10} {'open ms':>10} {'ms/token':>10} {'resize ms':>10}")  # noqa: T201
    for count in SIZES:
        numbers = (1000 * seconds for seconds in asyncio.run(measure(count)))
        row = "".join(f" {number:10.2f}" for number in numbers)
        print(f"{count:>10,}{row}")  # noqa: T201


if __name__ == "__main__":
    main()
